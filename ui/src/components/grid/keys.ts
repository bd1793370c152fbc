import type { KeyboardEvent } from "react";

/** Where the keyboard stands: on a row or one of its cells, or on a title. */
export type Place = { heading: boolean; /** from 0; -1 for no row */ row: number; /** from 0; -1 for the row as a whole */ column: number };

export type KeyActions = {
  /** rows and columns there are, and rows of a page */
  rows: number;
  columns: number;
  page: number;
  /** whether cells and titles can be stood on, rows can be selected, columns can be changed */
  cellwise: boolean;
  selectable: boolean;
  live: boolean;
  goTo: (place: Partial<Place>) => void;
  open: () => void;
  toggle: () => void;
  /** selects from where the cursor is to another row */
  extendTo: (row: number) => void;
  selectAll: () => void;
  /** whether there was anything to give up */
  selectNone: () => boolean;
  copy: () => boolean;
  sort: (add: boolean) => void;
  menu: () => void;
  filter: () => void;
  moveColumn: (by: number) => void;
  widen: (by: number) => void;
};

/** Pixels of one press of Alt with an arrow. */
const STEP = 16;

function ofHeading(event: KeyboardEvent, { column }: Place, act: KeyActions): (() => void) | undefined {
  const { key, shiftKey, altKey } = event;
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const by = key === "ArrowLeft" ? -1 : 1;
    if (shiftKey) return () => act.moveColumn(by);
    if (altKey) return () => act.widen(by * STEP);
    return () => act.goTo({ column: Math.max(0, Math.min(act.columns - 1, column + by)) });
  }
  if (key === "ArrowDown" || key === "j") return () => act.goTo({ heading: false, row: 0 });
  if (key === "ArrowUp" || key === "k") return () => undefined;
  if (key === "Home") return () => act.goTo({ column: 0 });
  if (key === "End") return () => act.goTo({ column: act.columns - 1 });
  if (key === "Enter") return act.menu;
  if (key === " ") return () => act.sort(shiftKey);
  return undefined;
}

function ofRows(event: KeyboardEvent, { row, column }: Place, act: KeyActions): (() => void) | undefined {
  const { key, shiftKey } = event;
  const to = (next: number) => Math.max(0, Math.min(act.rows - 1, next));
  const vertical: Record<string, number> = { ArrowDown: row + 1, j: row + 1, ArrowUp: row - 1, k: row - 1, PageDown: row + act.page, PageUp: row - act.page };
  const next = vertical[key];
  if (next !== undefined) {
    if (next < 0 && row <= 0 && act.live && key !== "PageUp") return () => act.goTo({ heading: true, column: Math.max(0, column) });
    if (shiftKey && act.selectable && row >= 0) return () => act.extendTo(to(next));
    return () => act.goTo({ row: to(next) });
  }
  if (key === "Home") return () => act.goTo({ row: 0 });
  if (key === "End") return () => act.goTo({ row: act.rows - 1 });
  if (act.cellwise && key === "ArrowRight") return () => act.goTo({ column: Math.min(act.columns - 1, column + 1) });
  if (act.cellwise && key === "ArrowLeft") return () => act.goTo({ column: Math.max(-1, column - 1) });
  if (key === "Enter") return act.open;
  if (key === " " && act.selectable && row >= 0) return act.toggle;
  return undefined;
}

/** Does what a key says; leaves the event alone where it says nothing here. */
export function onGridKey(event: KeyboardEvent, place: Place, act: KeyActions): void {
  const { key, shiftKey, altKey } = event;
  const control = event.ctrlKey || event.metaKey;
  let run: (() => void) | undefined;
  if (control && !shiftKey && !altKey) {
    if (key === "a" && act.selectable) run = act.selectAll;
    if (key === "c" && act.copy()) run = () => undefined;
  } else if (!control && (!altKey || place.heading)) {
    if (key === "Escape") {
      if (act.selectNone()) run = () => undefined;
    } else if (act.live && (key === "ContextMenu" || (key === "F10" && shiftKey))) run = act.menu;
    else if (act.live && key === "f" && place.column >= 0) run = act.filter;
    else if (act.rows > 0 || place.heading) run = place.heading ? ofHeading(event, place, act) : ofRows(event, place, act);
  }
  if (!run) return;
  event.preventDefault();
  run();
}
