import type { Commands, Streams } from "@/api/contract";
import { toProblem } from "@/api/problem";
import { currentInput, type Host, type StreamState } from "./types";

export type Handlers = {
  [C in keyof Commands]?: (input: Commands[C]["input"]) => Commands[C]["output"] | Promise<Commands[C]["output"]>;
};

export type MemoryHost = Host & {
  /** every call in order, for tests to look at */
  calls: { command: keyof Commands; input: unknown }[];
  streams: { name: keyof Streams; input: unknown }[];
  emit<S extends keyof Streams>(name: S, item: Streams[S]["item"]): void;
  state(state: StreamState): void;
};

/** The host of the component tests. Typed by the contract: a changed command does not compile. Never part of the build. */
export function memoryHost(handlers: Handlers): MemoryHost {
  const listeners = new Set<{ name: string; onItem: (item: never) => void; onState?: (state: StreamState) => void }>();
  const host: MemoryHost = {
    calls: [],
    streams: [],
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
    emit(name, item) {
      for (const listener of listeners) if (listener.name === name) listener.onItem(item as never);
    },
    state(state) {
      for (const listener of listeners) listener.onState?.(state);
    },
  };
  return host;
}
