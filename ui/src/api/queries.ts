import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useApi } from "./context";
import type { Checked, EntitlementChoice, EntitlementList, Exchange, HoldersPage, Imports, Mappings, Overview, Problem, TrafficPage, UserDetail } from "./contract";

/** Health and pool figures are worth a look every few seconds; figures of the traffic come by the live stream. */
const OVERVIEW_EVERY = 5_000;
/** A busy endpoint must not have a list beside something else asked for with every exchange. */
const TRAFFIC_OF_EVERY = 1_000;

export function useOverview() {
  const { host } = useApi();
  return useQuery<Overview, Problem>({
    queryKey: ["overview.get"],
    queryFn: () => host.call("overview.get", {}),
    refetchInterval: OVERVIEW_EVERY,
  });
}

/** An import is over in minutes, and its progress is worth watching. */
const IMPORTS_EVERY = 2_000;

export function useImports() {
  const { host } = useApi();
  return useQuery<Imports, Problem>({ queryKey: ["imports.list"], queryFn: () => host.call("imports.list", {}), refetchInterval: IMPORTS_EVERY });
}

/** The mappings change with the configuration only, which is read at the start. */
export function useMappings(application: string) {
  const { host } = useApi();
  return useQuery<Mappings, Problem>({
    queryKey: ["operations.list", application],
    queryFn: () => host.call("operations.list", { application }),
    enabled: application !== "",
    staleTime: 60_000,
  });
}

/** A check runs statements on the customer's database: only somebody's wish does that. */
export function useCheck(application: string) {
  const { host } = useApi();
  return useQuery<Checked, Problem>({
    queryKey: ["operations.check", application],
    queryFn: () => host.call("operations.check", { application }),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}

export function useEndpointControl() {
  const { host } = useApi();
  const client = useQueryClient();
  return useMutation<unknown, Problem, "start" | "stop">({
    mutationFn: (wish) => host.call(wish === "start" ? "endpoint.start" : "endpoint.stop", {}),
    onSettled: () => client.invalidateQueries({ queryKey: ["overview.get"] }),
  });
}

/** The token never enters the query cache: it lives as long as the component that asked. */
export function useReveal() {
  const { host } = useApi();
  return useMutation<{ token: string }, Problem, void>({ mutationFn: () => host.call("credentials.reveal", {}), gcTime: 0 });
}

export function useExchange(id: string | undefined) {
  const { host } = useApi();
  return useQuery<Exchange, Problem>({
    queryKey: ["traffic.get", id],
    queryFn: () => host.call("traffic.get", { id: id ?? "" }),
    enabled: id !== undefined,
    // An exchange is history: it does not change.
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}

/** The latest exchanges a filter finds; asked for again when new ones have come. */
export function useTrafficOf(filter: string, limit: number) {
  const { host, feed } = useApi();
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = feed.listen(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: ["traffic.list"] });
      }, TRAFFIC_OF_EVERY);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client, feed]);
  return useQuery<TrafficPage, Problem>({
    queryKey: ["traffic.list", filter, limit],
    queryFn: () => host.call("traffic.list", { filter, before: null, limit }),
  });
}

export function useUser(application: string, id: string | undefined) {
  const { host } = useApi();
  return useQuery<UserDetail, Problem>({
    queryKey: ["users.get", application, id],
    queryFn: () => host.call("users.get", { application, id: id ?? "" }),
    enabled: id !== undefined && application !== "",
    placeholderData: keepPreviousData,
  });
}

/** All entitlements that are wanted, with their counts. What is there already is read; `refresh` asks the database anew. */
export function useEntitlements(application: string, choice: EntitlementChoice) {
  const { host } = useApi();
  const client = useQueryClient();
  const asked = (fresh: boolean) => ({
    queryKey: ["entitlements.list", application, choice],
    queryFn: () => host.call("entitlements.list", { application, choice, fresh }),
  });
  const query = useQuery<EntitlementList, Problem>({
    ...asked(false),
    enabled: application !== "",
    // An import of all users stands behind it: only somebody's wish begins another.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
    placeholderData: (list, before) => (before?.queryKey[1] === application ? list : undefined),
  });
  const refresh = async () => {
    // What goes wrong is the error of the query, which the screen shows.
    await client.fetchQuery({ ...asked(true), staleTime: 0 }).catch(() => undefined);
    client.removeQueries({ queryKey: ["entitlements.list"], type: "inactive" });
    for (const kind of ["entitlements.holders", "entitlements.idle"]) await client.invalidateQueries({ queryKey: [kind, application] });
  };
  return { ...query, refresh };
}

/** Holders of one page. */
const HOLDERS = 100;

/** An entitlement and who holds it, page by page. */
export function useHolders(application: string, entitlement: string) {
  const { host } = useApi();
  return useInfiniteQuery<HoldersPage, Problem, { pages: HoldersPage[] }, string[], number>({
    queryKey: ["entitlements.holders", application, entitlement],
    queryFn: ({ pageParam }) => host.call("entitlements.holders", { application, entitlement, start: pageParam, count: HOLDERS }),
    initialPageParam: 1,
    getNextPageParam: (last) => {
      const next = last.start + last.holders.length;
      return last.holders.length > 0 && next <= (last.entitlement.holders ?? 0) ? next : undefined;
    },
    enabled: application !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  });
}
