import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Problem } from "@/api/contract";
import { httpHost, takeKey } from "@/host/http";

const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const lines = (...items: unknown[]) => new Response(items.map((item) => `${JSON.stringify(item)}\n`).join(""));
const recording = { recorded: 0, dropped: 0, failing: null, requestsPerMinute: 0, p50Us: null };

describe("the browser's way", () => {
  it("posts a command with the key and gives its output", async () => {
    const request = vi.fn<typeof fetch>(async () => answer({ token: "t" }));
    await expect(httpHost({ key: "k", fetch: request }).call("credentials.reveal", {})).resolves.toEqual({ token: "t" });
    const [address, options] = request.mock.calls[0] ?? [];
    expect(address).toBe("/rpc/credentials.reveal");
    expect(options).toMatchObject({ method: "POST", body: "{}", headers: { "x-sluice-key": "k", "content-type": "application/json" } });
  });

  it("rejects with a Problem, whatever went wrong", async () => {
    const given: Problem = { code: "c", message: "m", hint: null, fields: {}, exchange: "01J" };
    const call = (request: typeof fetch) => httpHost({ key: "", fetch: request }).call("overview.get", {});
    await expect(call(async () => answer(given, 400))).rejects.toEqual(given);
    await expect(call(async () => new Response("<html>", { status: 502 }))).rejects.toMatchObject({ code: "transport", message: expect.stringContaining("502") });
    await expect(
      call(async () => {
        throw new TypeError("refused");
      }),
    ).rejects.toMatchObject({ code: "unreachable" });
  });

  it("reads a stream line by line, and reconnects where it was after a loss", async () => {
    let after = 0;
    const addresses: string[] = [];
    const request = (async (address: string) => {
      addresses.push(decodeURIComponent(address));
      return addresses.length === 1 ? lines({ exchanges: [], recording }, { exchanges: [], recording }) : lines({ exchanges: [], recording });
    }) as typeof fetch;
    const items: unknown[] = [];
    const states: string[] = [];
    const stop = httpHost({ key: "k", fetch: request, backoff: () => 1 }).stream(
      "traffic.live",
      () => ({ after }),
      (item) => {
        items.push(item);
        after += 10;
      },
      (state) => states.push(state),
    );
    await vi.waitFor(() => expect(items.length).toBeGreaterThanOrEqual(3));
    stop();
    expect(addresses.slice(0, 2)).toEqual(['/stream/traffic.live?input={"after":0}', '/stream/traffic.live?input={"after":20}']);
    expect(states.slice(0, 3)).toEqual(["open", "lost", "open"]);
  });
});

describe("a work in a browser", () => {
  const work = (request: typeof fetch, signal?: AbortSignal) => {
    const told: unknown[] = [];
    const end = httpHost({ key: "k", fetch: request }).work("data.export" as never, { table: "USERS" } as never, (progress) => told.push(progress), signal);
    return { told, end: end as Promise<unknown> };
  };

  it("tells how far it is and then gives its answer", async () => {
    const request = vi.fn<typeof fetch>(async () => lines({ progress: 1 }, { progress: 2 }, { done: "all" }));
    const { told, end } = work(request);
    await expect(end).resolves.toBe("all");
    expect(told).toEqual([1, 2]);
    expect(request.mock.calls[0]?.[0]).toBe("/work/data.export");
    expect(request.mock.calls[0]?.[1]).toMatchObject({ method: "POST", body: '{"table":"USERS"}' });
  });

  it("rejects with the Problem it ended with, or that it was never begun", async () => {
    const given: Problem = { code: "c", message: "m", hint: null, fields: {}, exchange: null };
    await expect(work(async () => lines({ progress: 1 }, { failed: given })).end).rejects.toEqual(given);
    await expect(work(async () => answer(given, 422)).end).rejects.toEqual(given);
  });

  it("is not begun again after a loss, and says that its end is not known", async () => {
    const request = vi.fn<typeof fetch>(async () => lines({ progress: 1 }));
    await expect(work(request).end).rejects.toMatchObject({ code: "broken_off" });
    expect(request).toHaveBeenCalledTimes(1);
  });

  it("ends when its signal says so, and that is no fault", async () => {
    const abort = new AbortController();
    const request = (async (_address, options) =>
      new Promise((_resolve, reject) => options?.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))))) as typeof fetch;
    const { end } = work(request, abort.signal);
    abort.abort();
    await expect(end).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("the console's key", () => {
  beforeEach(() => window.history.replaceState(null, "", "/#key=s%2Bcret"));

  it("is taken out of the address at the first load and kept for this tab", () => {
    expect(takeKey(window.location, window.history, sessionStorage)).toBe("s+cret");
    expect(window.location.hash).toBe("#/");
    expect(takeKey(window.location, window.history, sessionStorage)).toBe("s+cret");
  });
});
