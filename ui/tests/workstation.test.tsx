import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { WorkspaceLines, WorkstationState } from "@/api/contract";
import type { Handlers } from "@/host/memory";
import { openConsole } from "./console";

const FILE = "/home/ann/.config/autostart/org.sluice.console.d0123456789abcdef.desktop";

/** A window that does as it is told. */
function inWindow(start: Partial<WorkstationState> = {}): Handlers {
  let window: WorkstationState = { closing: "quit", tray: "shown", startAtLogin: false, loginFile: FILE, ...start };
  return {
    "workstation.get": () => ({ window }),
    "workstation.set": ({ closing, startAtLogin }) => {
      window = { ...window, closing: closing ?? window.closing, startAtLogin: startAtLogin ?? window.startAtLogin };
      return { window };
    },
    "workstation.quit": () => ({}),
    "workspaces.list": () => ({ demoHere: true, workspaces: [] }),
  };
}

const HR = "/home/ann/hr/sluice.toml";
const workspaces = {
  demoHere: true,
  workspaces: [
    { configuration: HR, name: "hr", environment: "production", openedAt: 1_760_000_000_000, here: false },
    { configuration: "/mnt/away/sluice.toml", name: null, environment: null, openedAt: 1_750_000_000_000, here: false },
  ],
} satisfies WorkspaceLines;

describe("the workspaces of an account", () => {
  it("are opened in a window of their own, begun anew, and taken out of the list", async () => {
    const listed = { ...inWindow(), "workspaces.list": () => workspaces, "workspaces.open": () => ({}), "workspaces.choose": () => ({ configuration: null }), "workspaces.forget": () => ({}) } satisfies Handlers;
    const { user, host } = openConsole("/configuration/workstation", { handlers: listed });
    const card = await screen.findByRole("region", { name: "Workspaces" });
    expect(within(card).getByText(HR)).toBeVisible();
    expect(within(card).getByText("Production")).toBeVisible();
    expect(within(card).getByText("its file cannot be read")).toBeVisible();
    await user.click(within(card).getByRole("button", { name: "Open hr" }));
    await user.click(within(card).getByRole("button", { name: "New workspace…" }));
    await user.click(within(card).getByRole("button", { name: /Take away\/sluice.toml out of the list/ }));
    await waitFor(() => expect(host.calls).toContainEqual({ command: "workspaces.forget", input: { configuration: "/mnt/away/sluice.toml" } }));
    expect(host.calls).toContainEqual({ command: "workspaces.open", input: { configuration: HR } });
    expect(host.calls).toContainEqual({ command: "workspaces.choose", input: { new: true } });
  });

  it("are opened from the palette too", async () => {
    const listed = { ...inWindow(), "workspaces.list": () => workspaces, "workspaces.open": () => ({}) } satisfies Handlers;
    const { user, host } = openConsole("/", { handlers: listed });
    await waitFor(() => expect(host.calls.map(({ command }) => command)).toContain("workspaces.list"));
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox", { name: /search|command/i }), "workspace hr");
    await screen.findByRole("option", { name: /Open the workspace hr/, selected: true });
    await user.keyboard("{Enter}");
    await waitFor(() => expect(host.calls).toContainEqual({ command: "workspaces.open", input: { configuration: HR } }));
  });
});

describe("the section Workstation", () => {
  it("keeps serving after the window is closed, and says where the window goes", async () => {
    const { user, host } = openConsole("/configuration/workstation", { handlers: inWindow() });
    const choice = await screen.findByRole("group", { name: "When it is closed" });
    expect(screen.getByText(/the endpoint with it/)).toBeVisible();
    await user.click(within(choice).getByRole("button", { name: "Keep serving" }));
    expect(await screen.findByText(/goes into the tray/)).toBeVisible();
    expect(host.calls).toContainEqual({ command: "workstation.set", input: { closing: "keep_serving", startAtLogin: null } });
  });

  it("says that the window is minimised where the desktop has no tray", async () => {
    openConsole("/configuration/workstation", { handlers: inWindow({ closing: "keep_serving", tray: "no_tray" }) });
    expect(await screen.findByText(/the window is minimised/)).toBeVisible();
    expect(screen.getByText("This desktop shows none")).toBeVisible();
  });

  it("starts at login when that is chosen, and names the file", async () => {
    const { user } = openConsole("/configuration/workstation", { handlers: inWindow() });
    const choice = await screen.findByRole("group", { name: "Start at login" });
    expect(screen.getByText(FILE)).toBeVisible();
    await user.click(within(choice).getByRole("button", { name: "Yes" }));
    await waitFor(() => expect(within(choice).getByRole("button", { name: "Yes" })).toHaveAttribute("aria-pressed", "true"));
  });

  it("goes back to what was and tells why when it cannot be changed", async () => {
    const handlers: Handlers = {
      ...inWindow(),
      "workstation.set": () => {
        throw { code: "workstation.login", message: `The file ${FILE} cannot be written: Permission denied.`, hint: "Check the rights of the file and its folder.", fields: {}, exchange: null };
      },
    };
    const { user } = openConsole("/configuration/workstation", { handlers });
    const choice = await screen.findByRole("group", { name: "Start at login" });
    await user.click(within(choice).getByRole("button", { name: "Yes" }));
    expect(await screen.findByText(/cannot be written: Permission denied/)).toBeVisible();
    expect(within(choice).getByRole("button", { name: "No" })).toHaveAttribute("aria-pressed", "true");
  });

  it("says in a browser that a server has no window", async () => {
    openConsole("/configuration/workstation");
    expect(await screen.findByText("This Sluice is a server and has no window")).toBeVisible();
  });
});

describe("what comes from around the window", () => {
  it("asks before the endpoint is stopped from the tray", async () => {
    const { host } = openConsole("/", { handlers: inWindow() });
    await waitFor(() => expect(host.streams.map(({ name }) => name)).toContain("workstation.asked"));
    act(() => host.emit("workstation.asked", { what: "stop_endpoint" }));
    expect(await screen.findByRole("alertdialog", { name: /Stop the endpoint of/ })).toBeVisible();
  });

  it("says which configuration a second start asked for", async () => {
    const { host } = openConsole("/", { handlers: inWindow() });
    await waitFor(() => expect(host.streams.map(({ name }) => name)).toContain("workstation.asked"));
    act(() => host.emit("workstation.asked", { what: "elsewhere", configuration: "/srv/hr.toml" }));
    expect(await screen.findByText(/asked to open \/srv\/hr\.toml/)).toBeVisible();
  });

  it("quits only after it was confirmed, and a browser has nothing to quit", async () => {
    const { user, host } = openConsole("/", { handlers: inWindow() });
    await waitFor(() => expect(host.streams.map(({ name }) => name)).toContain("workstation.asked"));
    await user.keyboard("{Control>}q{/Control}");
    const dialog = await screen.findByRole("alertdialog", { name: "Quit Sluice?" });
    expect(host.calls.map(({ command }) => command)).not.toContain("workstation.quit");
    await user.click(within(dialog).getByRole("button", { name: "Quit Sluice" }));
    await waitFor(() => expect(host.calls).toContainEqual({ command: "workstation.quit", input: { whileServing: true } }));
  });

  it("listens to nobody in a browser", async () => {
    const { host } = openConsole("/");
    await waitFor(() => expect(host.calls.map(({ command }) => command)).toContain("workstation.get"));
    await screen.findByRole("heading", { name: "Overview" });
    expect(host.streams.map(({ name }) => name)).not.toContain("workstation.asked");
  });
});
