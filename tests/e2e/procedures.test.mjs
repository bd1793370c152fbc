// Procedures: a form by the signature, dry runs and runs for good, test cases, history; on SQLite's scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { assertQuiet, launchBrowser, openConsole, provider, row, startServer } from "./support.mjs";

const LUKE = "luke.skywalker@galaxy.local";
const ADD = "/procedures?routine=ADD_ENTITLEMENT_TO_USER";

let server;
let browser;
let agent;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  agent = provider(server);
});
after(async () => {
  agent?.close();
  await browser?.close();
  await server?.stop();
});

/** What the provider is told, read through the endpoint and not through the console. */
const holds = async (id) => ((await agent.get(`Users/${LUKE}`)).json.entitlements ?? []).some(({ value }) => value === id);

async function fill(page, user, entitlement) {
  await page.getByLabel("p_user_id", { exact: true }).fill(user);
  await page.getByLabel("p_ent_id", { exact: true }).fill(entitlement);
}

test("a dry run shows the row that would be added, and the provider is told of none", async () => {
  const page = await openConsole(browser, server, { path: "/procedures" });
  await row(page, "ADD_ENTITLEMENT_TO_USER", "Add entitlement to user").click();
  await page.getByText("script, used by Add entitlement to user").waitFor();
  await fill(page, LUKE, "7");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Would succeed").waitFor();
  await page.getByText(/Rolled back, nothing was kept/).waitFor();
  const added = page.getByRole("region", { name: "Changes in USERENTITLEMENTS" }).getByRole("row", { name: /^added/ });
  assert.match(await added.innerText(), new RegExp(`${LUKE}\\s+7`));
  assert.equal(await holds("7"), false);
  // Reload keeps the procedure; what was typed is in the history.
  await page.reload();
  await page.getByRole("heading", { name: "ADD_ENTITLEMENT_TO_USER" }).waitFor();
  await page.getByRole("tab", { name: "History" }).click();
  await page.getByRole("button", { name: "Use these values again" }).first().click();
  assert.equal(await page.getByLabel("p_user_id", { exact: true }).inputValue(), LUKE);
  await assertQuiet(page);
  await page.context().close();
});

test("a run for good is asked about, committed, and seen by the provider", async () => {
  const page = await openConsole(browser, server, { path: ADD });
  await fill(page, LUKE, "8");
  await page.getByRole("button", { name: "Run…" }).click();
  const dialog = page.getByRole("alertdialog", { name: /Run ADD_ENTITLEMENT_TO_USER on demo/ });
  await dialog.getByRole("row", { name: "2 p_ent_id 8" }).waitFor();
  assert.equal(await holds("8"), false);
  await dialog.getByRole("button", { name: "Run on demo" }).click();
  await page.getByText("Committed on demo").waitFor();
  assert.equal(await holds("8"), true);
  await assertQuiet(page);
  await page.context().close();
});

test("what does not fit is said at its field, and a refusal of the procedure with its words", async () => {
  const page = await openConsole(browser, server, { path: ADD });
  await fill(page, LUKE, "seven");
  await page.getByText(/wants a whole number/).waitFor();
  await page.keyboard.press("Control+Enter");
  await page.getByText("Nothing has been run yet.").waitFor();
  await fill(page, LUKE, "4711");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Would fail").waitFor();
  await page.getByRole("region", { name: "Diagnosis" }).getByText(/The entitlement does not exist/).waitFor();
  await page.context().close();
});

test("a test case is green, red once the data is another, and says what differs", async () => {
  const page = await openConsole(browser, server, { path: "/procedures?routine=GET_USER_ENTITLEMENT" });
  await page.getByLabel("p_user_id", { exact: true }).fill("leia.organa@galaxy.local");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("grid", { name: "Result set" }).waitFor();
  await page.getByRole("button", { name: "Save as test" }).click();
  await page.getByLabel("What it shows").fill("What Leia holds");
  await page.getByRole("button", { name: "Save the test case" }).click();
  await page.getByRole("button", { name: "Run all, dry" }).click();
  await page.getByText("as expected").waitFor();

  await page.go(ADD);
  await fill(page, "leia.organa@galaxy.local", "10");
  await page.getByRole("button", { name: "Run…" }).click();
  await page.getByRole("button", { name: "Run on demo" }).click();
  await page.getByText("Committed on demo").waitFor();
  await page.go("/procedures?routine=GET_USER_ENTITLEMENT&tab=tests");
  await page.getByRole("button", { name: "Run all tests" }).click();
  const table = page.getByRole("table", { name: "What differs from “What Leia holds”" });
  await table.getByRole("row", { name: /^Result set 1, rows \d+ \d+$/ }).waitFor();
  await page.getByText("different", { exact: true }).waitFor();
  await assertQuiet(page);
  await page.context().close();
});

test("the keyboard alone: filter, open, fill in, run, close", async () => {
  const page = await openConsole(browser, server, { path: "/procedures" });
  const { keyboard } = page;
  await row(page, "GET_USER_BY_ID").waitFor();
  await keyboard.press("/");
  await keyboard.type("user_by");
  await row(page, "CREATE_USER").waitFor({ state: "hidden" });
  await keyboard.press("ArrowDown");
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await page.getByLabel("p_user_id", { exact: true }).focus();
  await keyboard.type(LUKE);
  await keyboard.press("Control+Enter");
  await page.getByRole("grid", { name: "Result set" }).getByText("Skywalker").first().waitFor();
  await page.getByRole("grid", { name: "Procedures" }).focus();
  await keyboard.press("Escape");
  await page.getByRole("heading", { name: "GET_USER_BY_ID" }).waitFor({ state: "hidden" });
  await page.context().close();
});

for (const theme of ["dark", "light"])
  test(`axe finds nothing serious in the ${theme} theme`, async () => {
    const page = await openConsole(browser, server, { path: "/procedures?routine=CREATE_USER", theme });
    const parts = ["Rows changed", "Call", "Source", "Tests", "History"];
    await page.getByLabel("p_user_id", { exact: true }).fill("new@galaxy.local");
    await page.getByRole("button", { name: "NULL where it is empty" }).click();
    await page.keyboard.press("Control+Enter");
    await page.getByText(/Would (succeed|fail)/).waitFor();
    for (const part of parts) {
      await page.getByRole("tab", { name: part }).click();
      // The indicator of the tabs moves for an eighth of a second.
      await page.waitForTimeout(300);
      await assertAccessible(page, part);
    }
    await page.context().close();
  });
