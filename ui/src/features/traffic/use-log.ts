import { useEffect, useState, useSyncExternalStore } from "react";
import { useApi } from "@/api/context";
import { type LogState, NOTHING, TrafficLog } from "./log";

const never = () => () => undefined;
const nothing = () => NOTHING;

type Shown = { log: TrafficLog; filter: string; cleared: number | undefined };

/** The log for a filter. While the first page of another filter loads, the rows of the last one stay. */
export function useTrafficLog(filter: string, cleared: number | undefined): { log: TrafficLog | null; state: LogState; shownFilter: string; stale: boolean } {
  const { host, feed } = useApi();
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const log = new TrafficLog(host, feed, { filter, cleared });
    const show = () => {
      const { ready, problem } = log.snapshot();
      if (!ready && !problem) return;
      stop();
      setShown({ log, filter, cleared });
    };
    const stop = log.subscribe(show);
    return () => {
      stop();
      log.end();
    };
  }, [host, feed, filter, cleared]);
  const state = useSyncExternalStore(shown?.log.subscribe ?? never, shown?.log.snapshot ?? nothing);
  return { log: shown?.log ?? null, state, shownFilter: shown?.filter ?? filter, stale: shown !== null && (shown.filter !== filter || shown.cleared !== cleared) };
}
