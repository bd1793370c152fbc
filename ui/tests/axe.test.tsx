import { screen } from "@testing-library/react";
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import { openConsole } from "./console";

/** jsdom paints nothing; tests/contrast.test.ts measures colours, and the order of regions is the shell's. */
const options: axe.RunOptions = { rules: { "color-contrast": { enabled: false } } };

describe("every screen passes axe", () => {
  it.each([
    ["the overview", "/", () => screen.findByRole("region", { name: "Databases" })],
    ["the traffic", "/traffic", () => screen.findByRole("grid")],
    ["the trace", "/traffic?id=01JD00000056", () => screen.findByRole("treegrid", { name: "Steps" })],
    ["the request", "/traffic?id=01JD00000056&tab=request", () => screen.findByLabelText("Request body as JSON")],
    ["the statements", "/traffic?id=01JD00000056&tab=statements", () => screen.findByRole("table")],
    ["the rows", "/traffic?id=01JD00000060&tab=rows", () => screen.findAllByRole("table")],
    ["the users", "/users", () => screen.findByRole("grid")],
    ["the user", "/users?user=grace.hopper%40example.org", () => screen.findByRole("table")],
    ["the user's resource", "/users?user=grace.hopper%40example.org&tab=resource", () => screen.findByLabelText("Resource as the provider sees it")],
    ["the entitlements", "/entitlements", () => screen.findByRole("grid", { name: "Entitlements" })],
    ["the entitlement", "/entitlements?entitlement=1", () => screen.findByRole("region", { name: "Holders" })],
    ["the operations", "/operations", () => screen.findByRole("grid", { name: "Operations" })],
    ["a mapping", "/operations?op=create_user", () => screen.findByRole("table", { name: "Parameters" })],
    ["a form to try an operation", "/operations?op=create_user&tab=try", () => screen.findByLabelText("USER_ID")],
    ["the connections", "/connections", () => screen.findByRole("grid", { name: "Connections" })],
    ["a connection", "/connections?name=hr-test", () => screen.findByLabelText("Host")],
    ["a new connection", "/connections?add=connection", () => screen.findByLabelText("Host")],
    ["an application", "/connections?application=payroll", () => screen.findByLabelText("Connection")],
    ["the appearance", "/configuration/appearance", () => screen.findByRole("region", { name: "Everywhere in the console" })],
  ])("%s", async (_, address, ready) => {
    openConsole(address);
    await ready();
    const { violations } = await axe.run(document.body, options);
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
  });
});
