import { brokenOff, cancelled, isProblem, toProblem, unreachable } from "@/api/problem";
import { currentInput, type Host, type Told } from "./types";

const KEY = "sluice.key";

/**
 * The console's key comes once in the fragment of the address (`#key=...`), which a browser never sends.
 * It is kept for this tab and taken out of the address, so that neither history nor a shared link holds it.
 */
export function takeKey(location: Location, history: History, storage: Storage): string {
  const found = /^#\/?key=([^&]+)/.exec(location.hash);
  if (found?.[1]) {
    storage.setItem(KEY, decodeURIComponent(found[1]));
    history.replaceState(null, "", `${location.pathname}${location.search}#/`);
  }
  return storage.getItem(KEY) ?? "";
}

type Options = {
  key: string;
  base?: string;
  fetch?: typeof fetch;
  /** ms to wait before the n-th reconnect */
  backoff?: (attempt: number) => number;
};

const defaultBackoff = (attempt: number) => Math.min(10_000, 250 * 2 ** attempt) * (0.75 + Math.random() / 2);

/** The headless server's console in a browser. */
export function httpHost(options: Options): Host {
  const { key, base = "", backoff = defaultBackoff } = options;
  const request = options.fetch ?? fetch.bind(globalThis);
  return {
    async call(command, input) {
      let response: Response;
      let body: unknown;
      try {
        response = await request(`${base}/rpc/${command}`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-sluice-key": key },
          body: JSON.stringify(input),
        });
      } catch {
        throw unreachable();
      }
      try {
        body = await response.json();
      } catch {
        throw toProblem({ status: response.status });
      }
      if (!response.ok) throw toProblem(body);
      return body as never;
    },
    stream(name, input, onItem, onState) {
      const abort = new AbortController();
      void (async () => {
        for (let attempt = 0; !abort.signal.aborted; attempt += 1) {
          try {
            const query = encodeURIComponent(JSON.stringify(currentInput(input)));
            const response = await request(`${base}/stream/${name}?input=${query}`, {
              headers: { "x-sluice-key": key, accept: "application/x-ndjson" },
              signal: abort.signal,
            });
            if (response.ok && response.body) {
              onState?.("open");
              for await (const line of lines(response.body)) {
                attempt = 0;
                if (abort.signal.aborted) return;
                onItem(JSON.parse(line));
              }
            }
          } catch {
            // A lost connection and a refused one are answered alike: by another attempt, later.
          }
          if (abort.signal.aborted) return;
          onState?.("lost");
          await pause(backoff(attempt), abort.signal);
        }
      })();
      return () => abort.abort();
    },
    async work(name, input, onProgress, signal) {
      let response: Response;
      try {
        response = await request(`${base}/work/${name}`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-sluice-key": key, accept: "application/x-ndjson" },
          body: JSON.stringify(input),
          ...(signal ? { signal } : {}),
        });
      } catch {
        throw signal?.aborted ? cancelled() : unreachable();
      }
      if (!response.ok || !response.body) throw toProblem(await response.json().catch(() => ({ status: response.status })));
      try {
        for await (const line of lines(response.body)) {
          const told = JSON.parse(line) as Told<never, never>;
          if ("progress" in told) onProgress(told.progress);
          else if ("done" in told) return told.done;
          else throw told.failed;
        }
      } catch (cause) {
        if (signal?.aborted) throw cancelled();
        throw isProblem(cause) ? cause : brokenOff();
      }
      throw brokenOff();
    },
  };
}

/** Splits a body into its non-empty lines; blank ones only keep the connection alive. */
async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      rest += decoder.decode(value, { stream: true });
      const parts = rest.split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) if (part.trim()) yield part;
    }
    if (rest.trim()) yield rest;
  } finally {
    reader.releaseLock();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
