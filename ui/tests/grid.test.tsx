import { render, screen, within, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import { ColumnsButton } from "@/components/grid/columns-button";
import { FilterChips } from "@/components/grid/filter-chips";
import { shareRoom } from "@/components/grid/columns";
import { fault, filterWords, readFilters } from "@/components/grid/filters";
import { Grid, type GridColumn } from "@/components/grid/grid";
import { extend, type GridSelection, isSelected, NONE_SELECTED, positions, selectAll, selectedCount, toggle } from "@/components/grid/selection";
import { type GridView, moveColumn, NO_LAYOUT, NO_VIEW, readView, resizeColumn, turnSort } from "@/components/grid/view";

type Row = { id: string; name: string | null; age: number };

const column = (key: keyof Row, more: Partial<GridColumn<Row>> = {}): GridColumn<Row> => ({
  key,
  title: key.toUpperCase(),
  track: 120,
  cell: (row) => String(row[key]),
  value: (row) => row[key],
  sortable: true,
  filter: key === "age" ? "number" : "text",
  ...more,
});

const COLUMNS = [column("id"), column("name"), column("age", { align: "right" })];
const ROWS: Row[] = Array.from({ length: 200 }, (_, n) => ({ id: `u${n}`, name: n % 3 ? `Name ${n}` : null, age: n }));

/** A grid as a screen holds it: what a person sets comes back in. */
function Stage({ columns = COLUMNS, count = ROWS.length, onView, onOpen }: { columns?: GridColumn<Row>[]; count?: number; onView?: (view: GridView) => void; onOpen?: (index: number) => void }) {
  const [view, setView] = useState(NO_VIEW);
  const [selection, setSelection] = useState<GridSelection>(NONE_SELECTED);
  const [cursor, setCursor] = useState(-1);
  const give = (next: GridView) => {
    setView(next);
    onView?.(next);
  };
  return (
    <>
      <ColumnsButton columns={columns as GridColumn<never>[]} view={view} onView={give} />
      <FilterChips columns={columns as GridColumn<never>[]} view={view} onView={give} />
      <Grid
        label="People"
        columns={columns}
        count={count}
        row={(index) => ROWS[index]}
        rowKey={({ id }) => id}
        cursor={cursor}
        onCursor={setCursor}
        onOpen={(index) => onOpen?.(index)}
        view={view}
        onView={give}
        selection={selection}
        onSelection={setSelection}
      />
      <output aria-label="Selected">{selectedCount(selection)}</output>
    </>
  );
}

const titles = () => within(screen.getByRole("grid")).getAllByRole("columnheader").map((title) => title.textContent).filter((title) => title !== "Selected");
const underCursor = () => document.getElementById(screen.getByRole("grid").getAttribute("aria-activedescendant") ?? "");

function open(props: Parameters<typeof Stage>[0] = {}) {
  const user = userEvent.setup();
  const views: GridView[] = [];
  render(<Stage {...props} onView={(view) => views.push(view)} />);
  return { user, views, grid: screen.getByRole("grid"), last: () => views.at(-1) };
}

describe("the grid", () => {
  it("is one tab stop, and the arrows reach rows, cells and titles", async () => {
    const { user, grid } = open();
    screen.getByRole("button", { name: "Columns" }).focus();
    await user.tab();
    expect(grid).toHaveFocus();
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowRight}{ArrowRight}");
    expect(underCursor()).toHaveTextContent("Name 1");
    expect(underCursor()).toHaveAttribute("role", "gridcell");
    await user.keyboard("{ArrowUp}{ArrowUp}");
    expect(underCursor()).toHaveAttribute("role", "columnheader");
    expect(underCursor()).toHaveTextContent("NAME");
    await user.tab();
    expect(grid).not.toHaveFocus();
  });

  it("orders by a title: a press turns it, with Shift it comes after the others, and Space does the same", async () => {
    const { user, grid, last } = open();
    await user.click(screen.getByRole("columnheader", { name: "NAME" }));
    expect(last()?.sort).toEqual([{ column: "name", descending: false }]);
    expect(screen.getByRole("columnheader", { name: "NAME" })).toHaveAttribute("aria-sort", "ascending");
    await user.keyboard("{Shift>}");
    await user.click(screen.getByRole("columnheader", { name: "AGE" }));
    await user.click(screen.getByRole("columnheader", { name: /AGE/ }));
    await user.keyboard("{/Shift}");
    expect(last()?.sort).toEqual([{ column: "name", descending: false }, { column: "age", descending: true }]);
    grid.focus();
    await user.keyboard("{ArrowUp} ");
    expect(last()?.sort).toEqual([{ column: "id", descending: false }]);
  });

  it("filters by a column from the keyboard alone, shows the condition, and takes it away", async () => {
    const { user, grid, last } = open();
    grid.focus();
    await user.keyboard("{ArrowDown}{ArrowRight}{ArrowRight}{ArrowRight}f");
    const form = await screen.findByRole("form", { name: "Filter by age" });
    await user.selectOptions(within(form).getByRole("combobox", { name: "Condition" }), "is between");
    await user.type(within(form).getByRole("textbox", { name: "From" }), "10");
    await user.type(within(form).getByRole("textbox", { name: "To" }), "ten{Enter}");
    expect(within(form).getByRole("alert")).toHaveTextContent("Type a number");
    expect(last()).toBeUndefined();
    await user.clear(within(form).getByRole("textbox", { name: "To" }));
    await user.type(within(form).getByRole("textbox", { name: "To" }), "20{Enter}");
    expect(last()?.filters).toEqual([{ column: "age", operator: "between", values: ["10", "20"] }]);
    expect(screen.getByRole("group", { name: "Filters" })).toHaveTextContent("age is between 10 and 20");
    await user.click(screen.getByRole("button", { name: "Remove the filter age is between 10 and 20" }));
    expect(last()?.filters).toEqual([]);
  });

  it("hides, pins, moves and widens columns by the menu of a title", async () => {
    const { user, grid, last } = open();
    grid.focus();
    await user.keyboard("{ArrowUp}{ArrowRight}{Enter}");
    await user.click(await screen.findByRole("menuitem", { name: "Hide" }));
    expect(titles()).toEqual(["ID", "AGE"]);
    // The menu gives the focus back when it has closed.
    await waitFor(() => expect(grid).toHaveFocus());
    await user.keyboard("{Enter}");
    await user.click(await screen.findByRole("menuitem", { name: "Pin to the left" }));
    expect(titles()).toEqual(["AGE", "ID"]);
    await user.click(screen.getByRole("button", { name: /^Columns, \d+ of \d+ shown$/ }));
    await user.click(await screen.findByRole("button", { name: "As they came" }));
    expect(titles()).toEqual(["ID", "NAME", "AGE"]);
    await user.keyboard("{Escape}");
    grid.focus();
    await user.keyboard("{Home}{Shift>}{ArrowRight}{/Shift}{Alt>}{ArrowRight}{/Alt}");
    expect(titles()).toEqual(["NAME", "ID", "AGE"]);
    expect(Object.keys(last()?.layout.widths ?? {})).toEqual(["id"]);
  });

  it("selects rows by Space, by Shift with the arrows, all at once, and gives them up with Escape", async () => {
    const { user, grid } = open();
    const selected = () => screen.getByRole("status", { name: "Selected" }).textContent;
    grid.focus();
    await user.keyboard("{ArrowDown} {ArrowDown}{ArrowDown} ");
    expect(selected()).toBe("2");
    await user.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    expect(selected()).toBe("4");
    expect(within(grid).getAllByRole("row", { selected: true }).map((row) => row.textContent)).toEqual(["u0null0", "u2Name 22", "u3null3", "u4Name 44"]);
    await user.keyboard("{Control>}a{/Control}");
    expect(selected()).toBe("200");
    await user.keyboard("{Escape}");
    expect(selected()).toBe("0");
  });

  it("copies the cell under the cursor, and never one without a value to give", async () => {
    const { user, grid } = open({ columns: [column("id"), column("name", { value: undefined, locked: "A secret column." })] });
    grid.focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowRight}{Control>}c{/Control}");
    expect(await navigator.clipboard.readText()).toBe("u1");
    await user.keyboard("{ArrowRight}{Control>}c{/Control}");
    expect(await navigator.clipboard.readText()).toBe("u1");
  });

  it("draws of sixty columns only those in view, and of its rows too", () => {
    const many = Array.from({ length: 60 }, (_, n): GridColumn<Row> => ({ key: `c${n}`, title: `C${n}`, track: 120, cell: (row) => `${row.id}.${n}` }));
    const { grid } = open({ columns: many, count: 100_000 });
    expect(grid).toHaveAttribute("aria-colcount", "61");
    expect(grid).toHaveAttribute("aria-rowcount", "100001");
    const rows = within(grid).getAllByRole("row");
    expect(rows.length).toBeLessThan(60);
    expect(within(rows[1] as HTMLElement).getAllByRole("gridcell").length).toBeLessThan(20);
  });
});

describe("the room of a grid", () => {
  it("gives what is spare to the columns that could use it, and to none more than that", () => {
    expect(shareRoom([100, 50, 100], [200, undefined, 150], 310)).toEqual([140, 50, 120]);
    expect(shareRoom([100, 50, 100], [200, undefined, 150], 2000)).toEqual([200, 50, 150]);
  });

  it("takes nothing away where there is too little", () => {
    expect(shareRoom([100, 50], [200, 20], 80)).toEqual([100, 50]);
  });
});

describe("what is set on a grid", () => {
  it("turns the order of a column: ascending, descending, none", () => {
    const one = turnSort([], "a", false);
    const two = turnSort(one, "a", false);
    expect([one, two, turnSort(two, "a", false)]).toEqual([[{ column: "a", descending: false }], [{ column: "a", descending: true }], []]);
  });

  it("moves a column past those that are shown, keeps hidden ones at their place, and pinned ones among themselves", () => {
    const all = ["a", "b", "c", "d"];
    expect(moveColumn({ ...NO_LAYOUT, hidden: ["b"] }, all, "a", 1).order).toEqual(["b", "c", "a", "d"]);
    const pinned = { ...NO_LAYOUT, pinned: ["c", "d"] };
    expect(moveColumn(pinned, all, "d", -1)).toEqual({ ...pinned, pinned: ["d", "c"] });
    expect(moveColumn(pinned, all, "a", -1)).toBe(pinned);
  });

  it("keeps a width between what can be grasped and what fits", () => {
    expect(resizeColumn(NO_LAYOUT, "a", 3).widths).toEqual({ a: 48 });
    expect(resizeColumn({ ...NO_LAYOUT, widths: { a: 90, b: 70 } }, "a", null).widths).toEqual({ b: 70 });
  });

  it("is read again as it was kept, and what is none is left out", () => {
    const view: GridView = { sort: [{ column: "a", descending: true }], filters: [{ column: "b", operator: "one_of", values: ["x", "y"] }], layout: { order: ["b", "a"], hidden: ["c"], pinned: ["b"], widths: { a: 90 } } };
    expect(readView(JSON.parse(JSON.stringify(view)))).toEqual(view);
    expect(readView({ sort: "a", filters: [{ column: "b", operator: "drop table" }], layout: { widths: { a: "wide" } } })).toEqual(NO_VIEW);
    expect(readFilters(null)).toEqual([]);
  });

  it("says conditions in words that fit what the column holds", () => {
    expect(filterWords({ column: "a", operator: "less", values: ["3"] }, "number")).toBe("is less than 3");
    expect(filterWords({ column: "a", operator: "less", values: ["2024-01-31"] }, "date")).toBe("is before “2024-01-31”");
    expect(filterWords({ column: "a", operator: "equals", values: ["1"] }, "boolean")).toBe("is yes");
    expect(filterWords({ column: "a", operator: "one_of", values: ["a", "b", "c", "d"] }, "text")).toBe("is one of “a”, “b” and 2 more");
  });

  it("refuses a value that the column cannot hold", () => {
    expect(fault("number", "equals", ["12,5"])).toMatch(/number/);
    expect(fault("date", "between", ["2024-01-31", "31.1.2024"])).toMatch(/2024-12-31/);
    expect(fault("text", "equals", [""])).toBeNull();
    expect(fault("text", "contains", [""])).toMatch(/value/);
    expect(fault("text", "is_null", [])).toBeNull();
  });
});

describe("a selection", () => {
  it("is ranges, joined where they touch and parted where one goes", () => {
    const four = extend(extend(NONE_SELECTED, 2, 3), 5, 4);
    expect(four).toEqual([[2, 5]]);
    expect(toggle(four, 3)).toEqual([[2, 2], [4, 5]]);
    expect(isSelected(four, 6)).toBe(false);
    expect(selectedCount(selectAll(100_000))).toBe(100_000);
    expect(positions([[0, 2], [90, 99]], 5)).toEqual([0, 1, 2, 90, 91]);
  });
});
