import { keepPreviousData, useInfiniteQuery, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import type { GridSelection } from "@/components/grid/selection";
import { useApi } from "./context";
import type { IdlePage, Problem, ReportingLine, ReportingTree, ReportsPage, TriedUserChange, UserChange, UserChoice, UserCopy, UserFormat, UserRow, UsersPage } from "./contract";
import { type Exporting, useExporting } from "./exports";

/** Rows of one page. A hundred thousand users are fetched as far as somebody looks at them. */
const PAGE = 200;
/** ms that pages stay after nobody shows them */
const KEPT = 60_000;
/** Nodes of one page of the tree. */
const NODES = 100;
/** People of one page of the idle holders: those whom the import leaves out are asked for one by one. */
const IDLE = 25;

/** Reading users runs a mapped operation on the customer's database: only somebody's wish does that again. */
const ASKED_ONCE = { staleTime: Number.POSITIVE_INFINITY, gcTime: KEPT, refetchOnWindowFocus: false } as const;

/** What was asked of the rows of another time must not be laid beside these. */
const pageKey = (application: string, choice: UserChoice, page: number) => ["users.list", application, choice, page] as const;

/** The users that are wanted, by their position in the list. Pages are fetched as they come into view. */
export function useUserRows(application: string, choice: UserChoice) {
  const { host } = useApi();
  const client = useQueryClient();
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const [refreshing, setRefreshing] = useState(false);
  // Whoever comes to the screen sees the database as it is; searching and turning then go on in what was read.
  const isFirst = () => client.getQueriesData({ queryKey: ["users.list", application] }).every(([, data]) => data === undefined);
  const ask = (page: number, fresh = false) => ({
    queryKey: pageKey(application, choice, page),
    queryFn: () => host.call("users.list", { application, start: page * PAGE + 1, count: PAGE, choice, fresh: fresh || (page === 0 && isFirst()) }),
  });
  const first = useQuery<UsersPage, Problem>({
    ...ask(0),
    ...ASKED_ONCE,
    enabled: application !== "",
    // The old rows stay while the next ones load, but another application's people never stand in for these.
    placeholderData: (page, before) => (before?.queryKey[1] === application ? page : undefined),
  });
  const settled = first.data !== undefined && !first.isPlaceholderData;
  const wanted: number[] = [];
  if (settled) for (let page = Math.floor(range[0] / PAGE); page <= Math.floor(range[1] / PAGE); page += 1) if (page > 0 && page * PAGE < first.data.total) wanted.push(page);
  const others = useQueries({ queries: wanted.map((page) => ({ ...ask(page), ...ASKED_ONCE })) });
  const takenAt = first.data?.takenAt;
  const mixed = settled && others.some(({ data }) => data !== undefined && data.takenAt !== takenAt);
  useEffect(() => {
    // The rows were read anew between two pages: those that are here are of another list.
    if (mixed) void client.resetQueries({ queryKey: ["users.list", application] });
  }, [mixed, client, application]);
  const row = (index: number): UserRow | undefined => {
    const page = Math.floor(index / PAGE);
    const data = page === 0 ? first.data : client.getQueryData<UsersPage>(pageKey(application, choice, page));
    return data?.users[index - page * PAGE];
  };
  const onRange = useCallback((from: number, to: number) => setRange((now) => (now[0] === from && now[1] === to ? now : [from, to])), []);
  const refresh = async () => {
    setRefreshing(true);
    // What goes wrong is the error of the query, which the screen shows.
    await client.fetchQuery({ ...ask(0, true), staleTime: 0 }).catch(() => undefined);
    setRefreshing(false);
    const fresh = client.getQueryData<UsersPage>(pageKey(application, choice, 0));
    client.removeQueries({ queryKey: ["users.list", application], predicate: ({ state }) => (state.data as UsersPage | undefined)?.takenAt !== fresh?.takenAt });
    // All these are drawn from the same rows.
    for (const kind of ["entitlements.list", "entitlements.holders", "entitlements.idle", "users.lines", "users.reports", "users.line"]) void client.invalidateQueries({ queryKey: [kind, application] });
  };
  const again = () => [first, ...others].forEach((page) => page.isError && void page.refetch());
  return { first, settled, row, onRange, refresh, refreshing, problem: first.error ?? ((others.find(({ error }) => error)?.error ?? null) as Problem | null), again };
}

/** The ids of the selected rows of a list. */
export function useUserIds() {
  const { host } = useApi();
  return async (application: string, choice: UserChoice, selection: GridSelection, takenAt: number): Promise<string[]> => {
    const { ids } = await host.call("users.ids", { application, choice, ranges: selection.map(([from, to]) => [from, to]), takenAt });
    return ids;
  };
}

/** Selected users as text; secret columns are left out where they are known. */
export function useCopiedUsers() {
  const { host } = useApi();
  return (copy: UserCopy) => host.call("users.copy", copy);
}

/** All users that are wanted, as a file. */
export function useUserExport(application: string, choice: UserChoice): Exporting<UserFormat> {
  const { host } = useApi();
  return useExporting((format, onProgress, signal) => host.work("users.export", { application, choice, format }, onProgress, signal));
}

/** What a change of one user would do. It is tried once, and again on a second wish. */
export function useTriedChange(application: string, user: string | undefined, change: UserChange, inSpite: boolean) {
  const { host } = useApi();
  return useQuery<TriedUserChange, Problem>({
    queryKey: ["users.try", application, user, change, inSpite],
    queryFn: () => host.call("users.try", { application, user: user ?? "", change, inSpite }),
    enabled: user !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    // A dry run is true of its moment only.
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

/** After users were changed, what shows them is asked for again. */
export function useUsersChanged() {
  const client = useQueryClient();
  return useCallback(
    (application: string) => {
      for (const kind of ["users.get", "traffic.list"]) void client.invalidateQueries({ queryKey: [kind] });
      for (const kind of ["users.list", "users.lines", "users.reports", "users.line", "entitlements.list", "entitlements.holders", "entitlements.idle"]) client.removeQueries({ queryKey: [kind, application], type: "inactive" });
    },
    [client],
  );
}

/** Who reports to whom, at a glance. */
export function useReportingTree(application: string, column: string | null) {
  const { host } = useApi();
  return useQuery<ReportingTree, Problem>({
    queryKey: ["users.lines", application, column],
    queryFn: () => host.call("users.lines", { application, column, fresh: false }),
    ...ASKED_ONCE,
    enabled: application !== "",
    placeholderData: (tree, before) => (before?.queryKey[1] === application ? tree : undefined),
  });
}

/** Who reports to somebody, page by page; nothing is asked while it is not known of whom. */
export function useReports(application: string, column: string | null, of: string | undefined) {
  const { host } = useApi();
  return useInfiniteQuery<ReportsPage, Problem, { pages: ReportsPage[] }, unknown[], number>({
    queryKey: ["users.reports", application, column, of],
    queryFn: ({ pageParam }) => host.call("users.reports", { application, column, of: of ?? null, start: pageParam, count: NODES }),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.nodes.length > 0 && last.start + last.nodes.length <= last.total ? last.start + last.nodes.length : undefined),
    ...ASKED_ONCE,
    enabled: application !== "" && of !== undefined,
  });
}

/** The pages of reports below several nodes, as far as each was unfolded; for a picture that draws them together. */
export function useUnfolded(application: string, column: string | null, wanted: { of: string | null; pages: number }[]) {
  const { host } = useApi();
  const queries = wanted.flatMap(({ of, pages }) =>
    Array.from({ length: pages }, (_, page) => ({
      queryKey: ["users.reports", application, column, of, "page", page],
      queryFn: () => host.call("users.reports", { application, column, of, start: page * NODES + 1, count: NODES }),
      ...ASKED_ONCE,
      enabled: application !== "",
    })),
  );
  return useQueries({
    queries,
    combine: (results) => {
      const below = new Map<string | null, ReportsPage>();
      let at = 0;
      let problem: Problem | null = null;
      for (const { of, pages } of wanted) {
        const nodes: ReportsPage["nodes"] = [];
        let total: number | undefined;
        for (let page = 0; page < pages; page += 1) {
          const result = results[at];
          at += 1;
          problem ??= (result?.error as Problem | null | undefined) ?? null;
          if (result?.data) {
            nodes.push(...result.data.nodes);
            total = result.data.total;
          }
        }
        if (total !== undefined) below.set(of, { nodes, start: 1, total });
      }
      return { below, problem, again: () => results.forEach((result) => result.isError && void result.refetch()) };
    },
  });
}

/** Those above a user, the top first, and the user itself. */
export function useLine(application: string, column: string | null, user: string | undefined) {
  const { host } = useApi();
  return useQuery<ReportingLine, Problem>({
    queryKey: ["users.line", application, column, user],
    queryFn: () => host.call("users.line", { application, column, user: user ?? "" }),
    ...ASKED_ONCE,
    enabled: application !== "" && user !== undefined,
  });
}

/** Users by a text, as nodes of the tree. */
export function useFoundInTree(application: string, column: string | null, text: string) {
  const { host } = useApi();
  return useQuery<ReportsPage, Problem>({
    queryKey: ["users.find_in_lines", application, column, text],
    queryFn: () => host.call("users.find_in_lines", { application, column, text }),
    ...ASKED_ONCE,
    enabled: application !== "" && text !== "",
    placeholderData: keepPreviousData,
  });
}

/** Who still holds something without being an active user of the import. */
export function useIdle(application: string) {
  const { host } = useApi();
  return useInfiniteQuery<IdlePage, Problem, { pages: IdlePage[] }, string[], number>({
    queryKey: ["entitlements.idle", application],
    queryFn: ({ pageParam }) => host.call("entitlements.idle", { application, start: pageParam, count: IDLE }),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.holders.length > 0 && last.start + last.holders.length <= last.total ? last.start + last.holders.length : undefined),
    ...ASKED_ONCE,
    enabled: application !== "",
  });
}
