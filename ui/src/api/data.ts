import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useApi } from "./context";
import type {
  Counted,
  DocumentFormat,
  DocumentHeading,
  JsonValue,
  ListedRelation,
  ObjectName,
  Problem,
  RelationDetail,
  RowQuery,
  RowsPage,
  Schema,
} from "./contract";
import { type Exporting, useExporting } from "./exports";
import { toProblem } from "./problem";

/** Rows of one page of a grid. */
const PAGE = 200;
/** Rows before and after those in view that are asked for with them, so that a steady scroll finds them there. */
const AHEAD = 60;
/** ms the view rests before its rows are asked for: a flick past ten thousand rows asks for none of them. */
const REST = 60;
/** Beyond this estimate nobody counts exactly without being asked: it reads the whole table. */
const COUNTED_UP_TO = 1_000_000;

/** What reads a customer's database is asked on somebody's wish only. */
const ON_WISH = { staleTime: Number.POSITIVE_INFINITY, gcTime: 120_000, refetchOnWindowFocus: false } as const;

export function useSchemas(connection: string) {
  const { host } = useApi();
  return useQuery<Schema[], Problem>({
    queryKey: ["data.schemas", connection],
    queryFn: async () => (await host.call("data.schemas", { connection })).schemas,
    enabled: connection !== "",
    ...ON_WISH,
  });
}

export function useRelations(connection: string, schema: string | null, enabled: boolean) {
  const { host } = useApi();
  return useQuery<ListedRelation[], Problem>({
    queryKey: ["data.relations", connection, schema],
    queryFn: async () => (await host.call("data.relations", { connection, schema })).relations,
    enabled: enabled && connection !== "",
    ...ON_WISH,
  });
}

/** A table or view with everything that is known of it. */
export function useRelation(connection: string, relation: ObjectName | null) {
  const { host } = useApi();
  return useQuery<RelationDetail, Problem>({
    queryKey: ["data.relation", connection, relation],
    queryFn: () => host.call("data.relation", { connection, relation: relation ?? { schema: null, name: "" } }),
    enabled: connection !== "" && relation !== null,
    ...ON_WISH,
  });
}

/** How many rows there are under the conditions. */
export function useRowCount(connection: string, query: RowQuery, enabled: boolean) {
  const { host } = useApi();
  const counted = useMemo(() => ({ ...query, sort: [] }), [query]);
  return useQuery<Counted, Problem>({
    queryKey: ["data.count", connection, counted],
    queryFn: () => host.call("data.count", { connection, query: counted }),
    enabled,
    ...ON_WISH,
  });
}

/** A row of the grid: where it stands, its cells, and how long those are of which only the beginning is there. */
export type DataRow = { index: number; cells: JsonValue[]; cut: ReadonlyMap<number, number> };

export type PagedRows = {
  row: (index: number) => DataRow | undefined;
  /** rows there are, as far as that is known; what is not counted grows while somebody scrolls */
  count: number;
  /** exact, the database's own guess, or only what was seen so far */
  certainty: "exact" | "estimate" | "seen";
  counting: boolean;
  /** why the rows were not counted */
  uncounted: Problem | null;
  countNow: () => void;
  error: Problem | null;
  fetching: boolean;
  /** the page that came last: what was run, and how long it took */
  latest: RowsPage | undefined;
  onRange: (first: number, last: number) => void;
  refresh: () => void;
};

/** The rows of a query, page by page as they come into view. Pages that were read stay until somebody asks anew. */
export function usePagedRows(connection: string, query: RowQuery, estimate: number | null): PagedRows {
  const { host } = useApi();
  const client = useQueryClient();
  const [range, setRange] = useState<[number, number]>([0, 0]);
  const [asking, setAsking] = useState(query);
  if (asking !== query) {
    // Other rows: they are looked at from the first one on.
    setAsking(query);
    setRange([0, 0]);
  }
  const total = useRef(Number.POSITIVE_INFINITY);
  const wanted = useRef<{ pages: string; timer?: ReturnType<typeof setTimeout> }>({ pages: "0-0" });
  // Kept out of the state: a scroll tells its range with every frame, and nothing but the rows in view has to be drawn for it.
  const onRange = useCallback((first: number, last: number) => {
    const next: [number, number] = [Math.floor(Math.max(0, first - AHEAD) / PAGE), Math.floor(Math.min(last + AHEAD, Math.max(last, total.current - 1)) / PAGE)];
    const pages = next.join("-");
    if (pages === wanted.current.pages) return;
    clearTimeout(wanted.current.timer);
    wanted.current = { pages, timer: setTimeout(() => setRange(next), REST) };
  }, []);
  useEffect(() => {
    wanted.current = { pages: "0-0" };
    return () => clearTimeout(wanted.current.timer);
  }, [query]);

  const key = useCallback((page: number) => ["data.rows", connection, query, page] as const, [connection, query]);
  const pages = Array.from({ length: range[1] - range[0] + 1 }, (_, offset) => range[0] + offset);
  const asked = useQueries({
    queries: pages.map((page) => ({
      queryKey: key(page),
      queryFn: () => host.call("data.rows", { connection, query, first: page * PAGE, count: PAGE, whole: false }),
      ...ON_WISH,
    })),
  });
  const data = asked.flatMap((each) => each.data ?? []);
  const error = asked.find((each) => each.error)?.error;

  const guess = query.conditions.length === 0 ? estimate : null;
  const [wish, setWish] = useState<RowQuery | null>(null);
  const automatic = guess === null || guess <= COUNTED_UP_TO;
  // The rows come first: counting is worth a second session only once they are there.
  const counted = useRowCount(connection, query, (automatic || wish === query) && data.length > 0);
  const end = data.find((page) => page.rows.length > 0 && page.rows.length < PAGE) ?? data.find((page) => page.first === 0 && page.rows.length === 0);
  const seen = data.reduce((most, page) => Math.max(most, page.first + page.rows.length), 0);
  const exact = end ? end.first + end.rows.length : counted.data?.rows;
  const count = exact ?? Math.max(guess ?? 0, seen < PAGE ? seen : seen + PAGE);

  useEffect(() => {
    total.current = exact ?? Number.POSITIVE_INFINITY;
  }, [exact]);

  const row = useCallback(
    (index: number): DataRow | undefined => {
      const page = client.getQueryData<RowsPage>(key(Math.floor(index / PAGE)));
      return page && rowOf(page, index);
    },
    // `data` is read through the client: rows are found anew when pages came.
    // oxlint-disable-next-line react/exhaustive-deps
    [client, key, asked.map((each) => each.dataUpdatedAt).join()],
  );
  const refresh = () => {
    void client.resetQueries({ queryKey: ["data.rows", connection] });
    void client.resetQueries({ queryKey: ["data.count", connection] });
  };
  return {
    row,
    count,
    certainty: exact !== undefined ? "exact" : guess !== null ? "estimate" : "seen",
    counting: counted.isFetching,
    uncounted: exact === undefined ? counted.error : null,
    countNow: () => (wish === query || counted.error ? void counted.refetch() : setWish(query)),
    error: error ? toProblem(error) : null,
    fetching: asked.some((each) => each.isFetching),
    latest: data.toSorted((a, b) => b.first - a.first).at(-1),
    onRange,
    refresh,
  };
}

const NOT_CUT: ReadonlyMap<number, number> = new Map();

const made = new WeakMap<RowsPage, Map<number, DataRow>>();

/** The same object for as long as its page is: a row that is drawn is drawn again only when it changed. */
function rowOf(page: RowsPage, index: number): DataRow | undefined {
  let rows = made.get(page);
  if (!rows) made.set(page, (rows = new Map()));
  const known = rows.get(index);
  if (known) return known;
  const cells = page.rows[index % PAGE];
  if (!cells) return undefined;
  const row = { index, cells, cut: cutOf(page, index % PAGE) };
  rows.set(index, row);
  return row;
}

function cutOf(page: RowsPage, at: number): ReadonlyMap<number, number> {
  const cut = page.cut.filter(({ row }) => row === at);
  return cut.length === 0 ? NOT_CUT : new Map(cut.map(({ column, length }) => [column, length]));
}

/** One row with its long values whole. */
export function useWholeRow(connection: string, query: RowQuery, index: number, enabled: boolean) {
  const { host } = useApi();
  return useQuery<DataRow | null, Problem>({
    queryKey: ["data.row", connection, query, index],
    queryFn: async () => {
      const page = await host.call("data.rows", { connection, query, first: index, count: 1, whole: true });
      const cells = page.rows[0];
      return cells ? { index, cells, cut: cutOf(page, 0) } : null;
    },
    enabled,
    ...ON_WISH,
  });
}

/** The rows at some positions, read anew where they are not at hand; in the order of the positions. */
export function useRowsAt(connection: string, query: RowQuery) {
  const { host } = useApi();
  return useCallback(
    async (positions: number[]): Promise<JsonValue[][]> => {
      const found = new Map<number, JsonValue[]>();
      for (const start of runs(positions)) {
        // Whole values: what is copied is never a beginning only.
        const page = await host.call("data.rows", { connection, query, first: start[0], count: start[1], whole: true });
        page.rows.forEach((cells, offset) => found.set(start[0] + offset, cells));
      }
      return positions.flatMap((index) => {
        const cells = found.get(index);
        return cells ? [cells] : [];
      });
    },
    [host, connection, query],
  );
}

/** Positions as few stretches of at most 500 rows: where each begins, and how many. */
function runs(positions: number[]): [number, number][] {
  const stretches: [number, number][] = [];
  for (const index of positions) {
    const last = stretches.at(-1);
    if (last && last[0] + last[1] === index && last[1] < 500) last[1] += 1;
    else stretches.push([index, 1]);
  }
  return stretches;
}

export type Copying = { format: DocumentFormat; table: ObjectName; headings: DocumentHeading[]; rows: JsonValue[][] };

/** Rows as text: CSV, JSON, INSERT. It is made where secret columns are known, and they are left out. */
export function useFormatRows(connection: string) {
  const { host } = useApi();
  return useCallback((copying: Copying) => host.call("data.format", { connection, ...copying }), [host, connection]);
}

/** All rows of a look at a table, as a file. */
export function useRowsExport(connection: string, query: RowQuery): Exporting<DocumentFormat> {
  const { host } = useApi();
  return useExporting((format, onProgress, signal) => host.work("data.export", { connection, query, format }, onProgress, signal));
}
