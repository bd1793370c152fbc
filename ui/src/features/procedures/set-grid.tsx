import { useCallback, useMemo, useState } from "react";
import type { JsonValue, SetRecord } from "@/api/contract";
import { Grid, type GridColumn } from "@/components/grid/grid";
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

/** The rows of a result set, however many: only those in view are in the page. */
export function SetGrid({ set, label }: { set: SetRecord; label: string }) {
  const [cursor, setCursor] = useState(-1);
  const columns = useMemo(
    () =>
      set.columns.map((title, column): GridColumn<Row> => {
        const numbers = set.sample.some((row) => typeof row[column] === "number") && set.sample.slice(0, LOOKED_AT).every((row) => row[column] === null || typeof row[column] === "number");
        return {
          key: `${column}`,
          title: <span className="mono">{title}</span>,
          track: `${widthOf(set, column)}px`,
          align: numbers ? "right" : undefined,
          cell: cellOf(column),
        };
      }),
    [set],
  );
  const row = useCallback((index: number): Row | undefined => ({ index, cells: set.sample[index] ?? [] }), [set]);
  return (
    <div className="flex overflow-hidden rounded-lg border border-line" style={{ height: Math.min(MOST_HEIGHT, (set.sample.length + 1) * 28 + 14) }}>
      <Grid label={label} columns={columns} count={set.sample.length} row={row} rowKey={({ index }) => String(index)} cursor={cursor} onCursor={setCursor} onOpen={setCursor} />
    </div>
  );
}
