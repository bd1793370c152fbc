// Operations: the mappings, their check, and a dry run that leaves nothing behind.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { EXTENSION, launchBrowser, openConsole, provider, row, startServer } from "./support.mjs";

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
const result = (page) => page.getByRole("region", { name: "Result of the dry run" });

test("the mappings stand beside what the check finds of each", async () => {
  const page = await openConsole(browser, server, { path: "/operations" });
  await row(page, "Update user", "Stored procedure").click();
  await page.getByLabel("Text of the statement").getByText("UPDATE_USER").waitFor();
  const parameters = page.getByRole("table", { name: "Parameters" });
  assert.equal(await parameters.getByRole("row").count(), 25);
  await parameters.getByRole("row", { name: "24 Field PASSWORD_HASH secret" }).waitFor();
  await page.getByRole("button", { name: "Check the mappings" }).first().click();
  await page.getByRole("button", { name: "Check again" }).waitFor();
  await row(page, "Deactivate user", "Nothing found").waitFor();
  await row(page, "Incremental import", "Optional, not mapped").waitFor();
  assert.deepEqual(page.complaints, []);
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
  await page.getByText(/Nothing was run yet/).waitFor();
  assert.equal(await page.getByLabel("USER_ID", { exact: true }).inputValue(), LUKE);
  await row(page, "Deactivate user").click();
  await result(page).waitFor();
  assert.deepEqual(page.complaints, []);
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
  await page.getByText(/Nothing was run yet/).waitFor();
  await page.getByRole("grid", { name: "Operations" }).focus();
  await keyboard.press("Escape");
  await page.getByRole("heading", { name: "Get users" }).waitFor({ state: "hidden" });
  await page.context().close();
});
