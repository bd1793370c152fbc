// Procedures of databases that have some: out values, several result sets, messages, a long run that is cancelled, large results,
// production. What a run did is asked of the database itself.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertQuiet, launchBrowser, openConsole, row, startDatabase, startServer, until } from "./support.mjs";

const PEOPLE = 6_000;

const DIALECTS = [
  {
    on: "mariadb",
    name: "DEACTIVATE_USER",
    list: "GET_ACTIVEUSERS",
    slow: "SLOW_INSERT",
    busy: "SELECT COUNT(*) FROM INFORMATION_SCHEMA.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE '%SLEEP(25)%' AND ID <> CONNECTION_ID()",
    routines: [
      "CREATE PROCEDURE SLOW_INSERT() BEGIN INSERT INTO ENTITLEMENTS (ENT_ID, ENT_NAME) VALUES (4711, 'Slow'); DO SLEEP(25); END",
      "CREATE PROCEDURE GIVE_BACK(IN p_from DATE, OUT p_said VARCHAR(40), INOUT p_count INT) BEGIN SELECT 1 AS ONE; SELECT 2 AS TWO UNION SELECT 3; SET p_said = CONCAT('since ', COALESCE(p_from, 'ever')), p_count = p_count + 1; SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'a word of warning'; END",
    ],
    sets: 2,
  },
  {
    on: "postgresql",
    name: "deactivate_user",
    list: "get_activeusers",
    slow: "slow_insert",
    busy: "SELECT COUNT(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND state = 'active' AND query ILIKE '%slow_insert%'",
    routines: [
      "CREATE PROCEDURE slow_insert() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO entitlements (ent_id, ent_name) VALUES (4711, 'Slow'); PERFORM pg_sleep(25); END $$",
      "CREATE PROCEDURE give_back(p_from date, OUT p_said varchar, INOUT p_count int) LANGUAGE plpgsql AS $$ BEGIN p_said := 'since ' || COALESCE(p_from::text, 'ever'); p_count := p_count + 1; RAISE WARNING 'a word of warning'; END $$",
    ],
    sets: 0,
  },
];

for (const { on, name, list, slow, busy, routines, sets } of DIALECTS)
  describe(on, () => {
    let database;
    let server;
    let browser;
    before(async () => {
      database = await startDatabase(on, PEOPLE);
      for (const sql of routines) await database.rows(sql);
      const production = (text) => text.replace("[connections.demo]\n", '[connections.demo]\nenvironment = "production"\n');
      [server, browser] = await Promise.all([startServer({ database, change: production }), launchBrowser()]);
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
      await database?.stop();
    });
    const one = async (sql) => Number((await database.rows(sql))[0][0]);

    test("dates, NULL, out values, messages and result sets come and go by their types", async () => {
      const page = await openConsole(browser, server, { path: "/procedures" });
      await row(page, "give_back").click();
      await page.getByLabel("p_from", { exact: true }).fill("2024-02-30");
      await page.getByText("There is no 2024-02-30 in the calendar.").waitFor();
      await page.getByRole("button", { name: "p_from is NULL" }).click();
      await page.getByLabel("p_count", { exact: true }).fill("41");
      await page.keyboard.press("Control+Enter");
      await page.getByText("Would succeed").waitFor();
      await page.getByRole("tab", { name: /^Out values/ }).click();
      const outs = page.getByLabel("Out values", { exact: true }).last();
      await outs.getByText("since ever").waitFor();
      await outs.getByText("42", { exact: true }).waitFor();
      await page.getByRole("tab", { name: /^Messages/ }).click();
      await page.getByText("a word of warning").waitFor();
      await page.getByRole("tab", { name: /^Result sets/ }).click();
      if (sets > 0) await page.getByRole("tab", { name: "Set 2 2 rows" }).waitFor();
      else await page.getByText("It returned no result set.").waitFor();
      await assertQuiet(page);
      await page.context().close();
    });

    test("a long run on production wants the name, tells how long it takes, and is cancelled at the server", async () => {
      const page = await openConsole(browser, server, { path: `/procedures?routine=${slow}` });
      await page.getByRole("note").getByText("Production").waitFor();
      await page.getByRole("button", { name: "Run…" }).click();
      const dialog = page.getByRole("alertdialog");
      const run = dialog.getByRole("button", { name: "Run on demo" });
      assert.equal(await run.isDisabled(), true);
      await dialog.getByLabel(/Type demo to go on/).fill("demo");
      await run.click();
      await until(async () => (await one(busy)) === 1, "the statement at the server");
      await page.getByText(/for \d+ s/).waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText(/The statement was ended at demo/).waitFor();
      await until(async () => (await one(busy)) === 0, "its end at the server");
      await until(async () => (await one("SELECT COUNT(*) FROM ENTITLEMENTS WHERE ENT_ID = 4711")) === 0, "the rollback");
      await page.getByRole("tab", { name: "History" }).click();
      await page.getByText("Stopped, or not ended").waitFor();
      await page.context().close();
    });

    test("a dry run among thousands of users compares the one it is about", async () => {
      const page = await openConsole(browser, server, { path: `/procedures?routine=${name}` });
      await page.getByLabel("p_user_id", { exact: true }).fill("user0000007@example.org");
      await page.keyboard.press("Control+Enter");
      await page.getByText("Would succeed").waitFor();
      await page.getByText(/compared: rows with USER_ID = user0000007@example\.org/i).waitFor();
      await page.getByText("1 row changed").waitFor();
      await page.context().close();
    });

    test("a large result is counted whole, shown in part, and scrolls", async () => {
      const page = await openConsole(browser, server, { path: `/procedures?routine=${list}` });
      await page.getByText("It takes no parameters.").waitFor();
      await page.keyboard.press("Control+Enter");
      await page.getByText("Would succeed").waitFor();
      await page.getByText("6,000 rows, 25 columns; the first 5,000 are shown").waitFor();
      const grid = page.getByRole("grid", { name: "Result set" });
      await grid.focus();
      await page.keyboard.press("End");
      await until(async () => (await grid.getByRole("row").last().getAttribute("aria-rowindex")) === "5001", "the last row");
      // Only those in view are in the page.
      assert.ok((await grid.getByRole("row").count()) < 60);
      await assertQuiet(page);
      await page.context().close();
    });
  });
