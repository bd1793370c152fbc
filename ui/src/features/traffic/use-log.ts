import { useEffect, useState, useSyncExternalStore } from "react";
import { useApi } from "@/api/context";
import { type LogState, TrafficLog } from "./log";

const NOTHING: LogState = { version: 0, ready: false, count: 0, more: false, total: 0, waiting: 0, problem: null };
const never = () => () => undefined;
const nothing = () => NOTHING;

/** The log for a filter. While the first page of another filter loads, the rows of the last one stay. */
export function useTrafficLog(filter: string): { log: TrafficLog | null; state: LogState; shownFilter: string } {
  const { host, feed } = useApi();
  const [shown, setShown] = useState<{ log: TrafficLog; filter: string } | null>(null);
  useEffect(() => {
    const log = new TrafficLog(host, feed, filter);
    const show = () => {
      const { ready, problem } = log.snapshot();
      if (!ready && !problem) return;
      stop();
      setShown({ log, filter });
    };
    const stop = log.subscribe(show);
    return () => {
      stop();
      log.end();
    };
  }, [host, feed, filter]);
  const state = useSyncExternalStore(shown?.log.subscribe ?? never, shown?.log.snapshot ?? nothing);
  return { log: shown?.log ?? null, state, shownFilter: shown?.filter ?? filter };
}
