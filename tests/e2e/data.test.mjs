// Data: tables and views of the demo, their rows, where foreign keys lead, and the way out as a file.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { assertQuiet, launchBrowser, openConsole, row, startServer, until } from "./support.mjs";


let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const rows = (page, name) => page.getByRole("grid", { name: `Rows of ${name}` });

test("the six views are found by what they show, and the chosen one opens", async () => {
  const page = await openConsole(browser, server, { path: "/data" });
  const views = page.getByRole("region", { name: "Views" });
  await views.getByRole("button").nth(5).waitFor();
  assert.equal(await views.getByRole("button").count(), 6);
  await page.getByRole("searchbox", { name: "Search tables and views" }).fill("clean up");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await rows(page, "V_INACTIVE_USERENTITLEMENTS").waitFor();
  await page.getByRole("tab", { name: "Source" }).click();
  await page.getByLabel("Text of the statement").getByText("USERENTITLEMENTS").first().waitFor();
  await page.context().close();
});

test("a row is followed to what it refers to and back to what refers to it", async () => {
  const page = await openConsole(browser, server, { path: "/data?table=USERENTITLEMENTS" });
  // Not the middle of the row: there the arrow stands that leads away at once.
  await row(page, "yoda@galaxy.local").getByText("yoda@galaxy.local").click();
  const form = page.getByRole("region", { name: "Row", exact: true });
  await form.getByRole("button", { name: "Go to the row of USERS" }).click();
  await rows(page, "USERS").waitFor();
  await page.getByText("1 row", { exact: true }).waitFor();
  await page.getByRole("group", { name: "Filters" }).getByText("yoda@galaxy.local").waitFor();
  await row(page, "yoda@galaxy.local").click();
  const back = page.getByRole("region", { name: "Referenced by" }).getByRole("button");
  // sql/demo: Yoda holds four entitlements.
  await back.getByText("4", { exact: true }).waitFor();
  await back.click();
  await page.getByText("4 rows", { exact: true }).waitFor();
  await page.goBack();
  await rows(page, "USERS").waitFor();
  await page.context().close();
});

test("order, filter and columns by the keyboard alone, kept in the address over a reload", async () => {
  const page = await openConsole(browser, server, { path: "/data?table=USERS" });
  const grid = rows(page, "USERS");
  await grid.focus();
  await page.keyboard.press("ArrowUp");
  for (let n = 0; n < 3; n += 1) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await until(async () => (await page.getByRole("columnheader", { name: "LASTNAME" }).getAttribute("aria-sort")) === "ascending", "the order");
  await page.keyboard.press("f");
  await page.getByRole("form", { name: "Filter by LASTNAME" }).waitFor();
  await page.keyboard.type("sky");
  await page.keyboard.press("Enter");
  await page.getByText("2 rows", { exact: true }).waitFor();
  await page.reload();
  await page.getByText("2 rows", { exact: true }).waitFor();
  await row(page, "luke.skywalker@galaxy.local").waitFor();
  await page.getByRole("button", { name: /Remove the filter LASTNAME/ }).click();
  await page.getByText("15 rows", { exact: true }).waitFor();
  await page.context().close();
});

test("a secret column shows whether there is a value, and no way leads to it", async () => {
  const page = await openConsole(browser, server, { path: "/data?table=USERS" });
  await rows(page, "USERS").waitFor();
  await row(page, "yoda@galaxy.local").click();
  const form = page.getByRole("table", { name: /^Row/ });
  await form.getByRole("row").filter({ hasText: "PASSWORD_HASH" }).getByText("•••").waitFor();
  assert.ok(!(await page.locator("html").innerHTML()).includes("no-password"));
  await page.context().close();
});

test("all rows are exported to a file of its owner's, without the secret column", async () => {
  const page = await openConsole(browser, server, { path: "/data?table=USERS" });
  await page.getByText("15 rows", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Export all rows" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Export", exact: true }).click();
  await dialog.getByText(/^15 rows, [0-9.]+ KB/).waitFor();
  const path = await dialog.getByText(/exports\/USERS-.*\.csv$/).textContent();
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const lines = readFileSync(path, "utf8").trimEnd().split("\r\n");
  assert.equal(lines.length, 16);
  assert.ok(lines[0].startsWith("USER_ID,USERNAME,") && !lines[0].includes("PASSWORD_HASH"));
  assert.ok(lines.some((line) => line.startsWith("yoda@galaxy.local,")));
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: /^Save USERS-/ }).click();
  const saved = await (await download).path();
  assert.equal(readFileSync(saved, "utf8"), readFileSync(path, "utf8"));
  await dialog.getByRole("button", { name: /^Remove USERS-/ }).click();
  await until(() => !statSync(path, { throwIfNoEntry: false }), "the removed file");
  await page.context().close();
});

for (const theme of ["light", "dark"])
  test(`axe finds nothing on the rows and a row, ${theme}`, async () => {
    const page = await openConsole(browser, server, { path: "/data?table=USERS&row=2", theme });
    await page.getByRole("table", { name: "Row 3" }).waitFor();
    await assertAccessible(page);
    await assertQuiet(page);
    await page.context().close();
  });
