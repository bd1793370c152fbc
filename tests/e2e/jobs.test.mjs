// The jobs of the people Sluice is for, walked to their end on each database. What the console says it did is read again past it,
// and every stop on the way is shown to axe in both themes: nothing serious.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { assertAccessibleInBothThemes } from "./axe.mjs";
import { assertQuiet, launchBrowser, openConsole, provider, row, startDatabase, startServer, until, user } from "./support.mjs";

const LUKE = "luke.skywalker@galaxy.local";
const MISSING = 99;

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser?.close());

const screen = async (page, name) => {
  await page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: new RegExp(`^${name}`) }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor({ state: "attached" });
};

for (const on of ["sqlite", "mariadb", "postgresql"]) {
  describe(`on ${on}`, () => {
    let database;
    let server;
    let agent;
    before(async () => {
      database = await startDatabase(on);
      server = await startServer({ database });
      agent = provider(server);
    });
    after(async () => {
      agent?.close();
      await server?.stop();
      await database?.stop();
    });
    const one = async (sql) => (await database.rows(sql))[0][0];
    const open = async (path = "/") => {
      const page = await openConsole(browser, server, { path });
      return page;
    };

    test("the administrator on call finds why a change failed, and repeats it once the cause is gone", async () => {
      const held = await database.rows(`SELECT ENT_ID FROM USERENTITLEMENTS WHERE USER_ID = '${LUKE}'`);
      const entitlements = [...held.map(([id]) => id), MISSING];
      const failed = await agent.put(`Users/${LUKE}`, user(LUKE, { PASSWORD_HASH: null }, { entitlements }));
      assert.ok(failed.status >= 400, `${failed.status} ${failed.text}`);
      const page = await open();

      // What failed stands on the first screen, and leads to its cause and remedy.
      const failures = page.getByRole("region", { name: "Needs a look" });
      await failures.getByText(LUKE).first().waitFor();
      await assertAccessibleInBothThemes(page, "Overview");
      await failures.getByText(LUKE).first().click();
      const cause = page.getByRole("region", { name: "Diagnosis" }).first();
      await cause.waitFor();
      await assertAccessibleInBothThemes(page, "the failed exchange");

      // The cause is taken away where it is, in the database.
      await database.rows(`INSERT INTO ENTITLEMENTS (ENT_ID, ENT_NAME, ENT_DESCRIPTION) VALUES (${MISSING}, 'On call', 'Added for the walk')`);
      await page.getByRole("tab", { name: "Replay" }).click();
      await page.getByRole("button", { name: "Replay dry" }).click();
      const result = page.getByRole("region", { name: "Result of the replay" });
      await result.getByText("Would succeed").waitFor();
      await assertAccessibleInBothThemes(page, "a dry replay");
      const granted = () => one(`SELECT COUNT(*) FROM USERENTITLEMENTS WHERE USER_ID = '${LUKE}' AND ENT_ID = ${MISSING}`);
      assert.equal(await granted(), "0", "a dry replay left something");

      await page.getByRole("button", { name: "Send for real…" }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Send for real" }).click();
      await page.getByRole("button", { name: "Open its exchange" }).waitFor();
      assert.equal(await granted(), "1");
      await assertQuiet(page);
      await page.context().close();
    });

    test("the identity engineer checks the mappings, tries one without harm, and hands the endpoint over", async () => {
      const page = await open();
      await screen(page, "Users");
      await row(page, LUKE).waitFor();
      await row(page, LUKE).click();
      await page.getByRole("region", { name: "User", exact: true }).getByText(LUKE).first().waitFor();
      await assertAccessibleInBothThemes(page, "Users");

      await screen(page, "Operations");
      await page.getByRole("button", { name: "Check the mappings" }).first().click();
      await page.getByRole("button", { name: "Check again" }).waitFor();
      await assertAccessibleInBothThemes(page, "Operations, checked");
      await row(page, "Deactivate user").click();
      await page.getByRole("tab", { name: "Try it" }).click();
      await page.getByLabel("USER_ID", { exact: true }).fill(LUKE);
      await page.keyboard.press("Control+Enter");
      const result = page.getByRole("region", { name: "Result of the dry run" });
      await result.getByText("Would succeed").waitFor();
      await assertAccessibleInBothThemes(page, "a dry run");
      const active = await database.rows(`SELECT IS_ACTIVE FROM USERS WHERE USER_ID = '${LUKE}'`);
      assert.match(active[0][0], /^(1|t)/, "the dry run left the user as it was");

      // A statement in place of the procedure: checked while it is typed, saved, and used for the next request.
      await page.getByRole("tab", { name: "Mapping" }).click();
      await page.getByRole("button", { name: "SQL statement" }).click();
      await page.getByRole("textbox", { name: "Statement", exact: true }).click();
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText("UPDATE USERS SET IS_ACTIVE = '0', TITLE = 'Retired' WHERE USER_ID = ?");
      await page.getByText(/Nothing found/).first().waitFor();
      await assertAccessibleInBothThemes(page, "a mapping that is edited");
      await page.keyboard.press("Control+S");
      await page.getByText("Saved: Deactivate user").waitFor();
      const title = () => one(`SELECT TITLE FROM USERS WHERE USER_ID = '${LUKE}'`);
      const before = await title();
      const told = (await agent.get(`Users/${LUKE}`)).json;
      assert.equal((await agent.put(`Users/${LUKE}`, { ...told, active: false })).status, 200);
      assert.equal(await title(), "Retired");
      assert.equal((await agent.put(`Users/${LUKE}`, told)).status, 200);
      assert.equal(await title(), before);
      await page.getByRole("tab", { name: "History" }).click();
      await page.getByRole("button", { name: "Undo the last change" }).click();
      await page.getByText("The last change is undone").waitFor();
      await assertAccessibleInBothThemes(page, "the history of the mappings");

      await screen(page, "Users");
      await page.getByRole("button", { name: "Who reports to whom" }).click();
      await page.getByRole("tree", { name: "Who reports to whom" }).getByRole("treeitem").nth(2).waitFor();
      await assertAccessibleInBothThemes(page, "who reports to whom");

      await screen(page, "Overview");
      const handOver = page.getByRole("region", { name: "To paste into the provider’s console" });
      await handOver.waitFor();
      const shown = (await handOver.textContent()) ?? "";
      assert.ok(shown.includes(new URL(server.baseUrl).host), `the address of the endpoint in ${shown}`);
      await handOver.getByRole("button", { name: /Show the token|Reveal/ }).first().click();
      await handOver.getByText(server.token).waitFor();
      // What was handed over works as it stands.
      assert.equal((await agent.get("Users?startIndex=1&count=1")).status, 200);
      await screen(page, "Traffic");
      await row(page, "200").waitFor();
      await assertAccessibleInBothThemes(page, "Traffic");
      await assertQuiet(page);
      await page.context().close();
    });

    test("the database administrator sees which objects are touched, by which statements, with which values", async () => {
      const page = await open();
      await screen(page, "Data");
      const views = page.getByRole("region", { name: "Views" });
      await views.getByRole("button").nth(5).waitFor();
      await page.getByRole("searchbox", { name: "Search tables and views" }).fill("userentitlements");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("grid").getByRole("row").nth(1).waitFor();
      await assertAccessibleInBothThemes(page, "Data");

      // What is taken along holds what an independent reader counts, and no secret.
      await page.getByRole("searchbox", { name: "Search tables and views" }).fill("users");
      await page.getByRole("region", { name: "Tables" }).getByRole("button", { name: /^users\b/i }).click();
      await page.getByRole("columnheader", { name: /lastname/i }).waitFor();
      await page.getByRole("button", { name: "Export all rows" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Export", exact: true }).click();
      const download = page.waitForEvent("download");
      await dialog.getByRole("button", { name: /^Save .*\.csv/ }).click();
      const lines = readFileSync(await (await download).path(), "utf8").trimEnd().split("\r\n");
      assert.equal(lines.length - 1, Number(await one("SELECT COUNT(*) FROM USERS")));
      assert.ok(!/password/i.test(lines[0]), lines[0]);
      await assertAccessibleInBothThemes(page, "an export");
      await page.keyboard.press("Escape");

      await screen(page, "Procedures");
      await row(page, "DEACTIVATE_USER").or(row(page, "deactivate_user")).first().click();
      await page.getByRole("tab", { name: "Source" }).click();
      await page.getByRole("tabpanel").getByText("UPDATE").first().waitFor();
      await assertAccessibleInBothThemes(page, "Procedures, source");

      await agent.get(`Users/${LUKE}`);
      await screen(page, "Traffic");
      await until(async () => (await row(page, LUKE).count()) > 0, "the exchange in the list");
      await row(page, LUKE).click();
      await page.getByRole("tab", { name: /^Statements/ }).click();
      // The value stands beside the text and never in it.
      const statements = page.getByRole("region", { name: "Exchange", exact: true });
      await statements.getByRole("table").first().getByText(LUKE).first().waitFor();
      await assertAccessibleInBothThemes(page, "the statements of an exchange");
      await assertQuiet(page);
      await page.context().close();
    });
  });
}
