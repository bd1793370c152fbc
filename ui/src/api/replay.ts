import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useApi } from "./context";
import type { Compared, Problem, ReplayCautions, ReplayOf, ReplayPlan } from "./contract";

/** What can be said of a replay before it runs; no database is asked. The plan before stays while a request is edited. */
export function useReplayPlan(of: ReplayOf) {
  const { host } = useApi();
  return useQuery<ReplayPlan, Problem>({
    queryKey: ["replay.plan", of],
    queryFn: () => host.call("replay.plan", of),
    staleTime: 60_000,
    placeholderData: (plan, before) => ((before?.queryKey[1] as ReplayOf | undefined)?.id === of.id ? plan : undefined),
  });
}

/** What a rollback would not take back: the database's catalogue is read for it, and nothing is run. */
export function useReplayCautions(of: ReplayOf, enabled: boolean) {
  const { host } = useApi();
  return useQuery<ReplayCautions, Problem>({
    // What the request holds does not matter here, only what it asks for and where.
    queryKey: ["replay.cautions", of.id, of.request?.method, of.request?.path, of.connection],
    queryFn: () => host.call("replay.cautions", of),
    enabled,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
}

/** Two recorded exchanges and what is different between them. */
export function useCompared(left: string, right: string) {
  const { host } = useApi();
  return useQuery<Compared, Problem>({
    queryKey: ["traffic.compare", left, right],
    queryFn: () => host.call("traffic.compare", { left, right }),
    // Both are history.
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}
