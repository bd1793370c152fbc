// Users: the database's rows beside what the provider is told.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, openConsole, provider, row, startServer, until, user } from "./support.mjs";

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

test("search and paging", async () => {
  const agent = provider(server);
  const many = Array.from({ length: 130 }, (_, n) => `pupil.${String(n + 1).padStart(3, "0")}@school.example.org`);
  for (const id of many) assert.equal((await agent.post("Users", user(id, { TITLE: "Pupil" }))).status, 201);
  agent.close();
  const page = await openConsole(browser, server, { path: "/users" });
  await page.getByText("1–100 of 144").waitFor();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.getByText("101–144 of 144").waitFor();
  await page.getByRole("grid").press("End");
  await row(page, "yoda@galaxy.local").waitFor();
  assert.match(page.url(), /start=101/);
  assert.ok(await page.getByRole("button", { name: "Next page" }).isDisabled());
  await page.reload();
  await page.getByText("101–144 of 144").waitFor();
  await page.getByRole("grid").focus();
  await page.keyboard.press("[");
  await page.getByText("1–100 of 144").waitFor();

  const asked = page.waitForRequest((request) => request.url().endsWith("/rpc/users.list") && request.postData()?.includes('"search":"smuggler"'));
  await page.keyboard.press("/");
  await page.keyboard.type("smuggler");
  await asked;
  await page.getByText("1–1 of 1").waitFor();
  await row(page, "han.solo@galaxy.local").waitFor();
  await page.getByRole("searchbox").fill("nobody has this");
  await page.getByText("No user matches “nobody has this”").waitFor();
  await page.keyboard.press("Escape");
  await until(async () => (await page.getByRole("searchbox").inputValue()) === "", "the emptied field");
  await page.getByText("1–100 of 144").waitFor();
  await page.context().close();
});
