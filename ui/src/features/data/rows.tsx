import { FileDown, FilterX, ListFilter, RotateCw, Rows3, SquareCode } from "lucide-react";
import { type RefObject, useCallback, useEffect, useMemo, useState } from "react";
import type { RelationDetail, RowQuery, RowsPage } from "@/api/contract";
import { type DataRow, type PagedRows, useFormatRows, usePagedRows, useRowsAt } from "@/api/data";
import { Button, IconButton } from "@/components/button";
import { cx } from "@/components/cx";
import { Empty } from "@/components/empty";
import { duration, formatCount, plural } from "@/components/format";
import { ColumnsButton } from "@/components/grid/columns-button";
import { type CopyForm, CopyMenu, copyRows } from "@/components/grid/copy-menu";
import { FilterChips } from "@/components/grid/filter-chips";
import { Grid, type GridColumn, type GridHandle } from "@/components/grid/grid";
import { type GridSelection, NONE_SELECTED, positions, selectedCount } from "@/components/grid/selection";
import type { GridView } from "@/components/grid/view";
import { ViewsMenu } from "@/components/grid/views-menu";
import { ProblemCard } from "@/components/problem";
import { ProblemWord } from "@/components/problem-word";
import { Skeleton } from "@/components/skeleton";
import { StatementCard } from "@/components/statement";
import { useActions } from "@/state/actions";
import { useRemembered } from "@/state/remembered";
import { dataColumns, type Lead } from "./columns";

/** Rows that are copied at once; beyond that an export is the better way. */
const COPIED_UP_TO = 5_000;

type Props = {
  connection: string;
  detail: RelationDetail;
  query: RowQuery;
  view: GridView;
  /** the row that stands open, from 0 */
  open: number | undefined;
  grid: RefObject<GridHandle | null>;
  onView: (view: GridView) => void;
  onOpen: (index: number, row: DataRow | undefined) => void;
  onLead: (lead: Lead) => void;
  onExport: (rows: number | null) => void;
  /** hands the open row to the pane beside */
  onRow: (row: DataRow | undefined) => void;
};

const keyOf = ({ index }: DataRow) => String(index);

export function Rows(props: Props) {
  const { connection, detail, query, view, open, grid, onView, onOpen, onLead, onExport, onRow } = props;
  const paged = usePagedRows(connection, query, detail.relation.rows);
  const [cursor, setCursor] = useState(open ?? -1);
  const [selection, setSelection] = useState<GridSelection>(NONE_SELECTED);
  const [statement, setStatement] = useRemembered("data.statement", false);
  const [selectedOf, setSelectedOf] = useState(query);
  if (selectedOf !== query) {
    // Positions mean other rows now.
    setSelectedOf(query);
    setSelection(NONE_SELECTED);
    setCursor(-1);
  }
  // What was far down in one order is nowhere in another.
  useEffect(() => {
    grid.current?.toTop();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the list goes to its top with each query
  }, [query, grid]);
  // Taken once: columns must not change their width while somebody scrolls.
  const [sample, setSample] = useState<RowsPage | undefined>(undefined);
  if (!sample && paged.latest) setSample(paged.latest);
  const columns = useMemo(() => (sample ? dataColumns(detail, sample.rows, onLead) : []), [detail, sample, onLead]);
  const openRow = open === undefined ? undefined : paged.row(open);
  useEffect(() => onRow(openRow), [openRow, onRow]);

  const forms = useCopyForms(connection, detail, query, selection);
  const chosen = selectedCount(selection);
  const copy = useCallback(() => {
    const [csv] = forms;
    if (csv) void copyRows(csv, Math.min(chosen, COPIED_UP_TO));
  }, [forms, chosen]);
  const exact = paged.certainty === "exact" ? paged.count : null;
  useActions([
    { id: "data.export", title: `Export the rows of ${detail.relation.name.name}…`, group: "Data", icon: FileDown, keys: "e", words: "csv json insert save download", run: () => onExport(exact) },
    { id: "data.refresh", title: "Ask the database again", group: "Data", icon: RotateCw, keys: "r", words: "refresh reload rows", run: paged.refresh },
    { id: "data.statement", title: statement ? "Hide the statement that was run" : "Show the statement that was run", group: "Data", icon: SquareCode, words: "sql select query", run: () => setStatement(!statement) },
    { id: "data.filter", title: "Filter by the column at the cursor…", group: "Data", icon: ListFilter, keys: "f", local: true, words: "condition where", disabled: "Go to a cell of the grid and press f", run: () => undefined },
    { id: "data.clear", title: "Clear all filters", group: "Data", icon: FilterX, words: "conditions remove", disabled: view.filters.length === 0 ? "There is no filter" : undefined, run: () => onView({ ...view, filters: [] }) },
  ]);
  const place = [connection, detail.relation.name.schema, detail.relation.name.name].filter(Boolean).join(".");
  const plain = columns as GridColumn<never>[];
  const empty = paged.latest !== undefined && paged.count === 0;

  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex h-10 shrink-0 items-center gap-1.5 border-b border-line px-3">
        {chosen > 0 ? (
          <>
            <CopyMenu count={Math.min(chosen, COPIED_UP_TO)} forms={forms} />
            <span className="truncate text-12 text-text-2">{chosen > COPIED_UP_TO && `The first ${formatCount(COPIED_UP_TO)} of ${formatCount(chosen)} selected; export for all`}</span>
            <Button kind="quiet" onClick={() => setSelection(NONE_SELECTED)}>
              Select none
            </Button>
          </>
        ) : (
          <span className="truncate text-12 text-text-3">
            {detail.key ? "Space selects a row, f filters by the column, Enter opens" : "No key tells these rows apart, so they are ordered by all columns"}
          </span>
        )}
        <span className="ml-auto flex items-center gap-0.5">
          <ViewsMenu place={place} view={view} onView={onView} />
          <ColumnsButton columns={plain} view={view} onView={onView} />
          <IconButton icon={FileDown} label="Export all rows" keys="e" onClick={() => onExport(exact)} />
        </span>
      </div>
      <FilterChips columns={plain} view={view} onView={onView} />
      {paged.error && <ProblemCard problem={paged.error} onRetry={paged.refresh} className="m-3" />}
      {!sample && !paged.error && <Waiting />}
      {sample && empty && (
        <div className="min-h-0 flex-1">
          {view.filters.length > 0 ? (
            <Empty icon={FilterX} title="No row matches the filters" action={<Button onClick={() => onView({ ...view, filters: [] })}>Clear the filters</Button>} />
          ) : (
            <Empty icon={Rows3} title={`${detail.relation.name.name} has no rows`} />
          )}
        </div>
      )}
      {sample && !empty && !(paged.error && paged.latest === undefined) && (
        <div className={cx("flex min-h-0 flex-1 flex-col", paged.latest === undefined && "opacity-60")}>
          <Grid
            ref={grid}
            label={`Rows of ${detail.relation.name.name}`}
            columns={columns}
            count={paged.count}
            row={paged.row}
            rowKey={keyOf}
            cursor={cursor}
            selected={open === undefined ? undefined : String(open)}
            onCursor={(index) => {
              setCursor(index);
              if (open !== undefined) onOpen(index, paged.row(index));
            }}
            onOpen={(index) => onOpen(index, paged.row(index))}
            onRange={paged.onRange}
            view={view}
            onView={onView}
            selection={selection}
            onSelection={setSelection}
            onCopyRows={copy}
          />
        </div>
      )}
      {statement && paged.latest && (
        <div className="max-h-[40%] shrink-0 overflow-auto border-t border-line p-3">
          <StatementCard statement={paged.latest.statement} durationUs={paged.latest.durationUs} />
        </div>
      )}
      <Foot paged={paged} statement={statement} onStatement={() => setStatement(!statement)} />
    </div>
  );
}

/** What the selection can be copied as. Whole values are read for it, so that no copy has beginnings only. */
function useCopyForms(connection: string, detail: RelationDetail, query: RowQuery, selection: GridSelection): CopyForm[] {
  const rowsAt = useRowsAt(connection, query);
  const formatRows = useFormatRows(connection);
  return useMemo(() => {
    const headings = detail.relation.columns.map(({ name, dataType }) => ({ name, kind: dataType.kind }));
    const text = (format: "csv" | "json" | "insert") => async () => {
      const rows = await rowsAt(positions(selection, COPIED_UP_TO));
      const { text: made, left_out: leftOut } = await formatRows({ format, table: detail.relation.name, headings, rows });
      return { text: made, leftOut };
    };
    return [
      { id: "csv", title: "CSV", text: text("csv") },
      { id: "json", title: "JSON", text: text("json") },
      { id: "insert", title: "INSERT statements", text: text("insert") },
    ];
  }, [detail, rowsAt, formatRows, selection]);
}

function Waiting() {
  return (
    <div role="status" aria-label="Loading" className="min-h-0 flex-1">
      <div className="h-7 border-b border-line" />
      {Array.from({ length: 14 }, (_, line) => (
        <div key={line} className="grid h-7 grid-cols-6 items-center gap-x-6 border-b border-line px-3">
          {["w-3/4", "w-1/2", "w-3/4", "w-1/2", "w-2/3", "w-1/2"].map((width, index) => (
            <Skeleton key={index} className={width} />
          ))}
        </div>
      ))}
    </div>
  );
}

function Foot({ paged, statement, onStatement }: { paged: PagedRows; statement: boolean; onStatement: () => void }) {
  const { count, certainty, counting, uncounted, latest, fetching } = paged;
  return (
    <footer className="num flex h-9 shrink-0 items-center gap-2 border-t border-line px-3 text-12 text-text-2">
      <span className="truncate">{certainty === "exact" ? plural(count, "row") : certainty === "estimate" ? `about ${plural(count, "row")}, the database’s own estimate` : latest ? `at least ${plural(latest.first + latest.rows.length, "row")}` : ""}</span>
      {uncounted && !counting && (
        <ProblemWord problem={uncounted} onRetry={paged.countNow} className="text-12">
          Not counted
        </ProblemWord>
      )}
      {certainty !== "exact" && latest && !(uncounted && !counting) && (
        <Button kind="quiet" className="h-6 text-12" disabled={counting} onClick={paged.countNow}>
          {counting ? "counting…" : "Count exactly"}
        </Button>
      )}
      <span className="ml-auto shrink-0 text-text-3">{fetching ? "asking the database" : latest && `read in ${duration(latest.durationUs)}`}</span>
      <IconButton icon={SquareCode} label={statement ? "Hide the statement" : "Show the statement that was run"} side="top" aria-pressed={statement} onClick={onStatement} className={statement ? "text-accent" : undefined} />
      <IconButton icon={RotateCw} label="Ask the database again" side="top" disabled={fetching} onClick={paged.refresh} />
    </footer>
  );
}
