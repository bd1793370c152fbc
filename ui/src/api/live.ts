import type { Host } from "@/host";
import type { StreamState } from "@/host/types";
import type { ExchangeSummary, LiveBatch, Problem, Recording } from "./contract";
import { toProblem } from "./problem";

/** `problem` says why the stream was refused; a connection that only broke has none. */
export type LiveState = { recording: Recording | null; state: StreamState; problem: Problem | null; unseen: number };
/** `skipped` came before them and was not sent; the store has it. */
type Listener = (exchanges: ExchangeSummary[], skipped: number) => void;

/**
 * One live stream for the whole console. The status line reads its figures, the sidebar its count of unseen
 * exchanges, and Traffic its rows; a stream for each of them would send the same rows three times.
 */
export class LiveFeed {
  #snapshot: LiveState = { recording: null, state: "open", problem: null, unseen: 0 };
  #newest = 0;
  #watched = 0;
  #listeners = new Set<Listener>();
  #changes = new Set<() => void>();
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  start(): () => void {
    let ended = false;
    let stop: (() => void) | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      this.#host.call("traffic.list", { filter: "", before: null, limit: 1 }).then(
        (page) => {
          if (ended) return;
          this.#newest = Math.max(this.#newest, page.exchanges[0]?.seq ?? 0);
          stop = this.#host.stream(
            "traffic.live",
            () => ({ after: this.#newest }),
            (batch) => this.#receive(batch),
            (state, refused) => this.#set({ state, problem: state === "lost" ? (refused ?? null) : null }),
          );
        },
        (cause: unknown) => {
          if (ended) return;
          this.#set({ state: "lost", problem: toProblem(cause) });
          timer = setTimeout(open, 2000);
        },
      );
    };
    open();
    return () => {
      ended = true;
      clearTimeout(timer);
      stop?.();
    };
  }

  /** The `seq` of the newest exchange that is known to be stored; 0 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** Rows as they come, newest first, none twice. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** While somebody looks at the list, nothing counts as unseen. */
  watch(): () => void {
    this.#watched += 1;
    this.#set({ unseen: 0 });
    return () => {
      this.#watched -= 1;
    };
  }

  subscribe = (change: () => void): (() => void) => {
    this.#changes.add(change);
    return () => void this.#changes.delete(change);
  };

  snapshot = (): LiveState => this.#snapshot;

  #receive({ exchanges, skipped, recording }: LiveBatch): void {
    // A reconnect may repeat the last rows.
    const fresh = exchanges.filter((exchange) => exchange.seq > this.#newest).sort((a, b) => b.seq - a.seq);
    if (fresh[0]) this.#newest = fresh[0].seq;
    const unseen = this.#watched > 0 ? 0 : this.#snapshot.unseen + fresh.length + skipped;
    this.#set({ recording, unseen });
    if (fresh.length > 0 || skipped > 0) for (const listener of this.#listeners) listener(fresh, skipped);
  }

  #set(part: Partial<LiveState>): void {
    this.#snapshot = { ...this.#snapshot, ...part };
    for (const change of this.#changes) change();
  }
}
