import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Commands, Problem } from "@/api/contract";
import { openConsole } from "./console";

/** A problem that no program makes: seen on the screen, it came through whole. */
const SENTINEL: Problem = { code: "sentinel.failure", message: "The sentinel refused to answer.", hint: "Relieve the sentinel, then ask again.", fields: {}, exchange: "01SENTINEL" };

/** What each screen asks for when it opens, and an address at which it does. */
const ASKED: [keyof Commands, string][] = [
  ["overview.get", "/"],
  ["imports.list", "/"],
  ["traffic.list", "/traffic"],
  ["traffic.get", "/traffic?id=01JD00000056"],
  ["users.list", "/users"],
  ["users.get", "/users?user=grace.hopper%40example.org"],
  ["entitlements.list", "/entitlements"],
  ["entitlements.holders", "/entitlements?entitlement=1"],
  ["data.schemas", "/data"],
  ["data.relation", "/data?table=USERS"],
  ["operations.list", "/operations"],
  ["procedures.list", "/procedures"],
];

describe("a failure of what a screen asks for", () => {
  it.each(ASKED)("%s reaches the screen with cause, remedy and code", async (command, address) => {
    const refuse = () => {
      throw SENTINEL;
    };
    openConsole(address, { handlers: { [command]: refuse } });
    const [alert] = await screen.findAllByRole("alert");
    if (!alert) throw new Error("no alert");
    expect(alert).toHaveTextContent(SENTINEL.message);
    expect(alert).toHaveTextContent(SENTINEL.hint ?? "");
    expect(within(alert).getByText(SENTINEL.code)).toBeInTheDocument();
  });
});
