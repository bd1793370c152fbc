import { Channel, invoke } from "@tauri-apps/api/core";
import { cancelled, toProblem } from "@/api/problem";
import { currentInput, type Host, type Told } from "./types";

/** A stream that could not be opened is tried again after this. */
const AGAIN = 2_000;

/** The desktop window. One Rust command carries every call, one opens every stream. */
export function tauriHost(): Host {
  return {
    async call(command, input) {
      try {
        return await invoke("rpc", { command, input });
      } catch (cause) {
        throw toProblem(cause);
      }
    },
    stream(name, input, onItem, onState) {
      let id: number | null = null;
      let ended = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const stop = (stream: number) => void invoke("stream_stop", { id: stream }).catch(() => undefined);
      const open = () => {
        const channel = new Channel<Parameters<typeof onItem>[0]>();
        channel.onmessage = (item) => {
          if (!ended) onItem(item);
        };
        invoke<number>("stream", { name, input: currentInput(input), channel }).then(
          (stream) => {
            id = stream;
            // The screen may have gone before the number arrived.
            if (ended) stop(stream);
            else onState?.("open");
          },
          (cause: unknown) => {
            if (ended) return;
            onState?.("lost", toProblem(cause));
            timer = setTimeout(open, AGAIN);
          },
        );
      };
      open();
      return () => {
        ended = true;
        clearTimeout(timer);
        if (id !== null) stop(id);
      };
    },
    async save({ name, content }) {
      try {
        const place = await invoke<{ id: number; name: string; path: string } | null>("save_file", { name });
        if (!place) return null;
        const { id, ...saved } = place;
        if (typeof content !== "string" && !(content instanceof Blob)) await invoke("write_export", { id, exported: content.exported });
        else await invoke("write_file", typeof content === "string" ? new TextEncoder().encode(content) : await content.arrayBuffer(), { headers: { "x-file": String(id) } });
        return saved;
      } catch (cause) {
        throw toProblem(cause);
      }
    },
    async open(accept) {
      try {
        const picked = await invoke<{ id: number; name: string } | null>("open_file", accept);
        if (!picked) return null;
        const parts: ArrayBuffer[] = [];
        for (;;) {
          const part = await invoke<ArrayBuffer>("read_file", { id: picked.id });
          if (part.byteLength === 0) return new File(parts, picked.name);
          parts.push(part);
        }
      } catch (cause) {
        throw toProblem(cause);
      }
    },
    work(name, input, onProgress, signal) {
      return new Promise((resolve, reject) => {
        let id: number | null = null;
        const stop = (work: number) => void invoke("stream_stop", { id: work }).catch(() => undefined);
        const abort = () => {
          if (id !== null) stop(id);
          reject(cancelled());
        };
        if (signal?.aborted) return reject(cancelled());
        signal?.addEventListener("abort", abort, { once: true });
        const channel = new Channel<Told<Parameters<typeof onProgress>[0], never>>();
        channel.onmessage = (told) => {
          if (signal?.aborted) return;
          if ("progress" in told) return onProgress(told.progress);
          signal?.removeEventListener("abort", abort);
          if ("done" in told) resolve(told.done);
          else reject(toProblem(told.failed));
        };
        invoke<number>("work", { name, input, channel }).then(
          (work) => {
            id = work;
            // It may have been cancelled before its number arrived.
            if (signal?.aborted) stop(work);
          },
          (cause) => {
            signal?.removeEventListener("abort", abort);
            reject(toProblem(cause));
          },
        );
      });
    },
  };
}
