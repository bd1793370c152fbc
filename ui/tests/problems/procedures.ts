import { screen, within } from "@testing-library/react";
import { expect } from "vitest";
import { CASE, failed, procedureHandlers, runOf } from "../fixture/procedures";
import { type Opened, press, type Scenes, type, undo } from "./scene";

const ADDRESS = "/procedures?routine=ADD_ENTITLEMENT_TO_USER";
const PROCEDURE: ["region", string] = ["region", "Procedure"];
const handlers = procedureHandlers();
const withCase = procedureHandlers([CASE]);
const workers = { "procedures.run": runOf } as never;
const field = (name: string) => screen.findByLabelText(new RegExp(`^${name}( ?secret)?$`));

const dryRun = async (on: Opened) => {
  await type(on, await field("p_user_id"), "luke");
  await type(on, await field("p_ent_id"), "7");
  await on.user.keyboard("{Control>}{Enter}{/Control}");
};
const saveCase = async (on: Opened) => {
  await dryRun(on);
  await screen.findByText("Would succeed");
  await press(on, "Save as test");
  const dialog = await screen.findByRole("dialog", { name: "Save as test" });
  await type(on, within(dialog).getByLabelText("What it shows"), "Luke gets it");
  await press(on, "Save the test case", dialog);
};

/** What Procedures asks for. */
export const PROCEDURES = {
  "procedures.list": { at: "/procedures", handlers },
  "procedures.get": { at: ADDRESS, handlers, in: PROCEDURE },
  "procedures.prepare": { at: ADDRESS, handlers, in: PROCEDURE },
  "procedures.history": { at: `${ADDRESS}&tab=history`, handlers, in: PROCEDURE },
  "procedures.cases": { at: "/procedures", handlers },
  "procedures.run": {
    at: ADDRESS,
    handlers,
    workers,
    press: dryRun,
    in: PROCEDURE,
    again: async (on) => {
      expect(await field("p_user_id")).toHaveValue("luke");
      await press(on, "Dry run");
      await screen.findByText("Would succeed");
    },
  },
  "procedures.keep_case": [
    {
      at: ADDRESS,
      handlers,
      workers,
      press: saveCase,
      in: ["dialog", "Save as test"],
      again: async (on) => {
        const dialog = await screen.findByRole("dialog", { name: "Save as test" });
        expect(within(dialog).getByLabelText("What it shows")).toHaveValue("Luke gets it");
        await press(on, "Save the test case", dialog);
      },
    },
    { at: `${ADDRESS}&tab=tests`, handlers: { ...withCase, "kept.remove": () => ({ removed: true }) }, press: async (on) => (await press(on, "Remove the test case “Luke gets it”"), undo()), toast: "The test case “Luke gets it” was not brought back" },
  ],
  "procedures.test": { at: `${ADDRESS}&tab=tests`, handlers: withCase, workers: { "procedures.test": () => ({ results: [failed] }) }, press: (on) => press(on, "Run all, dry"), again: (on) => press(on, "Run all, dry") },
} satisfies Scenes;
