import { act, screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import type { DifferencePage, SimulatorForm, SimulatorProgress, SimulatorRun, SimulatorTarget } from "@/api/contract";
import type { Handlers, Workers } from "@/host/memory";
import { openConsole } from "./console";

const OWN: SimulatorTarget = {
  reference: { kind: "own", application: "jdbc_on_prem" },
  name: "jdbc_on_prem",
  url: "https://127.0.0.1:1443/ws/rest/jdbc_on_prem/scim/v2/",
  environment: "production",
  confirm: "hr-live",
  header: "Authorization",
  authorized: true,
  connectorHeader: false,
  trust: null,
  problem: null,
};
const VENDOR: SimulatorTarget = { ...OWN, reference: { kind: "saved", name: "vendor" }, name: "vendor", url: "https://old.example.org:1443/scim/v2/", environment: "test", confirm: "vendor", trust: { kind: "system" } };

const NOBODY = { seen: 0, new: 0, changed: 0, inactive: 0, active: 0, missing: 0, same: 0 };
const TIMES = { pages: 2, size: 100, p50Us: 9_000, p99Us: 18_000, slowestUs: 18_000, drawnUs: [9_000, 18_000] };

const call = (title: string, method = "GET", sent = true): SimulatorRun["task"] extends infer T ? NonNullable<T> extends { performed: { calls: (infer C)[] } } ? C : never : never => ({
  title,
  method,
  path: "Users/luke",
  sent,
  request: { headers: [["authorization", "Bearer •••"]], body: null },
  status: sent ? 200 : null,
  answer: { headers: [], body: { text: '{"id":"luke"}', bytes: 13, truncated: false } },
  durationUs: 1_000,
  exchange: sent ? "0198" : null,
  problem: null,
  findings: [{ severity: "warning", text: "title was sent as “a” and came back as “b”." }],
});

const RUN: SimulatorRun = {
  id: "2",
  at: Date.now(),
  target: "jdbc_on_prem",
  url: OWN.url,
  environment: "production",
  import: {
    import: {
      steps: [{ name: "configure", detail: "all capabilities assumed", passed: true, durationUs: 41_000 }],
      calls: [call("Read the configuration")],
      failure: null,
      users: { ...NOBODY, seen: 100, changed: 2, missing: 30, same: 98 },
      entitlements: { ...NOBODY, seen: 10, same: 10 },
      times: TIMES,
      paging: [
        { rule: "size", severity: "good", text: "Every page has the size that was asked for." },
        { rule: "overlap", severity: "bad", text: "luke stands on page 1 and again on page 2." },
      ],
      capabilities: null,
      durationUs: 2_000_000,
    },
    compared: { target: "jdbc_on_prem", run: "1", at: Date.now() - 86_400_000, users: 128 },
  },
  task: null,
  pairs: [],
};

const LIST: DifferencePage = { items: [{ id: "luke", name: "luke", active: true, changes: [{ path: "urn:x:User:ext_TITLE", before: "Jedi", after: "General" }] }], total: 1 };

const FORM: SimulatorForm = {
  fields: [
    { place: ["userName"], label: "userName", schema: "core", kind: "text", required: true, choices: [], description: null, example: "sim.1@example.org" },
    { place: ["urn:x:User", "ext_TITLE"], label: "ext_TITLE", schema: "urn:x:User", kind: "text", required: false, choices: [], description: null, example: "Engineer" },
  ],
  entitlements: [{ value: "3", display: "AWS Console", type: "Entitlements" }],
  values: [],
  held: [],
  active: null,
  calls: [],
};

const handlers = (more: Handlers = {}): Handlers => ({
  "simulator.targets": () => ({ targets: [OWN, VENDOR] }),
  "simulator.runs": () => ({ runs: [{ id: "2", at: RUN.at, title: "Import", passed: true, users: RUN.import?.import.users ?? null, whole: true, preview: false, beside: null, durationUs: 1 }] }),
  "simulator.run": () => RUN,
  "simulator.list": () => LIST,
  "simulator.form": () => FORM,
  ...more,
});

const open = (address: string, more: Handlers = {}, workers: Workers = {}) => openConsole(address, { handlers: handlers(more), workers });

describe("a simulated import", () => {
  it("says what the provider would do, and that its safeguard would stop it", async () => {
    open("/simulator");
    const changes = await screen.findByRole("region", { name: "What it would change" });
    expect(within(changes).getByRole("button", { name: /Changed 2 profile will be updated/ })).toBeVisible();
    expect(within(changes).getByRole("button", { name: /Missing 30 will be unassigned/ })).toBeVisible();
    expect(within(changes).getByText(/30 of 128 users \(23\.4 %\) would be unassigned.*stops an import at 20 %/)).toBeVisible();
    expect(within(screen.getByRole("region", { name: "Paging check" })).getByText(/1 fault/)).toBeVisible();
    expect((await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } })).violations).toEqual([]);
  });

  it("opens a list with what changed, attribute by attribute, and keeps it in the address", async () => {
    const { user, address } = open("/simulator");
    await user.click(await screen.findByRole("button", { name: /Changed 2/ }));
    const table = await screen.findByRole("table", { name: "What changed of luke" });
    expect(within(table).getByRole("row", { name: "ext_TITLE Jedi General" })).toBeVisible();
    expect(address()).toContain("list=users.changed");
  });

  it("shows how far it is and is cancelled by a press; nothing is begun again by itself", async () => {
    const progress: SimulatorProgress = { stage: "users", steps: [], pages: 301, pagesTotal: 501, users: { ...NOBODY, seen: 60_200 }, total: 100_016, times: TIMES, elapsedUs: 1 };
    const { user, host } = open("/simulator", {}, {
      "simulator.import": (_, tell, signal) => {
        tell(progress);
        return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("cancelled"))));
      },
    });
    await user.click(await screen.findByRole("button", { name: "Run the import" }));
    expect(await screen.findByText(/page 301 of 501, 60,200 users/)).toBeVisible();
    expect(screen.getByRole("progressbar", { name: "Users imported" })).toHaveAttribute("value", "60200");
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByText(/cancelled after 60,200 users. Nothing of it is kept/)).toBeVisible();
    expect(host.works.filter(({ name }) => name === "simulator.import")).toHaveLength(1);
  });

  it("refuses a page size that the agent could not ask for", async () => {
    const { user } = open("/simulator");
    const field = await screen.findByRole("textbox", { name: /page size/ });
    act(() => field.focus());
    await user.clear(field);
    await user.keyboard("0");
    expect(screen.getByText("1 to 1,000")).toBeVisible();
    expect(screen.getByRole("button", { name: "Run the import" })).toBeDisabled();
  });
});

describe("a user", () => {
  const TASK: SimulatorRun = { ...RUN, id: "3", import: null, task: { task: { kind: "look", user: null }, preview: false, performed: { calls: [call("Create the user", "POST")], user: "7", passed: true }, beside: null } };

  it("is assigned with what the server's schemas ask for; a preview sends no write", async () => {
    const sent: unknown[] = [];
    const { user } = open("/simulator?play=assign", {}, {
      "simulator.perform": (order) => {
        sent.push(order);
        return { ...TASK, task: TASK.task && { ...TASK.task, preview: true } };
      },
    });
    expect(await screen.findByLabelText(/userName/)).toHaveValue("sim.1@example.org");
    await user.click(screen.getByRole("button", { name: "Preview" }));
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({
      preview: true,
      confirmed: [],
      task: { kind: "assign", values: [{ place: ["userName"], value: "sim.1@example.org" }, { place: ["urn:x:User", "ext_TITLE"], value: "Engineer" }] },
    });
  });

  it("is written to production only when the connection's name was typed", async () => {
    const sent: unknown[] = [];
    const { user } = open("/simulator?play=assign", {}, {
      "simulator.perform": (order) => {
        sent.push(order);
        return TASK;
      },
    });
    await user.click(await screen.findByRole("button", { name: "Send…" }));
    const dialog = await screen.findByRole("alertdialog", { name: "Assign: send it to jdbc_on_prem?" });
    const button = within(dialog).getByRole("button", { name: "Send for real" });
    expect(button).toBeDisabled();
    await user.type(within(dialog).getByRole("textbox"), "hr-live");
    await user.click(button);
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({ preview: false, confirmed: ["hr-live"] });
  });

  it("is updated by what was changed only", async () => {
    const sent: unknown[] = [];
    const form = { ...FORM, values: [{ place: ["userName"], value: "luke" }, { place: ["urn:x:User", "ext_TITLE"], value: "Jedi" }], active: true };
    const { user } = open("/simulator?play=update&user=luke", { "simulator.form": () => form }, {
      "simulator.perform": (order) => {
        sent.push(order);
        return TASK;
      },
    });
    const field = await screen.findByLabelText("ext_TITLE");
    expect(screen.getByRole("button", { name: "Preview" })).toBeDisabled();
    act(() => field.focus());
    await user.clear(field);
    await user.keyboard("General");
    await user.click(screen.getByRole("button", { name: "Preview" }));
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({ task: { kind: "update", user: "luke", values: [{ place: ["urn:x:User", "ext_TITLE"], value: "General" }] } });
  });
});

describe("another server", () => {
  it("is trusted only when its fingerprint was looked at and confirmed", async () => {
    const saved: unknown[] = [];
    const shown = { fingerprint: "AB:CD", subject: "CN=old", issuer: "CN=old", names: ["old.example.org"], notBefore: 0, notAfter: 1, distrusted: "The server's certificate comes from no authority that is trusted." };
    const { user } = open("/simulator", {
      "simulator.certificate": () => shown,
      "simulator.save_target": (input) => {
        saved.push(input);
        return { targets: [OWN, VENDOR] };
      },
    });
    await user.click(await screen.findByRole("button", { name: "Add a SCIM server" }));
    const dialog = await screen.findByRole("dialog", { name: "Another SCIM server" });
    await user.type(within(dialog).getByLabelText("Name"), "vendor");
    await user.type(within(dialog).getByLabelText("Base URL"), "old.example.org/scim/v2/");
    await user.type(within(dialog).getByLabelText("Value of the header"), "Bearer secret");
    await user.click(within(dialog).getByRole("button", { name: "Look at its certificate" }));
    expect(await within(dialog).findByText(/comes from no authority that is trusted/)).toBeVisible();
    await user.click(within(dialog).getByRole("button", { name: /accept exactly this certificate/ }));
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]).toMatchObject({ url: "https://old.example.org/scim/v2/", header: "Authorization", authorization: "Bearer secret", trust: { kind: "fingerprint", sha256: "AB:CD" } });
  });
});
