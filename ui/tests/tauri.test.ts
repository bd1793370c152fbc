import type { Channel } from "@tauri-apps/api/core";
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, describe, expect, it, vi } from "vitest";
import { tauriHost } from "@/host/tauri";

afterEach(() => clearMocks());

describe("the window's way", () => {
  it("sends every command through one invoke, and rejects with a Problem", async () => {
    const problem = { code: "c", message: "m", hint: null, fields: {}, exchange: null };
    const seen: unknown[] = [];
    mockIPC((name, payload) => {
      seen.push([name, payload]);
      if ((payload as { command: string }).command === "endpoint.stop") throw problem;
      return { token: "t" };
    });
    const host = tauriHost();
    await expect(host.call("credentials.reveal", {})).resolves.toEqual({ token: "t" });
    await expect(host.call("endpoint.stop", {})).rejects.toEqual(problem);
    expect(seen[0]).toEqual(["rpc", { command: "credentials.reveal", input: {} }]);
  });

  it("stops a stream by its number, even when it ended before the number came", async () => {
    const seen: [string, unknown][] = [];
    mockIPC((name, payload) => {
      seen.push([name, payload]);
      return name === "stream" ? 7 : null;
    });
    tauriHost().stream("traffic.live", { after: 3 }, () => undefined)();
    await vi.waitFor(() => expect(seen.map(([name]) => name)).toEqual(["stream", "stream_stop"]));
    expect(seen[0]?.[1]).toMatchObject({ name: "traffic.live", input: { after: 3 } });
    expect(seen[1]?.[1]).toEqual({ id: 7 });
  });

  it("begins a work once, tells how far it is, and stops it by its number when it is cancelled", async () => {
    const seen: [string, unknown][] = [];
    let channel: Channel<unknown> | undefined;
    mockIPC((name, payload) => {
      seen.push([name, payload]);
      channel ??= (payload as { channel?: Channel<unknown> }).channel;
      return name === "work" ? 9 : null;
    });
    const told: unknown[] = [];
    const work = (signal?: AbortSignal) => tauriHost().work("data.export" as never, {} as never, (progress) => told.push(progress), signal) as Promise<unknown>;
    const done = work();
    channel?.onmessage({ progress: 1 });
    channel?.onmessage({ done: "all" });
    await expect(done).resolves.toBe("all");
    expect(told).toEqual([1]);

    const abort = new AbortController();
    const end = work(abort.signal);
    abort.abort();
    await expect(end).rejects.toMatchObject({ code: "cancelled" });
    await vi.waitFor(() => expect(seen.map(([name]) => name)).toEqual(["work", "work", "stream_stop"]));
    expect(seen[2]?.[1]).toEqual({ id: 9 });
  });

  it("saves at the place that the dialog gave, and copies an export there without reading it", async () => {
    const seen: [string, unknown][] = [];
    let place: unknown = { id: 3, name: "b.toml", path: "/home/admin/b.toml" };
    mockIPC((name, payload) => {
      seen.push([name, payload]);
      return name === "save_file" ? place : null;
    });
    const saved = { name: "b.toml", path: "/home/admin/b.toml" };
    await expect(tauriHost().save({ name: "a.toml", mime: "text/plain", content: "grün" })).resolves.toEqual(saved);
    expect(new TextDecoder().decode(seen[1]?.[1] as ArrayBuffer)).toBe("grün");
    await expect(tauriHost().save({ name: "a.csv", mime: "text/csv", content: { exported: "USERS.csv" } })).resolves.toEqual(saved);
    expect(seen.slice(2)).toEqual([
      ["save_file", { name: "a.csv" }],
      ["write_export", { id: 3, exported: "USERS.csv" }],
    ]);
    place = null;
    await expect(tauriHost().save({ name: "a.toml", mime: "text/plain", content: "" })).resolves.toBeNull();
    expect(seen).toHaveLength(5);
  });

  it("reads a file that was chosen part by part, and gives none where that was cancelled", async () => {
    const parts = ["one ", "two", ""];
    let picked: unknown = { id: 5, name: "day.har", path: "/home/admin/day.har" };
    mockIPC((name, payload) => {
      if (name === "open_file") return picked;
      expect([name, payload]).toEqual(["read_file", { id: 5 }]);
      return new TextEncoder().encode(parts.shift()).buffer;
    });
    const file = await tauriHost().open({ what: "HAR file", extensions: ["har"] });
    expect([file?.name, file?.size]).toEqual(["day.har", 7]);
    picked = null;
    await expect(tauriHost().open({ what: "HAR file", extensions: ["har"] })).resolves.toBeNull();
  });
});
