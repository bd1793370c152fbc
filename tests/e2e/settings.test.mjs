// Configuration: the certificate and the token are exchanged while the provider calls, and the record is bounded.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { assertQuiet, launchBrowser, openConsole, provider, startServer, until } from "./support.mjs";


let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const open = async (section, title) => {
  const page = await openConsole(browser, server, { path: `/configuration/${section}` });
  await page.getByRole("heading", { level: 2, name: title, exact: true }).waitFor();
  return page;
};

test("a new certificate is made, saved for the agent, taken, and the one before is kept aside", async () => {
  const page = await open("certificate", "Certificate");
  const before = readFileSync(server.certificate, "utf8");
  const agent = provider(server);
  assert.equal((await agent.get("Users?count=1")).status, 200);

  await page.getByRole("button", { name: "Make a new one" }).click();
  const ready = page.getByRole("region", { name: "Ready to be used" });
  await ready.waitFor({ timeout: 120_000 });
  const download = page.waitForEvent("download");
  await ready.getByRole("button", { name: "Save for the agent…" }).click();
  const saved = readFileSync(await (await download).path(), "utf8");
  assert.match(saved, /^-----BEGIN CERTIFICATE-----/);
  assert.notEqual(saved, before);
  assert.doesNotMatch(saved, /PRIVATE KEY/);
  assert.equal(readFileSync(server.certificate, "utf8"), before, "nothing is in use by being made");

  await ready.getByRole("button", { name: "Use it…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Use it" }).click();
  await page.getByRole("region", { name: "Kept aside" }).waitFor();
  assert.equal(readFileSync(server.certificate, "utf8"), saved);
  assert.equal((await agent.get("Users?count=1")).status, 200, "the connection that was open goes on");
  assert.equal((await provider(server).get("Users?count=1")).status, 200, "and who was given the new one comes in");
  await page.context().close();
});

test("the token is rotated, both are good, who shows the old one is seen, and it is ended", async () => {
  const page = await open("token", "Token");
  const old = server.token;
  await page.getByRole("button", { name: "1 hour" }).click();
  await page.getByRole("button", { name: "Make a new token…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Make a new token" }).click();
  await page.getByRole("region", { name: "The previous token" }).waitFor();
  assert.ok(!(await page.locator("html").innerHTML()).includes(old));

  assert.equal((await provider(server, { token: old }).get("Users?count=1")).status, 200);
  await page.getByRole("row", { name: /jdbc_on_prem/ }).waitFor({ timeout: 15_000 });

  await page.getByRole("button", { name: "End it now…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "End it" }).click();
  // Behind an open question nothing else is found by its role, so the question goes first.
  await page.getByRole("alertdialog").waitFor({ state: "detached" });
  await page.getByRole("region", { name: "The previous token" }).waitFor({ state: "detached" });
  assert.equal((await provider(server, { token: old }).get("Users?count=1")).status, 401);

  await page.getByRole("button", { name: "Reveal the token" }).click();
  const shown = await until(async () => (await page.getByText(/^Bearer [0-9a-f]{32}$/).first().textContent())?.slice("Bearer ".length), "the new token");
  assert.equal((await provider(server, { token: shown }).get("Users?count=1")).status, 200);
  server.token = shown;
  await page.context().close();
});

test("a bound of the record says what would go, and removes it", async () => {
  const agent = provider(server);
  for (let n = 0; n < 5; n += 1) await agent.get("Users?count=1");
  const page = await open("record", "Record");
  await page.getByRole("textbox", { name: "By number" }).fill("2");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByText(/With these limits these go: \d+ exchanges/).waitFor();
  await dialog.getByRole("button", { name: "Save and remove them" }).click();
  await page.getByText(/\d+ exchanges removed\./).waitFor();
  assert.match(readFileSync(join(server.folder, "demo", "sluice.toml"), "utf8"), /keep_exchanges = 2/);
  await page.context().close();
});

for (const theme of ["light", "dark"])
  test(`every section passes axe in the ${theme} theme`, async () => {
    for (const [section, title] of [["endpoint", "Endpoint"], ["certificate", "Certificate"], ["token", "Token"], ["record", "Record"], ["logging", "Logging"], ["appearance", "Appearance"]]) {
      const page = await openConsole(browser, server, { path: `/configuration/${section}`, theme });
      await page.getByRole("heading", { level: 2, name: title, exact: true }).waitFor();
      await page.getByRole("region").first().waitFor();
      await assertAccessible(page, section);
      await assertQuiet(page);
      await page.context().close();
    }
  });
