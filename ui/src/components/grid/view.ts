import { type GridFilter, readFilters } from "./filters";

/** One column of the order; the first of a list counts most. */
export type GridSort = { column: string; descending: boolean };

/** How the columns stand: keys of columns. What it does not name stands as the columns came. */
export type GridLayout = {
  order: string[];
  hidden: string[];
  /** at the left, never scrolled away */
  pinned: string[];
  /** in pixels, of those somebody dragged */
  widths: Record<string, number>;
};

/** All that a person sets on a grid. Plain data, so that it stands in an address and can be kept. */
export type GridView = { sort: GridSort[]; filters: GridFilter[]; layout: GridLayout };

export const NO_LAYOUT: GridLayout = { order: [], hidden: [], pinned: [], widths: {} };
export const NO_VIEW: GridView = { sort: [], filters: [], layout: NO_LAYOUT };

export const NARROWEST = 48;
const WIDEST = 1200;

/** Ascending, descending, none; `add` keeps the other columns of the order. */
export function turnSort(sort: GridSort[], column: string, add: boolean): GridSort[] {
  const now = sort.find((each) => each.column === column);
  const next = !now ? { column, descending: false } : now.descending ? null : { column, descending: true };
  if (!add) return next ? [next] : [];
  if (!next) return sort.filter((each) => each.column !== column);
  return now ? sort.map((each) => (each.column === column ? next : each)) : [...sort, next];
}

/** Orders by a column; null takes it out of the order. */
export function setSort(sort: GridSort[], column: string, descending: boolean | null, add: boolean): GridSort[] {
  const others = add ? sort.filter((each) => each.column !== column) : [];
  if (descending === null) return sort.filter((each) => each.column !== column);
  return add && sort.some((each) => each.column === column) ? sort.map((each) => (each.column === column ? { column, descending } : each)) : [...others, { column, descending }];
}

/** Puts a condition in the place of those on its column; null takes them away. */
export function setFilter(filters: GridFilter[], column: string, filter: GridFilter | null): GridFilter[] {
  const at = filters.findIndex((each) => each.column === column);
  const others = filters.filter((each) => each.column !== column);
  if (!filter) return others;
  return at < 0 ? [...others, filter] : [...others.slice(0, at), filter, ...others.slice(at)];
}

/** Moves a column by places among those that are shown; pinned ones stay among themselves. `all` are the keys of all columns as they stand. */
export function moveColumn(layout: GridLayout, all: string[], key: string, by: number): GridLayout {
  const isPinned = layout.pinned.includes(key);
  const from = isPinned ? layout.pinned : all;
  const among = from.filter((each) => all.includes(each) && !layout.hidden.includes(each) && layout.pinned.includes(each) === isPinned);
  const at = among.indexOf(key);
  const neighbour = at < 0 ? undefined : among[Math.max(0, Math.min(among.length - 1, at + by))];
  if (neighbour === undefined || neighbour === key) return layout;
  const next = from.filter((each) => each !== key);
  next.splice(next.indexOf(neighbour) + (by > 0 ? 1 : 0), 0, key);
  return isPinned ? { ...layout, pinned: next } : { ...layout, order: next };
}

export function showColumn(layout: GridLayout, key: string, shown: boolean): GridLayout {
  const hidden = layout.hidden.filter((each) => each !== key);
  return { ...layout, hidden: shown ? hidden : [...hidden, key] };
}

export function pinColumn(layout: GridLayout, key: string, pinned: boolean): GridLayout {
  const others = layout.pinned.filter((each) => each !== key);
  return { ...layout, pinned: pinned ? [...others, key] : others };
}

/** null gives the column the width it came with. */
export function resizeColumn(layout: GridLayout, key: string, width: number | null): GridLayout {
  const { [key]: _, ...others } = layout.widths;
  return { ...layout, widths: width === null ? others : { ...others, [key]: Math.round(Math.max(NARROWEST, Math.min(WIDEST, width))) } };
}

const texts = (from: unknown): string[] => (Array.isArray(from) ? from.filter((each): each is string => typeof each === "string") : []);

export function readSort(from: unknown): GridSort[] {
  if (!Array.isArray(from)) return [];
  return from.flatMap((each: unknown) => {
    const { column, descending } = (typeof each === "object" && each !== null ? each : {}) as Partial<Record<string, unknown>>;
    return typeof column === "string" ? [{ column, descending: descending === true }] : [];
  });
}

export function readLayout(from: unknown): GridLayout {
  const { order, hidden, pinned, widths } = (typeof from === "object" && from !== null ? from : {}) as Partial<Record<string, unknown>>;
  const kept = typeof widths === "object" && widths !== null ? Object.entries(widths).filter((entry): entry is [string, number] => typeof entry[1] === "number") : [];
  return { order: texts(order), hidden: texts(hidden), pinned: texts(pinned), widths: Object.fromEntries(kept) };
}

/** A view as it was kept; what cannot be read is left out. */
export function readView(from: unknown): GridView {
  const { sort, filters, layout } = (typeof from === "object" && from !== null ? from : {}) as Partial<Record<string, unknown>>;
  return { sort: readSort(sort), filters: readFilters(filters), layout: readLayout(layout) };
}
