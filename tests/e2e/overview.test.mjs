// Overview: figures that lead to what they count, start and stop, and what is handed over to the provider; the Guide.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertAccessibleInBothThemes } from "./axe.mjs";
import { assertQuiet, launchBrowser, openConsole, provider, row, startServer, until, user } from "./support.mjs";

const HAN = "han.solo@galaxy.local";

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

/** Presses a key on a chart and gives what it tells then. */
const press = async (page, chart, key) => {
  await page.keyboard.press(key);
  return chart.getAttribute("aria-valuetext");
};

test("what was requested is counted, what failed is told with whom, and both lead to Traffic", async () => {
  const agent = provider(server);
  const before = (await agent.get("Users/luke.skywalker@galaxy.local")).status;
  assert.equal(before, 200);
  for (let n = 0; n < 2; n += 1) assert.equal((await agent.put(`Users/${HAN}`, user(HAN, { HIREDATE: "31/12/2024" }))).status, 400);
  const page = await openConsole(browser, server, { path: "/?range=hour" });
  const failures = page.getByRole("region", { name: "Needs a look" });
  const line = failures.getByRole("link").filter({ hasText: HAN });
  await line.getByText("2×").waitFor();
  const failing = page.getByRole("region", { name: "Failing users" });
  await failing.getByText("Update user failed last").waitFor();

  // A chart is read by the keys, and the step that is now has what was just sent.
  const chart = page.getByRole("slider", { name: "Failures over time" });
  await chart.focus();
  await page.keyboard.press("End");
  await until(async () => /up to now: [1-9]\d* failed/.test((await chart.getAttribute("aria-valuetext")) ?? "") || /: [1-9]\d* failed/.test((await press(page, chart, "ArrowLeft")) ?? ""), "the step of the failures");
  await page.keyboard.press("Enter");
  await row(page, HAN, "400").waitFor();
  assert.match(page.url(), /after.*before/);

  // Once a change goes well, the user is no longer failing.
  assert.equal((await agent.put(`Users/${HAN}`, user(HAN))).status, 200);
  await page.go("/?range=hour");
  await failing.getByText("Written well since").waitFor();
  await failing.getByRole("link").filter({ hasText: HAN }).click();
  await row(page, HAN, "400").waitFor();
  assert.equal(await page.getByRole("grid").getByRole("row").filter({ hasText: "200" }).count(), 0, "only what failed is listed");
  agent.close();
  await assertQuiet(page);
  await page.context().close();
});

test("the Overview and the Guide are fit for everybody, in both themes", async () => {
  for (const path of ["/", "/?range=week", "/guide", "/guide?doc=handover"]) {
    const page = await openConsole(browser, server, { path });
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await page.getByRole(path.startsWith("/guide") ? "article" : "slider").first().waitFor();
    await assertAccessibleInBothThemes(page, path);
    await assertQuiet(page);
    await page.context().close();
  }
});

test("the certificate is saved as the file that the provider's console takes", async () => {
  const page = await openConsole(browser, server);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the certificate" }).click()]);
  assert.equal(readFileSync(await download.path(), "utf8"), readFileSync(server.certificate, "utf8"));
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
