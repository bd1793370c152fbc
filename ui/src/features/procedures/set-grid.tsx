import { useCallback, useMemo, useState } from "react";
import type { JsonValue, SetRecord } from "@/api/contract";
import { formatCount, plural } from "@/components/format";
import { ColumnsButton } from "@/components/grid/columns-button";
import { type CopyForm, CopyMenu, copyRows } from "@/components/grid/copy-menu";
import { Grid, type GridColumn } from "@/components/grid/grid";
import { type GridSelection, NONE_SELECTED, positions, selectedCount } from "@/components/grid/selection";
import { type GridView, NO_VIEW } from "@/components/grid/view";
import { SECRET } from "@/components/secret";
import { plainValue, Value } from "@/components/value";

type Row = { index: number; cells: JsonValue[] };

/** Pixels of a letter in the grid's type, of what surrounds it, and the bounds of a column. */
const LETTER = 7.3;
const AROUND = 28;
const [NARROW, WIDE] = [72, 320];
/** So many rows are looked at for the width of a column. */
const LOOKED_AT = 60;
/** Rows beyond these scroll inside the grid. */
const MOST_HEIGHT = 480;

function widthOf(set: SetRecord, column: number): number {
  const longest = set.sample.slice(0, LOOKED_AT).reduce((most, row) => Math.max(most, plainValue(row[column] ?? null).length), set.columns[column]?.length ?? 0);
  return Math.round(Math.min(WIDE, Math.max(NARROW, longest * LETTER + AROUND)));
}

const cellOf = (column: number) =>
  function Cell({ cells }: Row) {
    return (
      <span className="mono truncate text-12">
        <Value value={cells[column] ?? null} />
      </span>
    );
  };

/** Numbers as numbers, everything else as text, NULL behind both. */
function compare(one: JsonValue, other: JsonValue): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  if (typeof one === "number" && typeof other === "number") return one - other;
  return plainValue(one).localeCompare(plainValue(other), "en", { numeric: true });
}

/** The rows in the order of the view, as positions in the set. */
function ordered(set: SetRecord, { sort }: GridView): number[] {
  const places = set.sample.map((_, index) => index);
  if (sort.length === 0) return places;
  return places.sort((a, b) => {
    for (const { column, descending } of sort) {
      const found = compare(set.sample[a]?.[Number(column)] ?? null, set.sample[b]?.[Number(column)] ?? null);
      if (found !== 0) return descending ? -found : found;
    }
    return a - b;
  });
}

/** The rows of a result set, however many: only those in view are in the page. Orders and columns are the screen's own affair, the call is not made anew. */
export function SetGrid({ set, label }: { set: SetRecord; label: string }) {
  const [cursor, setCursor] = useState(-1);
  const [view, setView] = useState(NO_VIEW);
  const [selection, setSelection] = useState<GridSelection>(NONE_SELECTED);
  const columns = useMemo(
    () =>
      set.columns.map((name, column): GridColumn<Row> => {
        const numbers = set.sample.some((row) => typeof row[column] === "number") && set.sample.slice(0, LOOKED_AT).every((row) => row[column] === null || typeof row[column] === "number");
        return {
          key: `${column}`,
          name,
          title: <span className="mono">{name}</span>,
          track: widthOf(set, column),
          wide: numbers ? undefined : 280,
          align: numbers ? "right" : undefined,
          // Of a part of the rows, an order would show neither the first nor the last.
          sortable: !set.truncated,
          cell: cellOf(column),
          value: ({ cells }) => cells[column] ?? null,
        };
      }),
    [set],
  );
  const order = useMemo(() => ordered(set, view), [set, view]);
  const row = useCallback((index: number): Row | undefined => ({ index, cells: set.sample[order[index] ?? -1] ?? [] }), [set, order]);
  const chosen = selectedCount(selection);
  const form: CopyForm = {
    id: "json",
    title: "JSON",
    text: () => {
      const places = positions(selection, set.sample.length).map((index) => set.sample[order[index] ?? -1] ?? []);
      const hidden = set.columns.filter((_, column) => set.sample.some((cells) => cells[column] === SECRET));
      const objects = places.map((cells) => Object.fromEntries(set.columns.flatMap((name, column) => (hidden.includes(name) ? [] : [[name, cells[column] ?? null]]))));
      return Promise.resolve({ text: JSON.stringify(objects, null, 2), leftOut: hidden });
    },
  };
  return (
    <>
      <div className="num mb-1.5 flex min-h-7 items-center gap-2 text-12 text-text-2">
        {chosen > 0 ? (
          <CopyMenu count={chosen} forms={[form]} />
        ) : (
          <span className="truncate">
            {plural(set.rows, "row")}, {plural(set.columns.length, "column")}
            {set.truncated && `; the first ${formatCount(set.sample.length)} are shown`}
          </span>
        )}
        <span className="ml-auto">
          <ColumnsButton columns={columns as GridColumn<never>[]} view={view} onView={setView} />
        </span>
      </div>
      <div className="flex overflow-hidden rounded-lg border border-line" style={{ height: Math.min(MOST_HEIGHT, (set.sample.length + 1) * 28 + 14) }}>
        <Grid
          label={label}
          columns={columns}
          count={set.sample.length}
          row={row}
          rowKey={({ index }) => String(index)}
          cursor={cursor}
          onCursor={setCursor}
          onOpen={setCursor}
          view={view}
          onView={setView}
          selection={selection}
          onSelection={setSelection}
          onCopyRows={() => void copyRows(form, chosen)}
        />
      </div>
    </>
  );
}
