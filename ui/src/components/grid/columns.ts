import { columnOrderingFeature, columnPinningFeature, columnVisibilityFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { type ReactNode, useMemo } from "react";
import type { JsonValue } from "@/api/contract";
import type { FilterKind, Operator } from "./filters";
import type { GridLayout } from "./view";

export type GridColumn<T> = {
  key: string;
  title: ReactNode;
  /** what menus and copies call it; the key where it is left out */
  name?: string;
  /** how wide it is before somebody drags it: pixels, or a grid track that shares the room, such as "minmax(0,2fr)" */
  track: string | number;
  /** how wide, in pixels, it may become where the grid has room to spare and nobody dragged it */
  wide?: number;
  align?: "right";
  cell: (row: T) => ReactNode;
  /** the value behind the cell, which is what a copy takes; a column without it is not copied */
  value?: (row: T) => JsonValue;
  /** whether the server can order by it */
  sortable?: boolean;
  /** which conditions the server can hold it against; none where it is left out */
  filter?: FilterKind;
  /** of those of the kind, the ones the server knows; all where it is left out */
  operators?: readonly Operator[];
  /** what "is one of" offers */
  choices?: string[];
  /** why it can be neither ordered nor filtered by */
  locked?: string;
  /** beside the title in the tooltip: its type, its comment */
  hint?: string;
};

/** A column that is shown, at its place. */
export type Placed<T> = { column: GridColumn<T>; /** position among the shown ones, from 0 */ at: number; pinned: boolean };

const features = tableFeatures({ columnOrderingFeature, columnPinningFeature, columnVisibilityFeature });
/** Which rows there are is the server's affair; the table knows columns only. */
const NO_ROWS: object[] = [];

/**
 * Where the columns stand after order, hiding and pinning: the pinned ones first. `all` are the keys of every column in its order,
 * hidden ones too. A layout may name columns that are not there (any more) and need not name those that are.
 */
export function useColumns<T>(columns: GridColumn<T>[], layout: GridLayout): { placed: Placed<T>[]; all: string[] } {
  const { order, hidden, pinned } = layout;
  const definitions = useMemo(() => columns.map(({ key }) => ({ id: key })), [columns]);
  const state = useMemo(
    () => ({ columnOrder: order, columnVisibility: Object.fromEntries(hidden.map((key) => [key, false])), columnPinning: { start: pinned, end: [] } }),
    [order, hidden, pinned],
  );
  const table = useTable({ features, columns: definitions, data: NO_ROWS, state });
  const keys = [...table.getStartVisibleLeafColumns(), ...table.getCenterVisibleLeafColumns()].map(({ id }) => id).join("\n");
  const ordered = table.getAllLeafColumns().map(({ id }) => id).join("\n");
  return useMemo(() => {
    const of = new Map(columns.map((column) => [column.key, column]));
    const shown = keys === "" ? [] : keys.split("\n").flatMap((key) => of.get(key) ?? []);
    return { placed: shown.map((column, at) => ({ column, at, pinned: pinned.includes(column.key) })), all: ordered === "" ? [] : ordered.split("\n") };
  }, [columns, keys, ordered, pinned]);
}

export const columnName = <T>({ name, key }: GridColumn<T>): string => name ?? key;

/** Whether every column has its width in pixels; such a grid scrolls sideways and draws only the columns in view. */
export const isFixed = <T>(columns: GridColumn<T>[]): boolean => columns.every(({ track }) => typeof track === "number");

/** Widths in pixels, with spare room given to the columns that could use it, each in proportion to what it lacks. */
export function shareRoom(widths: number[], wishes: (number | undefined)[], room: number): number[] {
  const lacks = widths.map((width, at) => Math.max(0, (wishes[at] ?? 0) - width));
  const lacking = lacks.reduce((sum, lack) => sum + lack, 0);
  const spare = Math.max(0, room - widths.reduce((sum, width) => sum + width, 0));
  const share = lacking === 0 ? 0 : Math.min(1, spare / lacking);
  return widths.map((width, at) => width + Math.floor((lacks[at] ?? 0) * share));
}
