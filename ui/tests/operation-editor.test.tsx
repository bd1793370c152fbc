import { EditorView } from "@codemirror/view";
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import type { SaveInput } from "@/api/contract";
import type { MemoryHost } from "@/host/memory";
import { openConsole } from "./console";
import { checkedOf } from "./fixture/operations";

// The editor loads when it is first needed; that is no part of what is tested here.
beforeAll(() => Promise.all([import("@/components/editor/sql-editor"), import("@/components/editor/text-diff")]), 60_000);

async function editor(name = "Statement"): Promise<EditorView> {
  const view = EditorView.findFromDOM(await screen.findByRole("textbox", { name }));
  if (!view) throw new Error("There is no editor here");
  return view;
}

/** Types over a part of the statement. */
async function edit(cut: string, put: string) {
  const view = await editor();
  const from = view.state.doc.toString().indexOf(cut);
  act(() => view.dispatch({ changes: { from, to: from + cut.length, insert: put }, userEvent: "input.type" }));
  return view;
}

const saved = (host: MemoryHost) => host.calls.filter(({ command }) => command === "operations.save").map(({ input }) => input as SaveInput);
const saveButton = () => screen.findByRole("button", { name: /^Save( Ctrl S)?$/ });
const parameter = (position: number) => screen.findByLabelText<HTMLInputElement>(`Parameter ${position}`);

describe("changing a mapping", () => {
  it("lets the parameters follow the places, and saves the mapping with what it was", async () => {
    const { host, user } = openConsole("/operations?op=get_user_by_id");
    expect((await parameter(2)).value).toBe("USER_ID");
    await edit(" OR USERNAME = ?", "");
    await waitFor(() => expect(screen.queryByLabelText("Parameter 2")).toBeNull());
    await user.click(await saveButton());
    await waitFor(() => expect(saved(host)).toHaveLength(1));
    expect(saved(host)[0]).toEqual({
      application: "jdbc_on_prem",
      mappings: [
        {
          operation: "get_user_by_id",
          was: { enabled: true, kind: "sql", statement: "SELECT * FROM USERS WHERE USER_ID = ? OR USERNAME = ?", parameters: ["USER_ID", "USER_ID"] },
          mapping: { enabled: true, kind: "sql", statement: "SELECT * FROM USERS WHERE USER_ID = ?", parameters: ["USER_ID"] },
        },
      ],
    });
    expect(await screen.findByText("Saved: Get user by ID")).toBeVisible();
  });

  it("has nothing to save where what was typed was taken back", async () => {
    openConsole("/operations?op=get_user_by_id");
    const view = await edit("USERNAME", "TITLE");
    expect(await saveButton()).toBeEnabled();
    fireEvent.keyDown(view.contentDOM, { key: "z", code: "KeyZ", ctrlKey: true });
    expect(view.state.doc.toString()).toContain("USERNAME");
    expect(await screen.findByRole("button", { name: "Saved" })).toBeDisabled();
  });

  it("saves by Ctrl S from the editor", async () => {
    const { host } = openConsole("/operations?op=get_user_by_id");
    const view = await edit("USERNAME", "TITLE");
    fireEvent.keyDown(view.contentDOM, { key: "s", ctrlKey: true });
    await waitFor(() => expect(saved(host)).toHaveLength(1));
  });

  it("keeps what was typed while another operation is looked at, and says that it is not saved", async () => {
    const { user } = openConsole("/operations?op=get_user_by_id");
    await edit("USERNAME", "TITLE");
    const grid = await screen.findByRole("grid", { name: "Operations" });
    expect(within(grid).getByRole("row", { name: /^Get user by ID changed and not saved/ })).toBeVisible();
    act(() => grid.focus());
    await user.keyboard("{ArrowDown}");
    await screen.findByRole("heading", { name: "Get all entitlements" });
    await user.keyboard("{ArrowUp}");
    await screen.findByRole("heading", { name: "Get user by ID" });
    expect((await editor()).state.doc.toString()).toContain("TITLE");
  });

  it("asks before the screen is left with something unsaved, and stays where that is wanted", async () => {
    const { user, router, address } = openConsole("/operations?op=get_user_by_id");
    await edit("USERNAME", "TITLE");
    act(() => void router.navigate({ to: "/users" }));
    const question = await screen.findByRole("alertdialog", { name: "Leave without saving?" });
    await user.click(within(question).getByRole("button", { name: "Stay" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(address()).toContain("/operations");
    act(() => void router.navigate({ to: "/users" }));
    await user.click(await screen.findByRole("button", { name: "Leave and lose them" }));
    await waitFor(() => expect(address()).toContain("/users"));
  });

  it("asks on production for the connection's name before a change is taken into use", async () => {
    const { host, user } = openConsole("/operations?app=payroll&op=get_user_by_id");
    await edit("USERNAME", "TITLE");
    await user.click(await saveButton());
    const question = await screen.findByRole("alertdialog", { name: "Save Get user by ID on payroll?" });
    const yes = within(question).getByRole("button", { name: "Use it on production" });
    expect(yes).toBeDisabled();
    await user.type(within(question).getByRole("textbox"), "payroll");
    await user.click(yes);
    await waitFor(() => expect(saved(host)).toHaveLength(1));
  });

  it("shows the difference where somebody else changed the file, takes theirs, and keeps what was typed", async () => {
    const problem = { code: "configuration.elsewhere", message: "The file was changed by somebody else.", hint: "Take theirs.", fields: {}, exchange: null };
    const { host, user } = openConsole("/operations?op=get_user_by_id", {
      handlers: {
        "operations.save": () => {
          throw problem;
        },
      },
    });
    await edit("USERNAME", "TITLE");
    await user.click(await saveButton());
    expect(await screen.findByText("The file was changed by somebody else.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Show the difference" }));
    expect((await screen.findByRole("textbox", { name: "In the file" })).textContent).toContain("a = 2");
    await user.click(screen.getByRole("button", { name: "Use theirs" }));
    await waitFor(() => expect(host.calls.map(({ command }) => command)).toContain("configuration.take"));
    expect((await editor()).state.doc.toString()).toContain("TITLE");
  });

  it("says how many rows a statement must change, and what a procedure is held against", async () => {
    const { host, user } = openConsole("/operations?op=update_user");
    expect(await screen.findByText("what it did is read back")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "SQL statement" }));
    await user.selectOptions(await screen.findByLabelText("Rows touched must be"), "any number of rows");
    await user.click(await saveButton());
    await waitFor(() => expect(saved(host)[0]?.mappings[0]?.mapping).toMatchObject({ kind: "sql", rows: "any" }));
  });
});

describe("what is checked while it is typed", () => {
  const finding = { severity: "error" as const, code: "check.parameter_order", operation: "update_user" as const, place: "parameter 2", cause: "Parameters 2 and 3 are swapped.", remedy: "Swap them.", fix: { kind: "parameters" as const, parameters: ['"USER_ID"', '"DEPARTMENT"', '{ out = "P_ID" }', '{ constant = "a \\"b\\"" }'] } };

  it("says it beside the line and beside the parameter, and takes what mends it", async () => {
    const { user } = openConsole("/operations?op=update_user", { handlers: { "operations.check_draft": ({ mapping }) => checkedOf(mapping.statement, { findings: [{ finding, span: { from: 20, to: 21 } }] }) } });
    const findings = await screen.findByRole("list", { name: "Findings for Update user" });
    expect(within(findings).getByRole("button", { name: "Line 1, parameter 2:" })).toBeVisible();
    const table = screen.getByRole("table", { name: "Parameters" });
    expect(within(table).getByText("Parameters 2 and 3 are swapped.")).toBeVisible();
    await waitFor(async () => expect((await editor()).contentDOM.querySelector(".cm-mark-error")).not.toBeNull());
    await user.click(within(findings).getByRole("button", { name: "Use these parameters" }));
    expect((await parameter(2)).value).toBe("DEPARTMENT");
    expect(screen.getByLabelText<HTMLSelectElement>("Where parameter 3 comes from").value).toBe("out");
    expect((await parameter(4)).value).toBe('a "b"');
  });

  it("holds the unsaved text against the catalogue, once the typing rests", async () => {
    const { host } = openConsole("/operations?op=get_user_by_id");
    await edit("USERNAME", "TITLE");
    const statements = () => host.calls.filter(({ command }) => command === "operations.check_draft").map(({ input }) => (input as { mapping: { statement: string } }).mapping.statement);
    await waitFor(() => expect(statements()).toContain("SELECT * FROM USERS WHERE USER_ID = ? OR TITLE = ?"));
    expect(await screen.findByText(/Nothing found: objects, parameters and types fit/)).toBeVisible();
  });

  it("says what the database could not be asked, and still what needs none", async () => {
    const problem = { code: "database.unreachable", message: "The database does not answer.", hint: "Check that it runs.", fields: {}, exchange: null };
    const fault = { ...finding, place: null, cause: "The statement cannot be read.", fix: null };
    openConsole("/operations?op=update_user", { handlers: { "operations.check_draft": ({ mapping }) => checkedOf(mapping.statement, { problem, findings: [{ finding: fault, span: null }] }) } });
    expect(await screen.findByText("The statement cannot be read.")).toBeVisible();
    expect(screen.getByText("The database does not answer.")).toBeVisible();
  });

  it("can be written in without the names of the catalogue", async () => {
    const { host } = openConsole("/operations?op=get_user_by_id", {
      handlers: {
        "operations.names": () => {
          throw { code: "database.unreachable", message: "No answer.", hint: null, fields: {}, exchange: null };
        },
      },
    });
    expect(await screen.findByText(/Completion offers SQL words only/)).toBeVisible();
    await edit("USERNAME", "TITLE");
    expect(await saveButton()).toBeEnabled();
    expect(saved(host)).toEqual([]);
  });
});

describe("the history of a mapping", () => {
  it("shows who changed it, what was different, and brings an older version back", async () => {
    const { host, user } = openConsole("/operations?op=update_user&tab=history");
    const versions = await screen.findByRole("list", { name: "Versions" });
    await user.click(within(versions).getByRole("button", { name: /1 As it was found/ }));
    const first = await screen.findByRole("region", { name: "Version 1" });
    await user.click(within(first).getByRole("button", { name: "With what is in use" }));
    expect((await within(first).findByRole("textbox", { name: "In use now" })).textContent).toContain("UPDATE_USER(?, ?)");
    await user.click(within(first).getByRole("button", { name: "Bring this mapping back" }));
    await waitFor(() => expect(host.calls).toContainEqual({ command: "configuration.restore", input: { version: 1, mapping: { application: "jdbc_on_prem", operation: "update_user" } } }));
    expect(await screen.findByText("Update user is as in version 1")).toBeVisible();
  });

  it("undoes the last change, and offers no redo where nothing was undone", async () => {
    const { host, user } = openConsole("/operations?op=update_user&tab=history");
    await screen.findByRole("list", { name: "Versions" });
    expect(screen.getByRole("button", { name: "Redo" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Undo the last change" }));
    await waitFor(() => expect(host.calls.map(({ command }) => command)).toContain("configuration.undo"));
  });
});

describe("columns and values", () => {
  it("saves what means active with what it was", async () => {
    const { host, user } = openConsole("/operations?op=settings");
    const active = await screen.findByLabelText("What means active");
    fireEvent.change(active, { target: { value: "A, ACTIVE" } });
    await user.click(await saveButton());
    await waitFor(() => expect(saved(host)).toHaveLength(1));
    expect(saved(host)[0]?.settings?.settings.activeValue).toEqual(["A", "ACTIVE"]);
    expect(saved(host)[0]?.settings?.was.activeValue).toEqual(["1"]);
    expect(saved(host)[0]?.mappings).toEqual([]);
  });
});
