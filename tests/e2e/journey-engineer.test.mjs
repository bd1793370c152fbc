// The identity engineer's whole job, walked on a database of each kind: from an empty workspace to the provider's first import. What the
// console says it did is read again past it; each stop is shown to axe in both themes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { assertAccessibleInBothThemes } from "./axe.mjs";
import { assertQuiet, launchBrowser, openConsole, provider, startDatabase, startServer, until } from "./support.mjs";

const LUKE = "luke.skywalker@galaxy.local";
const NEW = "new.hire@example.org";
const EMPTY = '[workspace]\nname = "hr"\nenvironment = "test"\n';
/** The operations as the screen names them, with what a dry run is given. */
const TRIED = {
  get_users: {},
  get_user_by_id: { USER_ID: LUKE },
  get_all_entitlements: {},
  get_user_entitlements: { USER_ID: LUKE },
  create_user: { USER_ID: NEW, USERNAME: NEW, FIRSTNAME: "New", LASTNAME: "Hire", EMAIL: NEW },
  update_user: { USER_ID: LUKE, USERNAME: LUKE, FIRSTNAME: "Luke", LASTNAME: "Skywalker", EMAIL: LUKE },
  activate_user: { USER_ID: LUKE },
  deactivate_user: { USER_ID: LUKE },
  add_entitlement: { USER_ID: LUKE, ENT_ID: "9" },
  remove_entitlement: { USER_ID: LUKE, ENT_ID: "1" },
};

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser?.close());

/** A key of the connection in a configuration of the demo. */
const setting = (text, key) => new RegExp(`^\\s*${key}\\s*=\\s*"?([^"\\n#]*?)"?\\s*(?:#.*)?$`, "m").exec(text.slice(text.indexOf("[connections.demo]")))?.[1] ?? "";

for (const on of ["sqlite", "mariadb", "postgresql"]) {
  describe(`on ${on}`, () => {
    let database;
    let server;
    before(async () => {
      database = await startDatabase(on);
      server = await startServer({ database, change: () => EMPTY });
    });
    after(async () => {
      await server?.stop();
      await database?.stop();
    });

    test("the identity engineer goes from an empty workspace to the first import", async () => {
      const cased = (name) => (on === "postgresql" ? name.toLowerCase() : name);
      const page = await openConsole(browser, server, { path: "/" });
      page.setDefaultTimeout(20_000);
      const list = page.getByRole("region", { name: "Ready for the provider" });
      const overview = async () => {
        await page.go("/");
        await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
      };
      const done = (count) => list.getByText(`${count} of 9`).waitFor();
      // By where it leads: for a moment the list may still show the step that was done.
      const next = (to) => list.locator(`li[aria-current=step] a[href*="${to}"]`);

      // An empty workspace says what comes first, and leads there.
      await done(0);
      await assertAccessibleInBothThemes(page, "an empty Overview");
      await next("add=connection").click();
      await page.getByRole("heading", { name: "New connection" }).waitFor();

      // The connection, tested before it is kept.
      await page.getByLabel("Name", { exact: true }).fill("hr");
      const { configuration } = database;
      if (on === "sqlite") {
        await page.locator("select").filter({ has: page.locator("option[value=sqlite]") }).selectOption("sqlite");
        await page.getByLabel("File", { exact: true }).fill(setting(configuration, "path"));
      } else {
        await page.locator("select").filter({ has: page.locator("option[value=sqlite]") }).selectOption(on === "mariadb" ? "mysql" : "postgresql");
        await page.getByLabel("Host", { exact: true }).fill(setting(configuration, "host"));
        await page.getByLabel("Port", { exact: true }).fill(setting(configuration, "port"));
        await page.locator("input").and(page.getByLabel("Database", { exact: true })).fill(setting(configuration, "database"));
        await page.getByLabel("User", { exact: true }).fill(setting(configuration, "user"));
        await page.getByLabel("Password", { exact: true }).fill(database.password);
      }
      const pane = page.getByTestId("detail");
      await pane.getByRole("button", { name: "Test connection" }).click();
      await pane.getByRole("button", { name: "Test connection" }).waitFor();
      assert.equal(await pane.getByRole("list", { name: "Steps of the test" }).getByText(/fail|refused|cannot/i).count(), 0);
      await assertAccessibleInBothThemes(page, "a connection that was tested");
      await pane.getByRole("button", { name: "Add this connection" }).click();
      await page.getByText("Added: hr").first().waitFor();
      assert.ok(!readFileSync(`${server.folder}/sluice.toml`, "utf8").includes(database.password || "nothing to look for"), "a password in the configuration");

      // The application that the provider's URL names.
      await overview();
      await next("add=application").click();
      await page.getByRole("heading", { name: "New application" }).waitFor();
      await page.getByLabel("Name", { exact: true }).fill("jdbc_on_prem");
      await page.getByLabel("Users are identified by").fill(cased("USER_ID"));
      await pane.getByRole("button", { name: "Add this application" }).click();
      await page.getByText("Added: jdbc_on_prem").first().waitFor();
      await overview();
      await list.getByText(/^hr answers/).waitFor();
      // Besides it the endpoint listens, and its certificate names it.
      await done(3);

      // Ten operations, made from three tables.
      await next("generate").click();
      const generate = page.getByRole("dialog", { name: "Generate from tables" });
      await generate.getByLabel("Table of the users").fill(cased("USERS"));
      await generate.getByLabel("Table of the entitlements").fill(cased("ENTITLEMENTS"));
      await page.keyboard.press("Tab");
      await generate.getByRole("button", { name: "Propose" }).click();
      await generate.getByRole("button", { name: "Take all of them" }).click();
      await assertAccessibleInBothThemes(page, "the proposal");
      await generate.getByRole("button", { name: "Done" }).click();
      await page.getByRole("button", { name: "Save all" }).click();
      await page.getByRole("button", { name: "Save all" }).waitFor({ state: "detached" });

      // Checked against the live database.
      await page.getByRole("button", { name: "Check the mappings" }).first().click();
      await page.getByRole("button", { name: "Check again" }).waitFor();
      await assertAccessibleInBothThemes(page, "Operations, checked");

      // The rights that they need, for the database administrator.
      await page.getByRole("button", { name: "Rights that the mappings need" }).click();
      const rights = page.getByRole("dialog", { name: "Rights that the mappings need" });
      await rights.getByRole("region", { name: "Script" }).getByText(on === "sqlite" ? /SQLite has no accounts/ : /GRANT/).first().waitFor();
      if (on === "sqlite") assert.equal(await rights.getByRole("region", { name: "More than is needed" }).count(), 0, "a file has no account to limit");
      await assertAccessibleInBothThemes(page, "the rights");
      await rights.getByRole("button", { name: "Close" }).click();
      await overview();
      await list.getByText("All 10 operations are mapped and on").waitFor();

      // Each one run dry; nothing of it stays.
      const before = await database.rows("SELECT COUNT(*) FROM USERS");
      for (const [operation, values] of Object.entries(TRIED)) {
        await page.go(`/operations?op=${operation}&tab=try`);
        const form = page.getByRole("form", { name: "Values for the dry run" });
        await form.waitFor();
        for (const [name, value] of Object.entries(values)) await form.getByLabel(new RegExp(`^${name}$`, "i")).fill(value);
        await form.getByRole("button", { name: "Run and roll back" }).click();
        const result = page.getByRole("region", { name: "Result of the dry run" });
        await result.getByText("Would succeed").waitFor();
        if (operation === "create_user") await assertAccessibleInBothThemes(page, "a dry run");
      }
      assert.deepEqual(await database.rows("SELECT COUNT(*) FROM USERS"), before, "a dry run left a user");
      await overview();
      await list.getByText("A dry run of every operation went well").waitFor();

      // The simulated import.
      await list.getByRole("link", { name: /Simulate an import/ }).click();
      await page.getByRole("heading", { level: 1, name: "Simulator" }).waitFor();
      await simulate(page);
      await overview();
      await list.getByText("A simulated import was answered").waitFor();
      assert.ok(await list.getByText("No request has come yet").isVisible(), "the simulator was taken for the provider");

      // What is handed over, taken from the screen as it is pasted, opens the endpoint.
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      const card = page.getByRole("region", { name: "To paste into the provider’s console" });
      const pasted = async (label) => {
        await page.evaluate(() => navigator.clipboard.writeText(""));
        await card.getByRole("button", { name: label }).click();
        return until(() => page.evaluate(() => navigator.clipboard.readText()), label);
      };
      const [download] = await Promise.all([page.waitForEvent("download"), card.getByRole("button", { name: "Save the certificate" }).click()]);
      const token = await pasted("Copy the token");
      const agent = provider({ baseUrl: await pasted("Copy the base URL"), certificate: await download.path(), token: token.replace(/^Bearer /, "") });
      assert.match(token, /^Bearer \S+$/);
      await card.getByRole("link", { name: "Screen by screen" }).click();
      await page.getByRole("list", { name: "The operations of jdbc_on_prem" }).waitFor();
      await assertAccessibleInBothThemes(page, "the Guide");

      // The provider's test, then its import.
      assert.equal((await agent.get("ServiceProviderConfig")).status, 200);
      const users = await agent.get("Users?startIndex=1&count=100");
      assert.equal(users.status, 200, users.text);
      // What is generated imports who is active.
      const active = (await database.rows("SELECT IS_ACTIVE FROM USERS")).filter(([state]) => /^(1|t)/.test(String(state)));
      assert.equal(users.json.totalResults, active.length);
      agent.close();
      await overview();
      await list.getByText("Set up: the provider calls and imports.").waitFor();
      await assertAccessibleInBothThemes(page, "the Overview of what is set up");
      await assertQuiet(page);
      await page.context().close();
    });
  });
}

/** An import by the simulator, to its end. */
async function simulate(page) {
  await page.getByRole("button", { name: "Run the import" }).first().click();
  await page.getByRole("region", { name: "What it would change" }).getByRole("button", { name: "Report" }).waitFor();
  await assertAccessibleInBothThemes(page, "a simulated import");
}
