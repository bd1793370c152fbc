// What the browser tests and the pictures share: the real server on a folder of its own, a provider that calls it,
// and a browser that looks at its console. Nothing is intercepted.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

// The packages of the screens, so that there is one lock file and one node_modules.
export const require = createRequire(new URL("../../ui/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const BINARY = process.env.SLUICE_SERVER_BINARY ?? join(ROOT, "target/debug/sluice-server");
/** Starts a private database; see tests/e2e/database.rs. */
const DATABASE = process.env.SLUICE_DATABASE_BINARY ?? join(dirname(BINARY), "examples/database");
export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** A folder that holds a certificate: its key takes seconds to make, so the runner makes one for all. */
const CERTIFICATE = "SLUICE_E2E_CERTIFICATE";
const READY_WITHIN = 60_000;

export const EXTENSION = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** Says what is missing and how to get it; empty when the tests can run. */
export function missing() {
  const newest = spawnSync("find", [join(ROOT, "ui/src"), join(ROOT, "ui/index.html"), join(ROOT, "ui/public"), "-newer", join(ROOT, "ui/dist/index.html"), "-print", "-quit"], { encoding: "utf8" });
  return [
    !existsSync(CHROMIUM) && `There is no browser at ${CHROMIUM}. Install Debian's package chromium, or name another one in CHROMIUM.`,
    !existsSync(BINARY) && `There is no server at ${BINARY}. Run: cargo build -p sluice-server, or name another one in SLUICE_SERVER_BINARY.`,
    !existsSync(DATABASE) && `There is nothing that starts databases at ${DATABASE}. Run: cargo build -p sluice-tests --example database, or name another one in SLUICE_DATABASE_BINARY.`,
    !existsSync(join(ROOT, "ui/dist/index.html"))
      ? "The screens are not built. Run: npm --prefix ui run build"
      : newest.stdout.trim() !== "" && "The screens in ui/dist are older than their sources. Run: npm --prefix ui run build",
  ].filter(Boolean);
}

const environment = (home) => ({ PATH: process.env.PATH ?? "", HOME: home, TZ: process.env.TZ ?? "", SLUICE_KEYRING: "off" });

function credentials(folder) {
  const { status, stdout, stderr } = spawnSync(BINARY, ["credentials", "--json", "--data-dir", folder], { env: environment(folder), encoding: "utf8" });
  if (status !== 0) throw new Error(`sluice-server credentials failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** Makes the certificate that every server of this run starts with, and returns the environment that names it. */
export function prepareCertificate() {
  const folder = mkdtempSync(join(tmpdir(), "sluice-certificate-"));
  credentials(folder);
  return { folder, env: { [CERTIFICATE]: join(folder, "certificate") } };
}

/**
 * A private database with the demo in it, and an eye of its own on it: `rows` asks it past Sluice.
 * `on` is sqlite, mariadb or postgresql.
 */
export async function startDatabase(on, users = 0) {
  const child = spawn(DATABASE, [on, String(users)], { stdio: ["pipe", "pipe", "inherit"] });
  process.once("exit", () => child.kill("SIGKILL"));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the database ${on} ended early`);
    return JSON.parse(value);
  };
  const { configuration, password } = await answer();
  const rows = async (sql) => {
    child.stdin.write(`${JSON.stringify(sql)}\n`);
    const found = await answer();
    if (found.error) throw new Error(`${sql}: ${found.error}`);
    return found;
  };
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  return { on, configuration, password, rows, stop };
}

/**
 * A server on a free port and on a folder that goes with it: on the embedded demo, or on a database of `startDatabase`.
 * `change` may change the configuration's text.
 */
export async function startServer({ listen = "127.0.0.1:0", folder = mkdtempSync(join(tmpdir(), "sluice-")), database, change = (text) => text } = {}) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kept = process.env[CERTIFICATE];
  if (kept) cpSync(kept, join(folder, "certificate"), { recursive: true });
  const source = ["--demo"];
  if (database) {
    const file = join(folder, "sluice.toml");
    writeFileSync(file, change(database.configuration));
    source.splice(0, 1, "--config", file, "--console", "127.0.0.1:0");
  }
  const child = spawn(BINARY, ["serve", ...source, "--listen", listen, "--data-dir", folder], {
    env: { ...environment(folder), ...(database ? { SLUICE_CONNECTION_DEMO: database.password } : {}) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (log += text));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  // An aborted test run must not leave a server behind.
  process.once("exit", () => child.kill("SIGKILL"));

  const ready = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`sluice-server was not ready within ${READY_WITHIN / 1000} s:\n${log}`)), READY_WITHIN);
    createInterface(child.stdout).once("line", (line) => {
      clearTimeout(timer);
      resolve(JSON.parse(line));
    });
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`sluice-server ended with ${code}:\n${log}`));
    });
  });
  const { token } = credentials(folder);
  return { pid: child.pid, baseUrl: ready.base_url, certificate: ready.certificate, consoleUrl: ready.console, token, folder, log: () => log, stop };
}

/** A login link, as an administrator gets one beside a running server. It works once. */
export function loginLink(server) {
  const { status, stdout, stderr } = spawnSync(BINARY, ["console", "--data-dir", server.folder], { env: environment(server.folder), encoding: "utf8" });
  if (status !== 0) throw new Error(`sluice-server console failed: ${stderr}`);
  return stdout.trim();
}

export async function until(look, what, within = 10_000) {
  const end = Date.now() + within;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${within / 1000} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The provider's agent: calls the endpoint over TLS, trusting the server's own certificate and nothing else. */
export function provider(server, { application = "jdbc_on_prem", token = server.token, headers: also = {} } = {}) {
  const base = server.baseUrl.replace("/jdbc_on_prem/", `/${application}/`);
  const agent = new Agent({ keepAlive: true, ca: readFileSync(server.certificate) });
  const call = (method, path, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = { authorization: `Bearer ${token}`, accept: "application/scim+json", "user-agent": "Okta On-Premises Provisioning Agent", ...also };
      if (text !== undefined) Object.assign(headers, { "content-type": "application/scim+json", "content-length": Buffer.byteLength(text) });
      const sent = request(new URL(path, base), { method, agent, headers }, (answer) => {
        let got = "";
        answer.setEncoding("utf8").on("data", (part) => (got += part));
        answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text: got, json: /json/.test(answer.headers["content-type"] ?? "") ? JSON.parse(got) : null }));
      });
      sent.on("error", reject);
      sent.end(text);
    });
  return {
    get: (path) => call("GET", path),
    post: (path, body) => call("POST", path, body),
    put: (path, body) => call("PUT", path, body),
    lookUp: (name) => call("GET", `Users?filter=${encodeURIComponent(`userName eq "${name}"`)}&startIndex=1&count=100`),
    close: () => agent.destroy(),
  };
}

/** A user as the provider sends it to an application with the profile "columns". */
export function user(id, columns = {}, { active = true, entitlements } = {}) {
  const [first = "", last = "Example"] = id.split("@")[0].split(".");
  const name = (word) => word.charAt(0).toUpperCase() + word.slice(1);
  const all = { USER_ID: id, USERNAME: id, FIRSTNAME: name(first), LASTNAME: name(last), EMAIL: id, DISPLAYNAME: `${name(first)} ${name(last)}`, PASSWORD_HASH: "a placeholder the provider always sends", ...columns };
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", EXTENSION],
    userName: id,
    active,
    ...(entitlements ? { entitlements: entitlements.map((value) => ({ value: String(value), type: "Entitlements" })) } : {}),
    [EXTENSION]: Object.fromEntries(Object.entries(all).map(([column, value]) => [`ext_${column}`, value])),
  };
}

export function launchBrowser() {
  return chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** A page on the console, in a profile of its own. What the page complains about is collected in `page.complaints`. */
export async function openConsole(browser, server, { path = "/", theme = "dark", viewport = { width: 1480, height: 860 }, login = true, newcomer = false } = {}) {
  const context = await browser.newContext({ viewport });
  await context.addInitScript((wanted) => {
    if (location.protocol.startsWith("http") && !localStorage.getItem("sluice.theme")) localStorage.setItem("sluice.theme", wanted);
  }, theme);
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  page.complaints = [];
  page.refusals = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && page.complaints.push(`${message.text()} (${message.location().url})`));
  // The browser says only that something was refused; what it was helps whoever reads a log of a run that is over.
  page.on("response", async (answer) => {
    if (answer.status() < 400 || !answer.url().includes("/rpc/")) return;
    const said = { refused: answer.url(), asked: answer.request().postData()?.slice(0, 300), problem: "" };
    page.refusals.push(said);
    said.problem = await answer.text().catch(() => "the page went before it was read");
  });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.go = async (to) => {
    await page.evaluate((hash) => (location.hash = hash), to);
  };
  // What an earlier page left remembered (panes, selections) is no part of the next test; that the first steps were closed is.
  // It is moved into place whole: another page of the same test may be keeping its own at this moment.
  const layout = join(server.folder, "kept", "layout.json");
  mkdirSync(dirname(layout), { recursive: true, mode: 0o700 });
  writeFileSync(`${layout}.next`, JSON.stringify(newcomer ? [] : [{ name: "tour", body: "closed", at: 0 }]), { mode: 0o600 });
  renameSync(`${layout}.next`, layout);
  if (login) {
    await page.goto(loginLink(server));
    await page.getByRole("main").waitFor();
    if (path !== "/") await page.go(path);
  } else {
    await page.goto(server.consoleUrl);
    await page.getByRole("dialog", { name: "Log in to Sluice" }).waitFor();
  }
  return page;
}

/** Nothing was refused and nothing went wrong on these pages; where something did, it says what was asked and what was answered. */
export async function assertQuiet(...pages) {
  await until(() => pages.every(({ refusals }) => refusals.every(({ problem }) => problem !== "")), "the answers that were refused");
  const complaints = pages.flatMap((page) => page.complaints);
  const refusals = pages.flatMap((page) => page.refusals);
  if (complaints.length + refusals.length > 0) throw new Error(`the page complains: ${JSON.stringify({ complaints, refusals }, null, 2)}`);
}

/** The row of a list that holds all the given texts. */
export const row = (page, ...texts) => texts.reduce((found, hasText) => found.filter({ hasText }), page.getByRole("grid").getByRole("row")).first();
