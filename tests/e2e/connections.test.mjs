// Connections: from an empty workspace to an application with its operations, on real databases; a test step by step; no
// password anywhere but where it is kept.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { assertQuiet, launchBrowser, openConsole, provider, row, startDatabase, startServer, until } from "./support.mjs";


let database;
let server;
let browser;
let file;
before(async () => {
  [database, browser] = await Promise.all([startDatabase("mariadb"), launchBrowser()]);
  // Nothing but the frame of a workspace.
  server = await startServer({ folder: mkdtempSync(join(tmpdir(), "sluice-")), database: { ...database, configuration: '# Mine.\n[workspace]\nname = "Empty"\n' } });
  file = join(server.folder, "sluice.toml");
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await database?.stop();
});

const from = (key) => new RegExp(`^${key} = "?([^"\\n]*)"?`, "m").exec(database.configuration.split("[connections.demo]")[1])[1];
const step = (page, name) => page.getByRole("list", { name: "Steps of the test" }).getByRole("listitem").filter({ hasText: name });

test("an empty workspace says on every screen what comes next", async () => {
  const page = await openConsole(browser, server);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  for (const path of ["/users", "/entitlements", "/operations", "/procedures", "/data"]) {
    await page.go(path);
    await page.getByRole("link", { name: "Add a connection" }).waitFor();
    assert.equal(await page.getByRole("alert").count(), 0, path);
  }
  await page.go("/connections");
  await page.getByText("No connection yet", { exact: true }).waitFor();
  await assertAccessible(page);
  await assertQuiet(page);
  await page.context().close();
});

test("a connection is tried, saved, used by an application, and its operations are generated from tables", async () => {
  const page = await openConsole(browser, server, { path: "/connections?add=connection", theme: "light" });
  await page.getByLabel("Name", { exact: true }).fill("hr");
  await page.getByLabel("Host", { exact: true }).fill("127.0.0.1");
  await page.getByLabel("Port", { exact: true }).fill(from("port"));
  await page.getByRole("textbox", { name: "Database", exact: true }).fill(from("database"));
  await page.getByLabel("User", { exact: true }).fill(from("user"));
  await page.getByLabel("Password", { exact: true }).fill("not the one");
  await page.getByRole("button", { name: "Test connection" }).click();
  await page.getByText("It does not work").waitFor();
  await step(page, "Login").getByText(/refuses the account/).waitFor();
  await step(page, "Version").getByText("Not reached.").waitFor();

  await page.getByLabel("Password", { exact: true }).fill(database.password);
  await page.getByLabel("Password", { exact: true }).press("Control+Enter");
  await page.getByText(/It works/).waitFor();
  await step(page, "Version").getByText(/MariaDB/).waitFor();
  await assertAccessible(page);
  assert.equal(readFileSync(file, "utf8").includes("[connections"), false, "a test saves nothing");

  await page.getByText("There is no keyring here").waitFor();
  await page.getByRole("button", { name: "Add this connection" }).click();
  await row(page, "hr", "Answers").waitFor();
  const text = readFileSync(file, "utf8");
  assert.match(text, /^# Mine\.\n/);
  assert.match(text, /\[connections\.hr\]/);
  const secrets = join(server.folder, "secrets.toml");
  assert.equal(statSync(secrets).mode & 0o777, 0o600);
  for (const name of readdirSync(server.folder, { recursive: true })) {
    const path = join(server.folder, name);
    if (statSync(path).isFile()) assert.equal(readFileSync(path).includes(database.password), path === secrets, path);
  }

  await page.getByRole("button", { name: "Add application" }).click();
  await page.getByLabel("Name", { exact: true }).fill("jdbc_on_prem");
  await page.getByRole("button", { name: "Add this application" }).click();
  await page.getByRole("button", { name: "Generate its operations" }).click();
  const dialog = page.getByRole("dialog", { name: "Generate from tables" });
  await dialog.getByLabel("Table of the users").fill("USERS");
  await dialog.getByLabel("Table of the entitlements").fill("ENTITLEMENTS");
  // The names of the tables come from the database: before they are there, no list is open.
  await page.getByRole("option", { name: /^ENTITLEMENTS/ }).waitFor();
  await page.keyboard.press("Escape");
  if ((await dialog.count()) === 0) throw new Error("Escape in the list of names closed the dialog");
  await dialog.getByRole("button", { name: "Propose" }).click();
  await dialog.getByRole("button", { name: "Take all of them" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Save all" }).click();
  await page.getByText(/^Saved: 11 changes|^Saved: 1[01] changes/).waitFor();

  const agent = provider(server);
  const users = await agent.get("Users?startIndex=1&count=100");
  assert.equal(users.status, 200, users.text);
  // Of the fifteen people of the demo one is inactive, and what is generated lists the others.
  assert.equal(users.json.totalResults, 14);
  agent.close();
  await assertQuiet(page);
  await page.context().close();
});

test("a connection that is used stays; a duplicate goes, and an undo brings it back", async () => {
  const page = await openConsole(browser, server, { path: "/connections?name=hr" });
  await page.getByRole("button", { name: "Remove hr" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByText(/It is used by jdbc_on_prem/).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();

  await page.getByRole("button", { name: "Duplicate this connection" }).click();
  await page.getByRole("button", { name: "Add this connection" }).click();
  await row(page, "hr-copy", "Answers").waitFor();
  await page.getByRole("button", { name: "Remove hr-copy" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove hr-copy" }).click();
  await until(() => !readFileSync(file, "utf8").includes("hr-copy"), "the connection to be removed");
  await page.getByRole("listitem").filter({ hasText: "Removed: hr-copy" }).getByRole("button", { name: "Undo" }).click();
  await row(page, "hr-copy", "Answers").waitFor();
  await assertQuiet(page);
  await page.context().close();
});

test("a test that waits for an answer can be cancelled, and nothing of it goes on", async () => {
  const page = await openConsole(browser, server, { path: "/connections?add=connection" });
  // An address of the documentation (RFC 5737): nobody answers, and nobody refuses.
  await page.getByLabel("Host", { exact: true }).fill("192.0.2.1");
  await page.getByRole("textbox", { name: "Database", exact: true }).fill("hr");
  await page.getByLabel("User", { exact: true }).fill("scim");
  await page.getByRole("button", { name: "Test connection" }).click();
  await step(page, "Name lookup").getByText(/nothing to look up/).waitFor();
  const cancel = page.getByRole("button", { name: "Cancel" });
  // Some networks say at once that no way leads there.
  if (await cancel.isVisible()) {
    await cancel.click();
    await page.getByText(/Cancelled|It does not work/).first().waitFor();
  }
  await page.context().close();
});
