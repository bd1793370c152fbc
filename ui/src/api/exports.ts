import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Exported, ExportFile, ExportProgress, Problem } from "./contract";
import { useApi } from "./context";
import { toProblem } from "./problem";

type State = { running: boolean; progress: ExportProgress | null; done: Exported | null; problem: Problem | null };

const IDLE: State = { running: false, progress: null, done: null, problem: null };

/** A whole result that is being taken to a file, in one of the formats `F`. */
export type Exporting<F> = State & { start: (format: F) => void; cancel: () => void; again: () => void };

/** Takes a whole result to a file by the work that `begin` begins. It ends with the component that began it. */
export function useExporting<F>(begin: (format: F, onProgress: (progress: ExportProgress) => void, signal: AbortSignal) => Promise<Exported>): Exporting<F> {
  const client = useQueryClient();
  const [state, setState] = useState(IDLE);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const start = async (format: F) => {
    const own = new AbortController();
    abort.current = own;
    setState({ ...IDLE, running: true });
    try {
      const done = await begin(format, (progress) => setState((now) => ({ ...now, progress })), own.signal);
      setState((now) => ({ ...now, running: false, done }));
      void client.invalidateQueries({ queryKey: ["data.exports"] });
    } catch (cause) {
      const problem = toProblem(cause);
      setState(problem.code === "cancelled" ? IDLE : { ...IDLE, problem });
    }
  };
  return { ...state, start: (format) => void start(format), cancel: () => abort.current?.abort(), again: () => setState(IDLE) };
}

export function useExports(enabled: boolean) {
  const { host } = useApi();
  return useQuery<ExportFile[], Problem>({ queryKey: ["data.exports"], queryFn: async () => (await host.call("data.exports", {})).files, enabled });
}

export function useRemoveExport() {
  const { host } = useApi();
  const client = useQueryClient();
  return useMutation<unknown, Problem, string>({
    mutationFn: (name) => host.call("data.export_remove", { name }),
    onSettled: () => client.invalidateQueries({ queryKey: ["data.exports"] }),
  });
}
