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

describe("the console's key", () => {
  beforeEach(() => window.history.replaceState(null, "", "/#key=s%2Bcret"));

  it("is taken out of the address at the first load and kept for this tab", () => {
    expect(takeKey(window.location, window.history, sessionStorage)).toBe("s+cret");
    expect(window.location.hash).toBe("#/");
    expect(takeKey(window.location, window.history, sessionStorage)).toBe("s+cret");
  });
});
