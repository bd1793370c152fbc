import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import type { Host } from "@/host";
import { LiveFeed, type LiveState } from "./live";

const Context = createContext<{ host: Host; feed: LiveFeed } | null>(null);

export function ApiProvider({ host, children }: { host: Host; children: ReactNode }) {
  const value = useMemo(() => ({ host, feed: new LiveFeed(host) }), [host]);
  const client = useMemo(
    () =>
      new QueryClient({
        // A call goes to the same machine: when it fails, saying so beats trying again in silence.
        defaultOptions: { queries: { retry: false, refetchOnWindowFocus: true, staleTime: 2_000 } },
      }),
    [],
  );
  useEffect(() => value.feed.start(), [value]);
  return (
    <Context value={value}>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </Context>
  );
}

export function useApi(): { host: Host; feed: LiveFeed } {
  const value = useContext(Context);
  if (!value) throw new Error("No host: ApiProvider is missing");
  return value;
}

export function useLive(): LiveState {
  const { feed } = useApi();
  return useSyncExternalStore(feed.subscribe, feed.snapshot);
}
