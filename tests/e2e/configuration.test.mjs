// The configuration out, in, compared and promoted, and the support bundle, as an administrator does it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertAccessible, violations } from "./axe.mjs";
import { assertQuiet, launchBrowser, openConsole, provider, startServer, until, user } from "./support.mjs";

let browser;
let server;

before(async () => {
  browser = await launchBrowser();
  server = await startServer();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const saved = async (page, press) => {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
};

test("each form is shown, saved, and without the token", async () => {
  const page = await openConsole(browser, server, { path: "/configuration/export" });
  const names = [];
  for (const [form, holds] of [
    ["Configuration (TOML)", "[connections.demo]"],
    ["Vendor’s properties", "scim.security.bearer.token=\n"],
    ["Connector header (JSON)", '"jdbcUrl": "jdbc:sqlite:'],
    ["Script for cURL", "#!/usr/bin/env bash"],
  ]) {
    await page.getByRole("radio", { name: form }).check();
    await page.locator("pre", { hasText: holds.trim() }).waitFor();
    const { name, text } = await saved(page, () => page.getByRole("button", { name: "Save…" }).click());
    assert.ok(text.includes(holds) && !text.includes(server.token), name);
    names.push(name);
  }
  assert.deepEqual(names, ["sluice.toml", "config-sluice.properties", "header-jdbc_on_prem.json", "sluice-jdbc_on_prem.sh"]);
  await assertAccessible(page);
  await assertQuiet(page);
  await page.context().close();
});

test("the script asks the endpoint, with the secret from the environment and an id of any letters", async () => {
  const page = await openConsole(browser, server, { path: "/configuration/export?tab=curl" });
  await page.locator("pre", { hasText: "#!/usr/bin/env bash" }).waitFor();
  const { text } = await saved(page, () => page.getByRole("button", { name: "Save…" }).click());
  await page.context().close();
  const script = join(server.folder, "ask.sh");
  writeFileSync(script, text);
  copyFileSync(server.certificate, join(server.folder, "sluice.crt"));
  const id = "zoë o'neil@example.org";
  const body = join(server.folder, "body.json");
  writeFileSync(body, JSON.stringify(user(id, { USERNAME: "zoe", FIRSTNAME: "Zoë", LASTNAME: "O'Neil", EMAIL: id })));
  const ask = (args, secret) =>
    new Promise((resolve) => {
      const child = spawn("bash", [script, ...args], { env: { PATH: process.env.PATH, ...(secret ? { SLUICE_SECRET: secret } : {}) } });
      let out = "";
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part) => (out += part));
      child.once("close", () => resolve(out));
    });
  assert.match(await ask(["status"]), /SLUICE_SECRET: is not set/);
  assert.match(await ask(["status"], "wrong"), /401/);
  for (const [args, answer] of [
    [["status"], /200 OK/],
    [["create", body], /201 Created/],
    [["find", id], /"totalResults":1/],
    [["deactivate", id], /"active":false/],
    [["grant", id, "5"], /"value":"5"/],
    [["revoke", id, "5"], /"entitlements":\[\]/],
  ])
    assert.match(await ask(args, server.token), answer, args.join(" "));
});

test("a properties file is chosen, looked at, taken over, and taken back", async () => {
  const page = await openConsole(browser, server, { path: "/configuration/import" });
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Choose a file" }).click()]);
  await chooser.setFiles({ name: "config-myorg.properties", mimeType: "text/plain", buffer: Buffer.from("server.max-http-request-header-size=10KB\nserver.tomcat.threads.max=5\n") });
  const says = page.getByRole("region", { name: "What the file says" });
  await says.getByText("Becomes endpoint.header_limit_kb.").waitFor();
  await says.getByText("Not taken").waitFor();
  await page.getByRole("button", { name: "Take it over" }).click();
  await page.getByText("The imported configuration is in use", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("The configuration before the import is in use again").waitFor();
  // The comparison of the two versions says what the import did.
  await page.go("/configuration/compare?left=v1&right=v2");
  await page.getByRole("row", { name: /header_limit_kb 64 10/ }).waitFor();
  await page.getByRole("button", { name: "As text" }).click();
  await page.getByRole("textbox", { name: "Version 2" }).waitFor();
  await assertAccessible(page);
  await page.context().close();
});

test("a support bundle shows what it holds, and nobody's name is in it", async () => {
  const scim = provider(server);
  after(() => scim.close());
  assert.equal((await scim.post("Users", user("luke.skywalker@galaxy.local", { USERNAME: "luke" }))).status, 409);
  const page = await openConsole(browser, server, { path: "/configuration/support" });
  await page.getByRole("button", { name: "Collect" }).click();
  await page.getByText("failures.json").click();
  const shown = await page.locator("pre[aria-label='failures.json']").textContent();
  assert.ok(shown.includes('"status": 409') && !/skywalker/i.test(shown), shown);
  await page.getByRole("checkbox", { name: "Log" }).uncheck();
  await page.getByRole("button", { name: /^Make the bundle of 5 parts/ }).click();
  const { name, text } = await saved(page, () => page.getByRole("button", { name: /^Save sluice-support/ }).click());
  assert.match(name, /^sluice-support-.*\.zip$/);
  assert.ok(text.startsWith("PK"));
  await until(async () => (await violations(page)).length === 0, "axe to find nothing");
  await page.context().close();
});
