import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
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
    await user.type(screen.getByRole("searchbox", { name: "Filter exchanges" }), "status:401");
    await waitFor(() => expect(host.calls).toContainEqual({ command: "traffic.list", input: { filter: "status:401", before: null, limit: 200 } }));
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
