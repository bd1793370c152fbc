import { screen, within } from "@testing-library/react";
import { expect } from "vitest";
import { certificate, DAY, makeSettings, NOW } from "../fixture/settings";
import { type Opened, press, type Scenes } from "./scene";

const { handlers, world } = makeSettings();
const CERTIFICATE = { at: "/configuration/certificate", handlers };
const RECORD = { at: "/configuration/record", handlers };
const LOGGING = { at: "/configuration/logging", handlers };
const TOKEN = { at: "/configuration/token", handlers };
const NEXT: ["region", string] = ["region", "The next one"];

/** A certificate stands ready, and one was in use before. */
const ready = { ...handlers, "certificate.get": () => ({ ...world.certificates, next: certificate({ fingerprint: "11:22" }) }) };
const aside = { ...handlers, "certificate.get": () => ({ ...world.certificates, earlier: [{ id: NOW - DAY, certificate: certificate() }] }), "certificate.bring_back": () => world.certificates, "certificate.forget": () => world.certificates };

const dialog = () => screen.findByRole("alertdialog");
/** A press that asks first, and the answer. */
const asked = (first: string, yes: string) => async (on: Opened) => {
  await press(on, first);
  await press(on, yes, await dialog());
};
const once = (yes: string) => async (on: Opened) => press(on, yes, await dialog());
const typed = async ({ user }: Opened, name: string, text: string) => {
  const field = await screen.findByRole("textbox", { name });
  await user.clear(field);
  await user.type(field, text);
};
const stays = (name: string, text: string) => async (on: Opened) => {
  expect(screen.getByRole("textbox", { name })).toHaveValue(text);
  await press(on, "Save");
};
const all = async (on: Opened) => on.user.click(within(await screen.findByRole("group", { name: "Level of Databases" })).getByRole("button", { name: "Everything" }));

/** What the sections of this Sluice ask for: endpoint, certificate, token, record, logging. */
export const SETTINGS = {
  "settings.endpoint": { at: "/configuration/endpoint", handlers },
  "settings.save_endpoint": { at: "/configuration/endpoint", handlers, press: async (on) => (await typed(on, "Body of a request", "2048"), press(on, "Save")), again: stays("Body of a request", "2048") },
  "certificate.get": CERTIFICATE,
  "certificate.make": { ...CERTIFICATE, workers: { "certificate.make": () => world.certificates }, press: (on) => press(on, "Make a new one"), in: NEXT, again: (on) => press(on, "Make a new one") },
  "certificate.bring": {
    ...CERTIFICATE,
    handlers: { ...handlers, "certificate.bring": () => ({ taken: false, checks: [{ what: "Key", verdict: "bad", says: "The key belongs to another certificate." }] }) },
    press: async (on) => {
      await press(on, "Bring your own…");
      on.host.chosen = new File(["CERT"], "company.crt");
      await press(on, "Choose the certificate…");
      await screen.findByText("company.crt");
      on.host.chosen = new File(["KEY"], "company.key");
      await press(on, "Choose the key…");
      await screen.findByText("company.key");
      await press(on, "Check it");
    },
    in: NEXT,
    again: async (on) => {
      expect(screen.getByText("company.key")).toBeVisible();
      await press(on, "Check it");
    },
  },
  "certificate.take": { ...CERTIFICATE, handlers: ready, press: asked("Use it…", "Use it"), in: ["alertdialog"], again: once("Use it") },
  "certificate.discard": { ...CERTIFICATE, handlers: { ...ready, "certificate.discard": () => world.certificates }, press: asked("Discard…", "Discard it"), in: ["alertdialog"], again: once("Discard it") },
  "certificate.bring_back": { ...CERTIFICATE, handlers: aside, press: (on) => press(on, "Bring it back"), in: ["region", "Kept aside"], again: (on) => press(on, "Bring it back") },
  "certificate.forget": { ...CERTIFICATE, handlers: aside, press: asked("Remove…", "Remove it"), in: ["alertdialog"], again: once("Remove it") },
  "token.get": TOKEN,
  "token.rotate": { ...TOKEN, press: asked("Make a new token…", "Make a new token"), in: ["alertdialog"], again: once("Make a new token") },
  "token.end_former": { ...TOKEN, handlers: { ...handlers, "token.get": () => ({ ...world.token, former: { until: NOW + DAY, uses: [] } }) }, press: asked("End it now…", "End it"), in: ["alertdialog"], again: once("End it") },
  "record.get": RECORD,
  "record.would_go": { ...RECORD, press: async (on) => (await typed(on, "By number", "90000"), press(on, "Save")), again: stays("By number", "90000") },
  "record.save": { ...RECORD, press: async (on) => (await typed(on, "By number", "80000"), press(on, "Save")), again: stays("By number", "80000") },
  "record.remove_excess": {
    ...RECORD,
    handlers: { ...handlers, "record.get": () => ({ ...world.record, excess: { exchanges: 7, bytes: 1_000, oldest: NOW - DAY, newest: NOW, pinned: 0 } }) },
    workers: { "record.remove_excess": () => ({ removed: 7 }) },
    press: (on) => press(on, "Remove them now"),
    again: (on) => press(on, "Remove them now"),
  },
  "log.levels": { ...LOGGING, in: ["region", "Levels"] },
  "log.save_levels": { ...LOGGING, press: all, in: ["region", "Levels"], again: all },
  "log.tail": { ...LOGGING, in: ["region", "The last lines"] },
} satisfies Scenes;
