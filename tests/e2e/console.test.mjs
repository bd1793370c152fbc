// The console as a whole: every screen in both themes, the keyboard alone, and the door.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { FAILED, sendADay } from "./scenario.mjs";
import { launchBrowser, openConsole, require, row, startServer, until } from "./support.mjs";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

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

async function assertAccessible(page, where) {
  // Half-way through a fade every contrast is wrong.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))));
  const violations = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  });
  assert.deepEqual(violations, [], where);
}

for (const theme of ["dark", "light"]) {
  test(`every screen of the sidebar opens, axe finds nothing on each, ${theme}`, async () => {
    const page = await openConsole(browser, server, { theme });
    await page.evaluate(axe);
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
    assert.deepEqual(page.complaints, []);
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
  await keyboard.press("Enter");
  await page.getByRole("alertdialog").waitFor();
  await keyboard.press("Escape");
  await page.getByRole("alertdialog").waitFor({ state: "hidden" });
  await page.context().close();
});

test("without the key the page says what to do", async () => {
  const page = await openConsole(browser, server, { key: false });
  await page.getByText("This page does not have the console's key.").first().waitFor();
  await page.getByText(/Open the URL that Sluice printed when it started/).first().waitFor();
  await page.go("/traffic");
  await page.getByRole("main").getByText("This page does not have the console's key.").waitFor();

  // The key in the address is the remedy, and leaves the address at once.
  await page.goto(server.consoleUrl);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.getByRole("region", { name: "Needs a look" }).waitFor();
  assert.ok(!page.url().includes("key="));
  await page.context().close();
});
