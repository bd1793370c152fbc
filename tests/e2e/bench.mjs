// What the screens cost, a figure each: `make bench-ui`. It needs what the browser tests need; release builds say more.
// BENCH_ROWS (100000) users and exchanges, BENCH_SECONDS (60) of live traffic at BENCH_RATE (1000) a second, BENCH_ON (sqlite).
import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { launchBrowser, loginLink, missing, openConsole, prepareCertificate, provider, row, startDatabase, startServer, until } from "./support.mjs";

const ROWS = Number(process.env.BENCH_ROWS ?? 100_000);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 60);
const RATE = Number(process.env.BENCH_RATE ?? 1_000);
const ON = process.env.BENCH_ON ?? "sqlite";

const reasons = missing();
if (reasons.length > 0) {
  console.error(reasons.join("\n"));
  process.exit(1);
}
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const figure = (what, value, unit, note = "") => console.log(`${what.padEnd(58)} ${String(value).padStart(9)} ${unit.padEnd(8)} ${note}`);
const ms = (value) => value.toFixed(value < 10 ? 1 : 0);
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** Asks for `total` answers, at most `rate` a second (0: as fast as they come); returns how many came. */
async function send(agent, total, rate, paths) {
  const begun = performance.now();
  let [sent, answered] = [0, 0];
  const worker = async () => {
    while (sent < total) {
      const n = sent++;
      if (rate > 0) {
        const due = begun + (n / rate) * 1000;
        if (due > performance.now()) await pause(due - performance.now());
      }
      await agent.get(paths[n % paths.length]);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: 24 }, worker));
  return { answered, seconds: (performance.now() - begun) / 1000 };
}

/** When the first text or picture stood on the page, as the browser tells it: also a little after it happened. */
function firstPaint() {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const entry = list.getEntriesByName("first-contentful-paint")[0];
      if (entry) resolve(entry.startTime);
    }).observe({ type: "paint", buffered: true });
  });
}

/** From the press to the next paint, as the browser's own event timing tells it, and until `settled` holds. */
async function interaction(page, act, settled) {
  await page.evaluate(() => {
    window.events = [];
    window.observer?.disconnect();
    window.observer = new PerformanceObserver((list) => window.events.push(...list.getEntries().filter((entry) => entry.interactionId)));
    window.observer.observe({ type: "event", durationThreshold: 16 });
  });
  const begun = performance.now();
  await act();
  await settled();
  const done = performance.now() - begun;
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))));
  const paints = await page.evaluate(() => window.events.map((entry) => entry.duration));
  // What is quicker than 16 ms is not reported at all.
  return { paint: Math.max(16, ...paints), done };
}

/** Frames while the grid is scrolled `distance` pixels a frame from its top to its end. */
async function scrolling(page, distance) {
  return page.evaluate(async (distance) => {
    const grid = document.querySelector("[role=grid]");
    const scroller = [grid, ...grid.querySelectorAll("*"), grid.parentElement].find((element) => element.scrollHeight > element.clientHeight + 100 && /auto|scroll/.test(getComputedStyle(element).overflowY));
    const gaps = [];
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    let before = await frame();
    let blank = 0;
    const end = performance.now() + 6_000;
    while (performance.now() < end) {
      const at = scroller.scrollTop;
      scroller.scrollTop = at + distance;
      if (scroller.scrollTop === at) scroller.scrollTop = 0;
      const now = await frame();
      gaps.push(now - before);
      before = now;
      if (grid.querySelectorAll("[role=row]").length < 5) blank += 1;
    }
    gaps.sort((a, b) => a - b);
    return { frames: gaps.length, median: gaps[Math.floor(gaps.length / 2)], p95: gaps[Math.floor(gaps.length * 0.95)], worst: gaps.at(-1), late: gaps.filter((gap) => gap > 25).length, blank, height: scroller.scrollHeight };
  }, distance);
}

function frames(what, found) {
  figure(`${what}: a frame, median`, ms(found.median), "ms", `${found.frames} frames, 95 %: ${ms(found.p95)} ms, worst ${ms(found.worst)} ms`);
  figure(`${what}: frames later than 25 ms`, found.late, "", `of ${found.frames}; without rows: ${found.blank}`);
}

/** What the window holds, after its garbage has been collected. */
async function memory(browser, page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  const value = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
  const resident = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) / 1024);
  return { heap: value("JSHeapUsedSize") / 1048576, nodes: value("Nodes"), resident: Math.max(...resident) };
}

const certificate = prepareCertificate();
Object.assign(process.env, certificate.env);
const database = await startDatabase(ON, ROWS);
const server = await startServer({ database });
const build = /release/.test(process.env.SLUICE_SERVER_BINARY ?? "") ? "release build" : "debug build";
const browser = await launchBrowser();
const agent = provider(server);
console.log(`${ROWS.toLocaleString("en")} users on ${ON}; ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}; ${build}\n`);
try {
  // First paint: a browser that has the files, as every day.
  const paints = [];
  const ready = [];
  const context = await browser.newContext({ viewport: { width: 1480, height: 860 } });
  const start = await context.newPage();
  await start.goto(loginLink(server));
  await start.getByRole("main").waitFor();
  for (let n = 0; n < 7; n += 1) {
    await start.goto("about:blank");
    const begun = performance.now();
    await start.goto(`${server.consoleUrl}#/traffic`);
    await start.locator("[data-filter-field]").waitFor();
    ready.push(performance.now() - begun);
    paints.push(await start.evaluate(firstPaint));
  }
  await context.close();
  figure("first paint", ms(median(paints)), "ms", "median of 7, with files already in the browser");
  figure("until the screen can be used", ms(median(ready)), "ms", "median of 7");

  const paths = ["Status", "Users/yoda@galaxy.local", "Users/nobody@example.org", "ServiceProviderConfig"];
  const filled = await send(agent, ROWS, 0, ["Status"]);
  figure("exchanges recorded before", filled.answered, "", `${Math.round(filled.answered / filled.seconds)} a second`);
  await send(agent, 200, 0, paths);
  // None of what is looked for stands at the top.
  for (let n = 0; n < 5; n += 1) await agent.get("Status");

  const page = await openConsole(browser, server, { path: "/traffic" });
  /** How many rows the list has loaded so far: it grows as it is scrolled, and live. */
  const total = () => page.getByRole("grid").getAttribute("aria-rowcount").then(Number);
  await row(page).waitFor();
  frames(`Traffic, ${ROWS.toLocaleString("en")} exchanges, scrolling 400 px a frame`, await scrolling(page, 400));
  const field = page.getByRole("combobox", { name: "Filter exchanges" });
  const top = page.getByRole("grid").getByRole("row").nth(1);
  const filtered = [];
  for (const [text, found] of [
    ["user:yoda", "yoda@galaxy.local"],
    ["status:404", "404"],
    ["user:nobody", "nobody@example.org"],
  ]) {
    await field.fill("");
    await page.keyboard.press("Enter");
    await top.filter({ hasNotText: found }).waitFor();
    await field.focus();
    await page.keyboard.insertText(text.slice(0, -1));
    filtered.push(
      await interaction(
        page,
        async () => {
          await page.keyboard.press(text.at(-1));
          await page.keyboard.press("Enter");
        },
        () => top.filter({ hasText: found }).waitFor(),
      ),
    );
  }
  figure("Traffic, filter: press to next paint", ms(Math.max(...filtered.map(({ paint }) => paint))), "ms", "the slowest of 3 filters");
  figure("Traffic, filter: until its rows stand there", ms(median(filtered.map(({ done }) => done))), "ms", `median; slowest ${ms(Math.max(...filtered.map(({ done }) => done)))} ms`);
  await field.fill("");
  await page.keyboard.press("Enter");

  // Sorting and filtering rows of the database, a hundred thousand of them.
  await page.go("/data?table=USERS");
  const data = page.getByRole("grid", { name: "Rows of USERS" });
  await data.getByRole("row").nth(1).waitFor();
  const sorted = [];
  for (const [column, order] of [
    ["USER_ID", "descending"],
    ["LASTNAME", "ascending"],
    ["EMAIL", "ascending"],
  ]) {
    const heading = page.getByRole("columnheader", { name: column }).first();
    if (order === "descending") await heading.click();
    sorted.push(
      await interaction(
        page,
        () => heading.click(),
        async () => {
          await until(async () => (await heading.getAttribute("aria-sort")) === order, `${column} ${order}`);
          await data.getByRole("row").nth(1).waitFor();
        },
      ),
    );
  }
  figure("Data, sort: press to next paint", ms(Math.max(...sorted.map(({ paint }) => paint))), "ms", "the slowest of 3 columns");
  figure("Data, sort: until the heading says so", ms(median(sorted.map(({ done }) => done))), "ms", "median");
  // As a wheel turns, and as somebody drags the bar: the one brings two or three new rows with a frame, the other fifteen.
  for (const distance of [60, 400]) frames(`Data, ${ROWS.toLocaleString("en")} rows, scrolling ${distance} px a frame`, await scrolling(page, distance));

  // Live.
  await page.go("/traffic");
  await row(page).waitFor();
  await page.getByRole("grid").evaluate((grid) => (grid.scrollTop = 0));
  await page.evaluate(() => {
    window.gaps = [];
    let before = performance.now();
    const tick = (now) => {
      window.gaps.push(now - before);
      before = now;
      window.ticking = requestAnimationFrame(tick);
    };
    window.ticking = requestAnimationFrame(tick);
  });
  const figuresBefore = await recording(page);
  const shown = await total();
  const live = await send(agent, RATE * SECONDS, RATE, paths);
  const gaps = await page.evaluate(() => {
    cancelAnimationFrame(window.ticking);
    return window.gaps.sort((a, b) => a - b);
  });
  await until(async () => (await recording(page)).recorded + (await recording(page)).dropped >= figuresBefore.recorded + figuresBefore.dropped + live.answered, "everything recorded or counted", 30_000).catch(() => undefined);
  const figures = await recording(page);
  const recorded = figures.recorded - figuresBefore.recorded;
  const dropped = figures.dropped - figuresBefore.dropped;
  await until(async () => (await total()) - shown >= recorded, "all of them in the list", 30_000).catch(() => undefined);
  figure(`live for ${Math.round(live.seconds)} s: exchanges a second`, Math.round(live.answered / live.seconds), "", `${live.answered} answered`);
  figure("live: recorded", recorded, "", `dropped and shown as such: ${dropped}; neither: ${live.answered - recorded - dropped}`);
  figure("live: in the list", (await total()) - shown, "", `missing: ${recorded - ((await total()) - shown)}`);
  figure("live: a frame, 95 %", ms(gaps[Math.floor(gaps.length * 0.95)]), "ms", `${gaps.length} frames, worst ${ms(gaps.at(-1))} ms`);
  const held = await memory(browser, page);
  figure("memory of the window after it", held.resident.toFixed(0), "MB", `of it JavaScript ${held.heap.toFixed(0)} MB; ${held.nodes} nodes`);
  await page.context().close();
} finally {
  agent.close();
  await browser.close();
  await server.stop();
  await database.stop();
}

/** What the server says of its recording: asked by the page's own way. */
function recording(page) {
  return page.evaluate(async () => {
    const answer = await fetch("/rpc/overview.get", { method: "POST", headers: { "content-type": "application/json", "x-sluice-key": localStorage.getItem("sluice.key") }, body: "{}" });
    return (await answer.json()).recording;
  });
}
