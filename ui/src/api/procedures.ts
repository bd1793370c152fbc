import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useApi } from "./context";
import type { GivenArgument, KeepCase, KeptCase, KeptCases, ObjectName, PastRuns, PreparedCall, Problem, ProcedureDetail, Procedures, Routine } from "./contract";

/** Routines change when somebody changes them: they are read anew on a wish, and when a run finds them changed. */
const SETTLED = 60_000;

export function useProcedures(application: string, schema: string | null) {
  const { host } = useApi();
  return useQuery<Procedures, Problem>({
    queryKey: ["procedures.list", application, schema],
    queryFn: () => host.call("procedures.list", { application, schema }),
    enabled: application !== "",
    staleTime: SETTLED,
    refetchOnWindowFocus: false,
  });
}

export function useProcedure(application: string, name: ObjectName | undefined) {
  const { host } = useApi();
  return useQuery<ProcedureDetail, Problem>({
    queryKey: ["procedures.get", application, name],
    queryFn: () => host.call("procedures.get", { application, name: name ?? { schema: null, name: "" } }),
    enabled: application !== "" && name !== undefined,
    staleTime: SETTLED,
    refetchOnWindowFocus: false,
  });
}

/** The call that a form becomes; of the values before until the answer is there. */
export function usePrepared(application: string, routine: Routine, overloads: boolean, args: GivenArgument[]) {
  const { host } = useApi();
  return useQuery<PreparedCall, Problem>({
    queryKey: ["procedures.prepare", application, routine, overloads, args],
    queryFn: () => host.call("procedures.prepare", { application, routine, overloads, arguments: args }),
    staleTime: Number.POSITIVE_INFINITY,
    // What was typed must not stay in memory.
    gcTime: 0,
    placeholderData: keepPreviousData,
  });
}

export function usePastRuns(application: string, routine: ObjectName) {
  const { host } = useApi();
  return useQuery<PastRuns, Problem>({ queryKey: ["procedures.history", application, routine], queryFn: () => host.call("procedures.history", { application, routine }) });
}

export function useCases(application: string) {
  const { host } = useApi();
  return useQuery<KeptCases, Problem>({ queryKey: ["procedures.cases", application], queryFn: () => host.call("procedures.cases", { application }), enabled: application !== "" });
}

export function useKeepCase() {
  const { host } = useApi();
  const client = useQueryClient();
  return useMutation<KeptCase, Problem, KeepCase>({
    mutationFn: (input) => host.call("procedures.keep_case", input),
    onSuccess: () => client.invalidateQueries({ queryKey: ["procedures.cases"] }),
  });
}

/** Removes a test case; what was removed can be kept again. */
export function useRemoveCase() {
  const { host } = useApi();
  const client = useQueryClient();
  return useMutation<unknown, Problem, string>({
    mutationFn: (name) => host.call("kept.remove", { kind: "test_case", name }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["procedures.cases"] }),
  });
}

/** After a run: its line in the history. After a run for good: everything that reads the database. */
export function useAfterRun() {
  const client = useQueryClient();
  return (committed: boolean) => {
    void client.invalidateQueries({ queryKey: ["procedures.history"] });
    if (committed) void client.invalidateQueries({ predicate: ({ queryKey: [name] }) => /^(users|entitlements|data)\./.test(String(name)) });
  };
}
