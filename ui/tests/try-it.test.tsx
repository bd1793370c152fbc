import { act, cleanup, screen, waitFor, within } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { DryRun, JsonValue, TryInput } from "@/api/contract";
import type { MemoryHost, Workers } from "@/host/memory";
import { openConsole } from "./console";
import { dryRunOf } from "./fixture/operations";

const USER = "grace.hopper@example.org";
const field = (name: string) => screen.findByLabelText(new RegExp(`^${name}( ?secret)?$`));
/** The splitter takes every press for its own where nothing is laid out, so the focus is put by hand. */
async function type(user: UserEvent, into: HTMLElement, text: string) {
  act(() => into.focus());
  await user.keyboard(text);
}
const result = () => screen.findByRole("region", { name: "Result of the dry run" });
const RUN = "{Control>}{Enter}{/Control}";
/** The dry run of the fixture with parts of it told otherwise. */
const told = (part: Partial<DryRun>): Workers => ({
  "operations.try": ({ draft, fields }) => ({ ...dryRunOf(draft.operation, fields as Record<string, JsonValue>), ...part }),
});
const tried = (host: MemoryHost) => host.works.filter(({ name }) => name === "operations.try").map(({ input }) => input as TryInput);

describe("trying an operation", () => {
  it("asks for each field once, however many places it fills", async () => {
    openConsole("/operations?op=get_user_by_id&tab=try");
    await field("USER_ID");
    expect(screen.getAllByRole("textbox", { name: "USER_ID" })).toHaveLength(1);
  });

  it("tells NULL, which a column begins with, apart from the empty text", async () => {
    const { host, user } = openConsole("/operations?op=update_user&tab=try");
    await type(user, await field("USER_ID"), USER);
    await type(user, await field("TITLE"), "Captain");
    await user.click(screen.getByRole("button", { name: "DEPARTMENT is NULL", pressed: true }));
    expect(await field("DEPARTMENT")).toHaveAttribute("placeholder", "empty text");
    await user.click(screen.getByRole("button", { name: "Run and roll back" }));
    await result();
    const [input] = tried(host);
    expect(input?.draft).toMatchObject({ application: "jdbc_on_prem", operation: "update_user" });
    expect(input?.fields).toEqual({ USER_ID: USER, TITLE: "Captain", DEPARTMENT: "", HIREDATE: null, PASSWORD_HASH: null });
    expect(input?.inSpite).toBe(false);
  });

  it("hides what is typed into a secret field", async () => {
    openConsole("/operations?op=update_user&tab=try");
    expect(await field("PASSWORD_HASH")).toHaveAttribute("type", "password");
  });

  it("fills the form from the user's row, and leaves what is secret as it is", async () => {
    const { host, user } = openConsole("/operations?op=update_user&tab=try");
    const fill = await screen.findByRole("button", { name: "Fill in from the user’s row" });
    expect(fill).toBeDisabled();
    await type(user, await field("USER_ID"), USER);
    await user.click(fill);
    await waitFor(async () => expect(await field("TITLE")).toHaveValue("Rear Admiral"));
    expect(host.calls).toContainEqual({ command: "users.get", input: { application: "jdbc_on_prem", id: USER } });
    expect(screen.getByRole("button", { name: "HIREDATE is NULL" })).toHaveAttribute("aria-pressed", "true");
    expect(await field("PASSWORD_HASH")).toHaveValue("");
  });

  it("keeps the user while another operation is chosen", async () => {
    const { user } = openConsole("/operations?op=activate_user&tab=try");
    await type(user, await field("USER_ID"), USER);
    act(() => screen.getByRole("grid", { name: "Operations" }).focus());
    await user.keyboard("{ArrowDown}");
    expect(await screen.findByRole("heading", { name: "Deactivate user" })).toBeVisible();
    expect(await field("USER_ID")).toHaveValue(USER);
  });

  it("runs by Ctrl and Enter, not by Enter alone", async () => {
    const { host, user } = openConsole("/operations?op=deactivate_user&tab=try");
    await type(user, await field("USER_ID"), `${USER}{Enter}`);
    expect(tried(host)).toEqual([]);
    await user.keyboard(RUN);
    expect(await result()).toBeVisible();
  });

  it("offers no run of what is not mapped, and tries what is switched off with a word on it", async () => {
    openConsole("/operations?op=incremental_import&tab=try");
    expect(await screen.findByText("This operation is not mapped")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Run and roll back" })).toBeNull();
    cleanup();
    openConsole("/operations?op=remove_entitlement&tab=try");
    expect(await screen.findByText(/a request that needs it fails until it is switched on/)).toBeVisible();
    expect(screen.getByRole("button", { name: "Run and roll back" })).toBeEnabled();
  });

  it("says plainly on production that the operation really runs there", async () => {
    openConsole("/operations?app=payroll&op=deactivate_user&tab=try");
    expect(await screen.findByRole("note")).toHaveTextContent(/Production.*payroll.*This is production/);
  });
});

describe("the result of a dry run", () => {
  const run = async (part: Partial<DryRun> = {}, app = "jdbc_on_prem") => {
    const opened = openConsole(`/operations?app=${app}&op=deactivate_user&tab=try`, { workers: told(part) });
    await type(opened.user, await field("USER_ID"), USER);
    await opened.user.click(screen.getByRole("button", { name: "Run and roll back" }));
    return { ...opened, result: await result() };
  };

  it("shows the rows before and after, and marks what differs", async () => {
    const { user, result } = await run();
    const table = within(result).getByRole("table", { name: "hr.USERS, before and after" });
    expect(within(table).getByRole("row", { name: `before ${USER} 1` })).toBeVisible();
    const after = within(table).getByRole("row", { name: `after ${USER} 0` });
    expect([...after.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["0"]);
    await user.click(within(result).getByRole("button", { name: "All 5 columns" }));
    expect(within(table).getByRole("row", { name: `before ${USER} Rear Admiral NULL 1 secret` })).toBeVisible();
  });

  it("shows statement, bound value, count, out value, message and result set", async () => {
    const { result } = await run();
    expect(within(result).getByText("1 row affected")).toBeVisible();
    expect(within(result).getByText("Would succeed")).toBeVisible();
    expect(within(result).getByLabelText("Statement with its bound values")).toHaveTextContent(`CALL DEACTIVATE_USER('${USER}')`);
    expect(within(result).getByText("4711")).toBeVisible();
    expect(within(result).getByText("One session of the user was ended.")).toBeVisible();
    expect(within(result).getByRole("region", { name: "Rows of statement 1" })).toHaveTextContent("yes");
    expect(within(result).getByText(/read a third time, the rows are as before/)).toBeVisible();
    expect(within(result).getByText(/has triggers/)).toBeVisible();
  });

  it("says when the rollback did not hold, and what stayed", async () => {
    const { result } = await run({ rollback: "broken", kept: dryRunOf("deactivate_user", { USER_ID: USER }).tables });
    expect(within(result).getByText("The rollback did not hold")).toBeVisible();
    expect(within(result).getByRole("region", { name: "What stayed in hr.USERS" })).toBeVisible();
    expect(within(result).queryByText(/as before/)).toBeNull();
  });

  it("never calls a rollback good that was not verified", async () => {
    const { result } = await run({ rollback: "not_verified", tables: [] });
    expect(within(result).getByText(/Rolled back, not verified/)).toBeVisible();
    expect(within(result).queryByText(/as before/)).toBeNull();
  });

  it("shows a failure with its cause, place and remedy", async () => {
    const { result } = await run({ problem: { code: "database.not_null", cause: "TITLE must not be empty.", remedy: "Map a value to it.", place: "parameter 2" }, tables: [] });
    const diagnosis = within(result).getByRole("region", { name: "Diagnosis" });
    for (const text of ["TITLE must not be empty.", "Map a value to it.", "parameter 2", "database.not_null"]) expect(within(diagnosis).getByText(text)).toBeVisible();
    expect(within(result).getByText("Would fail")).toBeVisible();
    expect(within(result).queryByText("Would succeed")).toBeNull();
  });

  it("shows why nothing could be run at all", async () => {
    const problem = { code: "database.unreachable", message: "The database does not answer.", hint: "Check that it runs.", fields: {}, exchange: null };
    const { user } = openConsole("/operations?op=get_users&tab=try", {
      workers: {
        "operations.try": () => {
          throw problem;
        },
      },
    });
    await user.click(await screen.findByRole("button", { name: "Run and roll back" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The database does not answer.");
  });

  it("says that it runs, and stops it where it is asked to", async () => {
    let signal: AbortSignal | undefined;
    const { user } = openConsole("/operations?op=get_users&tab=try", {
      workers: {
        "operations.try": (_, __, given) => {
          signal = given;
          return new Promise<DryRun>(() => undefined);
        },
      },
    });
    await user.click(await screen.findByRole("button", { name: "Run and roll back" }));
    expect(screen.getByRole("button", { name: "Running" })).toBeDisabled();
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(signal?.aborted).toBe(true);
    expect(await screen.findByText(/The statement was stopped at the server/)).toBeVisible();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("shows the answer as the provider would read it, with its status", async () => {
    const { result } = await run({ answer: { status: 404, body: { detail: "There is no user with this id.", status: "404" }, note: null } });
    const answer = within(result).getByRole("region", { name: "As the provider would see it" });
    expect(within(answer).getByText("404")).toBeVisible();
    expect(answer).toHaveTextContent(/There is no user with this id/);
  });

  it("says when the values are no longer those that were run", async () => {
    const { user } = await run();
    expect(screen.queryByText(/were changed since/)).toBeNull();
    await type(user, await field("USER_ID"), "x");
    expect(await screen.findByText(/were changed since/)).toBeVisible();
  });

  const COMMITS = { rollback: "not_run" as const, statements: [], tables: [], cautions: [{ kind: "cannot_hold" as const, text: "hr.DEACTIVATE_USER holds COMMIT, which ends the transaction: what was written before it stays." }] };

  it("runs what cannot be taken back on a second word only", async () => {
    const { host, user, result } = await run(COMMITS);
    expect(within(result).getByText("Nothing was run")).toBeVisible();
    expect(within(result).getByText(/holds COMMIT/)).toBeVisible();
    expect(within(result).queryByText("Would succeed")).toBeNull();
    await user.click(within(result).getByRole("button", { name: "Run on hr-test anyway" }));
    await waitFor(() => expect(tried(host).map(({ inSpite }) => inSpite)).toEqual([false, true]));
  });

  it("asks on production for the connection's name before that", async () => {
    const { user, result } = await run(COMMITS, "payroll");
    const inSpite = within(result).getByRole("button", { name: "Run on payroll anyway" });
    expect(inSpite).toBeDisabled();
    await type(user, within(result).getByRole("textbox", { name: /Type payroll to go on/ }), "payroll");
    expect(inSpite).toBeEnabled();
  });
});
