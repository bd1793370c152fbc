import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openConsole } from "./console";

describe("the operations", () => {
  it("runs nothing on the database before somebody asks for it", async () => {
    const { host } = openConsole("/operations");
    expect(await screen.findByText("Not checked yet")).toBeVisible();
    expect(host.calls.map((call) => call.command)).not.toContain("operations.check");
  });

  it("checks the chosen application and shows each finding at its operation with what mends it", async () => {
    const { host, user } = openConsole("/operations");
    await user.click(await screen.findByRole("button", { name: "Check the mappings" }));
    expect(await screen.findByText(/1 error, 1 warning in/)).toBeVisible();
    expect(host.calls).toContainEqual({ command: "operations.check", input: { application: "jdbc_on_prem" } });
    const create = screen.getByRole("region", { name: "Create user" });
    expect(within(create).getByText(/takes 29 parameters, and 24 are given/)).toBeVisible();
    expect(within(create).getByText('parameters = ["USER_ID", "USERNAME"]')).toBeVisible();
    const sound = screen.getByRole("region", { name: "Deactivate user" });
    expect(within(sound).getByText("Nothing found")).toBeVisible();
  });

  it("lists an optional operation that is not mapped as nothing that is missing", async () => {
    const { user } = openConsole("/operations");
    await user.click(await screen.findByRole("button", { name: "Check the mappings" }));
    const optional = await screen.findByRole("region", { name: "Incremental import" });
    expect(within(optional).getByText("optional, not mapped")).toBeVisible();
    expect(within(optional).queryByText("Nothing found")).toBeNull();
  });

  it("says why an application could not be checked", async () => {
    const problem = { code: "database.unreachable", message: "The database does not answer at its address.", hint: "Check that it runs.", fields: {}, exchange: null };
    const { user } = openConsole("/operations", { handlers: { "operations.check": ({ application }) => ({ application, findings: [], problem, durationUs: 900 }) } });
    await user.click(await screen.findByRole("button", { name: "Check the mappings" }));
    expect(await screen.findByText("The database does not answer at its address.")).toBeVisible();
    expect(screen.queryByText("Nothing found")).toBeNull();
  });
});

describe("imports on the overview", () => {
  it("shows an import while it is read, and nothing while nobody imports", async () => {
    const now = Date.now();
    const one = { application: "jdbc_on_prem", address: null, since: null, console: false, search: false, state: "reading" as const, started: now - 4_000, rows: 250_000, pairs: 0, bytes: null, pages: 0, lastUsed: now };
    openConsole("/", { handlers: { "imports.list": () => ({ imports: [one], at: now }) } });
    const card = await screen.findByRole("region", { name: "Imports" });
    expect(within(card).getByText(/250,000 users/)).toBeVisible();
    expect(within(card).getByText(/Reading since/)).toBeVisible();
  });
});
