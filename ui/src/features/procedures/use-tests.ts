import { useCallback, useRef, useState } from "react";
import { useApi } from "@/api/context";
import type { CaseResult, Problem } from "@/api/contract";
import { toProblem } from "@/api/problem";

export type Tests = {
  /** the latest result of each case, by what it is kept under */
  results: Record<string, CaseResult>;
  running: { done: number; total: number; names: string[] } | null;
  problem: Problem | null;
  run: (names: string[]) => void;
  cancel: () => void;
  /** its expectation changed: what was found before says nothing any more */
  forget: (name: string) => void;
};

/** Runs test cases one after the other, and keeps what came of each for as long as the screen is open. */
export function useTests(application: string): Tests {
  const { host } = useApi();
  const [results, setResults] = useState<Record<string, CaseResult>>({});
  const [running, setRunning] = useState<Tests["running"]>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const stop = useRef<AbortController | null>(null);

  const run = useCallback(
    (names: string[]) => {
      if (stop.current || names.length === 0) return;
      const control = new AbortController();
      stop.current = control;
      setProblem(null);
      setRunning({ done: 0, total: names.length, names });
      host
        .work(
          "procedures.test",
          { application, names },
          ({ done, total, ended }) => {
            if (control.signal.aborted) return;
            setRunning({ done, total, names });
            if (ended) setResults((before) => ({ ...before, [ended.name]: ended }));
          },
          control.signal,
        )
        .then(({ results: all }) => setResults((before) => ({ ...before, ...Object.fromEntries(all.map((result) => [result.name, result])) })))
        .catch((cause: unknown) => {
          const wrong = toProblem(cause);
          if (wrong.code !== "cancelled") setProblem(wrong);
        })
        .finally(() => {
          stop.current = null;
          setRunning(null);
        });
    },
    [application, host],
  );
  const cancel = useCallback(() => stop.current?.abort(), []);
  const forget = useCallback((name: string) => setResults((before) => Object.fromEntries(Object.entries(before).filter(([key]) => key !== name))), []);
  return { results, running, problem, run, cancel, forget };
}
