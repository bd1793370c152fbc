import { screen, within } from "@testing-library/react";
import type { WorkspaceLines, WorkstationState } from "@/api/contract";
import type { Handlers } from "@/host/memory";
import { type Opened, press, type Scenes } from "./scene";

const WINDOW: WorkstationState = { closing: "quit", tray: "shown", startAtLogin: false, loginFile: "/home/ann/.config/autostart/sluice.desktop" };
const HR = "/home/ann/hr/sluice.toml";
const WORKSPACES: WorkspaceLines = { demoHere: true, workspaces: [{ configuration: HR, name: "hr", environment: "test", openedAt: 1_760_000_000_000, here: false }] };
const handlers = { "workspaces.list": () => WORKSPACES, "workspaces.open": () => ({}), "workspaces.choose": () => ({ configuration: HR }), "workspaces.forget": () => ({}), "workstation.get": () => ({ window: WINDOW }), "workstation.set": () => ({ window: WINDOW }), "workstation.quit": () => ({}) } satisfies Handlers;
const atLogin = async (on: Opened) => on.user.click(within(await screen.findByRole("group", { name: "Start at login" })).getByRole("button", { name: "Yes" }));

/** What the window asks for. */
export const WORKSTATION = {
  "workstation.get": { at: "/configuration/workstation", handlers },
  "workstation.set": { at: "/configuration/workstation", handlers, press: atLogin, again: atLogin },
  "workstation.quit": { at: "/configuration/workstation", handlers, press: async (on) => (await press(on, "Quit Sluice…"), press(on, "Quit Sluice", await screen.findByRole("alertdialog"))), in: ["alertdialog"], again: async (on) => press(on, "Quit Sluice", await screen.findByRole("alertdialog")) },
  "workspaces.list": { at: "/configuration/workstation", handlers },
  "workspaces.open": { at: "/configuration/workstation", handlers, press: (on) => press(on, "Open hr"), toast: "The workspace was not opened", again: (on) => press(on, "Open hr") },
  "workspaces.choose": { at: "/configuration/workstation", handlers, press: (on) => press(on, "New workspace…"), toast: "The workspace was not opened", again: (on) => press(on, "New workspace…") },
  "workspaces.forget": { at: "/configuration/workstation", handlers, press: (on) => press(on, /Take hr out of the list/), toast: "The workspace stays in the list", again: (on) => press(on, /Take hr out of the list/) },
  "workstation.asked": { at: "/", handlers, quiet: "the tray has no screen to tell it on, and each of its wishes can be made in the window too", works: () => screen.findByRole("heading", { name: "Overview" }) },
} satisfies Scenes;
