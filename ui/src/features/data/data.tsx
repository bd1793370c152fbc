import { Database } from "lucide-react";
import { useCallback, useRef } from "react";
import type { ObjectName } from "@/api/contract";
import { useOverview } from "@/api/queries";
import { Empty } from "@/components/empty";
import type { GridFilter } from "@/components/grid/filters";
import type { GridHandle } from "@/components/grid/grid";
import type { GridSort } from "@/components/grid/view";
import { NotSetUp } from "@/components/not-set-up";
import { ProblemCard } from "@/components/problem";
import { useApplication } from "@/components/shell/application";
import { SkeletonLines } from "@/components/skeleton";
import { Split } from "@/components/split";
import { RelationPane } from "./relation";
import { RelationsPane } from "./relations-pane";

export type DataSearch = { conn?: string; schema?: string; table?: string; tab?: string; sort?: GridSort[]; filters?: GridFilter[]; row?: number };
type Props = { search: DataSearch; onSearch: (part: Partial<DataSearch>, replace?: boolean) => void };

/** The same list at each render where the address names none. */
const NO_SORT: GridSort[] = [];
const NO_FILTERS: GridFilter[] = [];

/** The tables and views of a connection, as its user sees them. Everything here reads. */
export function Data({ search, onSearch }: Props) {
  const overview = useOverview();
  const { connection: own } = useApplication();
  const grid = useRef<GridHandle>(null);
  const connections = overview.data?.connections ?? [];
  const connection = connections.find(({ name }) => name === search.conn)?.name ?? own?.name ?? connections[0]?.name ?? "";
  const { schema = null, table } = search;
  const selected: ObjectName | null = table === undefined ? null : { schema, name: table };
  const onGo = useCallback(
    (relation: ObjectName, filters: GridFilter[]) =>
      onSearch({ schema: relation.schema ?? undefined, table: relation.name, tab: undefined, sort: undefined, filters: filters.length > 0 ? filters : undefined, row: undefined }),
    [onSearch],
  );
  const onQuery = useCallback(
    (sort: GridSort[], filters: GridFilter[]) => onSearch({ sort: sort.length > 0 ? sort : undefined, filters: filters.length > 0 ? filters : undefined, row: undefined }, true),
    [onSearch],
  );
  const onRow = useCallback((row: number | undefined, replace: boolean) => onSearch({ row }, replace), [onSearch]);
  const fresh: DataSearch = { table: undefined, tab: undefined, sort: undefined, filters: undefined, row: undefined };

  if (overview.error && !overview.data) return <ProblemCard problem={overview.error} onRetry={() => void overview.refetch()} className="m-3" />;
  if (!overview.data) return <SkeletonLines lines={10} />;
  if (connections.length === 0) {
    return (
      <NotSetUp needs="connection">Tables and views appear here once there is a connection.</NotSetUp>
    );
  }
  return (
    <>
      <h1 className="sr-only">Data</h1>
      <Split
        name="data"
        listPart={20}
        listMin={210}
        list={
          <RelationsPane
            connections={connections}
            connection={connection}
            schema={schema}
            selected={selected}
            onConnection={(name) => onSearch({ ...fresh, conn: name === own?.name ? undefined : name, schema: undefined })}
            onSchema={(name) => onSearch({ ...fresh, schema: name ?? undefined })}
            onRelation={(name) => onGo(name, [])}
          />
        }
        detailLabel="Table"
        detail={
          selected ? (
            <RelationPane
              key={`${connection}.${schema}.${table}`}
              connection={connection}
              name={selected}
              tab={search.tab ?? "rows"}
              sort={search.sort ?? NO_SORT}
              filters={search.filters ?? NO_FILTERS}
              row={search.row}
              grid={grid}
              onTab={(tab) => onSearch({ tab: tab === "rows" ? undefined : tab }, true)}
              onQuery={onQuery}
              onRow={onRow}
              onGo={onGo}
            />
          ) : (
            <Empty icon={Database} title="Choose a table or a view">
              Its rows, columns and keys appear here. Nothing on this screen writes.
            </Empty>
          )
        }
      />
    </>
  );
}
