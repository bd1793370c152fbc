import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { fits, sectionsOf } from "@/components/shell/ranking";
import { type Action, isKey } from "@/state/actions";
import { forget, recall, remember, remembered, type Keeper } from "@/state/remembered";
import { openConsole } from "./console";
import { makeWorld } from "./fixture/world";

afterEach(() => {
  vi.useRealTimers();
  forget();
});

const action = (title: string, more: Partial<Action> = {}): Action => ({ id: title, title, group: "Traffic", run: () => undefined, ...more });
const press = (key: string, more: KeyboardEventInit = {}) => new KeyboardEvent("keydown", { key, ...more });

describe("what the palette finds", () => {
  it.each([
    ["trf", "Go to Traffic", true],
    ["traffic go", "Go to Traffic", true],
    ["har", "Export what matches as HAR", true],
    ["exprt har", "Export what matches as HAR", true],
    ["qqq", "Go to Traffic", false],
    ["go nowhere", "Go to Traffic", false],
  ])("%s in %s: %s", (typed, title, found) => {
    expect(fits(action(title), typed) > 0).toBe(found);
  });

  it("ranks the word that was meant before letters that happen to be there", () => {
    const typed = "pin";
    expect(fits(action("Pin the exchange"), typed)).toBeGreaterThan(fits(action("Stop the endpoint"), typed));
  });

  it("puts what can be run now before what cannot, which stays with its reason", () => {
    const actions = [action("Copy the row", { disabled: "No row is chosen" }), action("Go to Connections")];
    const [first] = sectionsOf(actions, "co", { here: undefined, recent: [] });
    expect(first?.actions.map(({ title }) => title)).toEqual(["Go to Connections", "Copy the row"]);
  });

  it("runs what was run last by Enter alone", async () => {
    const { user, address } = openConsole("/");
    await screen.findByRole("heading", { name: "Overview" });
    await user.keyboard("{Control>}k{/Control}go users{Enter}");
    await waitFor(() => expect(address()).toBe("/users"));
    await user.keyboard("gh{Control>}k{/Control}");
    const recent = await screen.findByRole("group", { name: "Recent" });
    expect(within(recent).getAllByRole("option").map((option) => option.textContent)).toEqual(["Go to UsersG U"]);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(address()).toBe("/users"));
  });

  it("says why an action cannot be run, and does not run it", async () => {
    const world = makeWorld();
    for (const application of world.overview.applications) application.baseUrl = null;
    const { user } = openConsole("/", { world });
    await screen.findByRole("button", { name: "Stop…" });
    await user.keyboard("{Control>}k{/Control}base url");
    const option = await screen.findByRole("option", { name: /Copy the base URL of jdbc_on_prem/ });
    await waitFor(() => expect(option).toHaveTextContent("The endpoint is stopped"));
    expect(option).toHaveAttribute("aria-disabled", "true");
  });
});

describe("keys", () => {
  it("are read with their modifiers, and signs as they are typed", () => {
    expect(isKey(press("s", { ctrlKey: true }), "mod+s")).toBe(true);
    expect(isKey(press("s"), "mod+s")).toBe(false);
    expect(isKey(press("s", { ctrlKey: true }), "s")).toBe(false);
    expect(isKey(press("?", { shiftKey: true }), "?")).toBe(true);
    expect(isKey(press("P", { shiftKey: true }), "p")).toBe(false);
    expect(isKey(press("Enter", { ctrlKey: true }), "mod+Enter")).toBe(true);
  });

  it("are all on one sheet, which opens by a question mark", async () => {
    const { user } = openConsole("/traffic");
    await screen.findByRole("combobox", { name: "Filter exchanges" });
    await user.keyboard("?");
    const sheet = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    expect(within(sheet).getByText("Go to Entitlements")).toBeVisible();
    await user.keyboard("gu");
    expect(await screen.findByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  });

  it("do nothing while somebody types", async () => {
    const { user, address } = openConsole("/traffic");
    await user.click(await screen.findByRole("combobox", { name: "Filter exchanges" }));
    await user.keyboard("gu?");
    expect(await screen.findByRole("combobox", { name: "Filter exchanges" })).toHaveValue("gu?");
    expect(address()).toMatch(/^\/traffic/);
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });
});

describe("what is remembered", () => {
  const keeperOf = (items: { name: string; body: unknown }[]): Keeper & { put: ReturnType<typeof vi.fn> } => ({ list: async () => items, put: vi.fn(async () => undefined) });

  it("is there at once and written once after a while, with its last value", async () => {
    vi.useFakeTimers();
    const keeper = keeperOf([{ name: "split.traffic", body: { list: 40 } }]);
    await recall(keeper);
    expect(remembered("split.traffic")).toEqual({ list: 40 });
    for (const list of [41, 42, 43]) remember("split.traffic", { list });
    expect(remembered("split.traffic")).toEqual({ list: 43 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(keeper.put.mock.calls).toEqual([["split.traffic", { list: 43 }]]);
  });

  it("does not undo by a late reading what was changed meanwhile", async () => {
    remember("theme", "dark");
    await recall(keeperOf([{ name: "theme", body: "light" }]));
    expect(remembered("theme")).toBe("dark");
  });
});
