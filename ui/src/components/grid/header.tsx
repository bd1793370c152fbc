import { ArrowDown, ArrowUp, ChevronDown, ListFilter, Lock } from "lucide-react";
import { memo, type MouseEvent, type PointerEvent, useState } from "react";
import { cx } from "../cx";
import { columnName, type GridColumn, type Placed } from "./columns";
import type { GridFilter } from "./filters";
import { Tick } from "./row";
import type { GridSort } from "./view";

type Props = {
  id: string;
  placed: Placed<unknown>[];
  from?: number;
  to?: number;
  fixed: boolean;
  /** what of the rows is selected; null where rows cannot be selected */
  chosen: boolean | "some" | null;
  onChooseAll: () => void;
  sort: GridSort[];
  filters: GridFilter[];
  /** the column the cursor stands on in the heading, from 0; -1 for none */
  cell: number;
  /** whether order and columns can be changed */
  live: boolean;
  onSort: (key: string, add: boolean) => void;
  onMenu: (key: string, anchor: Element) => void;
  /** while it is dragged, and once when it is let go */
  onResize: (key: string, width: number, done: boolean) => void;
  onResetWidth: (key: string) => void;
};

const sortWord = (descending: boolean) => (descending ? "descending" : "ascending");

/** The line of titles. Its buttons are for the pointer; the keyboard reaches everything through the column's menu. */
export const GridHeader = memo(function GridHeader({ id, placed, from, to, fixed, chosen, onChooseAll, sort, filters, cell, live, onSort, onMenu, onResize, onResetWidth }: Props) {
  const lead = chosen === null ? 0 : 1;
  return (
    <div
      role="row"
      aria-rowindex={1}
      className={cx("sticky top-0 z-10 grid h-7 w-(--width) min-w-full grid-cols-(--tracks) items-stretch border-b border-line bg-surface-1 text-11 font-medium text-text-3", !fixed && "gap-x-3 px-3")}
    >
      {chosen !== null && (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div role="columnheader" aria-colindex={1} onClick={onChooseAll} style={{ gridColumn: 1 }} className={cx("flex items-center justify-center", fixed && "sticky left-0 z-1 bg-surface-1")}>
          <span className="sr-only">Selected</span>
          <Tick on={chosen} />
        </div>
      )}
      {placed.map(({ column, at, pinned }) => {
        if (!pinned && from !== undefined && to !== undefined && (at < from || at > to)) return null;
        const place = sort.findIndex((each) => each.column === column.key);
        const order = sort[place];
        return (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={column.key}
            id={`${id}-${at}`}
            role="columnheader"
            aria-colindex={at + 1 + lead}
            aria-sort={column.sortable ? (order ? sortWord(order.descending) : "none") : undefined}
            title={live ? [columnName(column), column.hint, column.locked].filter(Boolean).join("\n") : undefined}
            onClick={(event) => {
              if (live && column.sortable) onSort(column.key, event.shiftKey);
            }}
            onContextMenu={(event) => {
              if (!live) return;
              event.preventDefault();
              onMenu(column.key, event.currentTarget);
            }}
            style={{ gridColumn: at + 1 + lead, left: pinned ? `var(--pin-${at})` : undefined }}
            className={cx(
              "group/head relative flex min-w-0 items-center gap-1",
              fixed && "border-r border-line px-2.5",
              pinned ? "sticky z-1 bg-surface-1" : "",
              column.align === "right" && "justify-end text-right",
              live && column.sortable && "hover:text-text",
              cell === at && "group-focus-visible/grid:outline-2 group-focus-visible/grid:-outline-offset-2 group-focus-visible/grid:outline-accent",
            )}
          >
            <span className="truncate">{column.title}</span>
            {column.locked && <Lock size={11} strokeWidth={2} aria-label="secret" className="shrink-0" />}
            {order && (
              <span className="num flex shrink-0 items-center text-accent">
                {order.descending ? <ArrowDown size={12} strokeWidth={2} aria-hidden /> : <ArrowUp size={12} strokeWidth={2} aria-hidden />}
                {sort.length > 1 && <span aria-label={`place ${place + 1} of the order`}>{place + 1}</span>}
              </span>
            )}
            {filters.some((filter) => filter.column === column.key) && <ListFilter size={12} strokeWidth={2} aria-label="filtered" className="shrink-0 text-accent" />}
            {live && <MenuButton column={column} onMenu={onMenu} />}
            {live && <Handle column={column} fixed={fixed} onResize={onResize} onReset={onResetWidth} />}
          </div>
        );
      })}
    </div>
  );
});

function MenuButton({ column, onMenu }: { column: GridColumn<unknown>; onMenu: Props["onMenu"] }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={`Menu of the column ${columnName(column)}`}
      onClick={(event: MouseEvent<HTMLButtonElement>) => {
        event.stopPropagation();
        onMenu(column.key, event.currentTarget.parentElement ?? event.currentTarget);
      }}
      className="absolute inset-y-0 right-1 my-auto flex h-5 w-5 items-center justify-center rounded-sm bg-surface-2 text-text-2 opacity-0 group-hover/head:opacity-100 hover:bg-surface-3 hover:text-text focus-visible:opacity-100"
    >
      <ChevronDown size={13} aria-hidden />
    </button>
  );
}

/** The right edge of a title: drag for a width, press twice for the one it came with. */
function Handle({ column, fixed, onResize, onReset }: { column: GridColumn<unknown>; fixed: boolean; onResize: Props["onResize"]; onReset: Props["onResetWidth"] }) {
  const [drag, setDrag] = useState<{ x: number; width: number } | null>(null);
  const widthAt = (event: PointerEvent) => (drag ? drag.width + event.clientX - drag.x : 0);
  return (
    <span
      aria-hidden
      onPointerDown={(event) => {
        event.stopPropagation();
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ x: event.clientX, width: event.currentTarget.parentElement?.getBoundingClientRect().width ?? 0 });
      }}
      onPointerMove={(event) => {
        if (drag) onResize(column.key, widthAt(event), false);
      }}
      onPointerUp={(event) => {
        if (drag && event.clientX !== drag.x) onResize(column.key, widthAt(event), true);
        setDrag(null);
      }}
      onLostPointerCapture={() => setDrag(null)}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => {
        event.stopPropagation();
        onReset(column.key);
      }}
      className={cx("absolute inset-y-0 z-2 w-2 cursor-col-resize after:absolute after:inset-y-1 after:left-1/2 after:w-px", fixed ? "-right-1" : "-right-2.5", drag ? "after:bg-accent" : "hover:after:bg-line-3")}
    />
  );
}
