import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { openConsole } from "./console";
import { triedChange } from "./fixture/people";
import { makeWorld } from "./fixture/world";

const EVERYBODY = { search: "", filters: [], sort: [] };
const asked = (part: object) => ({ command: "users.list", input: { application: "jdbc_on_prem", start: 1, count: 200, choice: EVERYBODY, fresh: false, ...part } });
const GRACE = "grace.hopper@example.org";
const summary = { changed: 1, unchanged: 0, failed: 0, notTried: 0 };

const list = () => screen.findByRole("grid", { name: "Users" });

describe("the users", () => {
  it("asks the server for the first users of the chosen application and shows a few columns of many", async () => {
    const { host } = openConsole("/users");
    const grid = await list();
    expect(host.calls).toContainEqual(asked({ fresh: true }));
    expect(within(grid).getAllByRole("columnheader").map((header) => header.textContent)).toEqual(["Selected", "USER_ID", "Name", "TITLE", "DEPARTMENT", "Ents", "State"]);
    expect(within(grid).getByRole("row", { name: /katherine.johnson@.*Inactive/ })).toBeVisible();
    expect(screen.getByRole("button", { name: /Columns, \d+ of \d+ shown/ })).toBeVisible();
  });

  it("shows a NULL as a tag and never blank", async () => {
    openConsole("/users");
    const row = within(await list()).getByRole("row", { name: /^jean\.bartik@/ });
    expect(within(row).getByText("NULL")).toHaveClass("border-dashed");
  });

  it("sends a search to the server", async () => {
    const { host, user } = openConsole("/users");
    await list();
    await user.type(screen.getByRole("searchbox", { name: "Search users" }), "hopper");
    await waitFor(() => expect(host.calls).toContainEqual(asked({ choice: { search: "hopper", filters: [], sort: [] } })));
  });

  it("lets the server order and filter, and keeps both in the address", async () => {
    const { host, user, address } = openConsole("/users");
    await user.click(within(await list()).getByRole("columnheader", { name: "Name" }));
    await waitFor(() => expect(host.calls).toContainEqual(asked({ choice: { search: "", filters: [], sort: [{ column: "@name", descending: false }] } })));
    expect(address()).toContain("sort=");
  });

  it("offers to clear a search that found nobody", async () => {
    const { user } = openConsole("/users?search=nobody-of-that-name");
    expect(await screen.findByText("No user matches “nobody-of-that-name”")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Clear the search" }));
    expect(await list()).toBeVisible();
  });

  it("never shows a secret column, and says that it is never returned", async () => {
    openConsole("/users?user=grace.hopper%40example.org");
    const table = await screen.findByRole("table", { name: /Row of the user/ });
    const row = within(table).getByRole("row", { name: /PASSWORD_HASH/ });
    expect(row).toHaveTextContent("secret");
    expect(row).toHaveTextContent("never returned");
    expect(within(within(table).getByRole("row", { name: /HIREDATE/ })).getByText("NULL")).toBeVisible();
  });

  it("shows the resource as the provider gets it", async () => {
    const { user } = openConsole("/users?user=grace.hopper%40example.org");
    await user.click(await screen.findByRole("tab", { name: "As the provider sees it" }));
    expect(await screen.findByLabelText("Resource as the provider sees it")).toHaveTextContent('"userName": "grace.hopper@example.org"');
  });

  it("lists the traffic of the user and leads to the exchange", async () => {
    const { host, user, address } = openConsole("/users?user=grace.hopper%40example.org&tab=traffic");
    const panel = await screen.findByRole("tabpanel");
    const [first] = await within(panel).findAllByRole("link");
    expect(host.calls).toContainEqual({ command: "traffic.list", input: { filter: "user:grace.hopper@example.org", before: null, limit: 50 } });
    await user.click(first as HTMLElement);
    await waitFor(() => expect(address()).toMatch(/^\/traffic\?.*id=01JD/));
  });

  it("tries a change first, and makes it only on a second word", async () => {
    const change = vi.fn();
    const { host, user } = openConsole(`/users?user=${encodeURIComponent(GRACE)}`, {
      workers: {
        "users.change": async (input, progress) => {
          change(input);
          progress({ done: 1, total: 1, result: { user: GRACE, outcome: "changed", operations: ["deactivate_user"], problem: null, exchange: "01JD-1" } });
          return summary;
        },
      },
    });
    await user.click(await screen.findByRole("button", { name: "Deactivate…" }));
    const dialog = await screen.findByRole("dialog", { name: "Deactivate Grace Hopper" });
    expect(await within(dialog).findByText("It would run: Deactivate user")).toBeVisible();
    expect(within(dialog).getByText("hr-test")).toBeVisible();
    expect(host.calls).toContainEqual({ command: "users.try", input: { application: "jdbc_on_prem", user: GRACE, change: { what: "deactivate" }, inSpite: false } });
    expect(change).not.toHaveBeenCalled();
    await user.click(within(dialog).getByRole("button", { name: "Deactivate" }));
    expect(await within(dialog).findByRole("link", { name: "Exchange" })).toHaveAttribute("href", expect.stringContaining("01JD-1"));
    expect(change).toHaveBeenCalledWith({ application: "jdbc_on_prem", change: { what: "deactivate" }, users: [GRACE], confirmation: null });
    // The way back is a change like any other: tried first.
    await user.click(within(dialog).getByRole("button", { name: "Undo, 1 user" }));
    expect(await screen.findByRole("dialog", { name: "Activate Grace Hopper" })).toBeVisible();
    // The list that was read before is not left standing.
    await waitFor(() => expect(host.calls.filter(({ command, input }) => command === "users.list" && (input as { fresh: boolean }).fresh)).toHaveLength(2));
  });

  it("says of a change that is there already that nothing would be run, and offers none", async () => {
    const { user } = openConsole(`/users?user=${encodeURIComponent(GRACE)}`, {
      handlers: { "users.try": (input) => ({ ...triedChange(input), operations: [] }) },
    });
    await user.click(await screen.findByRole("button", { name: "Deactivate…" }));
    const dialog = await screen.findByRole("dialog");
    expect(await within(dialog).findAllByText("Grace Hopper is inactive already: nothing would be run")).not.toHaveLength(0);
    expect(within(dialog).getByRole("button", { name: "Deactivate" })).toBeDisabled();
  });

  it("changes nothing on production before the connection’s name is typed", async () => {
    const world = makeWorld();
    const [connection] = world.overview.connections;
    if (connection) connection.environment = "production";
    const { user } = openConsole(`/users?user=${encodeURIComponent(GRACE)}`, { world });
    await user.click(await screen.findByRole("button", { name: "Deactivate…" }));
    const dialog = await screen.findByRole("dialog");
    await within(dialog).findByText("It would run: Deactivate user");
    const go = within(dialog).getByRole("button", { name: "Deactivate" });
    expect(go).toBeDisabled();
    await user.type(within(dialog).getByRole("textbox", { name: /Type/ }), connection?.name ?? "");
    expect(go).toBeEnabled();
  });

  it("tries a change with each of those selected, and says of each what would happen", async () => {
    const { host, user } = openConsole("/users", {
      workers: {
        "users.try_all": async ({ users }, progress) => {
          users.forEach((id, at) =>
            progress({
              done: at + 1,
              total: users.length,
              result: at === 0 ? { user: id, outcome: "failed", operations: [], problem: { code: "x", message: "The database refused it.", hint: "Look.", fields: {}, exchange: null }, exchange: null } : { user: id, outcome: "changed", operations: ["activate_user"], problem: null, exchange: null },
            }),
          );
          return { changed: users.length - 1, unchanged: 0, failed: 1, notTried: 0 };
        },
      },
    });
    (await list()).focus();
    await user.keyboard("{Home} {Shift>}{ArrowDown}{/Shift}");
    await user.click(await screen.findByRole("button", { name: "Activate…" }));
    const dialog = await screen.findByRole("dialog", { name: "Activate 2 users" });
    expect(await within(dialog).findByText("Dry run: nothing was kept. This is what would happen.")).toBeVisible();
    expect(host.works).toContainEqual({ name: "users.try_all", input: { application: "jdbc_on_prem", change: { what: "activate" }, users: ["ada.lovelace@example.org", GRACE], confirmation: null } });
    expect(within(dialog).getByText(/The database refused it\./)).toBeVisible();
    expect(within(dialog).getByRole("button", { name: /1 would fail/ })).toBeVisible();
  });

  it("draws who reports to whom, folds and unfolds by keys, and tells what is wrong", async () => {
    const { user, address } = openConsole("/users?show=chart");
    const tree = await screen.findByRole("tree", { name: "Who reports to whom" });
    const ada = await within(tree).findByRole("treeitem", { name: /^Ada Lovelace, Analyst, \d+ direct/ });
    await waitFor(() => expect(ada).toHaveAttribute("aria-expanded", "true"));
    const [grace] = await within(tree).findAllByRole("treeitem", { name: /^Grace Hopper/ });
    expect(grace).toHaveAttribute("aria-level", "2");
    tree.focus();
    await user.keyboard("{ArrowLeft}");
    await waitFor(() => expect(within(tree).queryByRole("treeitem", { name: /^Grace Hopper/ })).toBeNull());
    await user.keyboard("{ArrowRight}{ArrowRight}{Enter}");
    await waitFor(() => expect(address()).toContain("grace.hopper"));
    await user.click(screen.getByRole("button", { name: "1 finding" }));
    expect(screen.getByText(/1 manager is not among these users/)).toBeVisible();
  });

  it("tells whom a user reports to, up to the top, and who reports to the user", async () => {
    openConsole(`/users?user=${encodeURIComponent("margaret.hamilton@example.org")}&tab=lines`);
    const above = await screen.findByRole("region", { name: "Above" });
    expect(within(above).getAllByRole("button").map((button) => button.textContent)).toEqual([expect.stringContaining("Ada Lovelace"), expect.stringContaining("Grace Hopper")]);
    expect(await screen.findAllByRole("button", { name: /Dorothy Vaughan/ })).not.toHaveLength(0);
  });
});
