import { EditorView } from "@codemirror/view";
import { act, screen } from "@testing-library/react";
import { expect } from "vitest";
import { handlers as REMOVED } from "./connections";
import { button, type Opened, press, refuse, type Scenes, SENTINEL, type, undo } from "./scene";

const HISTORY = "/operations?op=update_user&tab=history";
const OPERATION: ["region", string] = ["region", "Operation"];

async function editor(): Promise<EditorView> {
  const view = EditorView.findFromDOM(await screen.findByRole("textbox", { name: "Statement" }));
  if (!view) throw new Error("There is no editor here");
  return view;
}

const edited = async () => {
  const view = await editor();
  const from = view.state.doc.toString().indexOf("USERNAME");
  act(() => view.dispatch({ changes: { from, to: from + 8, insert: "TITLE" }, userEvent: "input.type" }));
};
const save = (on: Opened) => press(on, /^Save( Ctrl S)?$/);
const elsewhere = () => {
  throw { ...SENTINEL, code: "configuration.elsewhere", message: "The file was changed by somebody else." };
};
const difference = async (on: Opened) => (await edited(), await save(on), press(on, "Show the difference"));
const propose = async (on: Opened) => {
  await press(on, "Generate mappings from tables");
  const dialog = await screen.findByRole("dialog", { name: "Generate from tables" });
  await type(on, await screen.findByRole("combobox", { name: "Table of the users" }), "USERS");
  await on.user.tab();
  await type(on, await screen.findByRole("combobox", { name: "Table of the entitlements" }), "ENTITLEMENTS");
  await on.user.tab();
  await press(on, "Propose", dialog);
};
const GENERATE: ["dialog", string] = ["dialog", "Generate from tables"];

/** What Operations asks for. */
export const OPERATIONS = {
  "operations.list": { at: "/operations" },
  "operations.coverage": { at: "/operations" },
  "operations.check": { at: "/operations", press: (on) => press(on, "Check the mappings") },
  "operations.grants": { at: "/operations", press: (on) => press(on, "Rights that the mappings need"), in: ["dialog", "Rights that the mappings need"] },
  "operations.names": [
    { at: "/operations?op=get_user_by_id", in: OPERATION, word: /Completion offers SQL words only/ },
    { at: "/operations", press: (on) => press(on, "Generate mappings from tables"), in: GENERATE, word: /The names of the tables were not read/ },
  ],
  "operations.check_draft": { at: "/operations?op=get_user_by_id", in: OPERATION },
  "operations.save": {
    at: "/operations?op=get_user_by_id",
    press: async (on) => (await edited(), save(on)),
    in: OPERATION,
    again: async (on) => {
      expect((await editor()).state.doc.toString()).toContain("TITLE");
      await save(on);
      await screen.findByText("Saved: Get user by ID");
    },
  },
  "operations.try": {
    at: "/operations?op=deactivate_user&tab=try",
    workers: { "operations.try": refuse },
    press: async (on) => (await type(on, await screen.findByLabelText(/^USER_ID( ?secret)?$/), "luke"), press(on, "Run and roll back")),
    in: OPERATION,
  },
  "operations.generate": { at: "/operations", press: propose, in: GENERATE },
  "configuration.history": { at: HISTORY, in: OPERATION },
  "configuration.version": { at: HISTORY, in: OPERATION },
  "configuration.restore": {
    at: HISTORY,
    press: async (on) => {
      await on.user.click(await button(/1 As it was found/));
      await press(on, "Bring this mapping back", await screen.findByRole("region", { name: "Version 1" }));
    },
    in: ["region", "Version 1"],
    again: (on) => press(on, "Bring this mapping back"),
  },
  "configuration.undo": [
    { at: "/connections?application=jdbc_on_prem", handlers: { ...REMOVED }, press: async (on) => (await press(on, "Remove jdbc_on_prem"), await press(on, "Remove jdbc_on_prem", await screen.findByRole("alertdialog")), undo()), toast: "The change was not undone" },
    { at: HISTORY, press: async (on) => (await screen.findByRole("list", { name: "Versions" }), press(on, "Undo the last change")), in: OPERATION, again: (on) => press(on, "Undo the last change") },
  ],
  "configuration.redo": {
    at: HISTORY,
    handlers: { "configuration.history": () => ({ versions: [{ version: 2, at: 1, who: "ada", act: "saved", state: 2, touched: [] }], undo: 1, redo: 3 }) },
    press: async (on) => (await screen.findByRole("list", { name: "Versions" }), press(on, "Redo")),
    in: OPERATION,
    again: (on) => press(on, "Redo"),
  },
  "configuration.on_disk": { at: "/operations?op=get_user_by_id", handlers: { "operations.save": elsewhere }, press: difference, in: ["dialog", "The file was changed by somebody else"] },
  "configuration.take": {
    at: "/operations?op=get_user_by_id",
    handlers: { "operations.save": elsewhere },
    press: async (on) => (await difference(on), press(on, "Use theirs")),
    in: ["dialog", "The file was changed by somebody else"],
    again: (on) => press(on, "Use theirs"),
  },
} satisfies Scenes;
