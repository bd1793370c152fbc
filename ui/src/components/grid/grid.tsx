import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type Ref, useCallback, useEffect, useId, useImperativeHandle, useRef } from "react";
import { cx } from "../cx";
import { type GridColumn, GridRow, ROW_HEIGHT } from "./row";

export type { GridColumn } from "./row";

export type GridHandle = { focus: () => void; toTop: () => void };

type Props<T> = {
  label: string;
  columns: GridColumn<T>[];
  count: number;
  /** undefined while the row is on its way */
  row: (index: number) => T | undefined;
  rowKey: (row: T) => string;
  /** the row that the keyboard stands on; -1 for none */
  cursor: number;
  onCursor: (index: number) => void;
  onOpen: (index: number) => void;
  /** which rows are in view, for paging */
  onRange?: (first: number, last: number) => void;
  onAtTop?: (atTop: boolean) => void;
  selected?: string;
  failed?: (row: T) => boolean;
  ref?: Ref<GridHandle>;
};

/** Rows drawn beyond either edge of the view. */
const OVERSCAN = 8;

/** A virtual list of rows in columns. It is one tab stop: the container has the focus, the cursor row is its active descendant. */
export function Grid<T>(props: Props<T>) {
  const { label, columns, count, row, rowKey, cursor, onCursor, onOpen, onRange, onAtTop, selected } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const atTop = useRef(true);
  // Its functions are used in this component only, never handed to a memoised one.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();
  // A row that leaves the view lends its place to the one that comes: filling it anew costs less than making another.
  const places = Math.ceil((virtual.scrollRect?.height ?? 0) / ROW_HEIGHT) + 2 * OVERSCAN + 2;
  const first = items[0]?.index ?? 0;
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (count > 0) onRange?.(first, last);
  }, [first, last, count, onRange]);
  useImperativeHandle(props.ref, () => ({
    focus: () => scroller.current?.focus(),
    toTop: () => scroller.current?.scrollTo({ top: 0 }),
  }));

  const move = (index: number) => {
    const next = Math.max(0, Math.min(count - 1, index));
    if (count === 0) return;
    virtual.scrollToIndex(next, { align: "auto" });
    onCursor(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const moves: Record<string, () => void> = {
      ArrowDown: () => move(cursor + 1),
      j: () => move(cursor + 1),
      ArrowUp: () => move(cursor - 1),
      k: () => move(cursor - 1),
      PageDown: () => move(cursor + page),
      PageUp: () => move(cursor - page),
      Home: () => move(0),
      End: () => move(count - 1),
      Enter: () => cursor >= 0 && onOpen(cursor),
    };
    const act = moves[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const latest = useRef({ onCursor, onOpen });
  useEffect(() => {
    latest.current = { onCursor, onOpen };
  });
  // The same function for good, so that a row is drawn again only when it changed itself.
  const press = useCallback((index: number) => {
    latest.current.onCursor(index);
    latest.current.onOpen(index);
  }, []);
  const template = columns.map((column) => column.track).join(" ");
  const rendered = items.some((item) => item.index === cursor);

  return (
    <div className="group/frame relative flex min-h-0 flex-1 flex-col">
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-activedescendant={cursor >= 0 && rendered ? `${id}-${cursor}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => {
        const now = event.currentTarget.scrollTop < ROW_HEIGHT / 2;
        if (now !== atTop.current) {
          atTop.current = now;
          onAtTop?.(now);
        }
      }}
      className="group/grid relative min-h-0 flex-1 overflow-auto outline-none"
    >
      <div
        role="row"
        aria-rowindex={1}
        className="sticky top-0 z-10 grid h-7 items-center gap-x-3 border-b border-line bg-surface-1 px-3 text-11 font-medium text-text-3"
        style={{ gridTemplateColumns: template }}
      >
        {columns.map((column) => (
          <div key={column.key} role="columnheader" className={cx("truncate", column.align === "right" && "text-right")}>
            {column.title}
          </div>
        ))}
      </div>
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const value = row(item.index);
          return (
            <GridRow
              key={item.index % places}
              id={`${id}-${item.index}`}
              index={item.index}
              start={item.start}
              value={value}
              columns={columns as GridColumn<unknown>[]}
              template={template}
              selected={value !== undefined && rowKey(value) === selected}
              cursor={item.index === cursor}
              onPress={press}
            />
          );
        })}
      </div>
    </div>
      {/* The ring is drawn above the rows, and only while no row carries the cursor's own. */}
      {!(cursor >= 0 && rendered) && (
        <div aria-hidden className="pointer-events-none absolute inset-0 z-20 hidden outline-2 -outline-offset-2 outline-accent group-has-[[role=grid]:focus-visible]/frame:block" />
      )}
    </div>
  );
}
