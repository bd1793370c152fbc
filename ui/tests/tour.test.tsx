import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openConsole } from "./console";
import { makeWorld } from "./fixture/world";

const first = () => screen.findByRole("heading", { name: "Welcome to Sluice" });

describe("the first steps", () => {
  it("stand in place of the Overview until they are closed, and never again", async () => {
    const world = makeWorld({ newcomer: true });
    const { user, host } = openConsole("/", { world });
    await first();
    expect(screen.getByText("hr-test answers")).toBeVisible();
    expect(screen.getByText("9 of 10 operations in use")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Go to the Overview" }));
    expect(await screen.findByRole("heading", { name: "Overview" })).toBeVisible();
    await waitFor(() => expect(host.calls).toContainEqual({ command: "kept.put", input: { kind: "layout", name: "tour", body: "closed" } }));
    expect(screen.queryByRole("heading", { name: "Welcome to Sluice" })).not.toBeInTheDocument();
  });

  it("begin with the database where the workspace has none", async () => {
    const world = makeWorld({ newcomer: true });
    Object.assign(world.overview, { connections: [], applications: [] });
    const { user, address } = openConsole("/", { world });
    await first();
    expect(screen.queryByRole("link", { name: "Open Users" })).not.toBeInTheDocument();
    await user.click(screen.getByRole("link", { name: "Add a connection" }));
    await waitFor(() => expect(address()).toBe("/connections?add=connection"));
  });

  it("close by Escape", async () => {
    const { user } = openConsole("/", { world: makeWorld({ newcomer: true }) });
    await first();
    await user.keyboard("{Escape}");
    expect(await screen.findByRole("heading", { name: "Overview" })).toBeVisible();
  });

  it("are not shown to somebody who closed them, and are found again in the palette", async () => {
    const { user, address } = openConsole("/traffic");
    await screen.findByRole("grid");
    await user.keyboard("{Control>}k{/Control}first steps{Enter}");
    await first();
    expect(address()).toBe("/");
  });

  it("are not shown where it is not known whether they were closed", async () => {
    const refuse = () => {
      throw { code: "kept.unreadable", message: "unreadable", hint: null, fields: {}, exchange: null };
    };
    openConsole("/", { world: makeWorld({ newcomer: true }), handlers: { "kept.list": refuse } });
    expect(await screen.findByRole("heading", { name: "Overview" })).toBeVisible();
    expect(screen.queryByRole("heading", { name: "Welcome to Sluice" })).not.toBeInTheDocument();
  });
});
