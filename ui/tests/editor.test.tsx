import { completionStatus, currentCompletions, startCompletion } from "@codemirror/autocomplete";
import { EditorView } from "@codemirror/view";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { type Edit, JsonEditor, type Mark, SqlEditor, type SqlNames, TextDiff } from "@/components/editor/editor";

const NAMES: SqlNames = {
  schema: "hr",
  relations: [
    { schema: "hr", name: "USERS", kind: "table", columns: [{ name: "USER_ID", type: "varchar(100)" }, { name: "Hire Date", type: "date" }] },
    { schema: "hr", name: "ENTITLEMENTS", kind: "table", columns: [{ name: "ENT_ID", type: "int" }] },
  ],
  routines: [{ schema: "hr", name: "UPDATE_USER", kind: "procedure", signature: "p_user_id varchar(100)" }],
};

const editor = async (name: string) => {
  const content = await screen.findByRole("textbox", { name });
  const view = EditorView.findFromDOM(content);
  if (!view) throw new Error("There is no editor here");
  return view;
};

function Sql({ text, onEdit = () => undefined, ...rest }: { text: string; onEdit?: (text: string, edit: Edit) => void; marks?: Mark[]; onRun?: () => void; onSave?: () => void; names?: SqlNames }) {
  const [value, setValue] = useState(text);
  return (
    <>
      <SqlEditor
        label="Statement"
        dialect="mysql"
        value={value}
        onChange={(next, edit) => {
          setValue(next);
          onEdit(next, edit);
        }}
        {...rest}
      />
      <button onClick={() => setValue("SELECT 1")}>From outside</button>
    </>
  );
}

async function completions(text: string, names?: SqlNames): Promise<string[]> {
  render(<Sql text={text} names={names} />);
  const view = await editor("Statement");
  act(() => {
    view.dispatch({ selection: { anchor: text.length } });
    startCompletion(view);
  });
  await waitFor(() => expect(completionStatus(view.state)).toBe("active"));
  return currentCompletions(view.state).map(({ label }) => label);
}

describe("the statement editor", () => {
  it("numbers the places of values, and none inside a text", async () => {
    render(<Sql text={"SELECT '?' FROM t WHERE a = ? AND b = ?"} />);
    const view = await editor("Statement");
    expect([...view.contentDOM.querySelectorAll(".cm-place")].map((place) => place.getAttribute("title"))).toEqual(["Parameter 1", "Parameter 2"]);
  });

  it("offers tables, the columns of the tables that are named, and routines of the live catalogue", async () => {
    expect(await completions("SELECT U FROM USERS WHERE U", NAMES)).toEqual(expect.arrayContaining(["USER_ID", "USERS", "UPDATE_USER"]));
  });

  it("offers no column of a table that the statement does not name", async () => {
    expect(await completions("SELECT * FROM USERS WHERE E", NAMES)).not.toContain("ENT_ID");
  });

  it("offers the dialect's words where no database answers", async () => {
    expect(await completions("SEL")).toContain("SELECT");
  });

  it("tells how an edit moved the text, and whether it took one back", async () => {
    const edits: [string, number, boolean][] = [];
    render(<Sql text="a = ?" onEdit={(text, edit) => edits.push([text, edit.changes.mapPos(4), edit.restores])} />);
    const view = await editor("Statement");
    act(() => view.dispatch({ changes: { from: 0, insert: "b, " }, userEvent: "input.type" }));
    expect(edits).toEqual([["b, a = ?", 7, false]]);
    fireEvent.keyDown(view.contentDOM, { key: "z", code: "KeyZ", ctrlKey: true });
    expect(edits[1]?.[0]).toBe("a = ?");
    expect(edits[1]?.[2]).toBe(true);
  });

  it("takes a text from outside without telling it back as an edit", async () => {
    const onEdit = vi.fn<(text: string, edit: Edit) => void>();
    render(<Sql text="a" onEdit={onEdit} />);
    const view = await editor("Statement");
    fireEvent.click(screen.getByRole("button", { name: "From outside" }));
    expect(view.state.doc.toString()).toBe("SELECT 1");
    expect(onEdit).not.toHaveBeenCalled();
  });

  it("runs and saves by the keyboard, and writes no line break for it", async () => {
    const [onRun, onSave] = [vi.fn<() => void>(), vi.fn<() => void>()];
    render(<Sql text="a" onRun={onRun} onSave={onSave} />);
    const view = await editor("Statement");
    fireEvent.keyDown(view.contentDOM, { key: "Enter", ctrlKey: true });
    fireEvent.keyDown(view.contentDOM, { key: "s", ctrlKey: true });
    expect(onRun).toHaveBeenCalledOnce();
    expect(onSave).toHaveBeenCalledOnce();
    expect(view.state.doc.toString()).toBe("a");
  });

  it("underlines what a finding is about, and leaves out one about an older, longer text", async () => {
    const marks: Mark[] = [
      { from: 0, to: 1, severity: "error", text: "No such column." },
      { from: 40, to: 42, severity: "warning", text: "Gone." },
    ];
    render(<Sql text="a = ?" marks={marks} />);
    const view = await editor("Statement");
    await waitFor(() => expect(view.contentDOM.querySelector(".cm-mark-error")).toHaveTextContent("a"));
    expect(view.contentDOM.querySelector(".cm-mark-warning")).toBeNull();
  });
});

describe("the JSON editor", () => {
  it("points out the place at which the text stops being JSON", async () => {
    render(<JsonEditor label="Body" value={'{"a": tru}'} />);
    const view = await editor("Body");
    await waitFor(() => expect(view.contentDOM.querySelector(".cm-mark-error")).not.toBeNull());
  });

  it("finds nothing wrong with JSON", async () => {
    render(<JsonEditor label="Body" value={'{"a": true}'} />);
    const view = await editor("Body");
    expect(view.contentDOM.querySelector(".cm-mark-error")).toBeNull();
  });
});

describe("two texts side by side", () => {
  it("shows both, each under its name", async () => {
    render(<TextDiff before="enabled = true" after="enabled = false" beforeLabel="Version 3" afterLabel="Now" />);
    expect((await screen.findByRole("textbox", { name: "Version 3" })).textContent).toContain("enabled = true");
    expect(screen.getByRole("textbox", { name: "Now" }).textContent).toContain("enabled = false");
  });
});
