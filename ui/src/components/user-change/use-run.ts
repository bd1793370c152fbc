import { useCallback, useEffect, useRef, useState } from "react";
import { useApi } from "@/api/context";
import type { Problem, UserChange, UserChangeSummary, UserResult } from "@/api/contract";
import { toProblem } from "@/api/problem";

type Work = "users.try_all" | "users.change";

export type Run = {
  state: "running" | "done" | "stopped" | "failed";
  total: number;
  results: UserResult[];
  counts: UserChangeSummary;
  problem: Problem | null;
};

const NOTHING: UserChangeSummary = { changed: 0, unchanged: 0, failed: 0, notTried: 0 };

function counted(counts: UserChangeSummary, { outcome }: UserResult): UserChangeSummary {
  const member = outcome === "not_tried" ? "notTried" : outcome;
  return { ...counts, [member]: counts[member] + 1 };
}

/** A change of several users under way. It goes on while the component lives, is stopped with it, and is never begun a second time by itself. */
export function useRun(work: Work) {
  const { host } = useApi();
  const [run, setRun] = useState<Run | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const stop = useCallback(() => abort.current?.abort(), []);
  const begin = useCallback(
    async (input: { application: string; change: UserChange; users: string[]; confirmation: string | null }): Promise<Run> => {
      abort.current?.abort();
      const own = new AbortController();
      abort.current = own;
      let now: Run = { state: "running", total: input.users.length, results: [], counts: NOTHING, problem: null };
      const show = (next: Run) => {
        now = next;
        if (abort.current === own) setRun(next);
      };
      show(now);
      // Many results come in one frame: they are drawn together.
      let pending: UserResult[] = [];
      let frame = 0;
      const draw = () => {
        frame = 0;
        const came = pending;
        pending = [];
        show({ ...now, results: [...now.results, ...came], counts: came.reduce(counted, now.counts) });
      };
      try {
        await host.work(
          work,
          input,
          ({ result }) => {
            pending.push(result);
            frame ||= requestAnimationFrame(draw);
          },
          own.signal,
        );
        cancelAnimationFrame(frame);
        draw();
        show({ ...now, state: "done" });
      } catch (cause) {
        cancelAnimationFrame(frame);
        draw();
        const problem = toProblem(cause);
        show(problem.code === "cancelled" ? { ...now, state: "stopped" } : { ...now, state: "failed", problem });
      }
      return now;
    },
    [host, work],
  );
  /** Puts away what came of it, so that it can be asked for again. */
  const clear = useCallback(() => setRun(null), []);
  return { run, begin, stop, clear };
}
