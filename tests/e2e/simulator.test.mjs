// Simulator: an import and what it would change, a user's whole life, two applications side by side, another server by its URL.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { assertQuiet, launchBrowser, openConsole, provider, startServer, user } from "./support.mjs";

const LUKE = "luke.skywalker@galaxy.local";

let server;
let other;
let browser;
let agent;
before(async () => {
  [server, other, browser] = await Promise.all([startServer(), startServer(), launchBrowser()]);
  agent = provider(server);
});
after(async () => {
  agent?.close();
  await browser?.close();
  await Promise.all([server?.stop(), other?.stop()]);
});

const changes = (page) => page.getByRole("region", { name: "What it would change" });
const runImport = async (page) => {
  await page.getByRole("button", { name: "Run the import" }).first().click();
  await page.getByRole("button", { name: "Run the import" }).first().waitFor();
  await changes(page).getByRole("button", { name: "Report" }).waitFor();
};

test("an import reads everybody, and the next one shows what changed in between", async () => {
  const page = await openConsole(browser, server, { path: "/simulator" });
  const total = (await agent.get("Users?startIndex=1&count=1")).json.totalResults;
  await runImport(page);
  await changes(page).getByRole("button", { name: new RegExp(`New ${total} will be created`) }).waitFor();
  await page.getByRole("region", { name: "Paging check" }).getByText("Nobody stands on two pages.").waitFor();

  const held = (await agent.get(`Users/${LUKE}`)).json;
  await agent.put(`Users/${LUKE}`, { ...held, ...user(LUKE, { TITLE: "General" }) });
  await runImport(page);
  const changed = changes(page).getByRole("button", { name: /Changed 1 profile will be updated/ });
  await changed.click();
  const table = page.getByRole("table", { name: `What changed of ${LUKE}` });
  await table.getByRole("row", { name: /ext_TITLE .* General/ }).waitFor();
  // Reload keeps the run and the open list.
  await page.reload();
  await page.getByRole("table", { name: `What changed of ${LUKE}` }).waitFor();

  await runImport(page);
  await changes(page).getByText("no difference: the provider does nothing").waitFor();

  const download = page.waitForEvent("download");
  await changes(page).getByRole("button", { name: "Report" }).click();
  const text = readFileSync(await (await download).path(), "utf8");
  assert.match(text, /Simulated import of jdbc_on_prem/);
  assert.ok(!text.includes(server.token));
  await assertQuiet(page);
  await page.context().close();
});

test("a user's whole life is previewed, sent, and each call leads to its exchange", async () => {
  const page = await openConsole(browser, server, { path: "/simulator?play=life" });
  const name = await page.getByLabel(/^userName/).inputValue();
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("Preview: the writes were not sent").waitFor();
  assert.equal((await agent.lookUp(name)).json.totalResults, 0);

  await page.getByRole("button", { name: "Send…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Send for real" }).click();
  await page.getByText("The provider would call it a success").waitFor({ timeout: 30_000 });
  const found = (await agent.lookUp(name)).json;
  assert.equal(found.totalResults, 1);
  assert.equal(found.Resources[0].active, false);
  await page.getByText("Create the user", { exact: true }).click();
  await page.getByRole("link", { name: "Open its exchange in Traffic" }).first().click();
  await page.getByRole("region", { name: /Exchange/ }).first().waitFor();
  await assertQuiet(page);
  await page.context().close();
});

test("another server is trusted by its confirmed certificate, and stands beside ours", async () => {
  const page = await openConsole(browser, server, { path: "/simulator?play=look" });
  await page.getByRole("button", { name: "Add a SCIM server" }).click();
  const dialog = page.getByRole("dialog", { name: "Another SCIM server" });
  await dialog.getByLabel("Name", { exact: true }).fill("vendor");
  await dialog.getByLabel("Base URL").fill(other.baseUrl);
  await dialog.getByLabel("Value of the header").fill(`Bearer ${other.token}`);
  await dialog.getByRole("button", { name: "Look at its certificate" }).click();
  await dialog.getByRole("button", { name: /accept exactly this certificate/ }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });

  await page.go("/simulator?play=look&target=own%3Ajdbc_on_prem&beside=saved%3Avendor");
  await page.getByRole("button", { name: "Send the calls" }).click();
  await page.getByRole("region", { name: "Side by side" }).getByText(/Only differences/).waitFor({ timeout: 30_000 });
  await page.getByRole("region", { name: "Calls to vendor" }).getByText("Read the schemas").waitFor();
  await assertQuiet(page);
  await page.context().close();
});

for (const theme of ["dark", "light"]) {
  test(`nothing serious is wrong for those who use other means, ${theme}`, async () => {
    const page = await openConsole(browser, server, { path: "/simulator", theme });
    await changes(page).waitFor();
    await assertAccessible(page, "an import");
    await page.go("/simulator?play=assign");
    await page.getByRole("button", { name: "Preview" }).waitFor();
    await assertAccessible(page, "a task before it is sent");
    // What the test above left: calls and answers of two servers, all of them opened.
    await page.go("/simulator?play=look");
    await page.getByRole("region", { name: "Side by side" }).waitFor();
    await page.evaluate(() => document.querySelectorAll("main details").forEach((one) => (one.open = true)));
    await assertAccessible(page, "two servers side by side");
    await page.context().close();
  });
}
