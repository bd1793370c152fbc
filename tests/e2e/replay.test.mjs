// Replay: a recorded request is tried again without harm, changed, sent for real, and compared.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { sendADay } from "./scenario.mjs";
import { assertQuiet, launchBrowser, openConsole, provider, row, startServer, user } from "./support.mjs";

const YODA = "yoda@galaxy.local";

let server;
let browser;
let agent;
let id;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  agent = provider(server);
  await sendADay(server, 0);
  // The title is set, and set back: the recorded change has something to do again.
  const columns = { PASSWORD_HASH: null };
  const changed = await agent.put(`Users/${YODA}`, user(YODA, { ...columns, TITLE: "Hermit" }));
  assert.equal(changed.status, 200, changed.text);
  id = changed.headers["x-sluice-exchange"];
  const back = await agent.put(`Users/${YODA}`, user(YODA, { ...columns, TITLE: "Grand Master" }));
  assert.equal(back.status, 200, back.text);
});
after(async () => {
  agent?.close();
  await browser?.close();
  await server?.stop();
});

const title = async () => (await agent.get(`Users/${YODA}`)).text.match(/"ext_TITLE":"([^"]*)"/)?.[1];

for (const theme of ["dark", "light"]) {
  test(`a dry replay shows the rows it would change, and leaves them (${theme})`, async () => {
    const page = await openConsole(browser, server, { path: `/traffic?id=${id}`, theme });
    await page.getByRole("treegrid", { name: "Steps" }).waitFor();
    await page.keyboard.press("r");
    await page.getByRole("button", { name: "Replay dry" }).click();
    const result = page.getByRole("region", { name: "Result of the replay" });
    await result.getByText("Rolled back: read again, the rows are as before").waitFor();
    const rows = result.getByRole("table", { name: "USERS, before and after" });
    await rows.getByText("Hermit").waitFor();
    await rows.getByText("Grand Master").waitFor();
    await result.getByText("Would succeed").waitFor();
    assert.equal(await title(), "Grand Master", "nothing stays of it");
    await assertAccessible(page);
    await assertQuiet(page);
    await page.context().close();
  });
}

test("an edited request is tried as it was edited, and its address opens the editor again", async () => {
  const page = await openConsole(browser, server, { path: `/traffic?id=${id}&tab=edit` });
  const editor = page.getByRole("textbox", { name: "Body" });
  await editor.waitFor();
  await editor.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(JSON.stringify({ ...user(YODA, { TITLE: "Exile", PASSWORD_HASH: null }), active: false }, null, 2));
  await page.getByText("changed").or(page.getByText(/Update user, application/)).first().waitFor();
  await page.keyboard.press("Control+Enter");
  const result = page.getByRole("region", { name: "Result of the replay" });
  await result.getByRole("table", { name: "Body of the request, side by side" }).getByRole("row", { name: /active/ }).waitFor();
  await result.getByRole("table", { name: "USERS, before and after" }).getByText("Exile").waitFor();
  assert.equal(await title(), "Grand Master");
  await page.context().close();
});

test("sent for real it is recorded as an exchange that names the one it repeats", async () => {
  const page = await openConsole(browser, server, { path: `/traffic?id=${id}&tab=replay` });
  await page.getByRole("button", { name: "Send for real…" }).click();
  const question = page.getByRole("alertdialog");
  await question.getByText(`Update user ${YODA} on demo?`).waitFor();
  await question.getByRole("button", { name: "Send for real" }).click();
  await page.getByRole("button", { name: "Open its exchange" }).click();
  await page.getByText("Sent from the console on demo").waitFor();
  assert.equal(await title(), "Hermit");
  await page.getByRole("button", { name: "to repeat an earlier exchange" }).click();
  await page.waitForURL((url) => url.href.includes(id));
  await page.context().close();
});

test("what the database refuses is told with cause and remedy, and the recorded answer beside it", async () => {
  const page = await openConsole(browser, server, { path: "/traffic?filter=status:failed" });
  await row(page, "grace.hopper@example.org", "400").click();
  await page.getByRole("tab", { name: "Replay" }).click();
  await page.getByRole("checkbox", { name: "Leave out" }).check();
  await page.getByRole("button", { name: "Replay dry" }).click();
  const result = page.getByRole("region", { name: "Result of the replay" });
  await result.getByText("Would fail").waitFor();
  await result.getByRole("region", { name: "Diagnosis" }).first().getByText("HIREDATE").first().waitFor();
  await page.context().close();
});

test("any two exchanges are compared by their address, and swapped", async () => {
  const other = (await agent.put(`Users/${YODA}`, user(YODA, { TITLE: "Grand Master", PASSWORD_HASH: null }))).headers["x-sluice-exchange"];
  const page = await openConsole(browser, server, { path: `/traffic?compare=${id},${other}` });
  const values = page.getByRole("table", { name: "Body of the request, side by side" });
  const line = values.getByRole("row", { name: /ext_TITLE/ });
  await line.waitFor();
  assert.match(await line.innerText(), /Hermit[\s\S]*Grand Master/);
  await page.getByRole("button", { name: "Swap the sides" }).click();
  await page.waitForFunction(() => /Grand Master[\s\S]*Hermit/.test(document.querySelector("[aria-label='Body of the request, side by side']")?.textContent ?? ""));
  await assertAccessible(page);
  await page.context().close();
});
