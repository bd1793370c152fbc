import type { Problem } from "@/api/contract";
import { brokenOff, cancelled, isProblem, toProblem, unreachable } from "@/api/problem";
import type { Session } from "./session";
import { chooseFile, downloadFile } from "./browser-files";
import { currentInput, type Host, type Told } from "./types";

type Options = {
  session: Session;
  fetch?: typeof fetch;
  /** ms to wait before the n-th reconnect */
  backoff?: (attempt: number) => number;
};

const defaultBackoff = (attempt: number) => Math.min(10_000, 250 * 2 ** attempt) * (0.75 + Math.random() / 2);

/** The headless server's console in a browser. */
export function httpHost(options: Options): Host {
  const { session, backoff = defaultBackoff } = options;
  const request = options.fetch ?? fetch.bind(globalThis);
  const host: Host = {
    async call(command, input) {
      let response: Response;
      let body: unknown;
      try {
        response = await request(`/rpc/${command}`, { method: "POST", headers: session.headers(), body: JSON.stringify(input) });
      } catch {
        throw unreachable();
      }
      try {
        body = await response.json();
      } catch {
        throw toProblem({ status: response.status });
      }
      if (!response.ok) {
        session.notice(body);
        throw toProblem(body);
      }
      session.works();
      return body as never;
    },
    stream(name, input, onItem, onState) {
      const abort = new AbortController();
      void (async () => {
        for (let attempt = 0; !abort.signal.aborted; attempt += 1) {
          let refused: Problem | undefined;
          try {
            const response = await request(`/stream/${name}`, {
              method: "POST",
              headers: { ...session.headers(), accept: "application/x-ndjson" },
              body: JSON.stringify(currentInput(input)),
              signal: abort.signal,
            });
            if (!response.ok) {
              const body: unknown = await response.json().catch(() => ({ status: response.status }));
              session.notice(body);
              refused = toProblem(body);
            } else if (response.body) {
              onState?.("open");
              for await (const line of lines(response.body)) {
                attempt = 0;
                if (abort.signal.aborted) return;
                onItem(JSON.parse(line));
              }
            }
          } catch {
            // A connection that broke says nothing of why: another attempt, later.
          }
          if (abort.signal.aborted) return;
          onState?.("lost", refused);
          await pause(backoff(attempt), abort.signal);
        }
      })();
      return () => abort.abort();
    },
    async work(name, input, onProgress, signal) {
      let response: Response;
      try {
        response = await request(`/work/${name}`, {
          method: "POST",
          headers: { ...session.headers(), accept: "application/x-ndjson" },
          body: JSON.stringify(input),
          ...(signal ? { signal } : {}),
        });
      } catch {
        throw signal?.aborted ? cancelled() : unreachable();
      }
      if (!response.ok || !response.body) {
        const body: unknown = await response.json().catch(() => ({ status: response.status }));
        session.notice(body);
        throw toProblem(body);
      }
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
    async save({ name, mime, content }) {
      const exported = typeof content === "string" || content instanceof Blob ? null : content.exported;
      downloadFile(name, new Blob(exported === null ? [content as string | Blob] : await exportParts(host, exported), { type: mime }));
      return { name, path: null };
    },
    open: chooseFile,
    logOut: () => session.end(),
    loggedOut: { subscribe: session.subscribe, why: session.ended },
  };
  return host;
}

/** A file of the folder of exports, part by part: Sluice may run on another machine than the browser. */
async function exportParts(host: Host, name: string): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let start = 0; ; ) {
    const { bytes } = await host.call("data.export_read", { name, start });
    if (bytes === "") return parts;
    const part = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
    parts.push(part);
    start += part.length;
  }
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
