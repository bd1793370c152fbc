import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { absoluteTime, showTimesIn } from "@/components/format";
import { followAppearance } from "@/state/appearance";
import { openConsole } from "./console";

describe("the configuration screen", () => {
  it("opens the section that the address names, and says so in the sidebar", async () => {
    openConsole("/configuration/appearance");
    expect(await screen.findByRole("heading", { name: "Appearance" })).toBeVisible();
    const sections = screen.getByRole("navigation", { name: "Sections" });
    expect(within(sections).getByRole("link", { name: "Appearance" })).toHaveAttribute("aria-current", "page");
    expect(within(screen.getByRole("navigation", { name: "Screens" })).getByRole("link", { name: /^Configuration/ })).toHaveAttribute("aria-current", "page");
  });

  it("says that an unknown section is unknown, and leads to one that is there", async () => {
    const { user, address } = openConsole("/configuration/elsewhere");
    expect(await screen.findByText("There is no such section")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Go to the first one" }));
    await waitFor(() => expect(address()).toMatch(/^\/configuration\/[a-z]+/));
    expect(screen.queryByText("There is no such section")).not.toBeInTheDocument();
  });
});

describe("the appearance", () => {
  it("acts at once and is kept with Sluice", async () => {
    const { user, host } = openConsole("/configuration/appearance");
    const stop = followAppearance();
    await user.click(await screen.findByRole("button", { name: "Large" }));
    expect(document.documentElement.style.getPropertyValue("--text-size")).toBe("1.12");
    await user.click(screen.getByRole("button", { name: "Compact" }));
    await waitFor(async () => {
      const { items } = await host.call("kept.list", { kind: "layout" });
      expect(items.find(({ name }) => name === "appearance")?.body).toMatchObject({ text: 112, density: "compact" });
    });
    await user.click(screen.getByRole("button", { name: "Back to what is usual" }));
    expect(document.documentElement.style.getPropertyValue("--text-size")).toBe("1");
    stop();
  });

  it("shows times in UTC where that is chosen", async () => {
    const { user } = openConsole("/configuration/appearance");
    const stop = followAppearance();
    await user.click(await screen.findByRole("button", { name: "UTC" }));
    expect(absoluteTime(Date.UTC(2026, 0, 15, 23, 30))).toContain("15 January 2026 at 23:30:00 UTC");
    stop();
    showTimesIn(undefined);
  });
});
