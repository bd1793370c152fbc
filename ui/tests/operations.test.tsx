import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openConsole } from "./console";

const list = () => screen.findByRole("grid", { name: "Operations" });
const row = async (name: string | RegExp) => within(await list()).findByRole("row", { name });

describe("the operations", () => {
  it("runs nothing on the database before somebody asks for it", async () => {
    const { host } = openConsole("/operations?op=update_user&tab=try");
    expect(await screen.findByText(/Nothing was run yet/)).toBeVisible();
    expect(host.calls.map((call) => call.command)).not.toContain("operations.check");
    expect(host.calls.map((call) => call.command)).not.toContain("operations.dry_run");
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
    expect(await screen.findByLabelText("Text of the statement")).toHaveTextContent("CALL CREATE_USER(?, ?, ?, ?, ?, ?, ?)");
    const table = screen.getByRole("table", { name: "Parameters" });
    expect(within(table).getByRole("row", { name: "1 Field USER_ID" })).toBeVisible();
    expect(within(table).getByRole("row", { name: "5 Field PASSWORD_HASH secret" })).toBeVisible();
    expect(within(table).getByRole("row", { name: "6 Constant okta" })).toBeVisible();
    expect(within(table).getByRole("row", { name: "7 Out value P_ID" })).toBeVisible();
  });

  it("checks the chosen application and shows each finding at its operation with what mends it", async () => {
    const { host, user } = openConsole("/operations?op=create_user");
    await user.click((await screen.findAllByRole("button", { name: "Check the mappings" }))[0] as HTMLElement);
    expect(await screen.findByText(/1 error, 1 warning in/)).toBeVisible();
    expect(host.calls).toContainEqual({ command: "operations.check", input: { application: "jdbc_on_prem" } });
    const findings = screen.getByRole("list", { name: "Findings for Create user" });
    expect(within(findings).getByText(/takes 29 parameters, and 24 are given/)).toBeVisible();
    expect(within(findings).getByText('parameters = ["USER_ID", "USERNAME"]')).toBeVisible();
    expect(await row(/^Create user .*1 error/)).toBeVisible();
    expect(await row(/^Deactivate user .*Nothing found/)).toBeVisible();
  });

  it("shows what the check found of the application as a whole", async () => {
    const finding = { severity: "warning" as const, code: "check.status", operation: null, place: null, cause: "No column says who is active.", remedy: "Set status_column.", fix: null };
    const { user } = openConsole("/operations", { handlers: { "operations.check": ({ application }) => ({ application, findings: [finding], problem: null, durationUs: 900 }) } });
    await user.click(await screen.findByRole("button", { name: "Check the mappings" }));
    expect(within(await screen.findByRole("region", { name: "The application as a whole" })).getByText("No column says who is active.")).toBeVisible();
  });

  it("lists an optional operation that is not mapped as nothing that is missing", async () => {
    const { user } = openConsole("/operations?op=incremental_import");
    expect(await screen.findByText(/Nothing is missing without it/)).toBeVisible();
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
    expect(screen.queryByText("Nothing found")).toBeNull();
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
