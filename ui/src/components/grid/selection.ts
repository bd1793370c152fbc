/** Selected rows as ranges of positions: in order, apart from each other, both ends included. A hundred thousand rows are one range. */
export type GridSelection = readonly (readonly [number, number])[];

export const NONE_SELECTED: GridSelection = [];

export const isSelected = (selection: GridSelection, index: number): boolean => selection.some(([from, to]) => from <= index && index <= to);

export const selectedCount = (selection: GridSelection): number => selection.reduce((sum, [from, to]) => sum + to - from + 1, 0);

export const selectAll = (count: number): GridSelection => (count > 0 ? [[0, count - 1]] : NONE_SELECTED);

function without(selection: GridSelection, first: number, last: number): GridSelection {
  return selection.flatMap(([from, to]): [number, number][] => {
    if (to < first || from > last) return [[from, to]];
    const left: [number, number][] = [];
    if (from < first) left.push([from, first - 1]);
    if (to > last) left.push([last + 1, to]);
    return left;
  });
}

/** Adds all rows between two positions, whichever comes first. */
export function extend(selection: GridSelection, one: number, other: number): GridSelection {
  const first = Math.min(one, other);
  const last = Math.max(one, other);
  const ranges = [...without(selection, first, last), [first, last] as const].sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of ranges) {
    const before = joined.at(-1);
    if (before && before[1] + 1 >= from) before[1] = Math.max(before[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

export const toggle = (selection: GridSelection, index: number): GridSelection => (isSelected(selection, index) ? without(selection, index, index) : extend(selection, index, index));

/** The positions one by one, at most `most`. */
export function positions(selection: GridSelection, most: number): number[] {
  const found: number[] = [];
  for (const [from, to] of selection) {
    for (let index = from; index <= to && found.length < most; index += 1) found.push(index);
  }
  return found;
}
