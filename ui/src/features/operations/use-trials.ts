import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useApi } from "@/api/context";
import type { Draft, DryRun, JsonValue, Operation, Problem } from "@/api/contract";
import { toProblem } from "@/api/problem";

/** What was typed into a field. NULL keeps the text, so that taking it back loses nothing. */
export type FieldValue = { text: string; isNull: boolean };
export type Values = Record<string, FieldValue>;
export type Fields = Record<string, JsonValue>;

export type Trial = { fields: Fields; draft: Draft; startedAt: number } & (
  | { state: "running" }
  | { state: "done"; report: DryRun }
  | { state: "failed"; problem: Problem }
);

/** The values and the latest dry run of each operation, for as long as the screen is open: another operation may be looked at while one runs. */
export function useTrials(application: string) {
  const { host } = useApi();
  const client = useQueryClient();
  const [values, setAll] = useState<Record<string, Values>>({});
  const [trials, setTrials] = useState<Record<string, Trial>>({});
  const running = useRef(new Map<string, AbortController>());
  const key = (operation: Operation) => `${application}/${operation}`;
  // Nobody sees the end of what runs when the screen is left, so it need not come to it.
  useEffect(() => {
    const all = running.current;
    return () => all.forEach((one) => one.abort());
  }, []);

  const setValues = useCallback(
    (part: Values) => setAll((before) => ({ ...before, [application]: { ...before[application], ...part } })),
    [application],
  );

  const run = useCallback(
    async (draft: Draft, fields: Fields, inSpite: boolean) => {
      const at = `${application}/${draft.operation}`;
      const trial = { fields, draft, startedAt: Date.now() };
      const keep = (next: Trial) => setTrials((before) => ({ ...before, [at]: next }));
      const abort = new AbortController();
      running.current.set(at, abort);
      keep({ ...trial, state: "running" });
      try {
        const report = await host.work("operations.try", { draft, fields, inSpite }, () => undefined, abort.signal);
        keep({ ...trial, state: "done", report });
        void client.invalidateQueries({ queryKey: ["operations.coverage"] });
      } catch (cause) {
        keep({ ...trial, state: "failed", problem: toProblem(cause) });
      } finally {
        running.current.delete(at);
      }
    },
    [application, client, host],
  );
  const cancel = useCallback((operation: Operation) => running.current.get(`${application}/${operation}`)?.abort(), [application]);

  return { values: values[application] ?? {}, setValues, trial: (operation: Operation): Trial | undefined => trials[key(operation)], run, cancel };
}
