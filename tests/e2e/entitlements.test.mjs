// Entitlements: what there is, who holds it, and what a change of the provider's makes of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertQuiet, launchBrowser, openConsole, provider, row, startServer, user } from "./support.mjs";

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const cells = (page, name) => row(page, name).getByRole("gridcell").allTextContents();

test("entitlements are listed with their holders, counted anew on demand, and lead to the users", async () => {
  const page = await openConsole(browser, server, { path: "/entitlements" });
  // As the demo's people.sql has it.
  await row(page, "Salesforce").waitFor();
  assert.deepEqual(await cells(page, "Salesforce"), ["Salesforce", "10", "NULL", "1", "0"]);
  assert.deepEqual(await cells(page, "Slack Admin"), ["Slack Admin", "8", "Manage channels and members", "0", "0"]);
  await page.getByText("10 entitlements, 14 users").waitFor();

  const agent = provider(server);
  assert.equal((await agent.post("Users", user("grace.hopper@example.org", {}, { entitlements: [8, 10] }))).status, 201);
  agent.close();
  await page.getByRole("button", { name: "Ask the database again" }).click();
  await page.getByText("10 entitlements, 15 users").waitFor();
  assert.equal((await cells(page, "Slack Admin")).at(3), "1");
  assert.equal((await cells(page, "Salesforce")).at(3), "2");

  await row(page, "Slack Admin").click();
  const holders = page.getByRole("region", { name: "Holders" });
  await holders.getByRole("link", { name: "grace.hopper@example.org" }).waitFor();
  assert.equal(await holders.getByRole("link").count(), 1);
  await page.reload();
  await holders.getByRole("link", { name: "grace.hopper@example.org" }).click();
  await page.getByRole("region", { name: "User", exact: true }).getByRole("heading", { name: "Grace Hopper" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Slack Admin" }).waitFor();

  // What users hold who are not imported is told, and not counted.
  await row(page, "Database Write").click();
  const pane = page.getByRole("region", { name: "Entitlement", exact: true });
  await pane.getByText("1 row gives it to somebody").waitFor();
  await pane.getByRole("link", { name: "wilhuff.tarkin@galaxy.local" }).waitFor();
  assert.equal(await pane.getByRole("link", { name: "darth.vader" }).count(), 0);
  await assertQuiet(page);
  await page.context().close();
});

test("the keyboard searches, walks, opens and closes", async () => {
  const page = await openConsole(browser, server, { path: "/" });
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await row(page, "VPN Access").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("database");
  await page.getByText("2 of 10 entitlements").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Database Write" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "Entitlement", exact: true }).waitFor({ state: "detached" });
  await page.getByRole("searchbox").fill("nothing like it");
  await page.getByText("No entitlement matches “nothing like it”").waitFor();
  await page.getByRole("button", { name: "Clear the search" }).click();
  await row(page, "VPN Access").waitFor();
  await page.context().close();
});

test("the usage is drawn, and what an inactive user still holds is taken away from there", async () => {
  const agent = provider(server);
  const vader = async () => (await agent.get("Users/darth.vader@galaxy.local")).json;
  assert.equal((await vader()).active, false);
  const page = await openConsole(browser, server, { path: "/entitlements?show=usage" });
  await page.getByRole("region", { name: "How many hold each" }).getByRole("button", { name: /^VPN Access ?: \d+ active users, 1 person left out/ }).waitFor();
  await page.getByRole("row", { name: /Darth Vader/ }).getByRole("img", { name: "holds VPN Access" }).waitFor();
  await page.getByRole("button", { name: "Revoke all from 1 person…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/It would run: Remove entitlement/).waitFor();
  assert.notEqual((await vader()).entitlements.length, 0, "a dry run leaves nothing");
  await dialog.getByRole("button", { name: "Revoke", exact: true }).click();
  await dialog.getByRole("link", { name: "Exchange" }).waitFor();
  assert.equal((await vader()).entitlements.length, 0);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await page.getByText("Nobody holds anything who is not an active user.").waitFor();
  await assertQuiet(page);
  agent.close();
  await page.context().close();
});
