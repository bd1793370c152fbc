import { screen, within } from "@testing-library/react";
import type { WorkstationState } from "@/api/contract";
import type { Handlers } from "@/host/memory";
import { type Opened, press, type Scenes } from "./scene";

const WINDOW: WorkstationState = { closing: "quit", tray: "shown", startAtLogin: false, loginFile: "/home/ann/.config/autostart/sluice.desktop" };
const handlers = { "workstation.get": () => ({ window: WINDOW }), "workstation.set": () => ({ window: WINDOW }), "workstation.quit": () => ({}) } satisfies Handlers;
const atLogin = async (on: Opened) => on.user.click(within(await screen.findByRole("group", { name: "Start at login" })).getByRole("button", { name: "Yes" }));

/** What the window asks for. */
export const WORKSTATION = {
  "workstation.get": { at: "/configuration/workstation", handlers },
  "workstation.set": { at: "/configuration/workstation", handlers, press: atLogin, again: atLogin },
  "workstation.quit": { at: "/configuration/workstation", handlers, press: async (on) => (await press(on, "Quit Sluice…"), press(on, "Quit Sluice", await screen.findByRole("alertdialog"))), in: ["alertdialog"], again: async (on) => press(on, "Quit Sluice", await screen.findByRole("alertdialog")) },
  "workstation.asked": { at: "/", handlers, quiet: "the tray has no screen to tell it on, and each of its wishes can be made in the window too", works: () => screen.findByRole("heading", { name: "Overview" }) },
} satisfies Scenes;
