import { screen, waitFor, within } from "@testing-library/react";
import { expect } from "vitest";
import type { Commands } from "@/api/contract";
import { CASE, procedureHandlers } from "../fixture/procedures";
import { REPLAY, replayed } from "../fixture/replay";
import { makeWorld } from "../fixture/world";
import { button, inGrid, type Opened, press, refuse, type Scenes, SENTINEL, type, undo } from "./scene";

type Input<C extends keyof Commands> = Commands[C]["input"];

const LIST = "Exchanges, newest first";
/** The newest exchange, which failed, and the one before. */
const [ONE, OTHER] = makeWorld().rows.map(({ id }) => id);
const EXPORTED = { name: "traffic.har", path: "/var/lib/sluice/exports/traffic.har", bytes: 10, at: 1 };
const file = () => new File([JSON.stringify({ log: { entries: [{}, {}] } })], "day.har");
const openFile = async (on: Opened, chosen: File) => {
  on.host.chosen = chosen;
  await press(on, "More");
  await on.user.click(await screen.findByRole("menuitem", { name: /Open a HAR file/ }));
};
const upload = (on: Opened) => openFile(on, file());
const ofKind = (kind: string) => (input: Input<"kept.list">) => input.kind === kind;
const pickedExport = async (on: Opened) => {
  await inGrid(on, LIST, "jx");
  await press(on, "Export", await screen.findByRole("region", { name: "Selected exchanges" }));
};
const exportHar = async (on: Opened) => {
  await pickedExport(on);
  await press(on, "Export", await screen.findByRole("dialog", { name: "Export as HAR" }));
};
const kept = { "kept.list": () => ({ items: [{ name: "Client faults", body: { filter: "status:4xx" }, at: 1 }] }) };
const DIALOG: ["dialog", string] = ["dialog", "Export as HAR"];
/** As after a file was opened: every exchange came from it. */
const fromFile = (ids: string[]) => ids.map((id) => ({ id, marks: { pinned: false, colour: "none" as const, note: "" }, imported: "day.har" }));
const imported = {
  "traffic.list": async (input: Input<"traffic.list">) => {
    const page = await makeWorld().handlers["traffic.list"](input);
    return { ...page, marked: fromFile(page.exchanges.map(({ id }) => id)) };
  },
  "traffic.marks": ({ ids }: Input<"traffic.marks">) => ({ marked: fromFile(ids) }),
  "traffic.import_remove": () => ({ removed: true }),
};
const saveFilter = async (on: Opened) => {
  await press(on, "Saved filters");
  await type(on, await screen.findByRole("textbox", { name: "Name of the filter" }), "Client faults{Enter}");
};

/** An exchange that no other scene replays: what was made of one stays while the console is open. */
const replayOf = (seq: number) => ({ at: `/traffic?id=01JD${String(seq).padStart(8, "0")}&tab=replay`, handlers: REPLAY, workers: { "replay.run": replayed } });

/** What Traffic asks for, and what is kept by a name. */
export const TRAFFIC = {
  "traffic.list": [
    { at: "/traffic" },
    // The first list of all is the live feed's: while that fails, nothing that comes is seen.
    { at: "/data", in: ["contentinfo", "Status"], word: /New exchanges do not arrive/, again: () => Promise.resolve() },
    { at: "/users?user=grace.hopper%40example.org&tab=traffic", in: ["region", "User"] },
  ],
  "traffic.live": { at: "/traffic", in: ["contentinfo", "Status"], word: /New exchanges do not arrive/ },
  "traffic.get": { at: `/traffic?id=${ONE}`, in: ["region", "Exchange"] },
  "traffic.complete": { at: "/traffic?filter=status:4xx", word: /No completion and no conditions/ },
  "traffic.marks": { at: `/traffic?id=${ONE}`, in: ["region", "Marks"] },
  "traffic.mark": [
    { at: "/traffic", press: (on) => inGrid(on, LIST, "jp"), toast: "The exchange was not marked" },
    {
      at: `/traffic?id=${ONE}`,
      press: async (on) => (await press(on, "Note"), type(on, await screen.findByRole("textbox", { name: "Note" }), "Ticket 7{Enter}")),
      toast: "The exchange was not marked",
      again: async (on) => {
        await waitFor(() => expect(screen.getByRole("textbox", { name: "Note" })).toHaveValue("Ticket 7"));
        await press(on, "Save");
        await button("Ticket 7");
      },
    },
    { at: "/traffic", press: async (on) => (await inGrid(on, LIST, "jxjx1"), undo()), refused: ({ change }: Input<"traffic.mark">) => change.colour !== "red", toast: "The marks were not taken back" },
  ],
  "traffic.import": { at: "/traffic", press: upload, again: upload },
  "traffic.import_remove": [
    {
      at: `/traffic?id=${ONE}`,
      handlers: imported,
      press: async (on) => (await press(on, "Remove the file…"), press(on, "Remove day.har")),
      in: ["alertdialog"],
      again: (on) => press(on, "Remove day.har"),
    },
    // Both are told: why it ended, and that a part is still there.
    {
      at: "/traffic",
      handlers: {
        "traffic.import": ({ first }: Input<"traffic.import">) => {
          if (first > 1) throw { ...SENTINEL, message: "The disk is full." };
          return { import: 7, exchanges: 1, refused: 0, reasons: [] };
        },
        "traffic.import_remove": () => ({ removed: true }),
      },
      press: (on) => openFile(on, new File([JSON.stringify({ log: { entries: Array.from({ length: 300 }, () => ({})) } })], "day.har")),
    },
  ],
  "traffic.compare": { at: `/traffic?compare=${ONE},${OTHER}`, handlers: REPLAY, in: ["region", "Comparison"] },
  "traffic.export": { at: "/traffic", workers: { "traffic.export": () => ({ file: EXPORTED, exchanges: 1 }) }, press: exportHar, in: DIALOG, again: async (on) => press(on, "Export", await screen.findByRole("dialog", { name: "Export as HAR" })) },
  "data.exports": { at: "/traffic", press: pickedExport, handlers: { "data.exports": () => ({ files: [EXPORTED] }) }, in: DIALOG },
  // The way to Rust asks for it, part by part, where a browser saves a file; a browser's own test stands in tests/host.test.ts.
  "data.export_read": {
    at: "/traffic",
    workers: { "traffic.export": () => ({ file: EXPORTED, exchanges: 1 }) },
    handlers: { "data.exports": () => ({ files: [] }) },
    press: async (on) => {
      await exportHar(on);
      on.host.save = async () => refuse();
      await press(on, "Save traffic.har");
    },
    toast: "The file: not saved",
  },
  "data.export_remove": {
    at: "/traffic",
    workers: { "traffic.export": () => ({ file: EXPORTED, exchanges: 1 }) },
    handlers: { "data.exports": () => ({ files: [] }), "data.export_remove": () => ({ removed: true }) },
    press: async (on) => (await exportHar(on), press(on, "Remove traffic.har from the folder of exports")),
    in: DIALOG,
    again: (on) => press(on, "Remove traffic.har from the folder of exports"),
  },
  "replay.plan": { ...replayOf(2), in: ["region", "Exchange"] },
  "replay.cautions": { ...replayOf(3), in: ["region", "Exchange"] },
  "replay.run": {
    ...replayOf(4),
    at: replayOf(4).at.replace("replay", "edit"),
    press: async (on) => {
      await on.user.selectOptions(await screen.findByRole("combobox", { name: "Method" }), "PATCH");
      const dry = await button("Replay dry");
      await waitFor(() => expect(dry).toBeEnabled());
      await on.user.click(dry);
    },
    in: ["region", "Exchange"],
    again: async (on) => {
      expect(screen.getByRole("combobox", { name: "Method" })).toHaveValue("PATCH");
      await press(on, "Replay dry");
      await screen.findByRole("region", { name: "Result of the replay" });
    },
  },
  "kept.list": [
    { at: "/traffic", refused: ofKind("traffic_filter"), press: (on) => press(on, "Saved filters"), in: ["dialog", "Saved filters"] },
    { at: "/users", refused: ofKind("grid_view"), press: (on) => press(on, "Saved views"), in: ["dialog", "Saved views"] },
    { at: "/traffic", refused: ofKind("layout"), quiet: "sizes and order of panes are as at the first time", works: () => screen.findByRole("grid", { name: LIST }) },
  ],
  "kept.put": [
    {
      at: "/traffic?filter=status:4xx",
      press: saveFilter,
      in: ["dialog", "Saved filters"],
      again: async (on) => {
        const dialog = await screen.findByRole("dialog", { name: "Saved filters" });
        expect(within(dialog).getByRole("textbox", { name: "Name of the filter" })).toHaveValue("Client faults");
        await press(on, "Save", dialog);
      },
    },
    {
      at: "/traffic?filter=status:4xx",
      handlers: kept,
      press: async (on) => {
        await press(on, "Saved filters");
        await press(on, "Rename Client faults");
        await type(on, await screen.findByRole("textbox", { name: "New name of Client faults" }), "4xx{Enter}");
      },
      in: ["dialog", "Saved filters"],
      again: async (on) => {
        expect(screen.getByRole("textbox", { name: "New name of Client faults" })).toHaveValue("Client faults4xx");
        await press(on, "Rename", await screen.findByRole("dialog", { name: "Saved filters" }));
      },
    },
    {
      at: "/users",
      press: async (on) => {
        await press(on, "Saved views");
        await type(on, await screen.findByRole("textbox", { name: "Save the present view as" }), "Mine{Enter}");
      },
      in: ["dialog", "Saved views"],
      again: async (on) => {
        expect(screen.getByRole("textbox", { name: "Save the present view as" })).toHaveValue("Mine");
        await press(on, "Save");
      },
    },
    { at: "/traffic", handlers: kept, press: async (on) => (await press(on, "Saved filters"), await press(on, "Remove Client faults"), undo()), toast: "The filter “Client faults” was not brought back" },
    {
      at: "/users",
      handlers: { "kept.list": ({ kind }: Input<"kept.list">) => ({ items: kind === "grid_view" ? [{ name: "users jdbc_on_prem › Mine", body: {}, at: 1 }] : [] }) },
      press: async (on) => (await press(on, /^Saved views/), await press(on, "Remove the view Mine"), undo()),
      toast: "The view “Mine” was not brought back",
    },
    { at: "/traffic", press: (on) => press(on, "Theme"), quiet: "what a pane looks like is not worth a word, and is tried again with the next change", works: async (on) => (await on.user.keyboard("{ArrowDown}{Enter}"), screen.findByRole("grid", { name: LIST })) },
  ],
  "kept.remove": [
    { at: "/traffic", handlers: kept, press: async (on) => (await press(on, "Saved filters"), press(on, "Remove Client faults")), in: ["dialog", "Saved filters"], again: (on) => press(on, "Remove Client faults") },
    {
      at: "/users",
      handlers: { "kept.list": ({ kind }: Input<"kept.list">) => ({ items: kind === "grid_view" ? [{ name: "users jdbc_on_prem › Mine", body: {}, at: 1 }] : [] }) },
      press: async (on) => (await press(on, /^Saved views/), press(on, "Remove the view Mine")),
      in: ["dialog", "Saved views"],
      again: (on) => press(on, "Remove the view Mine"),
    },
    { at: "/procedures?routine=ADD_ENTITLEMENT_TO_USER&tab=tests", handlers: procedureHandlers([CASE]), press: (on) => press(on, "Remove the test case “Luke gets it”"), toast: "The test case “Luke gets it” was not removed" },
  ],
} satisfies Scenes;
