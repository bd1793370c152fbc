import { act, screen, waitFor, within } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import type { RunOutput } from "@/api/contract";
import { type Workers } from "@/host/memory";
import { openConsole } from "./console";
import { ADD, CASE, detailOf, ENROL, failed, procedureHandlers, runOf, signature } from "./fixture/procedures";

type Options = { workers?: Workers; handlers?: Parameters<typeof openConsole>[1] extends infer O ? NonNullable<O>["handlers" & keyof NonNullable<O>] : never; cases?: (typeof CASE)[] };

const open = (address: string, { workers = {}, handlers = {}, cases = [] }: Options = {}) => {
  const all = { ...procedureHandlers(cases), ...(handlers as object) };
  return openConsole(address, { handlers: all, workers: { "procedures.run": (input) => runOf(input), ...workers } });
};
const field = (name: string) => screen.findByLabelText(new RegExp(`^${name}( ?secret)?$`));
/** The splitter takes every press for its own where nothing is laid out, so the focus is put by hand. */
async function type(user: UserEvent, into: HTMLElement, text: string) {
  act(() => into.focus());
  await user.keyboard(text);
}
const RUN = "{Control>}{Enter}{/Control}";
const ADDRESS = "/procedures?routine=ADD_ENTITLEMENT_TO_USER";

async function fill(user: UserEvent) {
  await type(user, await field("p_user_id"), "luke");
  await type(user, await field("p_ent_id"), "7");
}

describe("the list of procedures", () => {
  it("shows what each takes and which mapping uses it", async () => {
    open("/procedures");
    const grid = await screen.findByRole("grid", { name: "Procedures" });
    expect(within(grid).getByRole("row", { name: /ADD_ENTITLEMENT_TO_USER.*used by.*Add entitlement to user.*2$/ })).toBeVisible();
    expect(within(grid).getAllByRole("row")).toHaveLength(4);
  });

  it("finds a procedure by a parameter's name, and keeps the filter in the address", async () => {
    const { user, address } = open("/procedures");
    await type(user, await screen.findByRole("searchbox", { name: "Filter procedures" }), "p_level");
    const grid = screen.getByRole("grid", { name: "Procedures" });
    await waitFor(() => expect(within(grid).getAllByRole("row")).toHaveLength(2));
    expect(within(grid).getByRole("row", { name: /ENROL/ })).toBeVisible();
    expect(address()).toContain("search=p_level");
  });

  it("says so when a procedure of the address is gone", async () => {
    open("/procedures?routine=DROPPED");
    expect(await screen.findByText("DROPPED is not there any more")).toBeVisible();
  });

  it("shows why the list cannot be read, and tries again", async () => {
    let good = false;
    const { user } = open("/procedures", {
      handlers: {
        "procedures.list": () => {
          if (!good) throw { code: "database.unreachable", message: "The database does not answer.", hint: "Check that it runs.", fields: {}, exchange: null };
          return procedureHandlers()["procedures.list"]();
        },
      } as never,
    });
    expect(await screen.findByRole("alert")).toHaveTextContent("The database does not answer.");
    good = true;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("grid", { name: "Procedures" })).toBeVisible();
  });
});

describe("the form", () => {
  it("has a control of each type, and none for what only comes back", async () => {
    open("/procedures?routine=ENROL");
    expect(await screen.findByRole("radio", { name: "true" })).toBeVisible();
    expect(screen.getByRole("combobox", { name: "p_level" })).toHaveTextContent("Choose onelowhigh");
    expect(screen.getByLabelText(/^p_password ?secret$/)).toHaveAttribute("type", "password");
    expect(screen.getByText("comes back")).toBeVisible();
    expect(screen.getByRole("button", { name: "p_from is left out", pressed: true })).toBeVisible();
    expect(screen.queryByRole("button", { name: "p_name is left out" })).toBeNull();
  });

  it("sends NULL, the empty text and a default as three things", async () => {
    const { host, user } = open("/procedures?routine=ENROL");
    await user.click(await screen.findByRole("button", { name: "p_password is NULL" }));
    await user.click(screen.getByRole("radio", { name: "true" }));
    await user.selectOptions(screen.getByRole("combobox", { name: "p_level" }), "high");
    await user.click(screen.getByRole("button", { name: "Dry run" }));
    await waitFor(() => expect(host.works).toHaveLength(1));
    expect(host.works[0]?.input).toMatchObject({
      signature: signature(ENROL),
      mode: "dry",
      arguments: [
        { position: 1, name: "p_name", give: "value", text: "" },
        { position: 2, name: "p_active", give: "value", text: "true" },
        { position: 3, name: "p_from", give: "leave_out" },
        { position: 4, name: "p_level", give: "value", text: "high" },
        { position: 5, name: "p_password", give: "null" },
      ],
    });
  });

  it("says at the field what does not fit, runs nothing, and leads there", async () => {
    const { host, user } = open(ADDRESS);
    await type(user, await field("p_ent_id"), "seven");
    expect(await screen.findByText("Int(11) wants a whole number.")).toBeVisible();
    expect(await field("p_ent_id")).toHaveAttribute("aria-invalid", "true");
    act(() => screen.getByLabelText("p_user_id").focus());
    await user.keyboard(RUN);
    await waitFor(async () => expect(await field("p_ent_id")).toHaveFocus());
    expect(host.works).toEqual([]);
  });

  it("says nothing of a field that nobody touched before a run is asked for", async () => {
    const { user } = open(ADDRESS);
    await type(user, await field("p_user_id"), "luke");
    expect(screen.queryByText("Int(11) wants a whole number.")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Dry run" }));
    expect(await screen.findByText("Int(11) wants a whole number.")).toBeVisible();
  });

  it("shows the call with its places, and each value beside it and not in it", async () => {
    const { user } = open(`${ADDRESS}&tab=call`);
    await fill(user);
    const call = await screen.findByRole("region", { name: "The call" });
    expect(within(call).getByLabelText("Text of the statement")).toHaveTextContent("CALL `hr`.`ADD_ENTITLEMENT_TO_USER`(?, ?)");
    await waitFor(() => expect(within(call).getByRole("row", { name: "1 p_user_id luke" })).toBeVisible());
  });

  it("fills a long form with NULL where nothing was typed", async () => {
    const { user } = open("/procedures?routine=ENROL");
    await type(user, await field("p_name"), "Leia");
    await user.click(screen.getByRole("button", { name: "NULL where it is empty" }));
    expect(await field("p_name")).toHaveValue("Leia");
    expect(screen.getByRole("button", { name: "p_active is NULL", pressed: true })).toBeVisible();
    expect(screen.getByRole("button", { name: "p_from is left out", pressed: true })).toBeVisible();
  });
});

describe("a run", () => {
  it("is dry by Ctrl and Enter, and shows the row and that nothing was kept", async () => {
    const { host, user } = open(ADDRESS);
    await fill(user);
    await user.keyboard(RUN);
    expect(await screen.findByText("Would succeed")).toBeVisible();
    expect(host.works[0]?.input).toMatchObject({ mode: "dry", confirm: null });
    expect(screen.getByRole("tab", { name: "Rows changed +1" })).toHaveAttribute("aria-selected", "true");
    expect(within(screen.getByRole("region", { name: "Changes in hr.USERENTITLEMENTS" })).getByRole("row", { name: "added luke 7" })).toBeVisible();
    expect(screen.getByText(/Rolled back, nothing was kept/)).toBeVisible();
    await type(user, await field("p_ent_id"), "1");
    expect(await screen.findByText(/were changed since this was run/)).toBeVisible();
  });

  it("has a tab for each result set", async () => {
    const sets = { columns: ["ONE"], rows: 1, sample: [["first"]], further: [{ columns: ["TWO"], rows: 12_000, sample: [["second"]], truncated: true }] };
    const { user } = open(ADDRESS, { workers: { "procedures.run": (input) => runOf(input, { tables: [] }, sets) } });
    await fill(user);
    await user.keyboard(RUN);
    const tabs = await screen.findByRole("tablist", { name: "Result sets" });
    expect(screen.getByRole("grid", { name: "Result set 1" })).toHaveTextContent("ONE");
    await user.click(within(tabs).getByRole("tab", { name: "Set 2 12,000 rows" }));
    expect(screen.getByRole("grid", { name: "Result set 2" })).toHaveTextContent("TWO");
    expect(screen.getByText(/the first 1 are shown/)).toBeVisible();
  });

  it("shows out values, messages and where the time went", async () => {
    const told = { outs: [{ name: "p_id", value: 4711 }], returned: null, messages: [{ severity: "warning" as const, code: "1265", text: "Data truncated" }] };
    const { user } = open(`${ADDRESS}&tab=outs`, { workers: { "procedures.run": (input) => runOf(input, {}, told) } });
    await fill(user);
    await user.keyboard(RUN);
    expect(await screen.findByText("4711")).toBeVisible();
    await user.click(screen.getByRole("tab", { name: /^Messages/ }));
    expect(screen.getByText("Data truncated")).toBeVisible();
    await user.click(screen.getByRole("tab", { name: "Call" }));
    expect(within(screen.getByRole("region", { name: "Timings" })).getByText("3.2 ms")).toBeVisible();
  });

  it("for good is asked about first, and says on which connection", async () => {
    const { host, user } = open(ADDRESS);
    await fill(user);
    await user.click(screen.getByRole("button", { name: "Run…" }));
    const dialog = await screen.findByRole("alertdialog", { name: /Run hr.ADD_ENTITLEMENT_TO_USER on hr-test\?/ });
    expect(host.works).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Run on hr-test" }));
    expect(await screen.findByText("Committed on hr-test")).toBeVisible();
    expect(host.works[0]?.input).toMatchObject({ mode: "real", confirm: null });
  });

  it("for good on production wants the connection's name typed", async () => {
    const { host, user } = open(`/procedures?app=payroll&routine=ADD_ENTITLEMENT_TO_USER`);
    await fill(user);
    expect(screen.getByRole("note")).toHaveTextContent(/Production.*payroll/);
    await user.click(screen.getByRole("button", { name: "Run…" }));
    const dialog = await screen.findByRole("alertdialog");
    const run = within(dialog).getByRole("button", { name: "Run on payroll" });
    expect(run).toBeDisabled();
    await type(user, within(dialog).getByRole("textbox", { name: /Type payroll to go on/ }), "payroll");
    await user.click(run);
    await waitFor(() => expect(host.works[0]?.input).toMatchObject({ mode: "real", confirm: "payroll" }));
  });

  it("says beforehand what cannot be taken back, and runs it dry on a second word only", async () => {
    const cautions = [{ kind: "cannot_hold" as const, text: "hr.ADD_ENTITLEMENT_TO_USER holds COMMIT." }];
    const { host, user } = open(ADDRESS, { handlers: { "procedures.get": () => detailOf(ADD, { cautions }) } as never });
    expect(await screen.findByText(/holds COMMIT/)).toBeVisible();
    await fill(user);
    await user.keyboard(RUN);
    const dialog = await screen.findByRole("alertdialog");
    expect(host.works).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Run on hr-test anyway" }));
    await waitFor(() => expect(host.works[0]?.input).toMatchObject({ mode: "dry", inSpite: true }));
  });

  it("that fails shows cause, remedy and SQLSTATE", async () => {
    const problem = { code: "database.raised", cause: "The procedure refused.", remedy: "Give it a user who is there.", place: null };
    const said = { problem: { sqlstate: "45000", code: "1644", message: "No such user.", parameter: 1 } };
    const { user } = open(ADDRESS, { workers: { "procedures.run": (input) => runOf(input, { end: "failed", tables: [], problem }, said) } });
    await fill(user);
    await user.keyboard(RUN);
    expect(await screen.findByText("Would fail")).toBeVisible();
    expect(screen.getByText("SQLSTATE 45000, error 1644")).toBeVisible();
    expect(within(screen.getByRole("region", { name: "Diagnosis" })).getByText("Give it a user who is there.")).toBeVisible();
    expect(screen.queryByText("Would succeed")).toBeNull();
  });

  it("tells how far it is, and is stopped by Cancel", async () => {
    let stopped = false;
    const { user } = open(ADDRESS, {
      workers: {
        "procedures.run": (_, progress, signal) => {
          progress({ stage: "run", rows: 4_000 });
          signal.addEventListener("abort", () => (stopped = true));
          return new Promise<RunOutput>(() => undefined);
        },
      },
    });
    await fill(user);
    await user.keyboard(RUN);
    expect(await screen.findByText(/Running, 4,000 rows so far/)).toBeVisible();
    expect(screen.getByRole("button", { name: "Dry run" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByText(/The statement was ended at hr-test/)).toBeVisible();
    expect(stopped).toBe(true);
    expect(screen.getByRole("button", { name: "Dry run" })).toBeEnabled();
  });

  it("that could not begin shows why", async () => {
    const { user } = open(ADDRESS, {
      workers: {
        "procedures.run": () => {
          throw { code: "procedure.changed", message: "The parameters have changed.", hint: "Read the list anew.", fields: {}, exchange: null };
        },
      },
    });
    await fill(user);
    await user.keyboard(RUN);
    expect(await screen.findByRole("alert")).toHaveTextContent("The parameters have changed.");
  });
});

describe("the history", () => {
  it("gives its values back, and asks for a secret again", async () => {
    const { user } = open("/procedures?routine=ENROL&tab=history");
    const line = within(await screen.findByRole("list", { name: "Runs of this procedure" })).getByRole("listitem");
    expect(line).toHaveTextContent(/Dry run.*Failed.*SQLSTATE 45000.*The procedure refused/);
    expect(line).toHaveTextContent("not kept");
    await user.click(within(line).getByRole("button", { name: "Use these values again" }));
    expect(await field("p_name")).toHaveValue("Leia");
    expect(screen.getByRole("button", { name: "p_active is NULL", pressed: true })).toBeVisible();
    expect(screen.getByLabelText(/^p_password ?secret$/)).toHaveValue("");
  });
});

describe("test cases", () => {
  it("are written down from a run that somebody confirms, and can be changed before", async () => {
    const { host, user } = open(ADDRESS);
    const save = await screen.findByRole("button", { name: "Save as test" });
    expect(save).toBeDisabled();
    await fill(user);
    await user.keyboard(RUN);
    await screen.findByText("Would succeed");
    await user.click(save);
    const dialog = await screen.findByRole("dialog", { name: "Save as test" });
    expect(within(dialog).getByRole("spinbutton", { name: "hr.USERENTITLEMENTS, rows added" })).toHaveValue(1);
    await type(user, within(dialog).getByLabelText("What it shows"), "Luke gets it");
    await user.click(within(dialog).getByRole("checkbox", { name: /^Rows affected/ }));
    await user.click(within(dialog).getByRole("button", { name: "Save the test case" }));
    expect(await screen.findByRole("list", { name: "Test cases" })).toHaveTextContent("Luke gets it");
    const kept = host.calls.find(({ command }) => command === "procedures.keep_case")?.input;
    expect(kept).toMatchObject({ title: "Luke gets it", replaces: null, case: { signature: signature(ADD), expectation: { ends: { how: "succeeds" }, affected: null, tables: [{ added: 1 }] } } });
  });

  it("are run all at once, and one that differs is red with what differs", async () => {
    const { host, user } = open(`${ADDRESS}&tab=tests`, {
      cases: [CASE],
      workers: {
        "procedures.test": (_, progress) => {
          progress({ done: 1, total: 1, ended: failed });
          return { results: [failed] };
        },
      },
    });
    await user.click(await screen.findByRole("button", { name: "Run all, dry" }));
    expect(host.works[0]?.input).toEqual({ application: "jdbc_on_prem", names: [CASE.name] });
    const table = await screen.findByRole("table", { name: "What differs from “Luke gets it”" });
    expect(within(table).getByRole("row", { name: "Rows affected 1 2" })).toBeVisible();
    expect(within(screen.getByRole("list", { name: "Test cases" })).getByText("different")).toBeVisible();
  });

  it("are green when nothing differs", async () => {
    const passed = { ...failed, verdict: "passed" as const, mismatches: [] };
    const { user } = open(`${ADDRESS}&tab=tests`, { cases: [CASE], workers: { "procedures.test": () => ({ results: [passed] }) } });
    await user.click(await screen.findByRole("button", { name: "Run all tests" }));
    expect(await screen.findByText("as expected")).toBeVisible();
    expect(screen.getAllByText("1 passed").length).toBeGreaterThan(0);
  });

  it("are removed, and the removal is taken back", async () => {
    const cases = [CASE];
    const { host, user } = open(`${ADDRESS}&tab=tests`, { cases, handlers: { "kept.remove": () => ({ removed: cases.splice(0).length > 0 }) } as never });
    await user.click(await screen.findByRole("button", { name: "Remove the test case “Luke gets it”" }));
    expect(await screen.findByText("No test case yet")).toBeVisible();
    // The toast takes a press for a swipe, which jsdom cannot follow.
    const undo = await screen.findByRole("button", { name: "Undo" });
    act(() => undo.click());
    await waitFor(() => expect(host.calls.map(({ command }) => command)).toContain("procedures.keep_case"));
    expect(await screen.findByRole("list", { name: "Test cases" })).toBeVisible();
  });
});

describe("the procedures pass axe", () => {
  it.each([
    ["the list", "/procedures", () => screen.findByRole("grid", { name: "Procedures" })],
    ["a form of every type", "/procedures?routine=ENROL", () => screen.findByRole("radio", { name: "true" })],
    ["the call", "/procedures?routine=ENROL&tab=call", () => screen.findByText("What would be sent now")],
    ["the history", "/procedures?routine=ENROL&tab=history", () => screen.findByRole("list", { name: "Runs of this procedure" })],
    ["the test cases", "/procedures?routine=ADD_ENTITLEMENT_TO_USER&tab=tests", () => screen.findByRole("list", { name: "Test cases" })],
  ])("%s", async (_, address, ready) => {
    open(address, { cases: [CASE] });
    await ready();
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
  });
});
