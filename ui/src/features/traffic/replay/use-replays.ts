import { create } from "zustand";
import { toProblem } from "@/api/problem";
import type { Problem, Replayed, ReplayInput, ReplayProgress, ReplayRequest } from "@/api/contract";
import type { Host } from "@/host";

/** What an administrator made of a recorded request; nothing of it is a secret. */
export type Draft = {
  /** as it stands in the editor; null where nobody opened it */
  request: ReplayRequest | null;
  /** what the editor began with */
  recorded: ReplayRequest | null;
  /** null: the application's own */
  connection: string | null;
};

const sameRequest = (a: ReplayRequest | null, b: ReplayRequest | null) => a?.method === b?.method && a?.path === b?.path && a?.body === b?.body;

/** What is sent for a draft: a request that was opened and not changed is the recorded one. */
export function wanted({ request, recorded, connection }: Draft): Pick<ReplayInput, "request" | "connection"> {
  return { request: sameRequest(request, recorded) ? null : request, connection };
}

export const sameWish = (a: Pick<ReplayInput, "request" | "connection">, b: Pick<ReplayInput, "request" | "connection">) => a.connection === b.connection && sameRequest(a.request, b.request);

export type Run = { dry: boolean; writes: boolean; startedAt: number; input: Pick<ReplayInput, "request" | "connection"> } & (
  | { state: "running"; progress: ReplayProgress | null; cancel: () => void }
  | { state: "done"; result: Replayed }
  | { state: "failed"; problem: Problem }
  | { state: "cancelled" }
);

type Replays = { drafts: Record<string, Draft>; runs: Record<string, Run> };

/** Drafts and results by exchange: they stay while somebody looks at another tab, another exchange, another screen. */
const useReplays = create<Replays>(() => ({ drafts: {}, runs: {} }));

/** How many results are kept: each may hold two bodies and all rows of a sample. */
const KEPT = 20;

const AS_RECORDED: Draft = { request: null, recorded: null, connection: null };

export const useDraft = (id: string): Draft => useReplays((state) => state.drafts[id] ?? AS_RECORDED);
export const useRun = (id: string): Run | undefined => useReplays((state) => state.runs[id]);

export function setDraft(id: string, draft: Draft): void {
  useReplays.setState(({ drafts }) => ({ drafts: { ...drafts, [id]: draft } }));
}

function setRun(id: string, run: Run): void {
  useReplays.setState(({ runs }) => {
    const all = Object.entries({ ...runs, [id]: run }).toSorted(([, a], [, b]) => b.startedAt - a.startedAt);
    return { runs: Object.fromEntries(all.filter(([, one], place) => place < KEPT || one.state === "running")) };
  });
}

/** Sends a recorded request again. It goes on where its pane is closed; only `cancel` ends it. */
export async function startReplay(host: Host, input: ReplayInput, writes: boolean): Promise<void> {
  const abort = new AbortController();
  const { id, dry, request, connection } = input;
  const run = { dry, writes, startedAt: Date.now(), input: { request, connection } };
  const cancel = () => abort.abort();
  setRun(id, { ...run, state: "running", progress: null, cancel });
  try {
    const result = await host.work("replay.run", input, (progress) => !abort.signal.aborted && setRun(id, { ...run, state: "running", progress, cancel }), abort.signal);
    setRun(id, { ...run, state: "done", result });
  } catch (cause) {
    setRun(id, abort.signal.aborted ? { ...run, state: "cancelled" } : { ...run, state: "failed", problem: toProblem(cause) });
  }
}
