import { screen } from "@testing-library/react";
import { expect } from "vitest";
import type { SimulatorForm, SimulatorRun, SimulatorTarget } from "@/api/contract";
import type { Handlers } from "@/host/memory";
import { type Opened, press, type Scenes } from "./scene";

const OWN: SimulatorTarget = { reference: { kind: "own", application: "jdbc_on_prem" }, name: "jdbc_on_prem", url: "https://127.0.0.1:1443/ws/rest/jdbc_on_prem/scim/v2/", environment: "test", confirm: "hr-test", header: "Authorization", authorized: true, connectorHeader: false, trust: null, problem: null };
const VENDOR: SimulatorTarget = { ...OWN, reference: { kind: "saved", name: "vendor" }, name: "vendor", url: "https://old.example.org:1443/scim/v2/", trust: { kind: "system" } };
const FORM: SimulatorForm = {
  fields: [{ place: ["userName"], label: "userName", schema: "core", kind: "text", required: true, choices: [], description: null, example: "sim.1@example.org" }],
  entitlements: [],
  values: [],
  held: [],
  active: null,
  calls: [],
};
const COUNTS = { seen: 10, new: 0, changed: 2, inactive: 0, active: 0, missing: 0, same: 8 };
const RUN: SimulatorRun = {
  id: "2",
  at: 1,
  target: "jdbc_on_prem",
  url: OWN.url,
  environment: "test",
  import: {
    import: { steps: [], calls: [], failure: null, users: COUNTS, entitlements: { ...COUNTS, changed: 0, same: 10 }, times: { pages: 1, size: 100, p50Us: 9_000, p99Us: 18_000, slowestUs: 18_000, drawnUs: [9_000] }, paging: [], capabilities: null, durationUs: 2_000 },
    compared: { target: "jdbc_on_prem", run: "1", at: 1, users: 10 },
  },
  task: null,
  pairs: [],
};
const LINE = { id: "2", at: 1, play: "import", title: "Import", passed: true, users: COUNTS, whole: true, preview: false, beside: null, durationUs: 1 };
const CERTIFICATE = { fingerprint: "AB:CD", subject: "CN=old", issuer: "CN=old", names: ["old.example.org"], notBefore: 0, notAfter: 1, distrusted: null };

const handlers = {
  "simulator.targets": () => ({ targets: [OWN, VENDOR] }),
  "simulator.runs": () => ({ runs: [LINE] }),
  "simulator.run": () => RUN,
  "simulator.list": () => ({ items: [{ id: "luke", name: "luke", active: true, changes: [] }], total: 1 }),
  "simulator.form": () => FORM,
  "simulator.report": () => ({ name: "report.html", text: "<p>" }),
  "simulator.forget": () => ({ runs: [] }),
  "simulator.certificate": () => CERTIFICATE,
  "simulator.save_target": () => ({ targets: [OWN, VENDOR] }),
  "simulator.remove_target": () => ({ targets: [OWN] }),
} satisfies Handlers;

const workers = { "simulator.import": () => RUN, "simulator.perform": () => RUN };
const RESULT: ["region", string] = ["region", "What was simulated"];
const DIALOG: ["dialog"] = ["dialog"];
const newServer = async (on: Opened) => {
  await press(on, "Add a SCIM server");
  await on.user.type(await screen.findByLabelText("Name"), "vendor2");
  await on.user.type(screen.getByLabelText("Base URL"), "https://old.example.org/scim/v2/");
};
const forget = async (on: Opened) => {
  await press(on, /^Runs|^\d+ run|History/i);
  await on.user.click(await screen.findByRole("menuitem", { name: "Remove all runs of this server…" }));
  await press(on, "Remove the runs");
};
const preview = async (on: Opened) => {
  expect(await screen.findByLabelText(/userName/)).toHaveValue("sim.1@example.org");
  await press(on, "Preview");
};

/** What the Simulator asks for. */
export const SIMULATOR = {
  "simulator.targets": { at: "/simulator", handlers },
  "simulator.runs": { at: "/simulator", handlers },
  "simulator.run": { at: "/simulator", handlers, in: RESULT },
  "simulator.list": { at: "/simulator?list=users.changed", handlers, in: ["region", "List"] },
  "simulator.form": { at: "/simulator?play=assign", handlers, in: RESULT },
  "simulator.report": { at: "/simulator", handlers, press: (on) => press(on, "Report"), in: RESULT, again: (on) => press(on, "Report") },
  "simulator.forget": { at: "/simulator", handlers, press: forget, in: ["alertdialog"], again: (on) => press(on, "Remove the runs") },
  "simulator.certificate": { at: "/simulator", handlers, press: async (on) => (await newServer(on), press(on, "Look at its certificate")), in: DIALOG, again: (on) => press(on, "Look at its certificate") },
  "simulator.save_target": {
    at: "/simulator",
    handlers,
    press: async (on) => (await newServer(on), press(on, "Save")),
    in: DIALOG,
    again: async (on) => {
      expect(screen.getByLabelText("Name")).toHaveValue("vendor2");
      await press(on, "Save");
    },
  },
  "simulator.remove_target": { at: "/simulator?target=saved:vendor", handlers, press: async (on) => (await press(on, "Edit the server vendor"), await press(on, "Remove…"), press(on, "Remove vendor")), in: DIALOG, again: (on) => press(on, "Remove vendor") },
  "simulator.import": { at: "/simulator", handlers, workers, press: (on) => press(on, "Run the import"), in: RESULT },
  "simulator.perform": { at: "/simulator?play=assign", handlers, workers, press: preview, in: RESULT, again: preview },
} satisfies Scenes;
