import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useApi } from "./context";
import type {
  DifferenceKind,
  DifferencePage,
  Problem,
  ShownCertificate,
  SimulatorForm,
  SimulatorImportOrder,
  SimulatorPerformOrder,
  SimulatorPerformProgress,
  SimulatorProgress,
  SimulatorReport,
  SimulatorReportFormat,
  SimulatorResources,
  SimulatorRun,
  SimulatorRunLine,
  SimulatorSaveTarget,
  SimulatorTarget,
  SimulatorTargetRef,
} from "./contract";
import { toProblem } from "./problem";

/** How many lines of a list are read at once. */
const PART = 200;

export function useTargets() {
  const { host } = useApi();
  return useQuery<SimulatorTarget[], Problem>({ queryKey: ["simulator.targets"], queryFn: async () => (await host.call("simulator.targets", {})).targets });
}

export function useSaveTarget() {
  const { host } = useApi();
  const client = useQueryClient();
  return useMutation<SimulatorTarget[], Problem, SimulatorSaveTarget>({
    mutationFn: async (input) => (await host.call("simulator.save_target", input)).targets,
    onSuccess: (targets) => client.setQueryData(["simulator.targets"], targets),
  });
}

export function useRemoveTarget() {
  const { host } = useApi();
  const client = useQueryClient();
  return useMutation<SimulatorTarget[], Problem, string>({
    mutationFn: async (name) => (await host.call("simulator.remove_target", { name })).targets,
    onSuccess: (targets) => client.setQueryData(["simulator.targets"], targets),
  });
}

/** Looks at a server's certificate, on a press. */
export function useCertificate() {
  const { host } = useApi();
  return useMutation<ShownCertificate, Problem, string>({ mutationFn: (url) => host.call("simulator.certificate", { url }) });
}

/** The form of a user, as the server's schemas make it; with a user, what stands in it. */
export function useSimulatorForm(target: SimulatorTargetRef | undefined, user: string | null, enabled: boolean) {
  const { host } = useApi();
  return useQuery<SimulatorForm, Problem>({
    queryKey: ["simulator.form", target, user],
    queryFn: () => host.call("simulator.form", { target: target ?? { kind: "own", application: "" }, user }),
    enabled: enabled && target !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    // What a user has is read anew whenever the form is opened.
    gcTime: 0,
    retry: false,
  });
}

export function useSimulatorRuns(target: SimulatorTargetRef | undefined) {
  const { host } = useApi();
  return useQuery<SimulatorRunLine[], Problem>({
    queryKey: ["simulator.runs", target],
    queryFn: async () => (await host.call("simulator.runs", { target: target ?? { kind: "own", application: "" } })).runs,
    enabled: target !== undefined,
  });
}

export function useSimulatorRun(target: SimulatorTargetRef | undefined, run: string | undefined) {
  const { host } = useApi();
  return useQuery<SimulatorRun, Problem>({
    queryKey: ["simulator.run", target, run],
    queryFn: () => host.call("simulator.run", { target: target ?? { kind: "own", application: "" }, run: run ?? "" }),
    enabled: target !== undefined && run !== undefined,
    // A run never changes.
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}

export function useForgetRuns(target: SimulatorTargetRef) {
  const { host } = useApi();
  const client = useQueryClient();
  return useMutation<unknown, Problem>({
    mutationFn: () => host.call("simulator.forget", { target }),
    onSuccess: () => {
      client.removeQueries({ queryKey: ["simulator.run"] });
      return client.invalidateQueries({ queryKey: ["simulator.runs"] });
    },
  });
}

/** A list of an import, part after part. */
export function useDifferences(target: SimulatorTargetRef, run: string, resources: SimulatorResources, kind: DifferenceKind, search: string) {
  const { host } = useApi();
  return useInfiniteQuery<DifferencePage, Problem, { pages: DifferencePage[] }, unknown[], number>({
    queryKey: ["simulator.list", target, run, resources, kind, search],
    queryFn: ({ pageParam }) => host.call("simulator.list", { target, run, resources, kind, offset: pageParam, limit: PART, search }),
    initialPageParam: 0,
    getNextPageParam: (last, all) => {
      const read = all.reduce((sum, page) => sum + page.items.length, 0);
      return read < last.total ? read : undefined;
    },
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}

export function useReport() {
  const { host } = useApi();
  return useMutation<SimulatorReport, Problem, { target: SimulatorTargetRef; run: string; format: SimulatorReportFormat }>({
    mutationFn: (input) => host.call("simulator.report", input),
  });
}

type Begun<O, P> = { order: O; startedAt: number; told: P };
/** Long work of the simulator, for as long as the screen is open. */
export type Working<O, P> = (Begun<O, P> & { state: "running" }) | (Begun<O, P> & { state: "failed"; problem: Problem }) | (Begun<O, P> & { state: "cancelled" }) | null;

function useAfter() {
  const client = useQueryClient();
  return (run: SimulatorRun, target: SimulatorTargetRef, wrote: boolean) => {
    client.setQueryData(["simulator.run", target, run.id], run);
    void client.invalidateQueries({ queryKey: ["simulator.runs"] });
    if (wrote) void client.invalidateQueries({ predicate: ({ queryKey: [name] }) => /^(users|entitlements|data)\./.test(String(name)) });
  };
}

/** An import under way. It is never begun a second time by itself. */
export function useSimulatedImport(onDone: (run: SimulatorRun) => void) {
  const { host } = useApi();
  const after = useAfter();
  const [work, setWork] = useState<Working<SimulatorImportOrder, SimulatorProgress | null>>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const run = useCallback(
    async (order: SimulatorImportOrder) => {
      if (stop.current) return;
      const own = new AbortController();
      stop.current = own;
      let told: SimulatorProgress | null = null;
      const begun = { order, startedAt: Date.now() };
      setWork({ ...begun, told, state: "running" });
      try {
        const done = await host.work(
          "simulator.import",
          order,
          (progress) => {
            told = progress;
            if (!own.signal.aborted) setWork({ ...begun, told, state: "running" });
          },
          own.signal,
        );
        after(done, order.target, false);
        setWork(null);
        onDone(done);
      } catch (cause) {
        const problem = toProblem(cause);
        setWork(problem.code === "cancelled" ? { ...begun, told, state: "cancelled" } : { ...begun, told, state: "failed", problem });
      } finally {
        stop.current = null;
      }
    },
    [host, after, onDone],
  );
  return { work, run: (order: SimulatorImportOrder) => void run(order), cancel: () => stop.current?.abort() };
}

/** A task under way, with the calls that are through. */
export function usePerformed(onDone: (run: SimulatorRun) => void) {
  const { host } = useApi();
  const after = useAfter();
  const [work, setWork] = useState<Working<SimulatorPerformOrder, SimulatorPerformProgress[]>>(null);
  const stop = useRef<AbortController | null>(null);
  const run = useCallback(
    async (order: SimulatorPerformOrder) => {
      if (stop.current) return;
      const own = new AbortController();
      stop.current = own;
      let told: SimulatorPerformProgress[] = [];
      const begun = { order, startedAt: Date.now() };
      setWork({ ...begun, told, state: "running" });
      try {
        const done = await host.work(
          "simulator.perform",
          order,
          (progress) => {
            told = [...told, progress];
            setWork({ ...begun, told, state: "running" });
          },
          own.signal,
        );
        after(done, order.target, !order.preview && order.task.kind !== "look");
        setWork(null);
        onDone(done);
      } catch (cause) {
        setWork({ ...begun, told, state: "failed", problem: toProblem(cause) });
      } finally {
        stop.current = null;
      }
    },
    [host, after, onDone],
  );
  return { work, run: (order: SimulatorPerformOrder) => void run(order) };
}
