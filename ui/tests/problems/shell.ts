import { screen } from "@testing-library/react";
import { makeWorld } from "../fixture/world";
import { press, run, type Scenes } from "./scene";

function stopped() {
  const world = makeWorld();
  world.overview.endpoint = { state: "stopped", address: null, since: null, problem: null };
  return world;
}

/** What the frame and the first screen ask for. */
export const SHELL = {
  "overview.get": [{ at: "/" }, ...["/users", "/entitlements", "/data", "/operations", "/procedures"].map((at) => ({ at })), { at: "/traffic", in: ["contentinfo", "Status"], word: "The sentinel refused to answer." }],
  "imports.list": { at: "/" },
  "overview.figures": { at: "/" },
  "overview.setup": { at: "/" },
  "endpoint.start": [
    { at: "/", world: stopped(), press: (on) => press(on, "Start") },
    { at: "/traffic", world: stopped(), press: async (on) => (await screen.findByText("The endpoint is stopped"), run(on, "start the endpoint")), toast: "The endpoint was not started" },
  ],
  "endpoint.stop": { at: "/", press: async (on) => (await press(on, "Stop…"), press(on, "Stop the endpoint", await screen.findByRole("alertdialog"))), in: ["alertdialog"], again: async (on) => press(on, "Stop the endpoint", await screen.findByRole("alertdialog")) },
  "credentials.reveal": [
    { at: "/", press: (on) => press(on, "Reveal the token") },
    { at: "/", press: (on) => press(on, "Copy the token"), toast: "Copy the token: not done" },
  ],
} satisfies Scenes;
