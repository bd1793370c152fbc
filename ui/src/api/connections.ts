import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useApi } from "./context";
import type { Connections, ConnectionSettings, Described, Explained, HeaderInput, InUse, Pools, Problem, ProbeResult, RemoveConnection, SaveApplication, SaveConnection, Saved, Tested, TestInput } from "./contract";
import { toProblem } from "./problem";

/** A pool that is used up is worth to be seen while it is. */
const POOLS_EVERY = 2_000;
/** ms of stillness before a form is looked at. */
const REST = 200;

export function useConnections() {
  const { host } = useApi();
  return useQuery<Connections, Problem>({ queryKey: ["connections.list"], queryFn: () => host.call("connections.list", {}) });
}

export function usePools() {
  const { host } = useApi();
  return useQuery<Pools, Problem>({ queryKey: ["connections.pools"], queryFn: () => host.call("connections.pools", {}), refetchInterval: POOLS_EVERY });
}

/** What a form would mean, once nobody types for a moment. Nothing is opened for it. */
export function useExplained(settings: ConnectionSettings) {
  const { host } = useApi();
  const [rested, setRested] = useState(settings);
  const text = JSON.stringify(settings);
  useEffect(() => {
    const timer = setTimeout(() => setRested(JSON.parse(text) as ConnectionSettings), REST);
    return () => clearTimeout(timer);
  }, [text]);
  return useQuery<Explained, Problem>({ queryKey: ["connections.explain", rested], queryFn: () => host.call("connections.explain", { settings: rested }), staleTime: Number.POSITIVE_INFINITY, gcTime: 10_000, placeholderData: keepPreviousData });
}

/** Takes a JDBC address apart, or a connector header. What is read stays nowhere but in the form. */
export function useReadAddress() {
  const { host } = useApi();
  return useMutation<Described, Problem, { url: string } | HeaderInput>({ mutationFn: (from) => ("url" in from ? host.call("connections.read_url", from) : host.call("connections.read_header", from)), gcTime: 0 });
}

/** Another configuration is in use: nothing that was read under the one before is current. */
function useChange<Input, Output>(change: (host: ReturnType<typeof useApi>["host"], input: Input) => Promise<Output>) {
  const { host } = useApi();
  const client = useQueryClient();
  // A password may be part of what is sent: nothing of it is kept. Who asked hears of the end before the lists are read anew:
  // what was removed takes its pane with it.
  return useMutation<Output, Problem, Input>({ mutationFn: (input) => change(host, input), gcTime: 0, onSuccess: () => void client.invalidateQueries() });
}

export const useSaveConnection = () => useChange<SaveConnection, Saved>((host, input) => host.call("connections.save", input));
export const useRemoveConnection = () => useChange<RemoveConnection, InUse>((host, input) => host.call("connections.remove", input));
export const useSaveApplication = () => useChange<SaveApplication, InUse>((host, input) => host.call("applications.save", input));
export const useRemoveApplication = () => useChange<{ name: string }, InUse>((host, input) => host.call("applications.remove", input));

export type ConnectionTest = { running: boolean; steps: ProbeResult[]; result: Tested | null; problem: Problem | null };

const UNTRIED: ConnectionTest = { running: false, steps: [], result: null, problem: null };

/** A test of what a form holds, step by step. It ends with the screen that began it, and keeps no password. */
export function useConnectionTest() {
  const { host } = useApi();
  const [state, setState] = useState(UNTRIED);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const run = useCallback(
    async (input: TestInput) => {
      abort.current?.abort();
      const own = new AbortController();
      abort.current = own;
      setState({ ...UNTRIED, running: true });
      const keep = (next: (now: ConnectionTest) => ConnectionTest) => abort.current === own && setState(next);
      try {
        const result = await host.work("connections.test", input, ({ steps }) => keep((now) => ({ ...now, steps })), own.signal);
        keep(() => ({ running: false, steps: result.steps, result, problem: null }));
      } catch (cause) {
        const problem = toProblem(cause);
        keep((now) => ({ ...now, running: false, problem }));
      }
    },
    [host],
  );
  const cancel = useCallback(() => abort.current?.abort(), []);
  const forget = useCallback(() => {
    abort.current?.abort();
    abort.current = null;
    setState(UNTRIED);
  }, []);
  return { ...state, run, cancel, forget };
}
