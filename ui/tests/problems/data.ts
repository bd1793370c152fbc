import { screen } from "@testing-library/react";
import type { Commands } from "@/api/contract";
import { tableHandlers } from "../fixture/table";
import { inGrid, type Opened, press, type Scenes } from "./scene";

type Input<C extends keyof Commands> = Commands[C]["input"];

const PEOPLE = "/data?schema=hr&table=PEOPLE";
const ROWS = "Rows of PEOPLE";
const EXPORTED = { name: "PEOPLE.csv", path: "/var/lib/sluice/exports/PEOPLE.csv", bytes: 10, at: 1 };
const handlers = tableHandlers;
const copy = async (on: Opened) => {
  await inGrid(on, ROWS, "{Home} {Shift>}{ArrowDown}{/Shift}");
  await screen.findByRole("button", { name: /^Copy 2 rows/ });
  await on.user.keyboard("{Control>}c{/Control}");
};

/** What Data asks for. */
export const DATA = {
  "data.schemas": { at: "/data", handlers },
  "data.relations": { at: "/data", handlers },
  "data.relation": { at: PEOPLE, handlers, in: ["region", "Table"] },
  "data.rows": [
    { at: PEOPLE, handlers, in: ["region", "Table"] },
    { at: `${PEOPLE}&row=50000`, handlers, refused: ({ whole }: Input<"data.rows">) => whole },
    { at: PEOPLE, handlers, press: copy, refused: ({ whole }: Input<"data.rows">) => whole, toast: "2 rows not copied" },
  ],
  "data.count": [
    { at: PEOPLE, handlers, in: ["region", "Table"], word: "Not counted" },
    { at: `${PEOPLE}&row=3`, handlers, refused: ({ query }: Input<"data.count">) => query.conditions.length > 0, in: ["region", "Referenced by"], word: "Not counted" },
  ],
  "data.format": [
    { at: PEOPLE, handlers, press: copy, toast: "2 rows not copied" },
    { at: "/entitlements", handlers, press: async (on) => (await screen.findByRole("grid", { name: "Entitlements" }), await press(on, "Copy or save"), on.user.click(await screen.findByRole("menuitem", { name: /^Copy .* as CSV$/ }))), toast: /^\d+ entitlements not copied or saved$/ },
  ],
  "data.export": {
    at: PEOPLE,
    handlers,
    workers: { "data.export": () => ({ file: EXPORTED, rows: 100_000, durationUs: 9_000, leftOut: ["HASH"] }) },
    press: async (on) => {
      await press(on, "Export all rows");
      await on.user.click(await screen.findByRole("radio", { name: /INSERT/ }));
      await press(on, "Export", await screen.findByRole("dialog", { name: "Export the rows of PEOPLE" }));
    },
    in: ["dialog", "Export the rows of PEOPLE"],
    again: async (on) => {
      // The format that was chosen is still chosen.
      await screen.findByRole("radio", { name: /INSERT/, checked: true });
      await press(on, "Export", await screen.findByRole("dialog", { name: "Export the rows of PEOPLE" }));
    },
  },
} satisfies Scenes;
