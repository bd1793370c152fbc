import { screen, waitFor } from "@testing-library/react";
import { expect } from "vitest";
import type { Commands } from "@/api/contract";
import type { Handlers } from "@/host/memory";
import { type Opened, press, type Scenes } from "./scene";

type Input<C extends keyof Commands> = Commands[C]["input"];

const EXPORTED = { name: "sluice.zip", path: "/var/lib/sluice/exports/sluice.zip", bytes: 10, at: 1 };
const IN_USE = { version: 3, restart: [] };

const handlers = {
  "configuration.parts": () => ({ title: "In use", applications: [{ name: "jdbc_on_prem", connection: "hr-test", environment: "test", operations: 10 }, { name: "payroll", connection: "payroll", environment: "test", operations: 10 }], connections: [{ name: "hr-test", environment: "test" }, { name: "payroll", environment: "test" }] }),
  "configuration.export": () => ({ name: "sluice.toml", mime: "application/toml", text: "a = 1\n", header: null, notes: [], secrets: [] }),
  "configuration.bundle": () => ({ file: EXPORTED, holds: [] }),
  "configuration.preview_file": () => ({ form: "toml", remarks: [], changes: [], before: "a = 1\n", after: "a = 2\n", problem: null, secrets: [], confirm: "hr-test" }),
  "configuration.take_file": () => IN_USE,
  "configuration.compare": () => ({ left: { title: "In use", text: "a = 1\n" }, right: { title: "Version 1", text: "a = 2\n" }, changes: [] }),
  "configuration.promotion": () => ({ before: "a = 1\n", after: "a = 2\n", changes: [], kept: [], connection: "payroll", environment: "test", problem: null, confirm: null }),
  "configuration.promote": () => IN_USE,
  "support.save": () => EXPORTED,
  "data.exports": () => ({ files: [] }),
} satisfies Handlers;

const at = (section: string) => ({ at: `/configuration/${section}`, handlers });
const choose = async (on: Opened) => {
  on.host.chosen = new File(["a = 2\n"], "sluice.toml");
  await press(on, "Choose a file");
};
const takeOver = async (on: Opened) => {
  await choose(on);
  await on.user.type(await screen.findByRole("textbox", { name: /Type hr-test/ }), "hr-test");
  await press(on, "Take it over");
};
const collect = { "support.collect": () => ({ id: 1, parts: [{ part: "about" as const, files: [{ name: "about.txt", bytes: 7, text: "Sluice\n", cut: false }], problem: null }] }) };
const makeBundle = (on: Opened) => press(on, /^Make the bundle of/);

/** What goes out of the configuration and into it: export, import, compare, promote, support bundle. */
export const PORTABLE = {
  "configuration.parts": [at("export"), { ...at("promote?left=in_use"), refused: ({ source }: Input<"configuration.parts">) => source.kind === "in_use" }],
  // It is asked for once more as soon as the applications are known.
  "configuration.export": { ...at("export"), press: (on) => waitFor(() => expect(on.host.calls).toContainEqual({ command: "configuration.export", input: { form: "toml", application: "jdbc_on_prem" } })) },
  "configuration.bundle": { ...at("export?tab=bundle"), press: (on) => press(on, "Make the bundle"), again: (on) => press(on, "Make the bundle") },
  "configuration.preview_file": { ...at("import"), press: choose },
  "configuration.take_file": {
    ...at("import"),
    press: takeOver,
    again: async (on) => {
      expect(screen.getByRole("textbox", { name: /Type hr-test/ })).toHaveValue("hr-test");
      await press(on, "Take it over");
    },
  },
  "configuration.compare": at("compare?right=v1"),
  "configuration.promotion": at("promote?left=in_use"),
  "configuration.promote": { ...at("promote?left=in_use"), press: (on) => press(on, /^Promote jdbc_on_prem to payroll/), again: (on) => press(on, /^Promote jdbc_on_prem to payroll/) },
  "support.collect": { ...at("support"), workers: collect, press: (on) => press(on, "Collect"), again: (on) => press(on, "Collect") },
  "support.save": { ...at("support"), workers: collect, press: async (on) => (await press(on, "Collect"), makeBundle(on)), again: makeBundle },
} satisfies Scenes;
