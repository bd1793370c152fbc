import { screen, within } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import { openConsole } from "./console";

// The editor loads when it is first needed; that is no part of what is tested here.
beforeAll(() => import("@/components/editor/sql-editor"), 60_000);

const list = () => screen.findByRole("grid", { name: "Operations" });
const row = async (name: string | RegExp) => within(await list()).findByRole("row", { name });

describe("the operations", () => {
  it("runs nothing on the database before somebody asks for it", async () => {
    const { host } = openConsole("/operations?op=update_user&tab=try");
    expect(await screen.findByText(/Nothing has been run yet/)).toBeVisible();
    expect(host.calls.map((call) => call.command)).not.toContain("operations.check");
    expect(host.calls.map((call) => call.command)).not.toContain("operations.try");
  });

  it("lists the ten and the optional one in the provider's order, each with what it is mapped to", async () => {
    openConsole("/operations");
    const grid = await list();
    expect(within(grid).getAllByRole("row")).toHaveLength(12);
    expect(await row(/^Get users Stored procedure/)).toBeVisible();
    expect(await row(/^Get user by ID SQL statement/)).toBeVisible();
    expect(await row(/^Remove entitlement from user Stored procedure, switched off/)).toBeVisible();
  });

  it("opens with the arrows and Enter, keeps the operation in the address, and Escape leads back", async () => {
    const { user, address } = openConsole("/operations");
    (await list()).focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    expect(await screen.findByRole("heading", { name: "Get user by ID" })).toBeVisible();
    expect(address()).toContain("op=get_user_by_id");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("heading", { name: "Get user by ID" })).toBeNull();
    expect(await list()).toHaveFocus();
  });

  it("shows the statement and where each of its values comes from", async () => {
    openConsole("/operations?op=create_user");
    expect((await screen.findByRole("textbox", { name: "Statement" })).textContent).toContain("CALL CREATE_USER(?, ?, ?, ?, ?, ?, ?)");
    const source = (position: number) => [screen.getByLabelText<HTMLSelectElement>(`Where parameter ${position} comes from`).value, screen.getByLabelText<HTMLInputElement>(`Parameter ${position}`).value];
    expect(source(1)).toEqual(["field", "USER_ID"]);
    expect(source(6)).toEqual(["constant", "okta"]);
    expect(source(7)).toEqual(["out", "P_ID"]);
    expect(within(screen.getByRole("table", { name: "Parameters" })).getAllByText("secret")).toHaveLength(1);
  });

  it("checks the chosen application and says what was found of each operation", async () => {
    const { host, user } = openConsole("/operations?op=create_user");
    await user.click((await screen.findAllByRole("button", { name: "Check the mappings" }))[0] as HTMLElement);
    expect(await screen.findByText(/1 error, 1 warning in/)).toBeVisible();
    expect(host.calls).toContainEqual({ command: "operations.check", input: { application: "jdbc_on_prem" } });
    expect(await row(/^Create user .*1 found/)).toBeVisible();
    expect(await row(/^Deactivate user .*Nothing found/)).toBeVisible();
  });

  it("pictures for each operation whether it is mapped, on, checked, tried and used", async () => {
    openConsole("/operations");
    const users = await row(/^Get users/);
    expect(users).toHaveAccessibleName(/mapped; switched on; checked .*, well; tried .*, and changed since; not used by the provider lately/);
    expect(await row(/^Update user/)).toHaveAccessibleName(/failed for the provider/);
  });

  it("shows what the check found of the application as a whole", async () => {
    const finding = { severity: "warning" as const, code: "check.status", operation: null, place: null, cause: "No column says who is active.", remedy: "Set status_column.", fix: null };
    const { user } = openConsole("/operations", { handlers: { "operations.check": ({ application }) => ({ application, findings: [finding], problem: null, durationUs: 900 }) } });
    await user.click(await screen.findByRole("button", { name: "Check the mappings" }));
    expect(within(await screen.findByRole("region", { name: "The application as a whole" })).getByText("No column says who is active.")).toBeVisible();
  });

  it("lists an optional operation that is not mapped as nothing that is missing", async () => {
    const { user } = openConsole("/operations?op=incremental_import");
    expect(await screen.findByText(/Write a statement, and it is checked against the database/)).toBeVisible();
    await user.click((await screen.findAllByRole("button", { name: "Check the mappings" }))[0] as HTMLElement);
    await screen.findByText(/1 error, 1 warning in/);
    const optional = await row(/^Incremental import Optional, not mapped/);
    expect(within(optional).queryByText("Nothing found")).toBeNull();
  });

  it("says why an application could not be checked", async () => {
    const problem = { code: "database.unreachable", message: "The database does not answer at its address.", hint: "Check that it runs.", fields: {}, exchange: null };
    const { user } = openConsole("/operations", { handlers: { "operations.check": ({ application }) => ({ application, findings: [], problem, durationUs: 900 }) } });
    await user.click(await screen.findByRole("button", { name: "Check the mappings" }));
    expect(await screen.findByText("The database does not answer at its address.")).toBeVisible();
    expect(within(await list()).queryAllByText(/found$/)).toHaveLength(within(await list()).queryAllByText("Nothing found").length);
  });

  it("says why the mappings cannot be shown, and asks again", async () => {
    const problem = { code: "application.unknown", message: "There is no such application.", hint: "Choose one from the title bar.", fields: {}, exchange: null };
    const { host, user } = openConsole("/operations", {
      handlers: {
        "operations.list": () => {
          throw problem;
        },
      },
    });
    expect(await screen.findByText("There is no such application.")).toBeVisible();
    const asked = () => host.calls.filter((call) => call.command === "operations.list").length;
    const before = asked();
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(asked()).toBeGreaterThan(before);
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
