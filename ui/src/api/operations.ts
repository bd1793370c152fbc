import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { tellProblem } from "@/components/problem-toast";
import { toldInUse } from "@/components/undo";
import { useApi } from "./context";
import type { Coverage, Draft, DraftChecked, Generated, GenerateInput, Granted, HistoryQuery, InUse, MappingName, ObjectNames, OnDisk, Problem, SaveInput, Versions, VersionTexts } from "./contract";

/** What the provider used last is worth a look now and then. */
const COVERAGE_EVERY = 15_000;

/** How far each operation is checked, tried and used. */
export function useCoverage(application: string) {
  const { host } = useApi();
  return useQuery<Coverage, Problem>({
    queryKey: ["operations.coverage", application],
    queryFn: () => host.call("operations.coverage", { application }),
    enabled: application !== "",
    refetchInterval: COVERAGE_EVERY,
    placeholderData: keepPreviousData,
  });
}

/** The script of rights for what an application's mappings touch; `account` empty for the connected one. It asks the catalogue, and runs nothing. */
export function useGrants(application: string, account: string) {
  const { host } = useApi();
  return useQuery<Granted, Problem>({
    queryKey: ["operations.grants", application, account],
    queryFn: () => host.call("operations.grants", { application, ...(account ? { account } : {}) }),
    gcTime: 0,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  });
}

/** The names of tables, columns and routines, for completion. They are read once; `refetch` reads them anew. An editor works without them. */
export function useNames(application: string) {
  const { host } = useApi();
  return useQuery<ObjectNames, Problem>({
    queryKey: ["operations.names", application],
    queryFn: () => host.call("operations.names", { application }),
    enabled: application !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}

/** What the catalogue says of a mapping that is not saved. Nothing of it is run. */
export function useDraftCheck(draft: Draft | null) {
  const { host } = useApi();
  return useQuery<DraftChecked, Problem>({
    queryKey: ["operations.check_draft", draft],
    queryFn: () => host.call("operations.check_draft", draft as Draft),
    enabled: draft !== null,
    staleTime: 30_000,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
    // What was found of the text a moment ago stays until this one's findings are there.
    placeholderData: (checked, before) => ((before?.queryKey[1] as Draft | null)?.operation === draft?.operation ? checked : undefined),
  });
}

/** Another configuration is in use: nothing that was read under the one before is current. */
export function useChange<Input>(change: (host: ReturnType<typeof useApi>["host"], input: Input) => Promise<InUse>, { onDone, onError }: { onDone?: (inUse: InUse) => void; onError?: (problem: Problem) => void } = {}) {
  const { host } = useApi();
  const client = useQueryClient();
  return useMutation<InUse, Problem, Input>({ mutationFn: (input) => change(host, input), onSuccess: (inUse) => (onDone?.(inUse), client.invalidateQueries()), onError });
}

export const useSave = () => useChange<SaveInput>((host, input) => host.call("operations.save", input));
export const useRestore = () => useChange<{ version: number; mapping?: MappingName }>((host, input) => host.call("configuration.restore", input));
/**
 * Takes the last change back. Most of all it is asked from a toast, when the screen may have gone: what came of it is told by another one, `done` where it went well.
 * With `shown` the screen has a place for a failure.
 */
export const useUndo = (done: string, { shown = false } = {}) =>
  useChange<void>((host) => host.call("configuration.undo", {}), { onDone: (inUse) => toldInUse(done, inUse), onError: shown ? undefined : (problem) => tellProblem("The change was not undone", problem) });
export const useRedo = () => useChange<void>((host) => host.call("configuration.redo", {}));
export const useTake = () => useChange<void>((host) => host.call("configuration.take", {}));

export function useHistory(query: HistoryQuery) {
  const { host } = useApi();
  return useQuery<Versions, Problem>({ queryKey: ["configuration.history", query], queryFn: () => host.call("configuration.history", query), placeholderData: keepPreviousData });
}

export function useVersion(version: number | null, mapping: MappingName | undefined) {
  const { host } = useApi();
  return useQuery<VersionTexts, Problem>({
    queryKey: ["configuration.version", version, mapping],
    queryFn: () => host.call("configuration.version", { version: version ?? 0, mapping }),
    enabled: version !== null,
    placeholderData: keepPreviousData,
  });
}

/** The file beside what is in use: asked when a change was refused because somebody else changed it. */
export function useOnDisk(wanted: boolean) {
  const { host } = useApi();
  return useQuery<OnDisk, Problem>({ queryKey: ["configuration.on_disk"], queryFn: () => host.call("configuration.on_disk", {}), enabled: wanted, staleTime: 0 });
}

/** Statements made from tables. Nothing is run and nothing is written. */
export function useGenerate() {
  const { host } = useApi();
  return useMutation<Generated, Problem, GenerateInput>({ mutationFn: (input) => host.call("operations.generate", input) });
}
