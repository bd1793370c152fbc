// The auditor's job, walked to its end on each database: what happened to whom, and a file of it without a secret. The file is read byte by
// byte past the console, for every secret there is.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { assertAccessibleInBothThemes } from "./axe.mjs";
import { assertQuiet, launchBrowser, openConsole, provider, row, startDatabase, startServer, user } from "./support.mjs";

const LUKE = "luke.skywalker@galaxy.local";
const LEIA = "leia.organa@galaxy.local";
/** Sent as the provider would send them; none may be in what is recorded, shown or taken out. */
const TYPED = "Kept.To.Himself.7781";
const IN_HEADER = "Header.Password.4410";

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser?.close());

/** A secret as it could stand in a file: as it is, in base64, or escaped for an address. */
const forms = (secret) => [secret, Buffer.from(secret).toString("base64").replace(/=+$/, ""), encodeURIComponent(secret)];

for (const on of ["sqlite", "mariadb", "postgresql"]) {
  describe(`on ${on}`, () => {
    let database;
    let server;
    let agent;
    before(async () => {
      database = await startDatabase(on);
      server = await startServer({ database });
      agent = provider(server);
    });
    after(async () => {
      agent?.close();
      await server?.stop();
      await database?.stop();
    });

    test("the auditor filters what happened to a user, and exports it without a secret", async () => {
      const header = Buffer.from(JSON.stringify({ jdbcUrl: "jdbc:mysql://db:3306/hr", username: "svc", password: IN_HEADER })).toString("base64");
      const withHeader = provider(server, { headers: { "x-okta-onprem-data": header } });
      await agent.get(`Users/${LUKE}`);
      for (const active of [false, true]) {
        const answer = await withHeader.put(`Users/${LUKE}`, user(LUKE, { PASSWORD_HASH: TYPED }, { active }));
        assert.equal(answer.status, 200, answer.text);
      }
      assert.equal((await withHeader.get(`Users/${LEIA}`)).status, 200);
      const stranger = provider(server, { token: "f".repeat(32) });
      assert.equal((await stranger.get(`Users/${LUKE}`)).status, 401);
      for (const caller of [withHeader, stranger]) caller.close();

      const page = await openConsole(browser, server, { path: "/traffic" });
      await row(page, LUKE).waitFor();
      const field = page.getByRole("combobox", { name: "Filter exchanges" });
      await field.fill(`user:${LUKE} op:"Update user" or op:"Deactivate user" or op:"Activate user"`);
      await page.keyboard.press("Enter");
      await row(page, "Deactivate user", LUKE).waitFor();
      await row(page, LEIA).waitFor({ state: "detached" });
      await assertAccessibleInBothThemes(page, "Traffic, filtered");

      // Everything of the filter, as a file.
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "Export what is listed as HAR…" }).click();
      const dialog = page.getByRole("dialog", { name: "Export as HAR" });
      await dialog.getByRole("button", { name: "Export", exact: true }).click();
      const save = dialog.getByRole("button", { name: /^Save traffic/ });
      await save.waitFor();
      await assertAccessibleInBothThemes(page, "the export");
      const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
      const bytes = readFileSync(await download.path());
      const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
      const har = JSON.parse(text);
      assert.ok(har.log.entries.length >= 2, `${har.log.entries.length} entries`);
      assert.ok(har.log.entries.every(({ request }) => request.url.includes(encodeURIComponent(LUKE)) || request.url.includes(LUKE)));
      for (const [what, secret] of Object.entries({ token: server.token, "the database's password": database.password, "a user's password": TYPED, "the header's password": IN_HEADER })) {
        if (!secret) continue;
        for (const form of forms(secret)) assert.ok(!text.includes(form), `${what} left in the export`);
      }

      // The same is true of what the screen holds.
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      await field.fill("");
      await page.keyboard.press("Enter");
      await row(page, LEIA).click();
      await page.getByRole("tab", { name: "Request" }).click();
      await page.getByRole("tabpanel").waitFor();
      const shown = await page.locator("html").innerHTML();
      for (const secret of [server.token, TYPED, IN_HEADER]) for (const form of forms(secret)) assert.ok(!shown.includes(form), "a secret on the screen");
      await assertQuiet(page);
      await page.context().close();
    });
  });
}
