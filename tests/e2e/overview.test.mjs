// Overview: start and stop, and what is handed over to the provider.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, openConsole, provider, startServer, until } from "./support.mjs";

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("the token is masked until it is revealed, and copying works", async () => {
  const page = await openConsole(browser, server);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const card = page.getByRole("region", { name: "To paste into the provider’s console" });
  await card.getByText(/^Bearer •+$/).waitFor();
  assert.ok(!(await page.locator("html").innerHTML()).includes(server.token));

  await card.getByRole("button", { name: "Copy the token" }).click();
  await card.getByText("Copied").first().waitFor();
  assert.equal(await clipboard(), `Bearer ${server.token}`);
  assert.ok(!(await page.locator("html").innerHTML()).includes(server.token), "copying does not reveal");

  await card.getByRole("button", { name: "Reveal the token" }).click();
  await card.getByText(`Bearer ${server.token}`).waitFor();
  await card.getByRole("button", { name: "Hide the token" }).click();
  await card.getByText(/^Bearer •+$/).waitFor();

  await card.getByRole("button", { name: "Copy the base URL" }).click();
  await page.waitForFunction((url) => navigator.clipboard.readText().then((text) => text === url), server.baseUrl);
  await card.getByRole("button", { name: "Copy the certificate as PEM" }).click();
  await page.waitForFunction(() => navigator.clipboard.readText().then((text) => text.startsWith("-----BEGIN CERTIFICATE-----")));
  await page.context().close();
});

test("the endpoint stops (after a confirmation) and starts", async () => {
  const page = await openConsole(browser, server);
  const agent = provider(server);
  const status = () => agent.get("Status").then((answer) => answer.status, (error) => error.code);
  assert.equal(await status(), 200);
  const stop = page.getByRole("button", { name: "Stop…" });
  await stop.click();
  const dialog = page.getByRole("alertdialog", { name: "Stop the endpoint of Demo?" });
  await dialog.getByText(new URL(server.baseUrl).host).waitFor();
  await dialog.getByRole("button", { name: "Keep it running" }).click();
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await status(), 200, "asking stops nothing");
  await until(() => stop.evaluate((element) => element === document.activeElement), "the focus back at its opener", 2_000);

  await stop.click();
  await dialog.getByRole("button", { name: "Stop the endpoint" }).click();
  await page.getByRole("contentinfo", { name: "Status" }).getByText("The endpoint is stopped").waitFor();
  await page.getByText("Start the endpoint to see its address.").waitFor();
  assert.match(String(await status()), /ECONNREFUSED|ECONNRESET/);

  await page.getByRole("button", { name: "Start", exact: true }).click();
  await stop.waitFor();
  await page.getByRole("contentinfo", { name: "Status" }).getByText(/Listening on https:/).waitFor();
  agent.close();
  await page.context().close();
});
