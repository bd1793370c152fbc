import { describe, expect, it, vi } from "vitest";
import { LiveFeed } from "@/api/live";
import { HELD, PAGE, TrafficLog } from "@/features/traffic/log";
import { memoryHost } from "@/host/memory";
import { makeWorld } from "./fixture/world";

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

async function open(exchanges: number, filter = "") {
  const world = makeWorld({ exchanges });
  const host = memoryHost(world.handlers);
  const feed = new LiveFeed(host);
  feed.start();
  const log = new TrafficLog(host, feed, { filter });
  await settle();
  return { world, host, feed, log };
}

const held = (log: TrafficLog) => Array.from({ length: log.snapshot().count }, (_, index) => log.row(index)).filter(Boolean).length;

describe("the log", () => {
  it("pages older rows in as the end comes into view, without a gap or a repeat", async () => {
    const { log } = await open(1000);
    while (log.snapshot().more) {
      log.view(log.snapshot().count - 20, log.snapshot().count - 1);
      await settle();
    }
    const seqs = Array.from({ length: log.snapshot().count }, (_, index) => log.row(index)?.seq);
    expect(seqs).toEqual(Array.from({ length: 1000 }, (_, index) => 1000 - index));
  });

  it("holds a bounded number of rows however far somebody scrolls, and calls let-go rows again", async () => {
    const { log } = await open(12_000);
    while (log.snapshot().more) {
      log.view(log.snapshot().count - 20, log.snapshot().count - 1);
      await settle();
    }
    expect(log.snapshot().count).toBe(12_000);
    expect(held(log)).toBeLessThanOrEqual(HELD + PAGE);
    expect(log.row(400)).toBeUndefined();
    log.view(400, 420);
    await settle();
    expect(log.row(400)?.seq).toBe(11_600);
    expect(held(log)).toBeLessThanOrEqual(HELD + PAGE);
  }, 20_000);

  it("keeps places still while somebody reads further down", async () => {
    const { log, host, world } = await open(500);
    log.follow(false);
    host.emit("traffic.live", world.add(3));
    expect(log.row(0)?.seq).toBe(500);
    expect(log.snapshot()).toMatchObject({ waiting: 3, total: 503 });
    log.follow(true);
    expect(log.row(0)?.seq).toBe(503);
    expect(log.snapshot()).toMatchObject({ waiting: 0, total: 503, count: 203 });
  });

  it("takes a repeated row once", async () => {
    const { log, host, world } = await open(10);
    const batch = world.add();
    host.emit("traffic.live", batch);
    host.emit("traffic.live", batch);
    expect(log.snapshot().count).toBe(11);
  });

  it("never puts a live row into a filtered list without asking the server", async () => {
    const { log, host, world } = await open(30, "status:401");
    const before = log.snapshot().count;
    host.emit("traffic.live", world.add(1));
    expect(log.snapshot().count).toBe(before);
  });
});

describe("the feed", () => {
  it("resumes after the newest row it has seen, and counts what nobody watched", async () => {
    const { feed, host, world } = await open(10);
    host.emit("traffic.live", world.add(2));
    expect(feed.snapshot().unseen).toBe(2);
    const leave = feed.watch();
    expect(feed.snapshot().unseen).toBe(0);
    host.emit("traffic.live", world.add(1));
    expect(feed.snapshot().unseen).toBe(0);
    leave();
  });

  it("goes on by itself where a slow filter gave what it had, and can be stopped", async () => {
    const world = makeWorld({ exchanges: 1000 });
    const asked: (number | null)[] = [];
    let stop = (): void => undefined;
    const host = memoryHost({
      ...world.handlers,
      // The server looks through a hundred at a time and finds the oldest one only.
      "traffic.list": ({ filter, before }) => {
        if (filter === "") return { exchanges: world.rows.slice(0, 1), marked: [], more: true, next: 1000, total: 1000, counted: true, problems: [] };
        asked.push(before);
        const next = (before ?? 1001) - 100;
        if (next < 500) stop();
        const exchanges = next < 100 ? world.rows.slice(-1) : [];
        return { exchanges, marked: [], more: next > 1, next: next > 1 ? next : null, total: exchanges.length, counted: false, problems: [] };
      },
    });
    const feed = new LiveFeed(host);
    feed.start();
    await settle();
    const log = new TrafficLog(host, feed, { filter: "body:x" });
    const told: (number | null)[] = [];
    log.subscribe(() => {
      told.push(log.snapshot().searched);
      // A list on the screen asks for the same page at the same time.
      log.view(0, 0);
    });
    for (let n = 0; n < 20; n += 1) await settle();
    expect(asked).toEqual([null, 901, 801, 701, 601, 501, 401, 301, 201, 101]);
    expect(log.row(0)?.seq).toBe(1);
    expect(log.snapshot()).toMatchObject({ count: 1, total: 1, counted: true, searched: null });
    expect(told.some((part) => part !== null && part > 0.4 && part < 0.9)).toBe(true);

    asked.length = 0;
    const other = new TrafficLog(host, feed, { filter: "body:y" });
    stop = () => other.stopSearch();
    for (let n = 0; n < 20; n += 1) await settle();
    expect(asked.length).toBeLessThan(10);
    expect(other.snapshot()).toMatchObject({ searched: null, more: true, counted: false });
  });

  it("lets rows go as time passes where the filter names a time, unless somebody reads further down", async () => {
    vi.useFakeTimers();
    try {
      let count = 3;
      const world = makeWorld({ exchanges: 3 });
      const all = world.handlers["traffic.list"];
      const host = memoryHost({
        ...world.handlers,
        "traffic.list": async (input) => {
          const page = await all({ ...input, filter: "" });
          return { ...page, exchanges: page.exchanges.slice(0, count) };
        },
      });
      const feed = new LiveFeed(host);
      const log = new TrafficLog(host, feed, { filter: "last:5m" });
      await vi.advanceTimersByTimeAsync(10);
      expect(log.snapshot().count).toBe(3);
      count = 1;
      log.follow(false);
      await vi.advanceTimersByTimeAsync(6_000);
      expect(log.snapshot().count).toBe(3);
      log.follow(true);
      await vi.advanceTimersByTimeAsync(6_000);
      expect(log.snapshot().count).toBe(1);
      log.end();
    } finally {
      vi.useRealTimers();
    }
  });
});
