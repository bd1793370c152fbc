import { screen, waitFor } from "@testing-library/react";
import { expect } from "vitest";
import type { ApplicationRow, ConnectionRow, Explained } from "@/api/contract";
import type { Handlers } from "@/host/memory";
import { type Opened, press, type Scenes, type } from "./scene";

const ROW: ConnectionRow = {
  name: "hr-test",
  settings: {
    dialect: "mysql",
    environment: "test",
    path: null,
    odbc: null,
    host: "db1",
    port: 3306,
    database: "hr",
    user: "svc_scim",
    statementTimeoutMs: 30_000,
    tls: { mode: "prefer", ca_file: null, certificate_file: null, key_file: null },
    pool: { maximumPoolSize: 10, minimumIdle: 0, connectionTimeout: 30_000, validationTimeout: 3_000, idleTimeout: 90_000, keepaliveTime: 60_000, maxLifetime: 180_000, connectionInitSql: null },
    properties: {},
  },
  address: "db1:3306/hr",
  protection: "prefer",
  usedBy: [],
  password: "keyring",
  variable: "SLUICE_CONNECTION_HR_TEST",
  problem: null,
};
const APPLICATION: ApplicationRow = { name: "jdbc_on_prem", settings: { connection: "hr-test", profile: "columns", compatibility: "original", header: "ignore", delete: "refuse", userIdColumn: "USER_ID", attributes: [] }, mapped: 10, baseUrl: "https://hr-gw.example.org:1443/ws/rest/jdbc_on_prem/scim/v2" };
const EXPLAINED: Explained = { faults: {}, address: "db1:3306/hr", protection: "prefer", properties: [], usual_port: 3306 };
const IN_USE = { version: 3, restart: [] };

/** The answers of a workspace with one connection and one application. */
export const handlers = {
  "connections.list": () => ({ connections: [ROW], applications: [APPLICATION], keyring: true, secretsFile: "/etc/sluice/secrets" }),
  "connections.pools": () => ({ pools: [] }),
  "connections.explain": () => EXPLAINED,
  "connections.read_url": () => ({ settings: ROW.settings, hadPassword: false, unknown: [] }),
  "connections.read_header": () => ({ settings: ROW.settings, hadPassword: false, unknown: [] }),
  "connections.save": () => ({ in_use: IN_USE, password: null }),
  "connections.remove": () => IN_USE,
  "applications.save": () => IN_USE,
  "applications.remove": () => IN_USE,
} satisfies Handlers;

const CONNECTION: ["region", string] = ["region", "Connection"];
const ELSEWHERE: ["region", string] = ["region", "From elsewhere"];
const elsewhere = async (on: Opened, text: string) => {
  await type(on, await screen.findByRole("textbox", { name: "JDBC URL or connector header" }), text.replace(/[{[]/g, "$&$&"));
  await press(on, "Fill in the form");
};
const NEW = "/connections?add=connection";
const OPEN = "/connections?name=hr-test";
const changed = async (on: Opened) => {
  await type(on, await screen.findByRole("textbox", { name: "User" }), "2");
  await press(on, "Save");
};
const changedApplication = async (on: Opened) => {
  await type(on, await screen.findByRole("textbox", { name: "Users are identified by" }), "2");
  await press(on, "Save");
};
const stands = async (on: Opened, name: string, text: string) => {
  expect(screen.getByRole("textbox", { name })).toHaveValue(text);
  await press(on, "Save");
};

/** What Connections asks for. */
export const CONNECTIONS = {
  "connections.list": { at: "/connections", handlers },
  "connections.pools": { at: "/connections", handlers },
  "connections.explain": {
    at: OPEN,
    handlers,
    quiet: "it only says beforehand what a save or a test would say",
    works: async (on) => {
      await changed(on);
      await waitFor(() => expect(on.host.calls.map(({ command }) => command)).toContain("connections.save"));
    },
  },
  "connections.read_url": { at: NEW, handlers, press: (on) => elsewhere(on, "jdbc:mysql://db1:3306/hr"), in: ELSEWHERE, again: (on) => press(on, "Fill in the form") },
  "connections.read_header": { at: NEW, handlers, press: (on) => elsewhere(on, '{"jdbcUrl":"jdbc:mysql://db1:3306/hr"}'), in: ELSEWHERE, again: (on) => press(on, "Fill in the form") },
  "connections.save": { at: OPEN, handlers, press: changed, in: CONNECTION, again: (on) => stands(on, "User", "svc_scim2") },
  "connections.remove": { at: OPEN, handlers, press: async (on) => (await press(on, "Remove hr-test"), press(on, "Remove hr-test", await screen.findByRole("alertdialog"))), in: ["alertdialog"], again: async (on) => press(on, "Remove hr-test", await screen.findByRole("alertdialog")) },
  "connections.test": { at: OPEN, handlers, workers: { "connections.test": () => ({ steps: [], certificate: null, passed: true }) }, press: (on) => press(on, "Test connection"), in: CONNECTION, again: (on) => press(on, "Test connection") },
  "applications.save": { at: "/connections?application=jdbc_on_prem", handlers, press: changedApplication, in: ["region", "Application"], again: (on) => stands(on, "Users are identified by", "USER_ID2") },
  "applications.remove": {
    at: "/connections?application=jdbc_on_prem",
    handlers,
    press: async (on) => (await press(on, "Remove jdbc_on_prem"), press(on, "Remove jdbc_on_prem", await screen.findByRole("alertdialog"))),
    in: ["alertdialog"],
    again: async (on) => press(on, "Remove jdbc_on_prem", await screen.findByRole("alertdialog")),
  },
} satisfies Scenes;
