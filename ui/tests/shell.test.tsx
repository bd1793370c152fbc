import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openConsole } from "./console";

describe("the shell", () => {
  it("names the environment in words, the application and its database", async () => {
    openConsole("/");
    const bar = await screen.findByRole("banner");
    await waitFor(() => expect(bar).toHaveTextContent("Test"));
    expect(bar).toHaveTextContent("hr-test · MariaDB 10.11");
    expect(within(bar).getByRole("button", { name: "Application jdbc_on_prem" })).toBeVisible();
  });

  it("goes to a screen through the palette", async () => {
    const { user, address } = openConsole("/");
    await screen.findByRole("heading", { name: "Overview" });
    await user.keyboard("{Control>}k{/Control}");
    await user.keyboard("simulator{Enter}");
    await waitFor(() => expect(address()).toBe("/simulator"));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  });

  it("puts the focus back where it was when the palette closes", async () => {
    const { user } = openConsole("/");
    const button = await screen.findByRole("button", { name: "Copy the base URL" });
    button.focus();
    await user.keyboard("{Control>}k{/Control}");
    expect(await screen.findByRole("combobox", { name: /Search or run/ })).toHaveFocus();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(button).toHaveFocus());
  });

  it("names the chosen entry to who hears the palette, also as letters come", async () => {
    const { user } = openConsole("/");
    await screen.findByRole("heading", { name: "Overview" });
    await user.keyboard("{Control>}k{/Control}");
    const field = await screen.findByRole("combobox", { name: /Search or run/ });
    for (const letter of ["", "c", "o", "n", "x"]) {
      if (letter) await user.keyboard(letter);
      await waitFor(() => expect(field).toHaveAttribute("aria-activedescendant", screen.getByRole("option", { selected: true }).id));
    }
  });

  it("offers the command that goes by the typed name before a search for it", async () => {
    const { user } = openConsole("/");
    await screen.findByRole("button", { name: "Stop…" });
    await user.keyboard("{Control>}k{/Control}stop");
    const names = (await screen.findAllByRole("option")).map((option) => option.textContent);
    expect(names).toEqual(["Stop the endpoint…", "Users that match “stop”", "Traffic that matches “stop”"]);
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("alertdialog")).toBeVisible();
  });

  it("looks for a user from the palette", async () => {
    const { user, address } = openConsole("/");
    await screen.findByRole("heading", { name: "Overview" });
    await user.keyboard("{Control>}k{/Control}hopper");
    await user.click(await screen.findByRole("option", { name: "Users that match “hopper”" }));
    await waitFor(() => expect(address()).toContain("/users?search=hopper"));
  });

  it("goes by g and a letter, and reaches the filter by a slash", async () => {
    const { user, address } = openConsole("/");
    await screen.findByRole("heading", { name: "Overview" });
    await user.keyboard("gt");
    await waitFor(() => expect(address()).toBe("/traffic"));
    const field = await screen.findByRole("combobox", { name: "Filter exchanges" });
    await user.keyboard("/");
    expect(field).toHaveFocus();
    expect(field).toHaveValue("");
  });

  it("keeps the application in the address from screen to screen", async () => {
    const { user, address } = openConsole("/?app=payroll");
    await user.click(await screen.findByRole("link", { name: /^Users/ }));
    await waitFor(() => expect(address()).toBe("/users?app=payroll"));
  });

  it("raises an alarm when recording drops or the stream is lost", async () => {
    const { host, world } = openConsole("/");
    await waitFor(() => expect(host.streams).toHaveLength(1));
    host.emit("traffic.live", { exchanges: [], skipped: 0, recording: { ...world.recording(), dropped: 7 } });
    expect(await screen.findByText("recording on · 7 dropped")).toHaveClass("text-bad");
    host.state("lost");
    expect(await screen.findByText(/New exchanges do not arrive/)).toBeVisible();
  });

  it("begins with a link past the navigation", async () => {
    const { user } = openConsole("/");
    await screen.findByRole("heading", { name: "Overview" });
    await user.tab();
    expect(screen.getByRole("button", { name: "Skip to the content" })).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(screen.getByRole("main")).toHaveFocus();
  });
});
