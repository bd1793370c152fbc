// Operations: the mappings, their check, and a dry run that leaves nothing behind.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { assertQuiet, EXTENSION, launchBrowser, openConsole, provider, row, startServer } from "./support.mjs";


const LUKE = "luke.skywalker@galaxy.local";

let server;
let browser;
let agent;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  agent = provider(server);
});
after(async () => {
  agent?.close();
  await browser?.close();
  await server?.stop();
});

/** The user as the provider is told: read through the endpoint, not through the console. */
const told = async (id) => (await agent.get(`Users/${id}`)).json;
const statement = (page) => page.getByRole("textbox", { name: "Statement", exact: true });
/** Types a statement in the place of the one that is there. */
async function write(page, text) {
  await statement(page).click();
  await page.keyboard.press("Control+A");
  // Brackets and quotes would be closed by the editor; what is pasted is as it is.
  await page.keyboard.insertText(text);
}
const result = (page) => page.getByRole("region", { name: "Result of the dry run" });

test("the mappings stand beside what the check finds of each", async () => {
  const page = await openConsole(browser, server, { path: "/operations" });
  await row(page, "Update user", "Stored procedure").click();
  await statement(page).getByText("UPDATE_USER").waitFor();
  const parameters = page.getByRole("table", { name: "Parameters" });
  assert.equal(await parameters.getByRole("row").count(), 25);
  // What the routine calls each parameter stands beside where its value comes from.
  await parameters.getByRole("row").filter({ hasText: "p_hiredate" }).filter({ hasText: "fits" }).waitFor();
  assert.equal(await page.getByLabel("Parameter 24", { exact: true }).inputValue(), "PASSWORD_HASH");
  await page.getByText(/Nothing found: objects, parameters and types fit/).waitFor();
  await page.getByRole("button", { name: "Check the mappings" }).first().click();
  await page.getByRole("button", { name: "Check again" }).waitFor();
  await row(page, "Deactivate user", "Nothing found").waitFor();
  await row(page, "Incremental import", "Optional, not mapped").waitFor();
  await assertQuiet(page);
  await page.context().close();
});

test("a dry run of Deactivate user shows the row before and after, and the user is active as before", async () => {
  assert.equal((await told(LUKE)).active, true);
  const page = await openConsole(browser, server, { path: "/operations?op=deactivate_user&tab=try" });
  await page.getByLabel("USER_ID", { exact: true }).fill(LUKE);
  await page.keyboard.press("Control+Enter");
  const table = result(page).getByRole("table", { name: "USERS, before and after" });
  const cells = async (mark) => table.getByRole("row", { name: new RegExp(`^${mark}`) }).getByRole("cell").allTextContents();
  await table.waitFor();
  const headings = await table.getByRole("columnheader").allTextContents();
  assert.deepEqual(headings, ["Row", "USER_ID", "IS_ACTIVE"]);
  assert.deepEqual(await cells("before"), [LUKE, "true"]);
  assert.deepEqual(await cells("after"), [LUKE, "false"]);
  await result(page).getByText("Would succeed").waitFor();
  await result(page).getByText(/read a third time, the rows are as before/).waitFor();
  assert.equal((await told(LUKE)).active, true);

  // Another operation has the same user and no result; this one keeps its own.
  await row(page, "Activate user").click();
  await page.getByText(/Nothing has been run yet/).waitFor();
  assert.equal(await page.getByLabel("USER_ID", { exact: true }).inputValue(), LUKE);
  await row(page, "Deactivate user").click();
  await result(page).waitFor();
  await assertQuiet(page);
  await page.context().close();
});

test("a dry run of Update user, filled in from the row, changes one column and keeps nothing", async () => {
  const before = (await told(LUKE))[EXTENSION];
  const page = await openConsole(browser, server, { path: "/operations?op=update_user&tab=try" });
  await page.getByLabel("USER_ID", { exact: true }).fill(LUKE);
  await page.getByRole("button", { name: "Fill in from the user’s row" }).click();
  const title = page.getByLabel("TITLE", { exact: true });
  await page.waitForFunction((value) => document.querySelector("#field-TITLE")?.value === value, before.ext_TITLE);
  await title.fill("Hermit");
  await page.getByRole("button", { name: "Run and roll back" }).click();
  const change = result(page).getByRole("region", { name: "Changes in USERS" });
  await change.getByText("1 row changed").waitFor();
  await change.getByText("Hermit").waitFor();
  await change.getByText(before.ext_TITLE).waitFor();
  assert.deepEqual((await told(LUKE))[EXTENSION], before);
  await page.context().close();
});

test("a dry run that fails says why, where and what to do, and leaves nothing", async () => {
  const page = await openConsole(browser, server, { path: "/operations?op=add_entitlement&tab=try" });
  await page.getByLabel("USER_ID", { exact: true }).fill(LUKE);
  await page.getByLabel("ENT_ID", { exact: true }).fill("4711");
  await page.keyboard.press("Control+Enter");
  await result(page).getByText("Would fail").waitFor();
  await result(page).getByRole("region", { name: "Diagnosis" }).waitFor();
  assert.ok(!((await told(LUKE)).entitlements ?? []).some(({ value }) => value === "4711"));
  await page.context().close();
});

test("the keyboard alone: a list, an operation, Try it, Esc; reload keeps operation and tab", async () => {
  const page = await openConsole(browser, server, { path: "/operations" });
  const { keyboard } = page;
  await row(page, "Get users").waitFor();
  await page.getByRole("grid", { name: "Operations" }).focus();
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: "Get users" }).waitFor();
  await keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Run and roll back" }).waitFor();
  await keyboard.press("Control+Enter");
  await result(page).getByRole("region", { name: "Rows of statement 1" }).getByText("14 rows").waitFor();
  await page.reload();
  await page.getByRole("tab", { name: "Try it", selected: true }).waitFor();
  await page.getByText(/Nothing has been run yet/).waitFor();
  await page.getByRole("grid", { name: "Operations" }).focus();
  await keyboard.press("Escape");
  await page.getByRole("heading", { name: "Get users" }).waitFor({ state: "hidden" });
  await page.context().close();
});

const ANYBODY = "SELECT USER_ID, USERNAME, IS_ACTIVE, 'Changed' AS TITLE FROM USERS WHERE USER_ID = ?";
const configuration = () => readFileSync(join(server.folder, "demo", "sluice.toml"), "utf8");

test("a statement is checked while it is typed, tried before it is saved, saved with its comments, used at once, and undone", async () => {
  const before = configuration();
  const page = await openConsole(browser, server, { path: "/operations?op=get_user_by_id" });
  await statement(page).waitFor();
  await page.getByRole("button", { name: "SQL statement" }).click();
  await write(page, ANYBODY.replace("FROM USERS", "FROM USER"));
  const findings = page.getByRole("list", { name: "Findings for Get user by ID" });
  await findings.getByText(/names USER, which does not exist/).waitFor();
  await findings.getByText(/Did you mean USERS\?/).waitFor();
  await page.locator(".cm-mark-error").filter({ hasText: /^USER$/ }).waitFor();
  await write(page, ANYBODY);
  await page.getByText(/Nothing found/).first().waitFor();
  assert.equal(await page.getByLabel("Parameter 1", { exact: true }).inputValue(), "USER_ID");

  await page.keyboard.press("Control+Enter");
  await page.getByText(/as it stands here, which is not saved/).waitFor();
  await page.getByLabel("USER_ID", { exact: true }).fill(LUKE);
  await page.keyboard.press("Control+Enter");
  const answer = result(page).getByRole("region", { name: "As the provider would see it" });
  await answer.getByText("Changed").waitFor();
  assert.equal((await told(LUKE))[EXTENSION].ext_TITLE, "Jedi Knight");
  assert.equal(configuration(), before);

  await page.keyboard.press("Control+S");
  await page.getByText("Saved: Get user by ID").waitFor();
  assert.equal((await told(LUKE))[EXTENSION].ext_TITLE, "Changed");
  const comments = (text) => text.match(/^#.*$/gm).length;
  assert.equal(comments(configuration()), comments(before));

  await page.getByRole("tab", { name: "History" }).click();
  const versions = page.getByRole("list", { name: "Versions" });
  await versions.getByRole("button", { name: /2 Saved Get user by ID of jdbc_on_prem/ }).click();
  await page.getByRole("textbox", { name: "Version 2" }).getByText("Changed").waitFor();
  await page.getByRole("button", { name: "Undo the last change" }).click();
  await page.getByText("The last change is undone").waitFor();
  assert.equal((await told(LUKE))[EXTENSION].ext_TITLE, "Jedi Knight");
  assert.equal(configuration(), before);
  await assertQuiet(page);
  await page.context().close();
});

test("completion offers the columns of the table that the statement names", async () => {
  const page = await openConsole(browser, server, { path: "/operations?op=get_user_by_id" });
  await statement(page).waitFor();
  await page.getByText(/Completion offers \d+ tables and views/).waitFor();
  await write(page, "SELECT * FROM USERS WHERE EMPL");
  await page.keyboard.press("Control+Space");
  await page.getByRole("option", { name: /EMPLOYEENUMBER/ }).first().click();
  await statement(page).getByText("EMPLOYEENUMBER").waitFor();
  await page.context().close();
});

test("what somebody else wrote into the file is shown, taken, and what was typed stays", async () => {
  const page = await openConsole(browser, server, { path: "/operations?op=get_all_entitlements" });
  await statement(page).waitFor();
  await page.getByRole("button", { name: "SQL statement" }).click();
  await write(page, "SELECT * FROM ENTITLEMENTS");
  const file = join(server.folder, "demo", "sluice.toml");
  writeFileSync(file, `${configuration()}\n# by somebody else\n`);
  await page.keyboard.press("Control+S");
  await page.getByText(/was changed by somebody else since Sluice read it/).waitFor();
  await page.getByRole("button", { name: "Show the difference" }).click();
  await page.getByRole("textbox", { name: "In the file" }).getByText("# by somebody else").waitFor();
  await page.getByRole("button", { name: "Use theirs" }).click();
  await page.getByText("Their configuration is in use").waitFor();
  await statement(page).getByText("ENTITLEMENTS").waitFor();
  await page.getByRole("button", { name: /^Save/ }).first().click();
  await page.getByText("Saved: Get all entitlements").waitFor();
  assert.match(configuration(), /SELECT \* FROM ENTITLEMENTS/);
  assert.match(configuration(), /# by somebody else/);
  await page.context().close();
});

test("leaving with something unsaved asks first", async () => {
  const page = await openConsole(browser, server, { path: "/operations?op=get_users" });
  await statement(page).waitFor();
  await page.getByRole("switch", { name: "Get users is switched on" }).click();
  await page.getByText("1 change not saved").waitFor();
  await page.getByRole("link", { name: "Users" }).click();
  const question = page.getByRole("alertdialog", { name: "Leave without saving?" });
  await question.getByRole("button", { name: "Stay" }).click();
  await question.waitFor({ state: "hidden" });
  await page.getByRole("heading", { name: "Get users" }).waitFor();
  await page.getByRole("link", { name: "Users" }).click();
  await question.getByRole("button", { name: "Leave and lose them" }).click();
  await page.getByRole("heading", { name: "Users" }).first().waitFor();
  await page.context().close();
});

test("mappings are proposed from tables, compared, and taken as changes that are not saved", async () => {
  const before = configuration();
  const page = await openConsole(browser, server, { path: "/operations" });
  await page.getByRole("button", { name: "Generate mappings from tables" }).click();
  const dialog = page.getByRole("dialog", { name: "Generate from tables" });
  for (const [label, table] of [["Table of the users", "USERS"], ["Table of the entitlements", "ENTITLEMENTS"]]) {
    await page.getByLabel(label).fill(table);
    await page.keyboard.press("Tab");
  }
  await dialog.getByRole("button", { name: "Propose" }).click();
  await dialog.getByRole("list", { name: "Proposed mappings" }).getByRole("button", { name: "Update user" }).click();
  await dialog.getByRole("region", { name: "Update user" }).getByRole("button", { name: "Take this one" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await row(page, "Update user").getByText("changed and not saved").waitFor();
  await row(page, "Update user").click();
  await statement(page).getByText("UPDATE").first().waitFor();
  await page.getByText(/Nothing found/).first().waitFor();
  assert.equal(configuration(), before);
  await page.context().close();
});

for (const theme of ["light", "dark"]) {
  test(`axe finds nothing on mapping, columns and values, history and proposals, ${theme}`, async () => {
    const page = await openConsole(browser, server, { path: "/operations?op=update_user", theme });
    await page.getByText(/Nothing found: objects/).waitFor();
    await assertAccessible(page, "mapping");
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByRole("list", { name: "Versions" }).waitFor();
    await page.locator(".cm-mergeView").first().waitFor();
    await assertAccessible(page, "history");
    await page.getByRole("button", { name: "Columns and values of the application" }).click();
    await page.getByLabel("What means active").waitFor();
    await assertAccessible(page, "columns and values");
    await page.context().close();
  });
}
