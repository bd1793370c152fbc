import { renderHook, screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import { ApiProvider } from "@/api/context";
import type { RowQuery } from "@/api/contract";
import { usePagedRows } from "@/api/data";
import { type Handlers, memoryHost, type Workers } from "@/host/memory";
import { openConsole } from "./console";
import { tableHandlers, TOTAL } from "./fixture/table";
import { makeWorld } from "./fixture/world";

const open = (address: string, handlers: Handlers = {}, workers: Workers = {}) => openConsole(address, { handlers: { ...tableHandlers, ...handlers }, workers });
const PEOPLE = "/data?schema=hr&table=PEOPLE";
const grid = () => screen.findByRole("grid", { name: "Rows of PEOPLE" });
const queries = (host: ReturnType<typeof open>["host"]) => host.calls.filter(({ command }) => command === "data.rows").map(({ input }) => input as { query: { conditions: unknown[]; sort: unknown[] }; first: number });

describe("the data of a connection", () => {
  it("lists tables and views in groups, searches them, and puts the chosen one into the address", async () => {
    const { user, address, host } = open("/data");
    const views = await screen.findByRole("region", { name: "Views" });
    expect(within(views).getByRole("button")).toHaveTextContent("V_BOSSES");
    expect(host.calls).toContainEqual({ command: "data.relations", input: { connection: "hr-test", schema: "hr" } });
    // Nothing is laid out here, so a press anywhere would land on the edge between the panes.
    screen.getByRole("searchbox", { name: "Search tables and views" }).focus();
    await user.keyboard("every");
    expect(screen.queryByRole("region", { name: "Views" })).toBeNull();
    await user.keyboard("{ArrowDown}{Enter}");
    expect(await grid()).toBeVisible();
    expect(address()).toContain("table=PEOPLE");
  });

  it("reads a hundred thousand rows page by page, as they come into view", async () => {
    const { user, host } = open(PEOPLE);
    await waitFor(async () => expect(await grid()).toHaveAttribute("aria-rowcount", String(TOTAL + 1)));
    expect(screen.getByText("100,000 rows")).toBeVisible();
    (await grid()).focus();
    await user.keyboard("{End}");
    expect(queries(host).every(({ first }) => first % 200 === 0)).toBe(true);
    expect(queries(host).length).toBeLessThan(6);
  });

  it("shows NULL as a tag, numbers at the right, and of a secret column only that there is a value", async () => {
    open(PEOPLE);
    const line = within(await grid()).getByRole("row", { name: /Person 1 / });
    expect(within(line).getByText("secret")).toBeInTheDocument();
    expect(within(line).getAllByRole("gridcell")[1]).toHaveClass("text-right");
    const third = within(await grid()).getAllByRole("row")[4] as HTMLElement;
    expect(within(third).getByText("NULL")).toHaveClass("border-dashed");
  });

  it("orders and filters on the server, and keeps both in the address", async () => {
    const { user, host, address } = open(PEOPLE);
    await user.click(await screen.findByRole("columnheader", { name: /NAME/ }));
    await waitFor(() => expect(queries(host).at(-1)?.query.sort).toEqual([{ column: "NAME", descending: false }]));
    (await grid()).focus();
    await user.keyboard("{ArrowDown}{ArrowRight}{ArrowRight}f");
    await user.type(await screen.findByRole("textbox", { name: "Value" }), "nobody{Enter}");
    expect(await screen.findByText("No row matches the filters")).toBeVisible();
    expect(queries(host).at(-1)?.query.conditions).toEqual([{ column: "NAME", operator: "contains", values: ["nobody"] }]);
    expect(decodeURIComponent(address())).toContain('"operator":"contains"');
    await user.click(screen.getByRole("button", { name: "Clear the filters" }));
    expect(await grid()).toBeVisible();
    expect(address()).not.toContain("filters");
  });

  it("offers neither order nor filter for a secret column, and does not copy it", async () => {
    const { user, host } = open(PEOPLE);
    await user.click(await screen.findByRole("columnheader", { name: /HASH/ }));
    await user.click(screen.getByRole("button", { name: "Menu of the column HASH" }));
    expect(await screen.findByRole("menuitem", { name: /Sort ascending/ })).toHaveAttribute("aria-disabled", "true");
    expect(screen.getByRole("menuitem", { name: /Filter/ })).toHaveAttribute("aria-disabled", "true");
    expect(queries(host).every(({ query }) => query.sort.length === 0)).toBe(true);
  });

  it("opens a row as a form, follows its foreign key, and counts what refers to it", async () => {
    const { user, address } = open(`${PEOPLE}&row=205`);
    const form = await screen.findByRole("table", { name: "Row 206" });
    expect(within(form).getByRole("row", { name: /NAME.*Person 205/ })).toBeVisible();
    expect(within(form).queryByRole("button", { name: "Copy HASH" })).toBeNull();
    const back = await screen.findByRole("region", { name: "Referenced by" });
    await waitFor(() => expect(within(back).getByRole("button")).toHaveTextContent(/PEOPLE\s*by BOSS_ID.*1,000|PEOPLE.*1$/));
    await user.click(within(form).getByRole("button", { name: "Go to the row of PEOPLE" }));
    expect(decodeURIComponent(address())).toContain('[{"column":"ID","operator":"equals","values":["5"]}]');
    expect(await screen.findByText("1 row")).toBeVisible();
  });

  it("copies selected rows whole, and says what is left out", async () => {
    const { user, host } = open(PEOPLE);
    (await grid()).focus();
    await user.keyboard("{ArrowDown} {Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    screen.getByRole("button", { name: "Copy 3 rows" }).focus();
    await user.keyboard("{Enter}");
    await user.click(await screen.findByRole("menuitem", { name: "as INSERT statements" }));
    expect(await screen.findByText("Left out, because secret: HASH")).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe("ID,NAME,BORN,HASH,BOSS_ID: 3 rows");
    expect(host.calls).toContainEqual({ command: "data.rows", input: expect.objectContaining({ first: 0, count: 3, whole: true }) });
  });

  it("exports with progress, stops when it is cancelled, and tells where the file is", async () => {
    let finish: () => void = () => undefined;
    const file = { name: "PEOPLE.csv", path: "/var/lib/sluice/exports/PEOPLE.csv", bytes: 4096, at: Date.now() };
    const { user, host } = open(PEOPLE, {}, {
      "data.export": (_, progress, signal) => {
        progress({ rows: 40_000, bytes: 2048 });
        return new Promise((resolve, reject) => {
          finish = () => resolve({ file, rows: TOTAL, durationUs: 900_000, leftOut: ["HASH"] });
          signal.addEventListener("abort", () => reject(new Error("aborted")));
        });
      },
    });
    await screen.findByText("100,000 rows");
    await user.click(screen.getByRole("button", { name: "Export all rows" }));
    const dialog = await screen.findByRole("dialog", { name: "Export the rows of PEOPLE" });
    expect(dialog).toHaveTextContent("Left out, because secret: HASH");
    await user.click(within(dialog).getByRole("button", { name: "Export" }));
    expect(await within(dialog).findByText(/40,000 of 100,000 rows, 2.0 KB/)).toBeVisible();
    await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
    await user.click(await within(dialog).findByRole("radio", { name: /INSERT/ }));
    await user.click(within(dialog).getByRole("button", { name: "Export" }));
    await within(dialog).findByText(/40,000/);
    finish();
    expect(await within(dialog).findByText("/var/lib/sluice/exports/PEOPLE.csv")).toBeVisible();
    expect(host.works.map(({ input }) => (input as { format: string }).format)).toEqual(["csv", "insert"]);
  });

  it("says what went wrong where the rows would stand, and asks again", async () => {
    let broken = true;
    const { user } = open(PEOPLE, {
      "data.rows": (input) => {
        if (broken) throw { code: "database.timeout", message: "The statement was stopped after 30000 ms.", hint: "Filter by a column with an index.", fields: {}, exchange: null };
        return tableHandlers["data.rows"](input);
      },
    });
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("Filter by a column with an index.");
    broken = false;
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await grid()).toBeVisible();
  });

  it("says so where the table is not there", async () => {
    open("/data?schema=hr&table=GONE");
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no table or view GONE");
  });

  it("tells what a table is made of, and a view by its source", async () => {
    const { user } = open(`${PEOPLE}&tab=structure`);
    expect(await screen.findByRole("row", { name: /HASH.*secret: its values are not read/ })).toBeVisible();
    expect(screen.getByRole("region", { name: "Triggers" })).toHaveTextContent("PEOPLE_LOG");
    await user.click(await screen.findByRole("button", { name: /V_BOSSES/ }));
    await user.click(await screen.findByRole("tab", { name: "Source" }));
    expect(await screen.findByLabelText("Text of the statement")).toHaveTextContent("SELECT ID, NAME FROM PEOPLE WHERE ID < 100");
  });

  it("keeps a view under a name and takes it up again", async () => {
    const { user, address } = open(`${PEOPLE}&sort=${encodeURIComponent('[{"column":"NAME","descending":true}]')}`);
    await grid();
    await user.click(screen.getByRole("button", { name: "Saved views" }));
    await user.type(await screen.findByRole("textbox", { name: "Save the present view as" }), "By name");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByRole("button", { name: "By name" });
    await user.click(screen.getByRole("button", { name: /Reset: no filter/ }));
    await waitFor(() => expect(address()).not.toContain("sort"));
    await user.click(screen.getByRole("button", { name: "Saved views" }));
    await user.click(await screen.findByRole("button", { name: "By name" }));
    await waitFor(() => expect(decodeURIComponent(address())).toContain('"descending":true'));
  });

  it.each([
    ["the list", "/data", () => screen.findByRole("region", { name: "Views" })],
    ["the rows and a row", `${PEOPLE}&row=5`, () => screen.findByRole("table", { name: "Row 6" })],
    ["the structure", `${PEOPLE}&tab=structure`, () => screen.findByRole("table", { name: "Columns" })],
  ])("%s passes axe", async (_, address, ready) => {
    open(address);
    await ready();
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
  });
});

describe("the rows of a query", () => {
  it("are the same objects for as long as their page is: a row in view is not drawn again for those that come", async () => {
    const world = makeWorld();
    const host = memoryHost({ ...world.handlers, ...tableHandlers });
    const query: RowQuery = { relation: { schema: "hr", name: "PEOPLE" }, conditions: [], sort: [] };
    const { result, rerender } = renderHook(() => usePagedRows("hr-test", query, null), { wrapper: ({ children }) => <ApiProvider host={host}>{children}</ApiProvider> });
    await waitFor(() => expect(result.current.row(7)?.cells[0]).toBe(7));
    const before = result.current.row(7);
    rerender();
    expect(result.current.row(7)).toBe(before);
    expect(result.current.row(8)).not.toBe(before);
  });
});
