import { launchBrowser, openConsole, prepareCertificate, startDatabase, startServer, until } from "./support.mjs";
const ON = process.env.BENCH_ON;
Object.assign(process.env, prepareCertificate().env);
const database = await startDatabase(ON, 100000);
const server = await startServer({ database });
const browser = await launchBrowser();
const t = async (what, act) => { const b = performance.now(); try { await act(); console.log(what.padEnd(50), Math.round(performance.now() - b), "ms"); } catch (e) { console.log(what, "FAILED", String(e).slice(0, 300)); } };
try {
  const page = await openConsole(browser, server, { path: "/" });
  await t("users: first list", async () => { await page.go("/users"); await page.getByRole("grid").getByRole("row").nth(2).waitFor({ timeout: 60000 }); });
  await page.screenshot({ path: `/tmp/walk-${ON}-users.png` });
  const heading = page.getByRole("columnheader").nth(2);
  for (let i = 0; i < 3; i++) await t(`users: sort ${await heading.innerText()}`, async () => { const before = await heading.getAttribute("aria-sort"); await heading.getByRole("button").first().click().catch(() => heading.click()); await until(async () => (await heading.getAttribute("aria-sort")) !== before, "sorted"); await page.waitForLoadState("networkidle"); await page.waitForTimeout(50); await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"), null, { timeout: 30000 }); });
  const search = page.getByRole("searchbox").first();
  await t("users: search 'organa'", async () => { await search.fill("organa"); await page.waitForTimeout(300); await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"), null, { timeout: 30000 }); });
  await page.screenshot({ path: `/tmp/walk-${ON}-search.png` });
  await t("users: lines", async () => { await page.go("/users?view=lines"); await page.waitForTimeout(300); await page.waitForLoadState("networkidle"); });
  await page.screenshot({ path: `/tmp/walk-${ON}-lines.png` });
  await t("entitlements", async () => { await page.go("/entitlements"); await page.getByRole("grid").getByRole("row").nth(2).waitFor({ timeout: 60000 }); });
  await page.screenshot({ path: `/tmp/walk-${ON}-ent.png` });
  await t("data USERS", async () => { await page.go("/data?table=USERS"); await page.getByRole("grid", { name: /Rows of/i }).getByRole("row").nth(1).waitFor({ timeout: 60000 }); });
  await page.screenshot({ path: `/tmp/walk-${ON}-data.png` });
  // What the commands take, without the screen.
  const ask = (name, input) => page.evaluate(async ([name, input]) => { const b = performance.now(); const a = await fetch(`/rpc/${name}`, { method: "POST", headers: { "content-type": "application/json", "x-sluice-key": localStorage.getItem("sluice.key") }, body: JSON.stringify(input) }); const text = await a.text(); return [Math.round(performance.now() - b), a.status, text.slice(0, 150)]; }, [name, input]);
  const choice = (over) => ({ search: "", filters: [], sort: [], ...over });
  for (const [what, input] of [["everybody", choice({})], ["search", choice({ search: "skywal" })], ["search none", choice({ search: "zzzzzz" })], ["sort", choice({ sort: [{ column: "LASTNAME", descending: false }] })], ["filter", choice({ filters: [{ column: "EMAIL", operator: "contains", values: ["9"] }] })]]) {
    for (const shape of [{ application: "jdbc_on_prem", ...input, start: 0, count: 100, fresh: false }, { application: "jdbc_on_prem", choice: input, start: 0, count: 100, fresh: false }]) console.log(what, await ask("users.list", shape));
  }
} finally { await browser.close(); await server.stop(); await database.stop(); }
