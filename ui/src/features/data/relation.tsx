import { type RefObject, useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import type { ObjectName, RelationDetail, RowQuery } from "@/api/contract";
import { type DataRow, useRelation } from "@/api/data";
import type { GridFilter } from "@/components/grid/filters";
import type { GridHandle } from "@/components/grid/grid";
import { type GridLayout, type GridSort, type GridView, NO_LAYOUT, setFilter } from "@/components/grid/view";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { Split } from "@/components/split";
import { Sql } from "@/components/sql";
import { Tabs } from "@/components/tabs";
import { useRemembered } from "@/state/remembered";
import type { Lead } from "./columns";
import { ExportDialog } from "./export-dialog";
import { RowPane } from "./row-pane";
import { Rows } from "./rows";
import { Structure } from "./structure";

const KIND = { table: "Table", view: "View", materialized_view: "Materialized view", other: "Table" } as const;

type Props = {
  connection: string;
  name: ObjectName;
  tab: string;
  sort: GridSort[];
  filters: GridFilter[];
  row: number | undefined;
  grid: RefObject<GridHandle | null>;
  onTab: (tab: string) => void;
  onQuery: (sort: GridSort[], filters: GridFilter[]) => void;
  onRow: (row: number | undefined, replace: boolean) => void;
  onGo: (relation: ObjectName, filters: GridFilter[]) => void;
};

/** One table or view: its rows, what it is made of, the query of a view. */
export function RelationPane(props: Props) {
  const { connection, name } = props;
  const { data, error, refetch } = useRelation(connection, name);
  if (error) return <ProblemCard problem={error} onRetry={() => void refetch()} className="m-3" />;
  if (!data) return <SkeletonLines lines={10} />;
  return <Shown {...props} detail={data} />;
}

function Shown({ connection, detail, tab, sort, filters, row, grid, onTab, onQuery, onRow, onGo }: Props & { detail: RelationDetail }) {
  const { relation } = detail;
  const place = [connection, relation.name.schema, relation.name.name].filter(Boolean).join(".");
  const [layout, setLayout] = useRemembered<GridLayout>(`data.${place}`, NO_LAYOUT);
  const [exporting, setExporting] = useState<{ rows: number | null } | null>(null);
  const [open, setOpen] = useState<DataRow | undefined>(undefined);
  const view: GridView = useMemo(() => ({ sort, filters, layout }), [sort, filters, layout]);
  const query: RowQuery = useMemo(() => ({ relation: relation.name, conditions: filters, sort }), [relation.name, filters, sort]);
  // The heading or the chip that was pressed is painted first, and then the rows anew.
  const rowsOf = useDeferredValue(query);
  const onView = useCallback(
    (next: GridView) => {
      if (next.layout !== layout) setLayout(next.layout);
      if (next.sort !== sort || next.filters !== filters) onQuery(next.sort, next.filters);
    },
    [layout, setLayout, sort, filters, onQuery],
  );
  const onLead = useCallback(
    ({ key, values }: Lead) => onGo(key.target, key.targetColumns.map((column, at) => ({ column, operator: "equals", values: [values[at] ?? ""] }))),
    [onGo],
  );
  const close = useCallback(() => {
    onRow(undefined, false);
    grid.current?.focus();
  }, [onRow, grid]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape" && row !== undefined && !event.defaultPrevented && !(event.target instanceof HTMLInputElement)) close();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [row, close]);

  const rows = (
    <Rows
      connection={connection}
      detail={detail}
      query={rowsOf}
      view={view}
      open={row}
      grid={grid}
      onView={onView}
      onOpen={(index) => onRow(index, row !== undefined)}
      onLead={onLead}
      onExport={(known) => setExporting({ rows: known })}
      onRow={setOpen}
    />
  );
  return (
    <div className="flex h-full min-w-0 flex-col">
      <header className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line px-3">
        <h2 className="mono min-w-0 truncate text-13 font-semibold">{relation.name.name}</h2>
        <span className="shrink-0 text-12 text-text-2">
          {KIND[relation.kind]}
          {relation.name.schema && ` in ${relation.name.schema}`}
        </span>
        {relation.comment && (
          <span className="min-w-0 truncate text-12 text-text-3" title={relation.comment}>
            {relation.comment}
          </span>
        )}
      </header>
      <Tabs
        label="Parts of the table"
        value={tab}
        onChange={onTab}
        tabs={[
          {
            id: "rows",
            title: "Rows",
            content: (
              <Split
                name="data.row"
                listPart={66}
                list={rows}
                detailLabel="Row"
                detail={
                  row === undefined ? null : (
                    <RowPane
                      connection={connection}
                      detail={detail}
                      query={query}
                      index={row}
                      row={open?.index === row ? open : undefined}
                      onLead={onLead}
                      onOnly={(filter) => onView({ ...view, filters: setFilter(filters, filter.column, filter) })}
                      onGo={onGo}
                      onClose={close}
                    />
                  )
                }
              />
            ),
          },
          { id: "structure", title: "Structure", count: relation.columns.length, content: <Structure detail={detail} onRelation={(name) => onGo(name, [])} /> },
          ...(relation.source === null ? [] : [{ id: "source", title: "Source", content: <Sql text={relation.source} /> }]),
        ]}
      />
      <ExportDialog open={exporting !== null} connection={connection} table={relation.name.name} query={query} rows={exporting?.rows ?? null} secret={detail.secret} onClose={() => setExporting(null)} />
    </div>
  );
}
