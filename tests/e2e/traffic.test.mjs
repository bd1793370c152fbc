// Traffic: what the agent sends is seen, explained and found again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertAccessible } from "./axe.mjs";
import { FAILED, sendADay } from "./scenario.mjs";
import { assertQuiet, launchBrowser, openConsole, provider, row, startServer, until, user } from "./support.mjs";

const field = (page) => page.getByRole("combobox", { name: "Filter exchanges" });
/** How many exchanges the list has, as it says itself; its head is a row as well. */
const listed = async (page) => Number(await page.getByRole("grid").getAttribute("aria-rowcount")) - 1;

let server;
let browser;
let agent;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  agent = provider(server);
  await sendADay(server, 0);
});
after(async () => {
  agent?.close();
  await browser?.close();
  await server?.stop();
});

test("a request appears in Traffic while it is watched", async () => {
  const page = await openConsole(browser, server, { path: "/traffic" });
  await row(page, FAILED).waitFor();
  await page.waitForTimeout(300);
  const sent = Date.now();
  const answer = await agent.get("Users/chewbacca@galaxy.local");
  const line = row(page, "Get user", "chewbacca@galaxy.local", "200");
  await line.waitFor({ timeout: 2_000 });
  assert.ok(Date.now() - sent < 1_500, "it appears at once");
  assert.equal(await line.getAttribute("aria-rowindex"), "2", "the newest stands first");

  await line.click();
  await page.getByRole("treegrid", { name: "Steps" }).getByText("Answered 200").waitFor();
  assert.ok(page.url().includes(answer.headers["x-sluice-exchange"]), "the address names the exchange the client was told");
  await page.context().close();
});

test("while somebody reads further down the list stays and counts what is new", async () => {
  const page = await openConsole(browser, server, { path: "/traffic" });
  await row(page, FAILED).waitFor();
  const grid = page.getByRole("grid");
  for (let n = 0; n < 20; n += 1) await agent.get("Status");
  // They come in order: when the last one stands there, none of the others is still under way.
  await agent.lookUp("leia.organa@galaxy.local");
  await row(page, "Look up user", "leia.organa@galaxy.local").waitFor();
  await grid.evaluate((element) => element.scrollTo({ top: 10 * 28 }));
  await page.waitForTimeout(200);
  const seen = await grid.getByRole("row").nth(5).textContent();
  for (let n = 0; n < 3; n += 1) await agent.lookUp("r2-d2@galaxy.local");
  const news = page.getByRole("button", { name: "3 new" });
  await news.waitFor();
  assert.equal(await grid.getByRole("row").nth(5).textContent(), seen, "nothing moved under the eye");
  await news.click();
  await row(page, "r2-d2@galaxy.local").waitFor();
  assert.equal(await grid.evaluate((element) => element.scrollTop), 0);
  await page.context().close();
});

test("the failed exchange tells cause and remedy and shows the statement with its values", async () => {
  const page = await openConsole(browser, server, { path: "/traffic?filter=status:failed" });
  await row(page, FAILED, "400").click();
  const diagnosis = page.getByRole("region", { name: "Diagnosis" });
  await diagnosis.getByText(/HIREDATE/).waitFor();
  await diagnosis.getByText(/YYYY-MM-DD/).waitFor();

  const steps = page.getByRole("treegrid", { name: "Steps" });
  await steps.getByRole("row").filter({ hasText: "Update user" }).getByLabel("failed").waitFor();
  await steps.getByRole("row").filter({ hasText: "Rolled back" }).waitFor();

  const statement = page.getByRole("region", { name: /^Statement/ });
  const text = await statement.getByLabel("Statement with its bound values").textContent();
  assert.match(text, /CALL UPDATE_USER\('grace\.hopper@example\.org'/);
  assert.match(text, /•••\)\s*$/, "the password's hash is masked");
  const fault = statement.getByTitle("Parameter 22, HIREDATE: the database objected to this value");
  assert.match(await fault.textContent(), /'31\/12\/2024'/, "the value at fault is marked");
  assert.ok(await statement.getByText("NULL", { exact: true }).count());

  await page.getByRole("tab", { name: /^Statements/ }).click();
  const values = page.getByRole("table", { name: "Parameters of statement 3" });
  await values.getByRole("row").filter({ hasText: "HIREDATE" }).getByText("the database objected to this value").waitFor();
  await values.getByRole("row").filter({ hasText: "PASSWORD_HASH" }).getByText("•••").waitFor();

  await page.getByRole("tab", { name: "Request" }).click();
  await page.getByText(`/ws/rest/jdbc_on_prem/scim/v2/Users/${FAILED}`).first().waitFor();
  const whole = await page.locator("body").textContent();
  assert.ok(!whole.includes(server.token) && !whole.includes("a placeholder the provider"), "no secret on the page");

  await page.getByRole("tab", { name: "Answer" }).click();
  await page.getByText("Bad Request").waitFor();
  assert.match(await page.getByLabel("Answer body as JSON").textContent(), /"status":\s*400/);
  await assertQuiet(page);
  await page.context().close();
});

test("a refused request is shown as refused, and by its address alone", async () => {
  const page = await openConsole(browser, server, { path: "/traffic?filter=status:refused" });
  await row(page, "Refused", "401").click();
  await page.getByRole("region", { name: "Diagnosis" }).getByText(/token/).first().waitFor();
  assert.equal(await row(page, "Refused").getByText("from 127.0.0.1").count(), 1);
  await page.getByRole("tab", { name: /^Statements/ }).click();
  await page.getByText("No statement ran for this exchange").waitFor();
  await page.context().close();
});

test("a filter is answered by the server, reload and back restore it", async () => {
  const page = await openConsole(browser, server, { path: "/traffic" });
  await row(page, "Import users").waitFor();
  const asked = page.waitForRequest((request) => request.url().endsWith("/rpc/traffic.list") && request.postData()?.includes("status:4xx not user:grace"));
  await page.keyboard.press("/");
  await page.keyboard.type("status:4xx not user:grace");
  await asked;
  const grid = page.getByRole("grid");
  await until(async () => (await grid.getAttribute("aria-rowcount")) === "5", "four failures and the head");
  assert.equal(await grid.getByText(FAILED).count(), 0);
  await row(page, "nobody@example.org").waitFor();

  await row(page, "nobody@example.org").click();
  await page.getByRole("tab", { name: "Answer" }).click();
  const address = page.url();
  await page.reload();
  await page.getByRole("tab", { name: "Answer", selected: true }).waitFor();
  assert.equal(await field(page).inputValue(), "status:4xx not user:grace");
  await until(async () => (await grid.getAttribute("aria-rowcount")) === "5", "the filtered list again");
  assert.equal(await row(page, "nobody@example.org").getAttribute("aria-selected"), "true");

  await page.getByRole("link", { name: "Overview" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.goBack();
  await page.getByRole("tab", { name: "Answer", selected: true }).waitFor();
  assert.equal(page.url(), address);
  assert.equal(await field(page).inputValue(), "status:4xx not user:grace");

  await field(page).fill("nobody-has-this-name");
  await page.getByText("No exchange matches the filter").waitFor();
  await page.getByRole("button", { name: "Clear the filter" }).last().click();
  await row(page, "Import users").waitFor();
  await page.context().close();
});

test("an exchange that arrives is shown under a filter only where it matches", async () => {
  const page = await openConsole(browser, server, { path: "/traffic?filter=op:create status:failed" });
  const grid = page.getByRole("grid");
  await row(page, "luke.skywalker@galaxy.local", "409").waitFor();
  await agent.get("Users/yoda@galaxy.local");
  await agent.post("Users", user("too.long@example.org", { NICKNAME: "x".repeat(101) }));
  await row(page, "too.long@example.org", "400").waitFor();
  assert.equal(await grid.getByText("yoda@galaxy.local").count(), 0);
  await page.context().close();
});

test("a filter is completed from what was recorded, told in words, excluded and kept", async () => {
  const page = await openConsole(browser, server, { path: "/traffic" });
  await row(page, FAILED).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("user:hopper");
  // Others are offered for as long as only the first letters were answered.
  await page.getByRole("option").first().filter({ hasText: FAILED }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await field(page).inputValue(), `user:${FAILED} `);
  await page.keyboard.type("fail");
  await page.getByRole("option", { name: "status:failed" }).click();
  const conditions = page.getByRole("list", { name: "Conditions" });
  await conditions.getByText("Failed").waitFor();
  await until(async () => (await listed(page)) === 1, "the one that failed");

  await page.getByRole("button", { name: "Exclude Failed instead" }).click();
  await until(async () => (await listed(page)) >= 3, "those that did not");
  assert.equal(await page.getByRole("grid").getByText("400").count(), 0);
  await page.getByRole("button", { name: "Saved filters" }).click();
  await page.getByRole("textbox", { name: "Name of the filter" }).fill("Grace, done");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Rename Grace, done" }).waitFor();
  await page.keyboard.press("Escape");
  // Another browser has it as well: it is kept by Sluice.
  const other = await openConsole(browser, server, { path: "/traffic" });
  await field(other).click();
  await other.getByRole("option", { name: "Grace, done" }).click();
  await until(async () => (await field(other).inputValue()).trim() === `user:${FAILED} -status:failed`, "the kept filter");
  await assertQuiet(page, other);
  await other.context().close();
  await page.context().close();
});

test("bodies and statements are looked into, and what cannot be read is said", async () => {
  const page = await openConsole(browser, server, { path: "/traffic?filter=sql:update_user sql:31/12/2024" });
  await row(page, FAILED, "400").waitFor();
  assert.equal(await listed(page), 1);
  await page.go('/traffic?filter=body:"Rear Admiral" method:POST');
  await row(page, "Create user", FAILED).waitFor();
  assert.equal(await listed(page), 1);
  await page.go("/traffic?filter=method:POST status:odd");
  await page.getByText("is ignored").waitFor();
  await row(page, "luke.skywalker@galaxy.local", "409").waitFor();
  await page.context().close();
});

test("pins, colours and notes are kept, found, and survive clearing the view", async () => {
  const page = await openConsole(browser, server, { path: "/traffic?filter=status:failed" });
  await row(page, FAILED, "400").click();
  await page.keyboard.press("p");
  await page.keyboard.press("4");
  await page.keyboard.press("n");
  await page.getByRole("textbox", { name: "Note" }).fill("Ticket HR-4711");
  await page.keyboard.press("Enter");
  await row(page, FAILED).getByText("Ticket HR-4711").waitFor();
  await page.go("/traffic?filter=is:pinned colour:blue note:4711");
  await row(page, FAILED, "400").waitFor();
  await page.go("/traffic");
  await row(page, "Import users").waitFor();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Clear the view" }).click();
  await until(async () => (await listed(page)) === 1, "the pinned one alone");
  await agent.get("Users/chewbacca@galaxy.local");
  await row(page, "Get user", "chewbacca@galaxy.local").waitFor();
  await page.reload();
  await row(page, FAILED).getByLabel("pinned").waitFor();
  assert.equal(await listed(page), 2);
  await assertAccessible(page, "a coloured line can be read");
  await assertQuiet(page);
  await page.context().close();
});

test("selected exchanges go out as HAR without a secret, and come back apart from the record", async () => {
  const page = await openConsole(browser, server, { path: "/traffic?filter=status:failed" });
  await row(page, FAILED, "400").waitFor();
  await page.getByRole("grid").focus();
  for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
  const picked = page.getByRole("region", { name: "Selected exchanges" });
  await picked.getByText("2 selected").waitFor();
  await picked.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("dialog", { name: "Export as HAR" });
  await dialog.getByRole("button", { name: "Export", exact: true }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: /^Save traffic/ }).click()]);
  const file = await download.path();
  const text = readFileSync(file, "utf8");
  assert.ok(!text.includes(server.token) && !text.includes("a placeholder the provider"), "no secret in the file");
  const { log } = JSON.parse(text);
  assert.equal(log.version, "1.2");
  assert.equal(log.entries.length, 2);
  assert.match(log.creator.comment, /masked/);
  await dialog.getByRole("button", { name: "Close" }).click();

  const again = join(server.folder, "again.har");
  writeFileSync(again, text);
  await page.getByRole("button", { name: "More", exact: true }).click();
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("menuitem", { name: "Open a HAR file…" }).click()]);
  await chooser.setFiles(again);
  await until(async () => (await field(page).inputValue()) === 'file:"again.har"', "the filter of the file");
  await until(async () => (await listed(page)) === 2, "its exchanges");
  await row(page, FAILED, "400").click();
  await page.getByText("From the file again.har, not recorded here").waitFor();
  await page.getByRole("region", { name: "Diagnosis" }).getByText(/HIREDATE/).waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Remove the file…" }).click();
  await page.getByRole("button", { name: "Remove again.har" }).click();
  await until(async () => (await field(page).inputValue()) === "", "the list without a filter");
  await page.go("/traffic?filter=is:imported");
  await page.getByText("No exchange matches the filter").waitFor();
  await assertQuiet(page);
  await page.context().close();
});
