import { memo, type ReactNode } from "react";
import { cx } from "../cx";
import { Skeleton } from "../skeleton";

export const ROW_HEIGHT = 28;

export type GridColumn<T> = {
  key: string;
  title: ReactNode;
  /** a grid track: "92px", "minmax(0,2fr)" */
  track: string;
  align?: "right";
  cell: (row: T) => ReactNode;
};

type Props = {
  id: string;
  index: number;
  start: number;
  /** undefined while the row is on its way */
  value: unknown;
  columns: GridColumn<unknown>[];
  template: string;
  selected: boolean;
  cursor: boolean;
  onPress: (index: number) => void;
};

/** One row. Scrolling draws only the rows that come into view. */
export const GridRow = memo(function GridRow({ id, index, start, value, columns, template, selected, cursor, onPress }: Props) {
  return (
    // A pointer's way in; the keyboard's is the grid itself, as its one tab stop.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      onClick={() => {
        if (value !== undefined) onPress(index);
      }}
      style={{ gridTemplateColumns: template, height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
      className={cx(
        "absolute inset-x-0 top-0 grid items-center gap-x-3 border-b border-line px-3 text-12 contain-strict",
        selected ? "bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]" : "hover:bg-surface-2",
        cursor && "group-focus-visible/grid:outline-2 group-focus-visible/grid:outline-accent group-focus-visible/grid:-outline-offset-2",
      )}
    >
      {columns.map((column, at) => (
        <div key={column.key} role="gridcell" className={cx("flex min-w-0 items-center gap-2", column.align === "right" && "num justify-end text-right")}>
          {value === undefined ? <Skeleton className={at % 2 ? "w-1/2" : "w-3/4"} /> : column.cell(value)}
        </div>
      ))}
    </div>
  );
});
