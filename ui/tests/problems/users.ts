import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect } from "vitest";
import type { Commands, Works } from "@/api/contract";
import { makeWorld } from "../fixture/world";
import { inGrid, type Opened, press, type Scenes, type } from "./scene";

type Input<C extends keyof Commands> = Commands[C]["input"];

const GRACE = "grace.hopper@example.org";
const USER = `/users?user=${encodeURIComponent(GRACE)}`;
const TWO = "{Home} {Shift>}{ArrowDown}{/Shift}";
const EXPORTED = { name: "users.csv", path: "/var/lib/sluice/exports/users.csv", bytes: 10, at: 1 };

const several = async (on: Opened) => (await inGrid(on, "Users", TWO), press(on, "Activate…"));
const all = async ({ users }: Works["users.try_all"]["input"], progress: (told: Works["users.try_all"]["progress"]) => void) => {
  users.forEach((user, at) => progress({ done: at + 1, total: users.length, result: { user, outcome: "changed", operations: ["activate_user"], problem: null, exchange: null } }));
  return { changed: users.length, unchanged: 0, failed: 0, notTried: 0 };
};
const exporting = async (on: Opened) => (await press(on, "Export these users"), press(on, "Export", await screen.findByRole("dialog", { name: /^Export/ })));

function production() {
  const world = makeWorld();
  const [connection] = world.overview.connections;
  if (connection) connection.environment = "production";
  return world;
}

/** What Users and Entitlements ask for. */
export const USERS = {
  "users.list": [
    { at: "/users" },
    // A page further down, of which the first attempt fails.
    { at: "/users", press: async () => void fireEvent.scroll(await screen.findByRole("grid", { name: "Users" }), { target: { scrollTop: 20_000 } }), refused: ({ start }: Input<"users.list">) => start > 1 },
  ],
  "users.get": [
    { at: USER, in: ["region", "User"] },
    {
      at: "/operations?op=update_user&tab=try",
      press: async (on) => {
        await type(on, await screen.findByLabelText(/^USER_ID( ?secret)?$/), GRACE);
        await press(on, "Fill in from the user’s row");
      },
      in: ["region", "Operation"],
    },
  ],
  "users.ids": {
    at: "/users",
    press: async (on) => (await inGrid(on, "Users", "{Home}{Control>}a{/Control}"), press(on, "Activate…")),
    in: ["region", "Selected users"],
    again: async (on) => press(on, "Activate…", await screen.findByRole("region", { name: "Selected users" })),
    workers: { "users.try_all": all },
  },
  "users.copy": {
    at: "/users",
    press: async (on) => (await inGrid(on, "Users", TWO), await press(on, /^Copy 2 rows/), on.user.click(await screen.findByRole("menuitem", { name: "as CSV" }))),
    toast: "2 rows not copied",
  },
  "users.try": { at: USER, press: (on) => press(on, "Deactivate…"), in: ["dialog", /^Deactivate/] },
  "users.try_all": { at: "/users", press: several, workers: { "users.try_all": all }, in: ["dialog", "Activate 2 users"] },
  "users.change": {
    at: USER,
    world: production(),
    workers: { "users.change": async ({ users }, progress) => (progress({ done: 1, total: 1, result: { user: users[0] ?? "", outcome: "changed", operations: ["deactivate_user"], problem: null, exchange: null } }), { changed: 1, unchanged: 0, failed: 0, notTried: 0 }) },
    press: async (on) => {
      await press(on, "Deactivate…");
      const dialog = await screen.findByRole("dialog");
      await within(dialog).findByText("It would run: Deactivate user");
      await on.user.type(within(dialog).getByRole("textbox", { name: /Type/ }), "hr-test");
      await press(on, "Deactivate", dialog);
    },
    in: ["dialog", /^Deactivate/],
    again: async (on) => {
      const dialog = await screen.findByRole("dialog");
      await press(on, "Back to the dry run", dialog);
      expect(await within(dialog).findByRole("textbox", { name: /Type/ })).toHaveValue("hr-test");
      const go = within(dialog).getByRole("button", { name: "Deactivate" });
      await waitFor(() => expect(go).toBeEnabled());
      await on.user.click(go);
    },
  },
  "users.export": {
    at: "/users",
    workers: { "users.export": () => ({ file: EXPORTED, rows: 1016, durationUs: 9_000, leftOut: [] }) },
    handlers: { "data.exports": () => ({ files: [] }) },
    press: exporting,
    in: ["dialog", /^Export/],
    again: async (on) => press(on, "Export", await screen.findByRole("dialog", { name: /^Export/ })),
  },
  "users.lines": [{ at: "/users?show=chart" }, { at: `${USER}&tab=lines`, in: ["region", "User"] }],
  "users.reports": [{ at: "/users?show=chart" }, { at: `${USER}&tab=lines`, in: ["region", "Below"] }],
  "users.line": { at: `${USER}&tab=lines`, in: ["region", "User"] },
  "users.find_in_lines": {
    at: "/users?show=chart",
    press: async (on) => {
      const field = await screen.findByRole("combobox", { name: "Find a person" });
      await waitFor(() => expect(field).toBeEnabled());
      await type(on, field, "grace");
    },
    in: ["presentation"],
  },
  "entitlements.list": [
    { at: "/entitlements" },
    { at: USER, press: (on) => press(on, "Assign"), in: ["dialog", "Assign"] },
  ],
  "entitlements.holders": [
    { at: "/entitlements?entitlement=1", in: ["region", "Entitlement"] },
    { at: "/entitlements?entitlement=1", press: (on) => press(on, "Show more"), refused: ({ start }: Input<"entitlements.holders">) => start > 1, in: ["region", "Entitlement"] },
  ],
  "entitlements.idle": { at: "/entitlements?show=usage", in: ["region", "Held but not needed"] },
} satisfies Scenes;
