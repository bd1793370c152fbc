import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type MouseEvent, type Ref, useCallback, useEffect, useId, useImperativeHandle, useRef, useState } from "react";
import { toast } from "sonner";
import { ROW_HEIGHTS, useAppearance } from "@/state/appearance";
import { copyText } from "../clipboard";
import { plainValue } from "../value";
import { columnName, type GridColumn, isFixed, type Placed, shareRoom, useColumns } from "./columns";
import { GridHeader } from "./header";
import { onGridKey, type Place } from "./keys";
import { GridMenus, type OpenMenu } from "./menus";
import { tellProblem } from "../problem-toast";
import { GridRow, LEAD } from "./row";
import { extend, type GridSelection, isSelected, NONE_SELECTED, selectAll, selectedCount, toggle } from "./selection";
import { type GridView, moveColumn, NARROWEST, NO_VIEW, resizeColumn, turnSort } from "./view";

export type { GridColumn } from "./columns";

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
  /** the key of the row that stands open beside the grid */
  selected?: string;
  /** order, conditions and columns. With `onView` a person can change them, by pointer and by keys */
  view?: GridView;
  onView?: (view: GridView) => void;
  /** rows that are selected. With `onSelection` a person can select */
  selection?: GridSelection;
  onSelection?: (selection: GridSelection) => void;
  /** Ctrl-C while rows are selected; without it, and with none selected, the cell is copied */
  onCopyRows?: () => void;
  ref?: Ref<GridHandle>;
};

/** Rows and columns drawn beyond either edge of the view. */
const OVERSCAN = 8;
const COLUMNS_OVERSCAN = 3;
/** With fewer columns, leaving some out costs more than it saves. */
const MANY_COLUMNS = 16;

/**
 * A virtual list of rows in columns, smooth at any number of rows; with widths in pixels, of columns too. It is one tab stop: the
 * container has the focus, the cursor's row, cell or title is its active descendant.
 *
 * It holds no rows and decides no order: what a person sets goes out by `onView`, and the caller asks the server.
 */
export function Grid<T>(props: Props<T>) {
  const { label, columns, count, row, rowKey, cursor, onCursor, onOpen, onRange, onAtTop, selected, onView, onSelection, onCopyRows } = props;
  const view = props.view ?? NO_VIEW;
  const selection = props.selection ?? NONE_SELECTED;
  const live = onView !== undefined;
  const selectable = onSelection !== undefined;
  const cellwise = live || columns.some(({ value }) => value);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const atTop = useRef(true);
  const [column, setColumn] = useState(-1);
  const [heading, setHeading] = useState(false);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const [drag, setDrag] = useState<{ key: string; width: number } | null>(null);
  const anchor = useRef(0);

  const rowHeight = ROW_HEIGHTS[useAppearance().density];
  // Its functions are used in this component only, never handed to a memoised one.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: OVERSCAN });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);

  const { placed, all } = useColumns(columns, view.layout);
  const fixed = isFixed(columns);
  const lead = selectable ? LEAD : 0;
  const dragged = ({ column: { key } }: Placed<T>) => (drag?.key === key ? Math.max(NARROWEST, drag.width) : view.layout.widths[key]);
  const narrow = placed.map((each) => dragged(each) ?? (typeof each.column.track === "number" ? each.column.track : 0));
  const wishes = placed.map((each) => (dragged(each) === undefined ? each.column.wide : undefined));
  const widths = fixed ? shareRoom(narrow, wishes, (virtual.scrollRect?.width ?? 0) - lead) : narrow;
  const before = (at: number) => lead + widths.slice(0, at).reduce((sum, width) => sum + width, 0);
  const pins = placed.filter(({ pinned }) => pinned).length;
  const style = {
    "--tracks": [...(selectable ? [`${LEAD}px`] : []), ...placed.map(({ column: { track } }, at) => (widths[at] ? `${widths[at]}px` : String(track))), ...(fixed ? ["minmax(0,1fr)"] : [])].join(" "),
    "--width": fixed ? `${before(placed.length)}px` : "100%",
    ...Object.fromEntries(placed.slice(0, pins).map(({ at }) => [`--pin-${at}`, `${before(at)}px`])),
  } as CSSProperties;

  const many = fixed && placed.length > MANY_COLUMNS;
  const across = useVirtualizer({
    horizontal: true,
    // Drawn together with the rows, not before them: two drawings of one scroll would lay out twice.
    useFlushSync: false,
    enabled: many,
    count: placed.length - pins,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => widths[pins + index] ?? 0,
    overscan: COLUMNS_OVERSCAN,
    paddingStart: before(pins),
  });
  const measured = widths.join();
  useEffect(() => across.measure(), [across, measured]);
  const inView = across.getVirtualItems();
  // Before the room is known, the first columns.
  const from = many ? pins + (inView[0]?.index ?? 0) : undefined;
  const to = many ? pins + (inView.at(-1)?.index ?? MANY_COLUMNS) : undefined;

  const items = virtual.getVirtualItems();
  // A row that leaves the view lends its place to the one that comes: filling it anew costs less than making another.
  const places = Math.ceil((virtual.scrollRect?.height ?? 0) / rowHeight) + 2 * OVERSCAN + 2;
  const first = items[0]?.index ?? 0;
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (count > 0) onRange?.(first, last);
  }, [first, last, count, onRange]);
  useImperativeHandle(props.ref, () => ({
    focus: () => void scroller.current?.focus(),
    // Nothing is given back: newer browsers would hand out a promise, and an effect would take it for its end.
    toTop: () => void scroller.current?.scrollTo({ top: 0 }),
  }));

  /** Scrolls sideways until the column is whole in view. */
  const reveal = (at: number) => {
    const box = scroller.current;
    if (!box || !fixed || at < pins) return;
    const start = before(at);
    const end = start + (widths[at] ?? 0);
    if (start < box.scrollLeft + before(pins)) box.scrollLeft = start - before(pins);
    else if (end > box.scrollLeft + box.clientWidth) box.scrollLeft = end - box.clientWidth;
  };
  const goTo = (place: Partial<Place>) => {
    if (place.heading !== undefined) setHeading(place.heading);
    if (place.column !== undefined) {
      setColumn(place.column);
      reveal(place.column);
    }
    if (place.row !== undefined && count > 0) {
      virtual.scrollToIndex(place.row, { align: "auto" });
      anchor.current = place.row;
      onCursor(place.row);
    }
  };
  const chosenCount = selectedCount(selection);
  const at = Math.min(column, placed.length - 1);
  const current = placed[at]?.column;
  const openMenu = (filter: boolean) => {
    const title = document.getElementById(`${id}-title-${Math.max(0, at)}`);
    const key = placed[Math.max(0, at)]?.column.key;
    if (title && key) setMenu({ key, anchor: title, filter });
  };
  const copyCell = (): boolean => {
    const value = cursor >= 0 && current ? row(cursor) : undefined;
    if (value === undefined || !current) return false;
    if (!current.value) {
      toast.error(`${columnName(current)} cannot be copied`, { description: current.locked });
      return true;
    }
    const found = current.value(value);
    copyText(found === null ? "" : plainValue(found)).then(
      () => toast.success(`${columnName(current)} copied`),
      (cause: unknown) => tellProblem(`${columnName(current)} was not copied`, cause),
    );
    return true;
  };
  const arrange = (layout: GridView["layout"]) => onView?.({ ...view, layout });
  const titleWidth = (key: string) => view.layout.widths[key] ?? document.getElementById(`${id}-title-${placed.findIndex(({ column: each }) => each.key === key)}`)?.getBoundingClientRect().width ?? NARROWEST;
  const now = {
    onCursor,
    onOpen,
    onSelection,
    selection,
    onView,
    titleWidth,
    sort: (key: string, add: boolean) => onView?.({ ...view, sort: turnSort(view.sort, key, add) }),
    resize: (key: string, width: number, done: boolean) => {
      setDrag(done ? null : { key, width });
      if (done) arrange(resizeColumn(view.layout, key, width));
    },
    resetWidth: (key: string) => arrange(resizeColumn(view.layout, key, null)),
    chooseAll: () => onSelection?.(chosenCount >= count ? NONE_SELECTED : selectAll(count)),
  };
  const latest = useRef(now);
  useEffect(() => {
    latest.current = now;
  });
  // The same functions for good, so that a row is drawn again only when it changed itself.
  const choose = useCallback((index: number, event: MouseEvent) => {
    const { onSelection: give, selection: before } = latest.current;
    if (event.shiftKey) give?.(extend(before, anchor.current, index));
    else {
      anchor.current = index;
      give?.(toggle(before, index));
    }
  }, []);
  const [acts] = useState(() => ({
    sort: (key: string, add: boolean) => latest.current.sort(key, add),
    menu: (key: string, title: Element) => setMenu({ key, anchor: title, filter: false }),
    resize: (key: string, width: number, done: boolean) => latest.current.resize(key, width, done),
    resetWidth: (key: string) => latest.current.resetWidth(key),
    chooseAll: () => latest.current.chooseAll(),
    view: (next: GridView) => latest.current.onView?.(next),
    widthOf: (key: string) => latest.current.titleWidth(key),
  }));
  const press = useCallback(
    (index: number, cell: number, event: MouseEvent) => {
      const { onSelection: give, onCursor: stand, onOpen: open } = latest.current;
      setHeading(false);
      if (give && (event.shiftKey || event.ctrlKey || event.metaKey)) {
        choose(index, event);
        stand(index);
        return;
      }
      anchor.current = index;
      setColumn(cell);
      stand(index);
      open(index);
    },
    [choose],
  );
  const rendered = items.some((item) => item.index === cursor);
  const onTitle = live && heading;
  const active = onTitle ? `${id}-title-${Math.max(0, at)}` : cursor >= 0 && rendered ? (at >= 0 && cellwise ? `${id}-${cursor}-${at}` : `${id}-${cursor}`) : undefined;
  return (
    <div className="group/frame relative flex min-h-0 flex-1 flex-col">
      <div
        ref={scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={count + 1}
        aria-colcount={placed.length + (selectable ? 1 : 0)}
        aria-multiselectable={selectable || undefined}
        aria-activedescendant={active}
        tabIndex={0}
        style={style}
        onKeyDown={(event) =>
          onGridKey(
            event,
            { heading: onTitle, row: cursor, column: at },
            {
              rows: count,
              columns: placed.length,
              page: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2),
              cellwise,
              selectable,
              live,
              goTo,
              open: () => cursor >= 0 && onOpen(cursor),
              toggle: () => {
                anchor.current = cursor;
                onSelection?.(toggle(selection, cursor));
              },
              extendTo: (next) => {
                onSelection?.(extend(selection, isSelected(selection, cursor) ? cursor : anchor.current, next));
                virtual.scrollToIndex(next, { align: "auto" });
                onCursor(next);
              },
              selectAll: () => onSelection?.(selectAll(count)),
              selectNone: () => {
                if (chosenCount > 0) onSelection?.(NONE_SELECTED);
                return chosenCount > 0;
              },
              copy: () => {
                if (chosenCount === 0 || !onCopyRows) return copyCell();
                onCopyRows();
                return true;
              },
              sort: (add) => current?.sortable && onView?.({ ...view, sort: turnSort(view.sort, current.key, add) }),
              menu: () => openMenu(false),
              filter: () => current?.filter && openMenu(true),
              moveColumn: (by) => {
                const next = current && moveColumn(view.layout, all, current.key, by);
                if (next && next !== view.layout) {
                  arrange(next);
                  goTo({ column: at + by });
                }
              },
              widen: (by) => current && arrange(resizeColumn(view.layout, current.key, titleWidth(current.key) + by)),
            },
          )
        }
        onScroll={
          // Reading the position lays the page out, so only who wants to know it pays for it.
          onAtTop &&
          ((event) => {
            const now = event.currentTarget.scrollTop < rowHeight / 2;
            if (now !== atTop.current) {
              atTop.current = now;
              onAtTop(now);
            }
          })
        }
        className="group/grid relative min-h-0 flex-1 overflow-auto outline-none"
      >
        <GridHeader
          id={`${id}-title`}
          placed={placed as Placed<unknown>[]}
          from={from}
          to={to}
          fixed={fixed}
          chosen={selectable ? (chosenCount === 0 ? false : chosenCount >= count ? true : "some") : null}
          onChooseAll={acts.chooseAll}
          sort={view.sort}
          filters={view.filters}
          cell={onTitle ? Math.max(0, at) : -1}
          live={live}
          onSort={acts.sort}
          onMenu={acts.menu}
          onResize={acts.resize}
          onResetWidth={acts.resetWidth}
        />
        <div role="presentation" className="relative w-(--width) min-w-full" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const value = row(item.index);
            const here = item.index === cursor && !onTitle;
            return (
              <GridRow
                key={item.index % places}
                id={`${id}-${item.index}`}
                index={item.index}
                height={rowHeight}
                start={item.start}
                value={value}
                placed={placed as Placed<unknown>[]}
                from={from}
                to={to}
                fixed={fixed}
                chosen={selectable ? isSelected(selection, item.index) : null}
                selected={value !== undefined && rowKey(value) === selected}
                cursor={here}
                cell={here && cellwise ? at : -1}
                onPress={press}
                onChoose={choose}
              />
            );
          })}
        </div>
      </div>
      {live && <GridMenus menu={menu} placed={placed as Placed<unknown>[]} all={all} view={view} canPin={fixed} back={scroller} widthOf={acts.widthOf} onView={acts.view} onMenu={setMenu} />}
      {/* The ring is drawn above the rows, and only while no row carries the cursor's own. */}
      {!onTitle && !(cursor >= 0 && rendered) && (
        <div aria-hidden className="pointer-events-none absolute inset-0 z-20 hidden outline-2 -outline-offset-2 outline-accent group-has-[[role=grid]:focus-visible]/frame:block" />
      )}
    </div>
  );
}
