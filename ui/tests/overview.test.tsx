import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openConsole } from "./console";
import { figuresOf, SETUP } from "./fixture/overview";
import { makeWorld } from "./fixture/world";

const TOKEN = "slc_7Qm2vN4xTz8RkP1wYb6Hd3Jf";

describe("the overview", () => {
  it("masks the token until somebody presses, and hides it again", async () => {
    const { user, host } = openConsole("/");
    const reveal = await screen.findByRole("button", { name: "Reveal the token" });
    expect(document.body.textContent).not.toContain(TOKEN);
    expect(host.calls.map((call) => call.command)).not.toContain("credentials.reveal");
    await user.click(reveal);
    expect(await screen.findByText(`Bearer ${TOKEN}`)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Hide the token" }));
    expect(document.body.textContent).not.toContain(TOKEN);
  });

  it("copies the token without showing it", async () => {
    const { user } = openConsole("/");
    await user.click(await screen.findByRole("button", { name: "Copy the token" }));
    await waitFor(async () => expect(await navigator.clipboard.readText()).toBe(`Bearer ${TOKEN}`));
    expect(document.body.textContent).not.toContain(TOKEN);
  });

  it("shows the base URL of the chosen application", async () => {
    const { user } = openConsole("/");
    const card = await screen.findByRole("region", { name: "To paste into the provider’s console" });
    expect(card).toHaveTextContent("/ws/rest/jdbc_on_prem/scim/v2");
    await user.selectOptions(within(card).getByRole("combobox", { name: "Application" }), "payroll");
    await waitFor(() => expect(card).toHaveTextContent("/ws/rest/payroll/scim/v2"));
  });

  it("shows the user, and not the endpoint’s token, for an application with Basic authentication", async () => {
    const { user } = openConsole("/");
    const card = await screen.findByRole("region", { name: "To paste into the provider’s console" });
    await user.selectOptions(within(card).getByRole("combobox", { name: "Application" }), "payroll");
    await waitFor(() => expect(card).toHaveTextContent("okta_import"));
    expect(card).toHaveTextContent("sluice-server password --application payroll");
    expect(within(card).queryByRole("button", { name: "Reveal the token" })).toBeNull();
    await user.click(within(card).getByRole("button", { name: "Copy the user" }));
    await waitFor(async () => expect(await navigator.clipboard.readText()).toBe("okta_import"));
  });

  it("asks before it stops the endpoint, and then offers to start it", async () => {
    const { user, host } = openConsole("/");
    await user.click(await screen.findByRole("button", { name: "Stop…" }));
    const dialog = await screen.findByRole("alertdialog");
    expect(host.calls.map((call) => call.command)).not.toContain("endpoint.stop");
    await user.click(within(dialog).getByRole("button", { name: "Stop the endpoint" }));
    await user.click(await screen.findByRole("button", { name: "Start" }));
    expect(await screen.findByText(/^Listening since/)).toBeVisible();
    expect(host.calls.map((call) => call.command)).toEqual(expect.arrayContaining(["endpoint.stop", "endpoint.start"]));
  });

  it("wants the workspace's name typed before it stops production", async () => {
    const world = makeWorld();
    world.overview.workspace.environment = "production";
    const { user } = openConsole("/", { world });
    await user.click(await screen.findByRole("button", { name: "Stop…" }));
    const dialog = await screen.findByRole("alertdialog");
    const stop = within(dialog).getByRole("button", { name: "Stop the endpoint" });
    expect(stop).toBeDisabled();
    await user.type(within(dialog).getByRole("textbox"), "hr-gateway");
    expect(stop).toBeEnabled();
  });

  it("says why a database does not answer and what to do", async () => {
    openConsole("/");
    const card = await screen.findByRole("region", { name: "Databases" });
    expect(card).toHaveTextContent("Login failed for “svc_scim”");
    expect(card).toHaveTextContent("Set the password of the connection again.");
  });

  it("leads from a failure to its exchange", async () => {
    const { user, address } = openConsole("/");
    const card = await screen.findByRole("region", { name: "Needs a look" });
    await user.click(within(card).getAllByRole("link", { name: /HIREDATE/ })[0] as HTMLElement);
    await waitFor(() => expect(address()).toMatch(/^\/traffic\?.*id=/));
    expect(await screen.findByRole("region", { name: "Diagnosis" })).toBeVisible();
  });

  it("counts what failed alike once, and leads to all of it", async () => {
    const { user, address } = openConsole("/");
    const card = await screen.findByRole("region", { name: "Needs a look" });
    const several = (await within(card).findAllByRole("link")).find((link) => /[2-9]×|\d\d×/.test(link.textContent ?? ""));
    await user.click(several as HTMLElement);
    await waitFor(() => expect(decodeURIComponent(address())).toMatch(/last:1d/));
  });

  it("names the users whom requests fail for, and tells who is written well since", async () => {
    const { user, address } = openConsole("/");
    const card = await screen.findByRole("region", { name: "Failing users" });
    expect(card).toHaveTextContent("ada.lovelace@example.org in payroll");
    expect(card).toHaveTextContent("Written well since");
    await user.click(within(card).getByRole("link", { name: /grace\.hopper/ }));
    await waitFor(() => expect(decodeURIComponent(address()).replaceAll("+", " ")).toContain("app:jdbc_on_prem user:grace.hopper@example.org status:failed last:1d"));
  });

  it("shows the slowest operations with the statement", async () => {
    openConsole("/");
    const card = await screen.findByRole("region", { name: "Slowest operations" });
    expect(card).toHaveTextContent("CALL GET_ACTIVEUSERS()");
    expect(card).toHaveTextContent("p95 410 ms");
  });

  it("keeps the range in the address", async () => {
    const { user, address, host } = openConsole("/?range=week");
    expect(await screen.findByRole("button", { name: "Week", pressed: true })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Hour" }));
    await waitFor(() => expect(address()).toBe("/?range=hour"));
    await waitFor(() => expect(host.calls).toContainEqual({ command: "overview.figures", input: { range: "hour" } }));
  });

  it("is read step by step by the keys, and Enter opens what happened then", async () => {
    const { user, address } = openConsole("/");
    const chart = await screen.findByRole("slider", { name: "Requests over time" });
    chart.focus();
    await user.keyboard("{End}");
    expect(chart).toHaveAttribute("aria-valuetext", expect.stringMatching(/up to now: \d+ requests?$/));
    await user.keyboard("{Enter}");
    await waitFor(() => expect(decodeURIComponent(address())).toMatch(/^\/traffic\?filter=.*after:.*before:/));
  });

  it("says what is left to set up, and leads to where the next step is done", async () => {
    const { user, address } = openConsole("/");
    const card = await screen.findByRole("region", { name: "Ready for the provider" });
    expect(await within(card).findByText("4 of 9")).toBeVisible();
    const link = within(card).getByRole("link", { name: /3 of 10 operations run dry/ });
    expect(link.closest("li")).not.toHaveAttribute("aria-current");
    expect(within(card).getByRole("link", { name: /Failed: The check found errors/ }).closest("li")).toHaveAttribute("aria-current", "step");
    await user.click(link);
    await waitFor(() => expect(address()).toMatch(/^\/operations\?.*op=create_user.*tab=try|^\/operations\?.*tab=try.*op=create_user/));
  });

  it("is quiet once everything is set up and nothing failed", async () => {
    const setup = structuredClone(SETUP);
    for (const step of setup.steps) step.state = "done";
    openConsole("/", { handlers: { "overview.setup": () => setup, "overview.figures": ({ range }) => ({ ...figuresOf([], range), users: [] }) } });
    expect(await screen.findByText("Set up: the provider calls and imports.")).toBeVisible();
    expect(await screen.findByText("Nothing failed in the last day.")).toBeVisible();
    for (const name of ["Failing users", "Slowest operations"]) expect(screen.queryByRole("region", { name })).not.toBeInTheDocument();
  });

  it("begins with a connection where the workspace is empty", async () => {
    const world = makeWorld();
    Object.assign(world.overview, { applications: [], connections: [] });
    const { host } = openConsole("/", { world });
    expect(await screen.findByText("No connection is set up yet.")).toBeVisible();
    await waitFor(() => expect(host.calls).toContainEqual({ command: "overview.setup", input: { application: null } }));
  });

  it("says that the console is lost, and how to go on", async () => {
    openConsole("/", {
      handlers: {
        "overview.get": () => {
          throw { code: "unreachable", message: "Sluice does not answer", hint: "Check that sluice-server still runs.", fields: {}, exchange: null };
        },
      },
    });
    expect(await screen.findByRole("alert")).toHaveTextContent("Check that sluice-server still runs.");
  });
});
