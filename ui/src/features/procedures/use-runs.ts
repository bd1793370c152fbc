import { useCallback, useRef, useState } from "react";
import { useApi } from "@/api/context";
import type { Problem, RunInput, RunOutput, RunProgress } from "@/api/contract";
import { useAfterRun } from "@/api/procedures";
import { toProblem } from "@/api/problem";

export type RunState = { input: RunInput; startedAt: number } & (
  | { state: "running"; progress: RunProgress | null }
  | { state: "done"; output: RunOutput }
  | { state: "failed"; problem: Problem }
  | { state: "cancelled" }
);

/** The latest run of each routine, for as long as the screen is open: another routine may be looked at while one runs. */
export function useRuns() {
  const { host } = useApi();
  const [runs, setRuns] = useState<Record<string, RunState>>({});
  const stops = useRef(new Map<string, AbortController>());
  const afterRun = useAfterRun();

  const run = useCallback(
    async (key: string, input: RunInput): Promise<RunOutput | undefined> => {
      if (stops.current.has(key)) return undefined;
      const stop = new AbortController();
      stops.current.set(key, stop);
      const begun = { input, startedAt: Date.now() };
      const keep = (next: RunState) => setRuns((before) => ({ ...before, [key]: next }));
      keep({ ...begun, state: "running", progress: null });
      try {
        const output = await host.work("procedures.run", input, (progress) => !stop.signal.aborted && keep({ ...begun, state: "running", progress }), stop.signal);
        keep({ ...begun, state: "done", output });
        afterRun(output.run.committed);
        return output;
      } catch (cause) {
        const problem = toProblem(cause);
        keep(problem.code === "cancelled" ? { ...begun, state: "cancelled" } : { ...begun, state: "failed", problem });
        afterRun(false);
        return undefined;
      } finally {
        stops.current.delete(key);
      }
    },
    [host, afterRun],
  );

  const cancel = useCallback((key: string) => stops.current.get(key)?.abort(), []);
  return { runs, run, cancel };
}
