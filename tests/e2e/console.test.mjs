// The console as a whole: every screen in both themes, the keyboard alone, and the door.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { FAILED, sendADay } from "./scenario.mjs";
import { assertQuiet, launchBrowser, loginLink, openConsole, row, startServer, until } from "./support.mjs";


let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  await sendADay(server, 0);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** What the server has kept of the layout, by its names. */
function readKept({ folder }) {
  const file = join(folder, "kept", "layout.json");
  const items = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
  return Object.fromEntries(items.map(({ name, body }) => [name, body]));
}

for (const theme of ["dark", "light"]) {
  test(`every screen of the sidebar opens, axe finds nothing on each, ${theme}`, async () => {
    const page = await openConsole(browser, server, { theme });
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), theme);
    const sidebar = page.getByRole("navigation", { name: "Screens" });
    const links = sidebar.getByRole("link");
    assert.equal(await links.count(), 11);
    for (const link of await links.all()) {
      const name = await link.locator("span").first().textContent();
      await link.click();
      await page.getByRole("heading", { level: 1, name }).waitFor({ state: "attached" });
      assert.equal(await link.getAttribute("aria-current"), "page");
      assert.equal(await page.title(), `${name} · Sluice`);
      if (name === "Traffic") {
        await row(page, FAILED, "400").click();
        // The parts of the pane are made of the same pieces: one theme shows their structure, the first tab both colours.
        for (const tab of theme === "dark" ? ["Statements", "Rows", "Request", "Answer", "Trace"] : ["Trace"]) {
          await page.getByRole("tab", { name: new RegExp(`^${tab}`) }).click();
          await assertAccessible(page, `${name}, ${tab}`);
        }
      }
      if (name === "Users") {
        await row(page, "luke.skywalker@").click();
        await page.getByRole("table", { name: "Row of the user" }).waitFor();
      }
      if (name === "Operations") {
        await row(page, "Deactivate user").click();
        await page.getByRole("table", { name: "Parameters" }).waitFor();
        await assertAccessible(page, `${name}, mapping`);
        await page.getByRole("tab", { name: "Try it" }).click();
        await page.getByLabel("USER_ID", { exact: true }).fill("luke.skywalker@galaxy.local");
        await page.keyboard.press("Control+Enter");
        await page.getByRole("table", { name: "USERS, before and after" }).waitFor();
      }
      if (name === "Overview") await page.getByRole("region", { name: "Needs a look" }).getByText(FAILED).waitFor();
      await assertAccessible(page, name);
    }
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    await assertAccessible(page, "palette");
    await assertQuiet(page);
    await page.context().close();
  });
}

for (const theme of ["dark", "light"]) {
  test(`somebody new meets the first steps once, and the sheet of keys, ${theme}`, async () => {
    const page = await openConsole(browser, server, { theme, newcomer: true });
    await page.getByRole("heading", { name: "Welcome to Sluice" }).waitFor();
    await assertAccessible(page, "first steps");
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await sheet.waitFor();
    await assertAccessible(page, "keys");
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Go to the Overview" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await until(() => readKept(server).tour === "closed", "the first steps to stay closed");
    await page.reload();
    await page.getByRole("region", { name: "Needs a look" }).waitFor();
    assert.equal(await page.getByRole("heading", { name: "Welcome to Sluice" }).count(), 0);
    await page.context().close();
  });
}

test("keyboard only: palette, filter, arrows, Enter, Esc", async () => {
  const page = await openConsole(browser, server);
  const { keyboard } = page;
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await keyboard.type("traf");
  await keyboard.press("Enter");
  await page.getByRole("grid").waitFor();

  await keyboard.press("/");
  await keyboard.type("status:failed");
  await keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("[role=grid]")?.getAttribute("aria-rowcount") === "5");
  await keyboard.press("ArrowDown");
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("role"));
  assert.equal(await focused(), "grid", "down leads from the filter into the list");
  await keyboard.press("ArrowDown");
  await keyboard.press("j");
  await keyboard.press("k");
  await keyboard.press("Enter");
  const pane = page.getByRole("region", { name: "Exchange", exact: true });
  const subject = (name) => pane.locator("header").first().getByText(name, { exact: true });
  await subject(FAILED).waitFor();
  await keyboard.press("ArrowDown");
  await subject("ada.lovelace@example.org").waitFor();

  await keyboard.press("Escape");
  await pane.waitFor({ state: "hidden" });
  assert.equal(await focused(), "grid", "the focus is back in the list");

  await keyboard.press("g");
  await keyboard.press("u");
  await page.getByRole("heading", { level: 1, name: "Users" }).waitFor({ state: "attached" });
  await row(page, "luke.skywalker@galaxy.local").waitFor();
  await keyboard.press("/");
  await keyboard.press("ArrowDown");
  await keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await keyboard.press("Escape");
  await page.getByRole("combobox").waitFor({ state: "hidden" });
  await until(async () => (await focused()) === "grid", "the focus back in the list");
  await keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await keyboard.type("stop");
  await page.getByRole("option", { name: /stop/i, selected: true }).waitFor();
  await keyboard.press("Enter");
  await page.getByRole("alertdialog").waitFor();
  await keyboard.press("Escape");
  await page.getByRole("alertdialog").waitFor({ state: "hidden" });
  await page.context().close();
});

test("who is not logged in is told how, a link works once, and logging out ends it", async () => {
  const page = await openConsole(browser, server, { login: false });
  const door = page.getByRole("dialog", { name: "Log in to Sluice" });
  await door.getByText("This browser is not logged in to the console, or no longer.").waitFor();
  await door.getByText("sluice-server console --data-dir FOLDER").waitFor();
  await assertAccessible(page, "logged out");

  const link = loginLink(server);
  await page.goto(link);
  await page.getByRole("main").waitFor();
  await door.waitFor({ state: "hidden" });
  assert.ok(!page.url().includes("login"), "the code leaves the address at once");
  await page.reload();
  await page.getByRole("navigation", { name: "Screens" }).waitFor();
  assert.equal(await door.count(), 0, "a reload stays logged in");
  const cookies = await page.context().cookies();
  assert.deepEqual(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite })), [{ httpOnly: true, sameSite: "Strict" }]);

  const stranger = await openConsole(browser, server, { login: false });
  await stranger.goto(link);
  await stranger.getByRole("dialog", { name: "Log in to Sluice" }).getByText("This login link was used before, or is older than ten minutes.").waitFor();
  await stranger.context().close();

  // A second tab of the same browser is logged in too, and out again with the first.
  const second = await page.context().newPage();
  await second.goto(server.consoleUrl);
  await second.getByRole("navigation", { name: "Screens" }).waitFor();
  await page.bringToFront();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await page.keyboard.type("log out");
  await page.getByRole("option", { name: /log out/i, selected: true }).waitFor();
  await page.keyboard.press("Enter");
  await door.getByText("You are logged out of this console.").waitFor();
  await second.getByRole("dialog", { name: "Log in to Sluice" }).waitFor();
  await second.goto(loginLink(server));
  await door.waitFor({ state: "hidden" });
  await page.context().close();
});

test("where the console was left is where it opens, in a browser that has never seen it", async () => {
  const page = await openConsole(browser, server, { path: "/traffic?filter=status%3Afailed" });
  await row(page, FAILED, "400").click();
  const separator = page.getByRole("separator").first();
  await separator.focus();
  for (let n = 0; n < 3; n += 1) await page.keyboard.press("ArrowLeft");
  const width = (await page.getByRole("region", { name: "Exchange", exact: true }).boundingBox()).width;
  // Writing waits until the hand has settled.
  await until(() => {
    const { "split.traffic:list:detail": split = "", place = "" } = readKept(server);
    return split !== "" && JSON.parse(split).list < 53 && place.includes("id=");
  }, "the layout to be kept");
  await page.context().close();

  const context = await browser.newContext({ viewport: { width: 1480, height: 860 } });
  const fresh = await context.newPage();
  await fresh.goto(loginLink(server));
  const pane = fresh.getByRole("region", { name: "Exchange", exact: true });
  await pane.locator("header").first().getByText(FAILED, { exact: true }).waitFor();
  assert.equal(await fresh.getByRole("combobox", { name: "Filter exchanges" }).inputValue(), "status:failed");
  assert.ok(Math.abs((await pane.boundingBox()).width - width) < 3, "the pane is as wide as it was left");
  await context.close();
});
