// What is true of every screen: nobody is shut out, as far as axe can tell, and where nobody touches anything it rests. A window
// that stays open all day must not draw itself anew for ever.
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { sendADay } from "./scenario.mjs";
import { SCREENS, STATES } from "./screens.mjs";
import { assertQuiet, launchBrowser, openConsole, startServer, until } from "./support.mjs";

/** ms that are looked at at once */
const LOOKED_AT = 300;

let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
  await sendADay(server, 0);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** How much of the time the page's own thread is busy, from 0 to 1: about 0.01 where it rests, and 1 where one drawing asks for the next. */
async function busy(page, worked) {
  const [before, begin] = [await worked(), performance.now()];
  await page.waitForTimeout(LOOKED_AT);
  return ((await worked()) - before) / ((performance.now() - begin) / 1000);
}

for (const [name, { path, act, newcomer = false }] of Object.entries({ ...SCREENS, ...STATES })) {
  test(`${name} rests when it stands, and axe finds nothing`, async () => {
    const page = await openConsole(browser, server, { path, newcomer });
    await act(page);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const worked = async () => (await session.send("Performance.getMetrics")).metrics.find(({ name: each }) => each === "TaskDuration").value;
    // What a press set going may take its time on a busy machine; what goes round never rests.
    await until(async () => (await busy(page, worked)) < 0.5, "the page to rest");
    await page.evaluate(() => document.querySelectorAll("main details").forEach((one) => (one.open = true)));
    await assertAccessible(page, name);
    await assertQuiet(page);
    await page.context().close();
  });
}
