import { describe, expect, it, vi } from "vitest";
import type { Problem } from "@/api/contract";
import { httpHost } from "@/host/http";
import { Session } from "@/host/session";

const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const lines = (...items: unknown[]) => new Response(items.map((item) => `${JSON.stringify(item)}\n`).join(""));
const recording = { recorded: 0, dropped: 0, failing: null, requestsPerMinute: 0, p50Us: null };

const hostOf = (request: typeof fetch, backoff?: (attempt: number) => number) => httpHost({ session: new Session(request, localStorage), fetch: request, ...(backoff ? { backoff } : {}) });
const outside: Problem = { code: "console.session", message: "not logged in", hint: null, fields: {}, exchange: null };

describe("the browser's way", () => {
  it("posts a command with the key and gives its output", async () => {
    const request = vi.fn<typeof fetch>(async () => answer({ token: "t" }));
    localStorage.setItem("sluice.key", "k");
    await expect(hostOf(request).call("credentials.reveal", {})).resolves.toEqual({ token: "t" });
    const [address, options] = request.mock.calls[0] ?? [];
    expect(address).toBe("/rpc/credentials.reveal");
    expect(options).toMatchObject({ method: "POST", body: "{}", headers: { "x-sluice-key": "k", "content-type": "application/json" } });
  });

  it("rejects with a Problem, whatever went wrong", async () => {
    const given: Problem = { code: "c", message: "m", hint: null, fields: {}, exchange: "01J" };
    const call = (request: typeof fetch) => hostOf(request).call("overview.get", {});
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
    const request = (async (address: string, options: RequestInit) => {
      addresses.push(`${address} ${options.body}`);
      return addresses.length === 1 ? lines({ exchanges: [], recording }, { exchanges: [], recording }) : lines({ exchanges: [], recording });
    }) as typeof fetch;
    const items: unknown[] = [];
    const states: string[] = [];
    const stop = hostOf(request, () => 1).stream(
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
    expect(addresses.slice(0, 2)).toEqual(['/stream/traffic.live {"after":0}', '/stream/traffic.live {"after":20}']);
    expect(states.slice(0, 3)).toEqual(["open", "lost", "open"]);
  });
});

describe("files in a browser", () => {
  const downloads = () => {
    const seen: { name: string; content: Blob }[] = [];
    let content = new Blob();
    URL.createObjectURL = (object) => {
      content = object as Blob;
      return "blob:1";
    };
    URL.revokeObjectURL = () => undefined;
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      seen.push({ name: this.download, content });
    });
    return seen;
  };

  it("are downloads, an export in parts", async () => {
    const seen = downloads();
    const starts: unknown[] = [];
    const request = (async (_: string, options: RequestInit) => {
      const { start } = JSON.parse(String(options.body)) as { start: number };
      starts.push(start);
      return answer({ bytes: start < 6 ? btoa("abc") : "" });
    }) as typeof fetch;
    await expect(hostOf(request).save({ name: "a.toml", mime: "text/plain", content: "text" })).resolves.toEqual({ name: "a.toml", path: null });
    await hostOf(request).save({ name: "b.csv", mime: "text/csv", content: { exported: "USERS.csv" } });
    expect(seen.map(({ name, content }) => [name, content.size, content.type])).toEqual([
      ["a.toml", 4, "text/plain"],
      ["b.csv", 6, "text/csv"],
    ]);
    expect(starts).toEqual([0, 3, 6]);
  });

  it("are chosen by the browser's dialog, which may be cancelled", async () => {
    const press = vi.spyOn(HTMLInputElement.prototype, "click").mockImplementation(() => undefined);
    const open = () => hostOf(fetch).open({ what: "HAR file", extensions: ["har", "json"] });
    const input = () => document.querySelector<HTMLInputElement>("input[type=file]");
    const chosen = open();
    expect(input()?.accept).toBe(".har,.json");
    const day = new File(["{}"], "day.har");
    Object.defineProperty(input(), "files", { value: [day] });
    input()?.dispatchEvent(new Event("change"));
    await expect(chosen).resolves.toBe(day);
    const cancelled = open();
    input()?.dispatchEvent(new Event("cancel"));
    await expect(cancelled).resolves.toBeNull();
    expect([input(), press.mock.calls.length]).toEqual([null, 2]);
  });
});

describe("a work in a browser", () => {
  const work = (request: typeof fetch, signal?: AbortSignal) => {
    const told: unknown[] = [];
    const end = hostOf(request).work("data.export" as never, { table: "USERS" } as never, (progress) => told.push(progress), signal);
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

describe("a session of the browser", () => {
  const begin = async (hash: string, request: typeof fetch) => {
    window.history.replaceState(null, "", `/${hash}`);
    const session = new Session(request, localStorage);
    await session.begin(window.location, window.history);
    return session;
  };

  it("begins with the link's code, which leaves the address before it is sent", async () => {
    const request = vi.fn<typeof fetch>(async () => {
      expect(window.location.href).not.toContain("c0de");
      return answer({ key: "k1" });
    });
    const session = await begin("#login=c0de", request);
    expect(request.mock.calls[0]).toMatchObject(["/session", { method: "POST", body: '{"code":"c0de"}' }]);
    expect(session.headers()["x-sluice-key"]).toBe("k1");
    expect(session.ended()).toBeNull();
  });

  it("asks nothing where there is no link", async () => {
    const request = vi.fn<typeof fetch>();
    await begin("#/traffic", request);
    expect(request).not.toHaveBeenCalled();
    expect(window.location.hash).toBe("#/traffic");
  });

  it("says why a link did not work, but only to somebody who is not logged in anyway", async () => {
    const link: Problem = { code: "console.link", message: "used before", hint: null, fields: {}, exchange: null };
    const session = await begin("#login=c0de", async () => answer(link, 401));
    expect(session.ended()).toBeNull();
    await expect(httpHost({ session, fetch: async () => answer(outside, 401) }).call("overview.get", {})).rejects.toMatchObject({ code: "console.session" });
    expect(session.ended()).toMatchObject({ message: "used before" });
    const again = await begin("#login=c0de", async () => answer(link, 401));
    await httpHost({ session: again, fetch: async () => answer({ token: "t" }) }).call("credentials.reveal", {});
    again.notice(outside);
    expect(again.ended()).toMatchObject({ message: "not logged in" });
  });

  it("is over for all when it is logged out, and on again after a login in another tab", async () => {
    localStorage.setItem("sluice.key", "k");
    const session = await begin("", async () => new Response(null, { status: 204 }));
    const changes = vi.fn();
    session.subscribe(changes);
    await session.end();
    expect(session.ended()).toMatchObject({ code: "console.logged_out" });
    expect(localStorage.getItem("sluice.key")).toBeNull();
    window.dispatchEvent(new StorageEvent("storage", { key: "sluice.key", newValue: "k2" }));
    expect(session.ended()).toBeNull();
    expect(changes).toHaveBeenCalledTimes(2);
  });
});
