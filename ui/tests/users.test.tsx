import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openConsole } from "./console";

const list = () => screen.findByRole("grid", { name: "Users" });

describe("the users", () => {
  it("asks the server for a page of the chosen application and shows the raw columns beside the name", async () => {
    const { host } = openConsole("/users");
    const grid = await list();
    expect(host.calls).toContainEqual({ command: "users.list", input: { application: "jdbc_on_prem", start: 1, count: 100, search: "" } });
    expect(within(grid).getAllByRole("columnheader").map((header) => header.textContent)).toEqual(["USER_ID", "Name", "TITLE", "DEPARTMENT", "Ents", "State"]);
    expect(within(grid).getByRole("row", { name: /katherine.johnson@.*Inactive/ })).toBeVisible();
  });

  it("shows a NULL as a tag and never blank", async () => {
    openConsole("/users");
    const row = within(await list()).getByRole("row", { name: /^jean\.bartik@/ });
    expect(within(row).getByText("NULL")).toHaveClass("border-dashed");
  });

  it("turns pages by button and by key, and keeps the page in the address", async () => {
    const { host, user, address } = openConsole("/users");
    await list();
    await user.click(screen.getByRole("button", { name: "Next page" }));
    await waitFor(() => expect(host.calls).toContainEqual({ command: "users.list", input: { application: "jdbc_on_prem", start: 101, count: 100, search: "" } }));
    expect(await screen.findByText("101–200 of 1,016")).toBeVisible();
    expect(address()).toContain("start=101");
    (await list()).focus();
    await user.keyboard("[[");
    expect(await screen.findByText("1–100 of 1,016")).toBeVisible();
  });

  it("sends a search to the server and begins at the first page", async () => {
    const { host, user } = openConsole("/users?start=101");
    await list();
    await user.type(screen.getByRole("searchbox", { name: "Search users" }), "hopper");
    await waitFor(() => expect(host.calls).toContainEqual({ command: "users.list", input: { application: "jdbc_on_prem", start: 1, count: 100, search: "hopper" } }));
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
});
