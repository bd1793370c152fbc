import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useApi } from "./context";
import type { Figures, Problem, Range, Setup } from "./contract";

/** How often a range is counted anew, in milliseconds: a longer one costs more, and moves less. */
const COUNTED_EVERY: Record<Range, number> = { hour: 5_000, day: 15_000, week: 60_000 };
/** The steps of a set-up are done by hand, and a request of the provider is waited for. */
const SETUP_EVERY = 5_000;

/** Requests, failures and durations over time, and what of them deserves a look. */
export function useFigures(range: Range) {
  const { host } = useApi();
  return useQuery<Figures, Problem>({
    queryKey: ["overview.figures", range],
    queryFn: () => host.call("overview.figures", { range }),
    refetchInterval: COUNTED_EVERY[range],
    staleTime: COUNTED_EVERY[range] / 2,
    placeholderData: keepPreviousData,
  });
}

/** How far an application is; `null` asks for a workspace that has none. */
export function useSetup(application: string | null) {
  const { host } = useApi();
  return useQuery<Setup, Problem>({
    queryKey: ["overview.setup", application],
    queryFn: () => host.call("overview.setup", { application }),
    refetchInterval: SETUP_EVERY,
    placeholderData: (before, query) => (query?.queryKey[1] === application ? before : undefined),
  });
}
