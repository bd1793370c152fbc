import { screen, waitFor, within } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { MemoryHost } from "@/host/memory";
import { openConsole } from "./console";
import { makeWorld } from "./fixture/world";

const list = () => screen.findByRole("grid", { name: "Exchanges, newest first" });
const rowsOf = (grid: HTMLElement) => within(grid).getAllByRole("row").slice(1);

describe("the live list", () => {
  it("shows a new exchange on top while it follows", async () => {
    const { host, world } = openConsole("/traffic");
    const grid = await list();
    await waitFor(() => expect(host.streams).toHaveLength(1));
    expect(host.streams[0]).toEqual({ name: "traffic.live", input: { after: 60 } });
    const batch = world.add();
    host.emit("traffic.live", batch);
    await waitFor(() => expect(rowsOf(grid)[0]).toHaveTextContent(batch.exchanges[0]?.title ?? "?"));
    expect(grid).toHaveAttribute("aria-rowcount", "62");
  });

  it("keeps new exchanges back while paused, says how many, and brings them on request", async () => {
    const { host, world, user } = openConsole("/traffic");
    const grid = await list();
    await waitFor(() => expect(host.streams).toHaveLength(1));
    await user.click(screen.getByRole("button", { name: "Pause" }));
    host.emit("traffic.live", world.add(2));
    const pill = await screen.findByRole("button", { name: "2 new" });
    expect(grid).toHaveAttribute("aria-rowcount", "61");
    await user.click(pill);
    await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "63"));
  });

  it("sends a filter to the server, and keeps live rows that do not match out", async () => {
    const { host, world, user, address } = openConsole("/traffic");
    await list();
    await waitFor(() => expect(host.streams).toHaveLength(1));
    await user.type(screen.getByRole("combobox", { name: "Filter exchanges" }), "status:401");
    await waitFor(() => expect(host.calls).toContainEqual({ command: "traffic.list", input: expect.objectContaining({ filter: "status:401", before: null, limit: 200 }) }));
    await waitFor(async () => expect(rowsOf(await list())).toHaveLength(4));
    const asked = host.calls.length;
    host.emit("traffic.live", world.add(3));
    await waitFor(() => expect(host.calls.length).toBeGreaterThan(asked));
    for (const row of rowsOf(await list())) expect(row).toHaveTextContent("401");
    expect(decodeURIComponent(address())).toContain("filter=status:401");
  });

  it("tells no match from none yet", async () => {
    const { user } = openConsole("/traffic?filter=nothing-like-it");
    expect(await screen.findByText("No exchange matches the filter")).toBeVisible();
    await user.click(screen.getAllByRole("button", { name: "Clear the filter" }).at(-1) as HTMLElement);
    expect(await list()).toBeVisible();
  });

  it("says that nothing came yet when nothing is recorded", async () => {
    openConsole("/traffic", { world: makeWorld({ exchanges: 0 }) });
    expect(await screen.findByText("No exchange yet")).toBeVisible();
    expect(screen.queryByText("No exchange matches the filter")).not.toBeInTheDocument();
  });

  it("is one tab stop with a cursor that arrows and j and k move", async () => {
    const { user, address } = openConsole("/traffic");
    const grid = await list();
    expect(within(grid).queryAllByRole("link")).toHaveLength(0);
    grid.focus();
    await user.keyboard("{ArrowDown}jk{Enter}");
    const first = rowsOf(grid)[0] as HTMLElement;
    await waitFor(() => expect(grid).toHaveAttribute("aria-activedescendant", first.id));
    await waitFor(() => expect(address()).toContain("id=01JD00000060"));
    await waitFor(() => expect(first).toHaveAttribute("aria-selected", "true"));
  });

  it("shows an error where the list would stand, with what to do and its details", async () => {
    openConsole("/traffic", {
      handlers: {
        "traffic.list": () => {
          throw { code: "filter_syntax", message: "The filter cannot be read at “ms>”", hint: "Give a number after ms>.", fields: {}, exchange: "01JX" };
        },
      },
    });
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("The filter cannot be read at “ms>”");
    expect(alert).toHaveTextContent("Give a number after ms>.");
    expect(alert).toHaveTextContent("filter_syntax");
    expect(alert).toHaveTextContent("01JX");
    expect(within(alert).getByRole("button", { name: "Try again" })).toBeVisible();
  });
});

describe("the filter", () => {
  it("offers words and values at the caret, and takes one by the keyboard", async () => {
    const { user, address } = openConsole("/traffic");
    await list();
    const field = screen.getByRole("combobox", { name: "Filter exchanges" });
    await user.type(field, "sta");
    const options = await screen.findByRole("listbox");
    expect(within(options).getByRole("option", { name: /status:failed/ })).toBeVisible();
    expect(field).toHaveAttribute("aria-expanded", "true");
    // Nothing is taken that was not asked for.
    expect(field).not.toHaveAttribute("aria-activedescendant");
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(within(options).getByRole("option", { selected: true })).toHaveTextContent("status:failed");
    await user.keyboard("{Enter}");
    expect(field).toHaveValue("status:failed ");
    expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
    await waitFor(() => expect(decodeURIComponent(address())).toContain("filter=status:failed"));
  });

  it("lets the typed text stand when Enter is pressed, and closes the suggestions before anything else", async () => {
    const { user } = openConsole("/traffic");
    await list();
    const field = screen.getByRole("combobox", { name: "Filter exchanges" });
    await user.type(field, "sta{Enter}");
    expect(field).toHaveValue("sta");
    await user.type(field, "t");
    await screen.findByRole("listbox");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
    expect(field).toHaveValue("stat");
  });

  it("shows each condition, and excludes or removes it by a press", async () => {
    const { user, address } = openConsole("/traffic?filter=status:4xx user:grace");
    const conditions = await screen.findByRole("list", { name: "Conditions" });
    await waitFor(() => expect(within(conditions).getAllByRole("listitem")).toHaveLength(2));
    await user.click(within(conditions).getByRole("button", { name: "Exclude status:4xx instead" }));
    await waitFor(() => expect(decodeURIComponent(address())).toContain("filter=-status:4xx"));
    await user.click(await within(conditions).findByRole("button", { name: "Remove user:grace" }));
    await waitFor(() => expect(decodeURIComponent(address())).not.toContain("user:grace"));
  });

  it("says what it cannot read, and lists by the rest", async () => {
    openConsole("/traffic?filter=status:odd");
    const said = await screen.findByText(/is ignored/);
    expect(said).toHaveTextContent("status:odd");
    expect(said).toHaveTextContent("Give a number such as 404.");
  });

  it("is kept by a name, found again, renamed and removed", async () => {
    const { user, host, address } = openConsole("/traffic?filter=status:4xx");
    await list();
    await user.click(screen.getByRole("button", { name: "Saved filters" }));
    await user.type(await screen.findByRole("textbox", { name: "Name of the filter" }), "Client faults{Enter}");
    await waitFor(() => expect(host.calls).toContainEqual({ command: "kept.put", input: { kind: "traffic_filter", name: "Client faults", body: { filter: "status:4xx" } } }));
    await user.click(await screen.findByRole("button", { name: "Rename Client faults" }));
    const name = await screen.findByRole("textbox", { name: "New name of Client faults" });
    await user.clear(name);
    await user.type(name, "4xx{Enter}");
    expect(await screen.findByRole("button", { name: "Rename 4xx" })).toBeVisible();
    await user.keyboard("{Escape}");
    await user.clear(screen.getByRole("combobox", { name: "Filter exchanges" }));
    await waitFor(() => expect(address()).not.toContain("4xx"));
    await user.click(screen.getByRole("button", { name: "Saved filters" }));
    await user.click(await screen.findByText("status:4xx"));
    await waitFor(() => expect(decodeURIComponent(address())).toContain("filter=status:4xx"));
    await user.click(screen.getByRole("button", { name: "Saved filters" }));
    await user.click(await screen.findByRole("button", { name: "Remove 4xx" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Rename 4xx" })).not.toBeInTheDocument());
  });
});

describe("marks", () => {
  it("are set by keys on the line the keyboard stands on, and shown in the list", async () => {
    const { user, host, world } = openConsole("/traffic");
    const grid = await list();
    const id = world.rows[0]?.id;
    grid.focus();
    await user.keyboard("jp2");
    await waitFor(() => expect(host.calls).toContainEqual({ command: "traffic.mark", input: { ids: [id], change: { pinned: true } } }));
    expect(host.calls).toContainEqual({ command: "traffic.mark", input: { ids: [id], change: { colour: "orange" } } });
    const first = rowsOf(grid)[0] as HTMLElement;
    expect(await within(first).findByLabelText("pinned")).toBeVisible();
    expect(within(first).getByText("Orange")).toBeInTheDocument();
    // The same key again takes the colour away.
    await user.keyboard("2");
    await waitFor(() => expect(within(first).queryByText("Orange")).not.toBeInTheDocument());
  });

  it("take a note, written from the list, which goes back to the list", async () => {
    const { user, world } = openConsole("/traffic");
    const grid = await list();
    grid.focus();
    await user.keyboard("jn");
    const note = await screen.findByRole("textbox", { name: "Note" });
    await waitFor(() => expect(note).toHaveFocus());
    await user.keyboard("Ticket 7{Enter}");
    expect(await within(rowsOf(grid)[0] as HTMLElement).findByText("Ticket 7")).toBeVisible();
    await waitFor(() => expect(grid).toHaveFocus());
    expect(world.rows[0]?.id).toBeDefined();
  });

  it("of many exchanges are set at once and can be taken back", async () => {
    const { user, host, world } = openConsole("/traffic");
    const grid = await list();
    grid.focus();
    await user.keyboard("jxjx");
    const ids = world.rows.slice(0, 2).map((row) => row.id);
    const bar = await screen.findByRole("region", { name: "Selected exchanges" });
    expect(bar).toHaveTextContent("2 selected");
    await user.keyboard("1");
    await waitFor(() => expect(host.calls).toContainEqual({ command: "traffic.mark", input: { ids, change: { colour: "red" } } }));
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => expect(host.calls).toContainEqual({ command: "traffic.mark", input: { ids, change: { pinned: false, colour: "none", note: "" } } }));
  });
});

describe("what is picked", () => {
  it("is compared when it is two, and the address names them", async () => {
    const { user, world, address } = openConsole("/traffic");
    const grid = await list();
    grid.focus();
    await user.keyboard("jxc");
    expect(address()).not.toContain("compare");
    await user.keyboard("jxc");
    const [one, other] = world.rows.map((row) => row.id);
    await waitFor(() => expect(decodeURIComponent(address())).toContain(`compare=${one},${other}`));
  });

  it("is let go by Escape, before the pane closes", async () => {
    const { user, world, address } = openConsole(`/traffic?id=${makeWorld().rows[0]?.id}`);
    const grid = await list();
    grid.focus();
    await user.keyboard("x");
    await screen.findByRole("region", { name: "Selected exchanges" });
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("region", { name: "Selected exchanges" })).not.toBeInTheDocument());
    expect(address()).toContain(world.rows[0]?.id ?? "?");
  });
});

describe("the view", () => {
  it("is cleared without removing anything, and shows all again", async () => {
    const { user, host, address, world } = openConsole("/traffic");
    await list();
    await waitFor(() => expect(host.streams).toHaveLength(1));
    await user.click(screen.getByRole("button", { name: "More" }));
    await user.click(await screen.findByRole("menuitem", { name: "Clear the view" }));
    expect(await screen.findByText("No exchange since the view was cleared")).toBeVisible();
    expect(address()).toContain("cleared=60");
    host.emit("traffic.live", world.add());
    await waitFor(async () => expect(rowsOf(await list())).toHaveLength(1));
    await user.click(screen.getByRole("button", { name: "Show all" }));
    await waitFor(async () => expect(await list()).toHaveAttribute("aria-rowcount", "62"));
  });

  it("asks the list anew when more came than was sent", async () => {
    const { host, world } = openConsole("/traffic");
    const grid = await list();
    await waitFor(() => expect(host.streams).toHaveLength(1));
    const { exchanges, recording } = world.add(30);
    host.emit("traffic.live", { exchanges: exchanges.slice(-10), skipped: 20, recording });
    await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "91"));
  });
});

describe("files", () => {
  const har = (entries: unknown) => new File([JSON.stringify({ log: { version: "1.2", entries } })], "day.har");

  const choose = async (user: UserEvent, host: MemoryHost, file: File) => {
    host.chosen = file;
    await user.click(screen.getByRole("button", { name: "More" }));
    await user.click(await screen.findByRole("menuitem", { name: /Open a HAR file/ }));
  };

  it("are opened piece by piece, and what came from them is listed", async () => {
    const { user, host, address } = openConsole("/traffic", { handlers: { "traffic.import": ({ entries }) => ({ import: 7, exchanges: entries.length, refused: 0, reasons: [] }) } });
    await list();
    await choose(user, host, har(Array.from({ length: 450 }, (_, n) => ({ n }))));
    await waitFor(() => expect(decodeURIComponent(address())).toContain('file:"day.har"'));
    const sent = host.calls.filter(({ command }) => command === "traffic.import").map(({ input }) => input as { import: number | null; first: number; entries: unknown[] });
    expect(sent.map(({ import: number, first, entries }) => [number, first, entries.length])).toEqual([[null, 1, 200], [7, 201, 200], [7, 401, 50]]);
  });

  it("that are none are refused with their reason", async () => {
    const { user, host } = openConsole("/traffic");
    await list();
    await choose(user, host, new File(['{"log":{}}'], "day.har"));
    expect(await screen.findByRole("alert")).toHaveTextContent("day.har is JSON, but no HAR file");
  });

  it("leave nothing behind where a piece fails", async () => {
    let calls = 0;
    const { user, host } = openConsole("/traffic", {
      handlers: {
        "traffic.import": ({ entries }) => {
          calls += 1;
          if (calls > 1) throw { code: "store", message: "The disk is full", hint: "Free some space.", fields: {}, exchange: null };
          return { import: 7, exchanges: entries.length, refused: 0, reasons: [] };
        },
        "traffic.import_remove": () => ({ removed: true }),
      },
    });
    await list();
    await choose(user, host, har(Array.from({ length: 300 }, () => ({}))));
    expect(await screen.findByRole("alert")).toHaveTextContent("The disk is full");
    expect(host.calls).toContainEqual({ command: "traffic.import_remove", input: { file: "day.har", import: 7 } });
  });

  it("are written with progress, and the selected exchanges alone where some are picked", async () => {
    const file = { name: "traffic.har", path: "/data/exports/traffic.har", bytes: 2048, at: 0 };
    const { user, host, world } = openConsole("/traffic", {
      handlers: { "data.exports": () => ({ files: [file] }) },
      workers: { "traffic.export": (_, progress) => (progress({ done: 0, total: 1 }), { file, exchanges: 1 }) },
    });
    const grid = await list();
    grid.focus();
    await user.keyboard("jx");
    await user.click(within(await screen.findByRole("region", { name: "Selected exchanges" })).getByRole("button", { name: "Export" }));
    const dialog = await screen.findByRole("dialog", { name: "Export as HAR" });
    expect(dialog).toHaveTextContent("1 selected exchange,");
    await user.click(within(dialog).getByRole("button", { name: "Export" }));
    expect(await within(dialog).findByText("/data/exports/traffic.har")).toBeVisible();
    expect(host.works).toContainEqual({ name: "traffic.export", input: expect.objectContaining({ ids: [world.rows[0]?.id] }) });
  });
});

describe("the exchange", () => {
  const failed = () => {
    const world = makeWorld();
    return { world, id: world.rows.find((row) => row.outcome === "failed")?.id ?? "" };
  };

  it("opens from the address on the tab it names, and Escape closes it", async () => {
    const { world, id } = failed();
    const { user, address } = openConsole(`/traffic?id=${id}&tab=request`, { world });
    expect(await screen.findByRole("tab", { name: "Request", selected: true })).toBeVisible();
    (await list()).focus();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("tab")).not.toBeInTheDocument());
    expect(address()).not.toContain(id);
  });

  it("says the cause and the remedy, and marks the parameter at fault", async () => {
    const { world, id } = failed();
    openConsole(`/traffic?id=${id}`, { world });
    const diagnosis = await screen.findByRole("region", { name: "Diagnosis" });
    expect(diagnosis).toHaveTextContent("HIREDATE cannot hold “31/12/2024”");
    expect(diagnosis).toHaveTextContent("Set the format of HIREDATE");
    const statement = screen.getByLabelText("Statement with its bound values");
    expect(statement).toHaveTextContent("'31/12/2024' (at fault)");
    expect(statement).toHaveTextContent("secret value •••");
    expect(statement.textContent).not.toContain("?");
    const steps = screen.getByRole("treegrid", { name: "Steps" });
    expect(within(steps).getByText("Rolled back")).toBeVisible();
    expect(within(steps).getByLabelText("failed")).toBeVisible();
  });

  it("lists every parameter with a NULL as a tag", async () => {
    const { world, id } = failed();
    openConsole(`/traffic?id=${id}&tab=statements`, { world });
    const table = await screen.findByRole("table", { name: "Parameters of statement 1" });
    const row = within(table).getByRole("row", { name: /MIDDLENAME/ });
    expect(within(row).getByText("NULL")).toHaveClass("border-dashed");
    expect(within(table).getByRole("row", { name: /HIREDATE/ })).toHaveTextContent("the database objected to this value");
  });

  it("shows what a routine gave back beside its rows: out values, messages, further sets", async () => {
    const world = makeWorld();
    const id = world.rows.find((row) => row.action === "list_users")?.id;
    openConsole(`/traffic?id=${id}&tab=statements`, { world });
    const back = await screen.findByLabelText("What statement 2 gave back");
    expect(within(back).getByText("p_count")).toBeVisible();
    expect(within(back).getByText("Data truncated for column ENT_NAME")).toBeVisible();
    openConsole(`/traffic?id=${id}&tab=rows`, { world });
    expect(await screen.findByRole("region", { name: "Rows of statement 2, set 2" })).toHaveTextContent("HELD_SINCE");
  });

  it("copies as cURL with a variable in place of the token", async () => {
    const { world, id } = failed();
    const { user } = openConsole(`/traffic?id=${id}`, { world });
    await user.click(await screen.findByRole("button", { name: "Copy as cURL" }));
    expect(await screen.findByText("Copied")).toBeInTheDocument();
    const copied = await navigator.clipboard.readText();
    expect(copied).toContain("Bearer $SLUICE_TOKEN");
    expect(copied).toContain("https://hr-gw.example.org:1443/ws/rest/jdbc_on_prem");
  });

  it("says so when it is no longer recorded", async () => {
    openConsole("/traffic?id=gone");
    expect(await screen.findByText("This exchange is no longer recorded")).toBeVisible();
  });
});
