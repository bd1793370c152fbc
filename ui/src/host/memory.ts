import type { Commands, Problem, Streams, Works } from "@/api/contract";
import { cancelled, toProblem } from "@/api/problem";
import { type Accept, currentInput, type FileToSave, type Host, type StreamState } from "./types";

export type Handlers = {
  [C in keyof Commands]?: (input: Commands[C]["input"]) => Commands[C]["output"] | Promise<Commands[C]["output"]>;
};

/** A work of the tests: it may tell how far it is, and should end when the signal says so. */
export type Workers = {
  [W in keyof Works]?: (input: Works[W]["input"], progress: (progress: Works[W]["progress"]) => void, signal: AbortSignal) => Works[W]["output"] | Promise<Works[W]["output"]>;
};

export type MemoryHost = Host & {
  /** every call in order, for tests to look at */
  calls: { command: keyof Commands; input: unknown }[];
  streams: { name: keyof Streams; input: unknown }[];
  works: { name: keyof Works; input: unknown }[];
  /** what was saved, and what was asked for, in order */
  saved: FileToSave[];
  asked: Accept[];
  /** the file that is chosen when one is asked for; null cancels, a save as well */
  chosen: File | null | undefined;
  emit<S extends keyof Streams>(name: S, item: Streams[S]["item"]): void;
  state(state: StreamState, refused?: Problem): void;
};

/** The host of the component tests. Typed by the contract: a changed command does not compile. Never part of the build. */
export function memoryHost(handlers: Handlers, workers: Workers = {}): MemoryHost {
  const listeners = new Set<{ name: string; onItem: (item: never) => void; onState?: (state: StreamState, refused?: Problem) => void }>();
  const host: MemoryHost = {
    calls: [],
    streams: [],
    works: [],
    saved: [],
    asked: [],
    chosen: undefined,
    async call(command, input) {
      host.calls.push({ command, input });
      const handler = handlers[command];
      if (!handler) throw toProblem({ code: "not_there", message: `No answer prepared for ${command}` });
      try {
        return await handler(input);
      } catch (cause) {
        throw toProblem(cause);
      }
    },
    stream(name, input, onItem, onState) {
      host.streams.push({ name, input: currentInput(input) });
      const listener = { name, onItem: onItem as (item: never) => void, onState };
      listeners.add(listener);
      onState?.("open");
      return () => void listeners.delete(listener);
    },
    work(name, input, onProgress, signal = new AbortController().signal) {
      host.works.push({ name, input });
      const worker = workers[name] as ((input: unknown, progress: unknown, signal: AbortSignal) => never) | undefined;
      return new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(cancelled()), { once: true });
        if (!worker) return reject(toProblem({ code: "not_there", message: `No work prepared for ${String(name)}` }));
        Promise.resolve()
          .then(() => worker(input, onProgress, signal))
          .then(resolve, (cause: unknown) => reject(toProblem(cause)));
      });
    },
    async save(file) {
      if (host.chosen === null) return null;
      host.saved.push(file);
      return { name: file.name, path: `/home/admin/${file.name}` };
    },
    async open(accept) {
      host.asked.push(accept);
      return host.chosen ?? null;
    },
    emit(name, item) {
      for (const listener of listeners) if (listener.name === name) listener.onItem(item as never);
    },
    state(state, refused) {
      for (const listener of listeners) listener.onState?.(state, refused);
    },
  };
  return host;
}
