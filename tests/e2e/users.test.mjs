// Users: the database's rows beside what the provider is told.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertQuiet, launchBrowser, openConsole, provider, row, startServer, until, user } from "./support.mjs";

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("users are listed with the raw row beside what the provider sees, NULL as a tag, secret never", async () => {
  const page = await openConsole(browser, server, { path: "/users" });
  await row(page, "c3-po@galaxy.local").click();
  const table = page.getByRole("table", { name: "Row of the user" });
  const line = (column) => table.getByRole("row").filter({ has: page.getByRole("cell", { name: column, exact: true }) });
  await line("NICKNAME").getByText("Goldenrod").waitFor();
  await line("NICKNAME").getByText("ext_NICKNAME").waitFor();
  const tag = line("CITY").getByText("NULL", { exact: true });
  assert.equal(await tag.evaluate((element) => getComputedStyle(element).borderTopStyle), "dashed");
  await line("PASSWORD_HASH").getByText("•••").waitFor();
  await line("PASSWORD_HASH").getByText("never returned").waitFor();

  await page.getByRole("tab", { name: "As the provider sees it" }).click();
  const resource = await page.getByLabel("Resource as the provider sees it").textContent();
  const agent = provider(server);
  const told = (await agent.get("Users/c3-po@galaxy.local")).json;
  agent.close();
  const shown = JSON.parse(resource);
  assert.equal(shown.id, told.id);
  assert.deepEqual(Object.entries(shown).find(([name]) => name.endsWith(":User"))[1], Object.entries(told).find(([name]) => name.endsWith(":User"))[1]);
  assert.ok(!resource.includes("PASSWORD"));

  // Somebody with a hash: neither list nor pane nor wire carries it.
  await row(page, "yoda@galaxy.local").click();
  await page.getByRole("tab", { name: "Row and resource" }).click();
  await page.getByRole("heading", { name: "Yoda" }).waitFor();
  assert.ok(!(await page.locator("html").innerHTML()).includes("no-password"));

  await page.getByRole("tab", { name: /^Traffic/ }).click();
  await row(page, "c3-po@galaxy.local").click();
  await page.getByRole("link", { name: /Get user/ }).first().click();
  await page.getByRole("region", { name: "Exchange", exact: true }).getByRole("heading", { name: "Get user" }).waitFor();
  await page.context().close();
});

test("the application chosen in the title bar changes what the provider sees", async () => {
  const page = await openConsole(browser, server, { path: "/users?user=leia.organa@galaxy.local" });
  await page.getByRole("table", { name: "Row of the user" }).getByText("ext_FIRSTNAME").waitFor();
  await page.getByRole("button", { name: "Application jdbc_on_prem" }).click();
  await page.getByRole("menuitemradio", { name: /core/ }).click();
  await row(page, "leia.organa@galaxy.local").click();
  await page.getByRole("table", { name: "Row of the user" }).getByText("name.givenName").waitFor();
  assert.match(page.url(), /app=core/);
  await page.context().close();
});

test("of many users only those in view are fetched; the server filters, orders and searches", async () => {
  const agent = provider(server);
  const many = Array.from({ length: 430 }, (_, n) => `pupil.${String(n + 1).padStart(3, "0")}@school.example.org`);
  for (const id of many) assert.equal((await agent.post("Users", user(id, { TITLE: "Pupil" }))).status, 201);
  agent.close();
  const page = await openConsole(browser, server, { path: "/users" });
  const foot = (words) => page.getByRole("contentinfo").or(page.getByRole("status")).getByText(words, { exact: true }).first().waitFor();
  await foot("444 users");
  await page.getByRole("grid").press("End");
  await row(page, "yoda@galaxy.local").waitFor();

  await page.getByRole("columnheader", { name: "USER_ID" }).click();
  await page.getByRole("columnheader", { name: "USER_ID" }).click();
  await until(async () => /sort=/.test(page.url()) && /descending/.test(decodeURIComponent(page.url())), "the order in the address");
  await page.getByRole("grid").press("Home");
  await until(async () => (await page.getByRole("row").nth(1).textContent())?.includes("yoda@"), "Yoda at the top");
  await page.reload();
  await until(async () => (await page.getByRole("row").nth(1).textContent())?.includes("yoda@"), "the same order after a reload");

  await page.keyboard.press("/");
  await page.keyboard.type("smuggler");
  await foot("1 of 444 users");
  await row(page, "han.solo@galaxy.local").waitFor();
  await page.getByRole("searchbox").fill("nobody has this");
  await page.getByText("No user matches “nobody has this”").waitFor();
  await page.keyboard.press("Escape");
  await until(async () => (await page.getByRole("searchbox").inputValue()) === "", "the emptied field");
  await foot("444 users");
  await assertQuiet(page);
  await page.context().close();
});

test("a user is deactivated after a dry run, and activated again by undo; both are in Traffic", async () => {
  const agent = provider(server);
  const active = async () => (await agent.get("Users/han.solo@galaxy.local")).json.active;
  const page = await openConsole(browser, server, { path: "/users?user=han.solo@galaxy.local" });
  await page.getByRole("button", { name: "Deactivate…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("It would run: Deactivate user").waitFor();
  await dialog.getByRole("region", { name: "Changes in USERS" }).waitFor();
  assert.equal(await active(), true, "a dry run leaves nothing");
  await page.keyboard.press("Control+Enter");
  await dialog.getByRole("link", { name: "Exchange" }).waitFor();
  assert.equal(await active(), false);
  await dialog.getByRole("button", { name: "Undo, 1 user" }).click();
  await page.getByRole("dialog", { name: "Activate Han Solo" }).getByText("It would run: Activate user").waitFor();
  await page.keyboard.press("Control+Enter");
  await dialog.getByRole("link", { name: "Exchange" }).click();
  assert.equal(await active(), true);
  await page.getByRole("region", { name: "Exchange", exact: true }).getByRole("heading", { name: "Activate user" }).waitFor();
  agent.close();
  await page.context().close();
});

test("an entitlement is assigned to several users at once, and each says what happened", async () => {
  const page = await openConsole(browser, server, { path: "/users?search=galaxy" });
  await row(page, "c3-po@galaxy.local").waitFor();
  await page.getByRole("grid").press("Control+a");
  await page.getByRole("button", { name: "Assign…" }).click();
  await page.getByRole("checkbox", { name: /Slack Admin/ }).check();
  await page.getByRole("button", { name: "Assign…" }).last().click();
  const dialog = page.getByRole("dialog", { name: "Assign Slack Admin to 14 users" });
  await dialog.getByText("This is what would happen").waitFor({ timeout: 30_000 });
  await dialog.getByRole("button", { name: "Assign, 14 users" }).click();
  await dialog.getByRole("button", { name: /^14 changed$/ }).waitFor({ timeout: 30_000 });
  const agent = provider(server);
  const yoda = (await agent.get("Users/yoda@galaxy.local")).json;
  agent.close();
  assert.ok(yoda.entitlements.some(({ display }) => display === "Slack Admin"));
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await page.context().close();
});

test("who reports to whom is drawn, walked by keys, and leads to the person", async () => {
  const page = await openConsole(browser, server, { path: "/users?show=chart" });
  const tree = page.getByRole("tree", { name: "Who reports to whom" });
  const box = (name) => tree.getByRole("treeitem", { name });
  await box(/^Yoda, Grand Master, 1 direct report/).waitFor();
  await page.getByRole("combobox", { name: "Find a person" }).fill("astromech");
  await page.getByRole("option", { name: /R2-D2/ }).click();
  await box(/^R2-D2/).waitFor();
  await page.getByRole("heading", { name: "R2-D2" }).waitFor();
  assert.equal(await box(/^R2-D2/).getAttribute("aria-level"), "5");
  await tree.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Luke Skywalker" }).waitFor();
  await page.getByRole("tab", { name: "Manager and reports" }).click();
  await page.getByRole("region", { name: "Above" }).getByRole("button", { name: /Obi-Wan Kenobi/ }).waitFor();
  await page.context().close();
});
