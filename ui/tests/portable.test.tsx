import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { ChangedPart, ImportPreview, PromotionPlan, SourceParts, SupportPreview } from "@/api/contract";
import { openConsole } from "./console";

const CHANGE: ChangedPart = { table: "connections.hr", kind: "connection", name: "hr", operation: null, state: "changed", keys: [{ key: "pool.maximumPoolSize", before: "10", after: "25" }] };
const PREVIEW: ImportPreview = {
  form: "properties",
  remarks: [
    { line: 3, key: "app.datasource.hikari.maximumPoolSize", verdict: "taken", says: "Becomes pool.maximumPoolSize of hr.", remedy: null },
    { line: 7, key: "scim.security.bearer.token", verdict: "secret", says: "The token is not read from a file.", remedy: "Start with it in SLUICE_TOKEN." },
  ],
  changes: [CHANGE],
  before: "old",
  after: "new",
  problem: null,
  secrets: [{ name: "connection.hr", what: "The password of the connection \"hr\"", how: "Under Connections.", set: false }],
  confirm: "hr",
};
const PARTS: SourceParts = {
  title: "In use",
  applications: [
    { name: "jdbc_on_prem", connection: "hr", environment: "production", operations: 10 },
    { name: "hr_test", connection: "hr_test", environment: "test", operations: 10 },
  ],
  connections: [
    { name: "hr", environment: "production" },
    { name: "hr_test", environment: "test" },
  ],
};

describe("an export", () => {
  const handlers = {
    "configuration.parts": () => PARTS,
    "configuration.export": ({ form, application }: { form: string; application: string }) => ({ name: `${form}-${application}.txt`, mime: "text/plain", text: `text of ${form}`, header: form === "header" ? "eyJ9" : null, notes: ["It has one pool."], secrets: [] }),
    "configuration.bundle": () => ({ file: { name: "sluice.zip", path: "/data/exports/sluice.zip", bytes: 10, at: 0 }, holds: [["sluice.toml", 12]] as [string, number][] }),
    "data.exports": () => ({ files: [] }),
  };

  it("is shown before it is saved, in the form that the address names", async () => {
    const { user, host, address } = openConsole("/configuration/export?tab=properties", { handlers });
    expect(await screen.findByText("text of properties")).toBeVisible();
    expect(screen.getByText("It has one pool.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Save…" }));
    await waitFor(() => expect(host.saved).toEqual([{ name: "properties-jdbc_on_prem.txt", mime: "text/plain", content: "text of properties" }]));
    await user.click(screen.getByRole("radio", { name: "Connector header (JSON)" }));
    expect(await screen.findByText("text of header")).toBeVisible();
    expect(address()).toContain("tab=header");
    await user.selectOptions(screen.getByRole("combobox", { name: "Application" }), "hr_test");
    await waitFor(() => expect(host.calls).toContainEqual({ command: "configuration.export", input: { form: "header", application: "hr_test" } }));
  });

  it("as a bundle is saved from the folder of exports, without passing through the page", async () => {
    const { user, host } = openConsole("/configuration/export?tab=bundle", { handlers });
    await user.click(await screen.findByRole("checkbox", { name: /With the history/ }));
    await user.click(screen.getByRole("button", { name: "Make the bundle" }));
    await user.click(await screen.findByRole("button", { name: "Save sluice.zip" }));
    expect(host.calls).toContainEqual({ command: "configuration.bundle", input: { history: true } });
    expect(host.saved).toEqual([{ name: "sluice.zip", mime: "application/octet-stream", content: { exported: "sluice.zip" } }]);
  });
});

describe("an import", () => {
  it("shows what becomes of each line, and is taken over once the name of production is typed", async () => {
    const { user, host } = openConsole("/configuration/import", { handlers: { "configuration.preview_file": () => PREVIEW, "configuration.take_file": () => ({ version: 3, restart: [] }) } });
    host.chosen = new File(["server.port=1"], "config-x.properties");
    await user.click(await screen.findByRole("button", { name: "Choose a file" }));
    expect(await screen.findByText(/a properties file of the vendor’s server/)).toBeVisible();
    const says = screen.getByRole("region", { name: "What the file says" });
    expect(within(says).getByText(/The token is not read from a file. Start with it in SLUICE_TOKEN./)).toBeVisible();
    expect(within(screen.getByRole("table", { name: "Connection hr" })).getByText("25")).toBeVisible();
    expect(screen.getByRole("region", { name: "Must be set afterwards" })).toHaveTextContent("connection.hr");
    const take = screen.getByRole("button", { name: "Take it over" });
    expect(take).toBeDisabled();
    await user.type(screen.getByRole("textbox", { name: /Type hr to go on/ }), "hr");
    await user.click(take);
    await waitFor(() => expect(host.calls).toContainEqual({ command: "configuration.take_file", input: { file: { name: "config-x.properties", content: btoa("server.port=1") }, before: "old", typed: "hr" } }));
    expect(await screen.findByText("The imported configuration is in use")).toBeVisible();
  });

  it("that was pasted and cannot be used says where, and cannot be taken over", async () => {
    const problem = { code: "configuration.wrong", message: "Line 2: \"listen\" must be text.", hint: "Correct it.", fields: {}, exchange: null };
    const { user, host } = openConsole("/configuration/import", { handlers: { "configuration.preview_file": () => ({ ...PREVIEW, form: "toml", remarks: [], changes: [], secrets: [], confirm: null, problem }) } });
    await user.click(await screen.findByRole("button", { name: "Paste" }));
    await user.type(screen.getByRole("textbox", { name: "Text of the configuration" }), "listen = 5");
    await user.click(screen.getByRole("button", { name: "Look at it" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Line 2");
    expect(screen.getByRole("button", { name: "Take it over" })).toBeDisabled();
    expect(host.calls).toContainEqual({ command: "configuration.preview_file", input: { name: "", content: btoa("listen = 5") } });
  });
});

describe("a comparison", () => {
  it("is of the two that the address names, by key and as text", async () => {
    const { host } = openConsole("/configuration/compare?left=v3&right=in_use", {
      handlers: { "configuration.compare": () => ({ left: { title: "Version 3", text: "a" }, right: { title: "In use", text: "b" }, changes: [CHANGE] }) },
    });
    expect(await screen.findByRole("heading", { name: "1 key differs in 1 table" })).toBeVisible();
    expect(host.calls).toContainEqual({ command: "configuration.compare", input: { left: { kind: "version", version: 3 }, right: { kind: "in_use" } } });
    expect(screen.getByRole("columnheader", { name: "Version 3" })).toBeVisible();
  });
});

describe("a promotion", () => {
  const PLAN: PromotionPlan = { before: "old", after: "new", changes: [CHANGE], kept: [{ table: "connections.hr", keys: [{ key: "host", before: "test-db", after: "db" }] }], connection: "hr", environment: "production", problem: null, confirm: "hr" };

  it("inside of one configuration says what stays, and asks for the name of production", async () => {
    const { user, host } = openConsole("/configuration/promote?left=in_use", { handlers: { "configuration.parts": () => PARTS, "configuration.promotion": () => PLAN, "configuration.promote": () => ({ version: 4, restart: [] }) } });
    await user.selectOptions(await screen.findByRole("combobox", { name: "Application" }), "hr_test");
    expect(await screen.findByRole("table", { name: "Stays in connections.hr" })).toHaveTextContent("test-db");
    const button = await screen.findByRole("button", { name: "Promote hr_test to jdbc_on_prem on hr" });
    expect(button).toBeDisabled();
    await user.type(screen.getByRole("textbox", { name: /Type hr to go on/ }), "hr");
    await user.click(button);
    const promotion = { source: { kind: "in_use" }, from: "hr_test", to: "jdbc_on_prem", connection: null, pool: false };
    await waitFor(() => expect(host.calls).toContainEqual({ command: "configuration.promote", input: { promotion, before: "old", after: "new", typed: "hr" } }));
  });
});

describe("a support bundle", () => {
  const SHOWN: SupportPreview = {
    id: 2,
    parts: [
      { part: "about", files: [{ name: "about.json", bytes: 20, text: "{ \"sluice\": 1 }", cut: false }], problem: null },
      { part: "log", files: [{ name: "log.txt", bytes: 9, text: "a line", cut: false }], problem: null },
    ],
  };

  it("is collected, shown whole, and written without what was left out", async () => {
    const { user, host } = openConsole("/configuration/support", {
      handlers: { "support.save": () => ({ name: "sluice-support.zip", path: "/data/exports/sluice-support.zip", bytes: 10, at: 0 }), "data.exports": () => ({ files: [] }) },
      workers: { "support.collect": (_, progress) => (progress({ part: "about", done: 0, total: 2 }), SHOWN) },
    });
    await user.click(await screen.findByRole("button", { name: "Collect" }));
    await user.click(await screen.findByText("about.json"));
    expect(screen.getByText('{ "sluice": 1 }')).toBeVisible();
    await user.click(screen.getByRole("checkbox", { name: "Log" }));
    await user.click(screen.getByRole("button", { name: "Make the bundle of 1 part" }));
    expect(await screen.findByText("/data/exports/sluice-support.zip")).toBeVisible();
    expect(host.calls).toContainEqual({ command: "support.save", input: { id: 2, parts: ["about"] } });
  });
});
