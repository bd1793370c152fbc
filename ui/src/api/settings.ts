import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useApi } from "./context";
import type { AreaLevel, CertificateJudged, CertificateSetup, EndpointSetup, LogLine, LogSetup, OwnCertificate, Problem, RecordSetup, RecordSettings, Removing, SaveEndpoint, SaveRecord, TokenSetup, WouldGo } from "./contract";
import { useChange } from "./operations";
import { toProblem } from "./problem";

/** Who still uses a token, what clients ask for: worth a look every few seconds. */
const EVERY = 5_000;
/** A log that is watched. */
const TAIL_EVERY = 1_000;
/** Lines of the log that stand on the screen. */
const MOST_LINES = 1_000;


export function useEndpointSetup() {
  const { host } = useApi();
  return useQuery<EndpointSetup, Problem>({ queryKey: ["settings.endpoint"], queryFn: () => host.call("settings.endpoint", {}), refetchInterval: EVERY });
}
export const useSaveEndpoint = () => useChange<SaveEndpoint>((host, input) => host.call("settings.save_endpoint", input));

export function useRecordSetup() {
  const { host } = useApi();
  return useQuery<RecordSetup, Problem>({ queryKey: ["record.get"], queryFn: () => host.call("record.get", {}) });
}
export const useSaveRecord = () => useChange<SaveRecord>((host, input) => host.call("record.save", input));

/** What would go by other bounds. Nothing is removed. */
export function useWouldGo() {
  const { host } = useApi();
  return useMutation<WouldGo, Problem, RecordSettings>({ mutationFn: (settings) => host.call("record.would_go", settings) });
}

type Removal = { running: boolean; progress: Removing | null; removed: number | null; problem: Problem | null };
const STILL: Removal = { running: false, progress: null, removed: null, problem: null };

/** Removes what is out of bounds. It ends with the component that began it. */
export function useRemoval() {
  const { host } = useApi();
  const client = useQueryClient();
  const [state, setState] = useState(STILL);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const start = async () => {
    const own = new AbortController();
    abort.current = own;
    setState({ ...STILL, running: true });
    try {
      const { removed } = await host.work("record.remove_excess", {}, (progress) => setState((now) => ({ ...now, progress })), own.signal);
      setState({ ...STILL, removed });
    } catch (cause) {
      const problem = toProblem(cause);
      setState((now) => (problem.code === "cancelled" ? { ...STILL, removed: now.progress?.removed ?? 0 } : { ...STILL, problem }));
    }
    void client.invalidateQueries();
  };
  return { ...state, start: () => void start(), cancel: () => abort.current?.abort() };
}

export function useLevels() {
  const { host } = useApi();
  return useQuery<LogSetup, Problem>({ queryKey: ["log.levels"], queryFn: () => host.call("log.levels", {}) });
}
export const useSaveLevels = () => useChange<{ was: AreaLevel[]; areas: AreaLevel[] }>((host, input) => host.call("log.save_levels", input));

/** The last lines of the log, which go on while somebody looks. */
export function useLogTail(paused: boolean): { lines: LogLine[]; problem: Problem | null } {
  const { host } = useApi();
  const [state, setState] = useState<{ lines: LogLine[]; problem: Problem | null }>({ lines: [], problem: null });
  const last = useRef(0);
  useEffect(() => {
    if (paused) return;
    let over = false;
    const ask = async () => {
      try {
        const { lines } = await host.call("log.tail", { after: last.current });
        const newest = lines.at(-1);
        if (over || !newest) return;
        last.current = newest.number;
        setState((now) => ({ lines: [...now.lines, ...lines].slice(-MOST_LINES), problem: null }));
      } catch (cause) {
        if (!over) setState((now) => ({ ...now, problem: toProblem(cause) }));
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), TAIL_EVERY);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [host, paused]);
  return state;
}

const CERTIFICATE = ["certificate.get"];

export function useCertificate() {
  const { host } = useApi();
  return useQuery<CertificateSetup, Problem>({ queryKey: CERTIFICATE, queryFn: () => host.call("certificate.get", {}), refetchInterval: EVERY });
}

/** What is done with certificates beside the one in use, and the taking of the one to come. */
export function useCertificateActs() {
  const { host } = useApi();
  const client = useQueryClient();
  const known = (setup: CertificateSetup) => {
    client.setQueryData(CERTIFICATE, setup);
    void client.invalidateQueries({ queryKey: ["overview.get"] });
  };
  const take = useMutation<CertificateSetup, Problem, void>({ mutationFn: () => host.call("certificate.take", {}), onSuccess: known });
  const discard = useMutation<CertificateSetup, Problem, void>({ mutationFn: () => host.call("certificate.discard", {}), onSuccess: known });
  const bringBack = useMutation<CertificateSetup, Problem, number>({ mutationFn: (id) => host.call("certificate.bring_back", { id }), onSuccess: known });
  const forget = useMutation<CertificateSetup, Problem, number>({ mutationFn: (id) => host.call("certificate.forget", { id }), onSuccess: known });
  // What is brought has a key or a password: it is not kept with the mutation.
  const bring = useMutation<CertificateJudged, Problem, OwnCertificate>({ mutationFn: (own) => host.call("certificate.bring", own), gcTime: 0, onSuccess: () => client.invalidateQueries({ queryKey: CERTIFICATE }) });
  return { take, discard, bringBack, forget, bring };
}

/** Makes a new certificate, which stands ready and is not in use. It ends with the component that began it. */
export function useMakeCertificate() {
  const { host } = useApi();
  const client = useQueryClient();
  const [state, setState] = useState<{ says: string | null; problem: Problem | null }>({ says: null, problem: null });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const start = async () => {
    const own = new AbortController();
    abort.current = own;
    setState({ says: "Making a new certificate", problem: null });
    try {
      const setup = await host.work("certificate.make", {}, ({ says }) => setState({ says, problem: null }), own.signal);
      client.setQueryData(CERTIFICATE, setup);
      setState({ says: null, problem: null });
    } catch (cause) {
      const problem = toProblem(cause);
      setState({ says: null, problem: problem.code === "cancelled" ? null : problem });
    }
  };
  return { ...state, start: () => void start(), cancel: () => abort.current?.abort() };
}

const TOKEN = ["token.get"];

export function useToken() {
  const { host } = useApi();
  return useQuery<TokenSetup, Problem>({ queryKey: TOKEN, queryFn: () => host.call("token.get", {}), refetchInterval: EVERY });
}

export function useTokenActs() {
  const { host } = useApi();
  const client = useQueryClient();
  const known = (setup: TokenSetup) => client.setQueryData(TOKEN, setup);
  const rotate = useMutation<TokenSetup, Problem, number>({ mutationFn: (overlapMs) => host.call("token.rotate", { overlapMs }), onSuccess: known });
  const end = useMutation<TokenSetup, Problem, void>({ mutationFn: () => host.call("token.end_former", {}), onSuccess: known });
  return { rotate, end };
}
