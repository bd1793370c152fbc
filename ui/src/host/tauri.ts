import { Channel, invoke } from "@tauri-apps/api/core";
import { toProblem } from "@/api/problem";
import { currentInput, type Host } from "./types";

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
          () => {
            if (ended) return;
            onState?.("lost");
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
  };
}
