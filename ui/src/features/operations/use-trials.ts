import { useCallback, useState } from "react";
import { useApi } from "@/api/context";
import type { DryRun, JsonValue, Operation, Problem } from "@/api/contract";
import { toProblem } from "@/api/problem";

/** What was typed into a field. NULL keeps the text, so that taking it back loses nothing. */
export type FieldValue = { text: string; isNull: boolean };
export type Values = Record<string, FieldValue>;
export type Fields = Record<string, JsonValue>;

export type Trial = { fields: Fields; startedAt: number } & (
  | { state: "running" }
  | { state: "done"; report: DryRun }
  | { state: "failed"; problem: Problem }
);

/** The values and the latest dry run of each operation, for as long as the screen is open: another operation may be looked at while one runs. */
export function useTrials(application: string) {
  const { host } = useApi();
  const [values, setAll] = useState<Record<string, Values>>({});
  const [trials, setTrials] = useState<Record<string, Trial>>({});
  const key = (operation: Operation) => `${application}/${operation}`;

  const setValues = useCallback(
    (part: Values) => setAll((before) => ({ ...before, [application]: { ...before[application], ...part } })),
    [application],
  );

  const run = useCallback(
    async (operation: Operation, fields: Fields, inSpite: boolean) => {
      const at = `${application}/${operation}`;
      const trial = { fields, startedAt: Date.now() };
      const keep = (next: Trial) => setTrials((before) => ({ ...before, [at]: next }));
      keep({ ...trial, state: "running" });
      try {
        const report = await host.call("operations.dry_run", { application, trial: { what: "operation", operation, fields }, inSpite });
        keep({ ...trial, state: "done", report });
      } catch (cause) {
        keep({ ...trial, state: "failed", problem: toProblem(cause) });
      }
    },
    [application, host],
  );

  return { values: values[application] ?? {}, setValues, trial: (operation: Operation): Trial | undefined => trials[key(operation)], run };
}
