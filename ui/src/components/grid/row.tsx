import { Check } from "lucide-react";
import { memo, type MouseEvent } from "react";
import { cx } from "../cx";
import { Skeleton } from "../skeleton";
import type { Placed } from "./columns";

/** The column that selects rows. */
export const LEAD = 32;

export type CellWindow = { /** of the columns that are not pinned, the first and the last in view */ from: number; to: number };

type Props = {
  id: string;
  index: number;
  start: number;
  /** pixels */
  height: number;
  /** undefined while the row is on its way */
  value: unknown;
  placed: Placed<unknown>[];
  /** undefined: all columns are drawn */
  from?: number;
  to?: number;
  fixed: boolean;
  /** whether rows can be selected, and whether this one is */
  chosen: boolean | null;
  /** the row that stands open beside the grid */
  selected: boolean;
  cursor: boolean;
  /** the column the cursor stands on, from 0; -1 for the row as a whole */
  cell: number;
  onPress: (index: number, at: number, event: MouseEvent) => void;
  onChoose: (index: number, event: MouseEvent) => void;
};

/** A tick box of a row or of all. The row says itself whether it is selected; this shows it. */
export function Tick({ on }: { on: boolean | "some" }) {
  return (
    <span aria-hidden className={cx("flex size-4 items-center justify-center rounded-sm border", on ? "border-transparent bg-accent text-on-accent" : "border-line-3 bg-surface-1")}>
      {on === "some" ? <span className="h-0.5 w-2 bg-current" /> : on && <Check size={12} strokeWidth={3} />}
    </span>
  );
}

/** One row. Scrolling draws only the rows that come into view, and of those only the cells that are. */
export const GridRow = memo(function GridRow({ id, index, start, height, value, placed, from, to, fixed, chosen, selected, cursor, cell, onPress, onChoose }: Props) {
  const lead = chosen === null ? 0 : 1;
  return (
    // A pointer's way in; the keyboard's is the grid itself, as its one tab stop.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen ?? selected}
      aria-current={chosen !== null && selected ? "true" : undefined}
      onClick={(event) => {
        if (value !== undefined) onPress(index, -1, event);
      }}
      style={{ height, transform: `translateY(${start}px)` }}
      className={cx(
        "absolute top-0 left-0 grid w-(--width) min-w-full grid-cols-(--tracks) items-stretch border-b border-line text-12 contain-strict",
        !fixed && "gap-x-3 px-3",
        selected || chosen ? "bg-accent-soft" : "bg-surface-1 hover:bg-surface-2",
        selected && "shadow-[inset_2px_0_0_var(--accent)]",
        cursor && "group-focus-visible/grid:outline-2 group-focus-visible/grid:-outline-offset-2",
        cursor && (cell < 0 ? "group-focus-visible/grid:outline-accent" : "group-focus-visible/grid:outline-line-3"),
      )}
    >
      {chosen !== null && (
        // The row's own keys select it: Space, and Shift with the arrows.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div
          role="gridcell"
          aria-colindex={1}
          onClick={(event) => {
            event.stopPropagation();
            onChoose(index, event);
          }}
          style={{ gridColumn: 1 }}
          className={cx("flex items-center justify-center", fixed && "sticky left-0 z-1 bg-inherit")}
        >
          <Tick on={chosen} />
        </div>
      )}
      {placed.map(({ column, at, pinned }) => {
        if (!pinned && from !== undefined && to !== undefined && (at < from || at > to)) return null;
        return (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={column.key}
            id={`${id}-${at}`}
            role="gridcell"
            aria-colindex={at + 1 + lead}
            onClick={(event) => {
              if (value === undefined) return;
              event.stopPropagation();
              onPress(index, at, event);
            }}
            style={{ gridColumn: at + 1 + lead, left: pinned ? `var(--pin-${at})` : undefined }}
            className={cx(
              "flex min-w-0 items-center gap-2",
              fixed && "overflow-hidden border-r border-line px-2.5",
              pinned && "sticky z-1 bg-inherit",
              column.align === "right" && "num justify-end text-right",
              cursor && cell === at && "group-focus-visible/grid:outline-2 group-focus-visible/grid:-outline-offset-2 group-focus-visible/grid:outline-accent",
            )}
          >
            {value === undefined ? <Skeleton className={at % 2 ? "w-1/2" : "w-3/4"} /> : column.cell(value)}
          </div>
        );
      })}
    </div>
  );
});
