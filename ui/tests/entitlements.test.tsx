import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { EntitlementUse } from "@/api/contract";
import { percent } from "@/features/entitlements/columns";
import { openConsole } from "./console";

const list = () => screen.findByRole("grid", { name: "Entitlements" });
const ask = (search: string, fresh: boolean) => ({ command: "entitlements.list", input: { application: "jdbc_on_prem", choice: { search, filters: [], sort: [] }, fresh } });
const use = (part: Partial<EntitlementUse>): EntitlementUse => ({ id: "1", name: "VPN Access", description: null, listed: true, holders: 254, inactive: null, outside: 0, ...part });
const answer = (entitlements: EntitlementUse[]) => ({ entitlements, total: entitlements.length, counting: "counted" as const, users: 1016, takenAt: Date.now() });

describe("the entitlements", () => {
  it("are listed with id, description, holders and inactive holders, from what was read already", async () => {
    const { host } = openConsole("/entitlements", {
      handlers: { "entitlements.list": () => answer([use({ description: "Reach the network", inactive: 12 }), use({ id: "10", name: "Salesforce", holders: 0, inactive: 0 })]) },
    });
    const grid = await list();
    expect(host.calls).toContainEqual(ask("", false));
    expect(within(grid).getAllByRole("columnheader").map((header) => header.textContent)).toEqual(["Name", "ID", "Description", "Holders", "Inactive"]);
    const cells = (name: RegExp) => within(within(grid).getByRole("row", { name })).getAllByRole("gridcell").map((cell) => cell.textContent);
    expect(cells(/VPN Access/)).toEqual(["VPN Access", "1", "Reach the network", "254", "12"]);
    expect(cells(/Salesforce/)).toEqual(["Salesforce", "10", "NULL", "0", "0"]);
    expect(within(grid).getByTitle("254 of 1,016 users, 25%")).toBeVisible();
  });

  it("have no column that would say nothing", async () => {
    openConsole("/entitlements", { handlers: { "entitlements.list": () => answer([use({})]) } });
    const grid = await list();
    expect(within(grid).getAllByRole("columnheader").map((header) => header.textContent)).toEqual(["Name", "ID", "Holders"]);
  });

  it("are marked where users hold one that is not listed", async () => {
    openConsole("/entitlements");
    const grid = await list();
    expect(within(grid).getByRole("row", { name: /Backup Operator.*Not listed/ })).toBeVisible();
    expect(within(grid).getAllByText("Not listed")).toHaveLength(1);
  });

  it("open with their holders, each a way to the user, and stand in the address", async () => {
    const { host, user, address } = openConsole("/entitlements");
    await user.click(within(await list()).getByRole("row", { name: /^Payroll/ }));
    expect(address()).toContain("entitlement=%228%22");
    const pane = await screen.findByRole("region", { name: "Entitlement" });
    const holders = await within(pane).findByRole("region", { name: "Holders" });
    expect(host.calls).toContainEqual({ command: "entitlements.holders", input: { application: "jdbc_on_prem", entitlement: "8", start: 1, count: 100 } });
    expect(pane).toHaveTextContent("2 rows give it to somebody whom Get users leaves out.");
    const links = within(holders).getAllByRole("link");
    expect(links).toHaveLength(100);
    const first = links[0] as HTMLElement;
    expect(first).toHaveAccessibleName(/@example\.org/);
    await user.click(first);
    await waitFor(() => expect(address()).toMatch(/^\/users\?.*user=/));
  });

  it("show more holders when asked to, after those that are there", async () => {
    const { host, user } = openConsole("/entitlements?entitlement=1");
    const holders = await screen.findByRole("region", { name: "Holders" });
    await user.click(screen.getByRole("button", { name: "Show more" }));
    await waitFor(() => expect(within(holders).getAllByRole("link")).toHaveLength(200));
    expect(host.calls).toContainEqual({ command: "entitlements.holders", input: { application: "jdbc_on_prem", entitlement: "1", start: 101, count: 100 } });
  });

  it("say that nobody holds one", async () => {
    openConsole("/entitlements?entitlement=11");
    expect(await screen.findByText("No user of this import holds it")).toBeVisible();
  });

  it("say that a linked one is not there", async () => {
    openConsole("/entitlements?entitlement=gone");
    expect(await screen.findByText('There is no entitlement with the id "gone".')).toBeVisible();
  });

  it("are searched by the server, and a search that found none is cleared", async () => {
    const { host, user } = openConsole("/entitlements");
    await list();
    await user.type(screen.getByRole("searchbox", { name: "Search entitlements" }), "nothing like it");
    expect(await screen.findByText("No entitlement matches “nothing like it”")).toBeVisible();
    expect(host.calls).toContainEqual(ask("nothing like it", false));
    await user.click(screen.getByRole("button", { name: "Clear the search" }));
    expect(await list()).toBeVisible();
  });

  it("are asked for anew only when somebody wishes it, and the holders with them", async () => {
    const { host, user } = openConsole("/entitlements?entitlement=1");
    await screen.findByRole("region", { name: "Holders" });
    expect(host.calls).not.toContainEqual(ask("", true));
    const before = host.calls.filter(({ command }) => command === "entitlements.holders").length;
    await user.click(screen.getByRole("button", { name: "Ask the database again" }));
    await waitFor(() => expect(host.calls).toContainEqual(ask("", true)));
    await waitFor(() => expect(host.calls.filter(({ command }) => command === "entitlements.holders").length).toBeGreaterThan(before));
  });

  it("are told without counts where counting would take a query for each user", async () => {
    const uncounted = use({ holders: null, inactive: null, outside: null });
    openConsole("/entitlements?entitlement=1", {
      handlers: {
        "entitlements.list": () => ({ ...answer([uncounted]), counting: "one_by_one", users: null }),
        "entitlements.holders": () => ({ entitlement: uncounted, counting: "one_by_one", holders: [], start: 1 }),
      },
    });
    const grid = await list();
    expect(screen.getByRole("note")).toHaveTextContent(/Holders are not counted\. It would take one query for each user/);
    expect(within(grid).getAllByRole("columnheader").map((header) => header.textContent)).toEqual(["Name", "ID"]);
    expect(await screen.findByText(/Who holds it is not known/)).toBeVisible();
    expect(screen.queryByRole("region", { name: "Holders" })).toBeNull();
  });

  it("are told without counts where nothing says who holds what", async () => {
    const uncounted = use({ holders: null, inactive: null, outside: null });
    openConsole("/entitlements?entitlement=1", {
      handlers: {
        "entitlements.list": () => ({ ...answer([uncounted]), counting: "unmapped", users: null }),
        "entitlements.holders": () => ({ entitlement: uncounted, counting: "unmapped", holders: [], start: 1 }),
      },
    });
    expect(await screen.findByRole("note")).toHaveTextContent(/Get user entitlements is not mapped/);
    expect(await screen.findByText("It is not known who holds it.")).toBeVisible();
  });

  it("say that the database gave none", async () => {
    openConsole("/entitlements", { handlers: { "entitlements.list": () => answer([]) } });
    expect(await screen.findByText("The database returned no entitlements")).toBeVisible();
  });

  it("show what went wrong where it happened, and try again", async () => {
    let failing = true;
    const { user } = openConsole("/entitlements", {
      handlers: {
        "entitlements.list": () => {
          if (failing) throw { code: "operation.unmapped", message: "Get all entitlements is not mapped.", hint: "Map it.", fields: {}, exchange: null };
          return answer([use({})]);
        },
      },
    });
    expect(await screen.findByText("Get all entitlements is not mapped.")).toBeVisible();
    failing = false;
    await user.click(screen.getByRole("button", { name: /again/i }));
    expect(await list()).toBeVisible();
  });

  it("are walked by the keyboard: arrows move, Enter opens, Escape closes", async () => {
    const { user, address } = openConsole("/entitlements");
    (await list()).focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    await waitFor(() => expect(address()).toContain("entitlement=%222%22"));
    await user.keyboard("k");
    await waitFor(() => expect(address()).toContain("entitlement=%221%22"));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(address()).not.toContain("entitlement="));
    expect(await list()).toHaveFocus();
  });
});

describe("a share", () => {
  it.each([
    [0, 10, "0%"],
    [1, 1000, "<1%"],
    [5, 10, "50%"],
    [999, 1000, ">99%"],
    [10, 10, "100%"],
    [0, 0, "0%"],
  ])("of %d among %d is told as %s", (holders, users, told) => expect(percent(holders, users)).toBe(told));
});
