import { screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import { absoluteTime, showTimesIn } from "@/components/format";
import { followAppearance } from "@/state/appearance";
import { openConsole } from "./console";
import { certificate, DAY, makeSettings, NOW } from "./fixture/settings";

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

describe("the endpoint", () => {
  it("is moved after it was said what that interrupts, and can be moved back", async () => {
    const { handlers } = makeSettings();
    const { user, host } = openConsole("/configuration/endpoint", { handlers });
    const field = await screen.findByRole("textbox", { name: "Address and port" });
    await user.clear(field);
    await user.type(field, "0.0.0.0:8443");
    await user.click(screen.getByRole("button", { name: "Save and restart the endpoint…" }));
    const dialog = await screen.findByRole("alertdialog");
    expect(dialog).toHaveTextContent("2 connections of clients are open now and will be closed");
    expect(dialog).toHaveTextContent("https://hr-gw.example.org:8443");
    expect(host.calls.map(({ command }) => command)).not.toContain("settings.save_endpoint");
    await user.click(within(dialog).getByRole("button", { name: "Save and restart" }));
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => expect(host.calls.map(({ command }) => command)).toContain("configuration.undo"));
  });

  it("says at the field that a port is in use, and keeps what was typed", async () => {
    const { handlers } = makeSettings();
    const taken = { code: "endpoint.listen", message: "The endpoint cannot listen there; it goes on where it is.", hint: null, fields: { listen: "Another program listens on 0.0.0.0:8443 already. Stop it, or write another port." }, exchange: null };
    const { user } = openConsole("/configuration/endpoint", {
      handlers: {
        ...handlers,
        "settings.save_endpoint": () => {
          throw taken;
        },
      },
    });
    const field = await screen.findByRole("textbox", { name: "Address and port" });
    await user.clear(field);
    await user.type(field, "0.0.0.0:8443");
    await user.click(screen.getByRole("button", { name: "Save and restart the endpoint…" }));
    await user.click(await screen.findByRole("button", { name: "Save and restart" }));
    await waitFor(() => expect(field).toBeInvalid());
    expect(field).toHaveAccessibleDescription(/Another program listens/);
    expect(field).toHaveValue("0.0.0.0:8443");
  });

  it("saves what interrupts nothing without asking", async () => {
    const { handlers } = makeSettings();
    const { user, host } = openConsole("/configuration/endpoint", { handlers });
    const field = await screen.findByRole("textbox", { name: "Body of a request" });
    await user.clear(field);
    await user.type(field, "2048");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(host.calls.find(({ command }) => command === "settings.save_endpoint")?.input).toMatchObject({ settings: { bodyLimitKb: 2048 } }));
    expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument();
  });
});

describe("the certificate", () => {
  it("is held against the name of the base URL and those that clients ask for", async () => {
    const { handlers } = makeSettings();
    openConsole("/configuration/certificate", { handlers });
    const names = await screen.findByRole("region", { name: "Names" });
    expect(within(names).getByText("hr-gw.example.org").parentElement).toHaveTextContent("in the certificate");
    expect(within(names).getByText("hr-gw").closest("li")).toHaveTextContent("not in the certificate");
  });

  it.each([
    [30, "text-warn"],
    [7, "text-bad"],
    [31, "text-ok"],
  ])("with %i days left shows them as %s", async (daysLeft, tone) => {
    const { handlers, world } = makeSettings();
    world.certificates = { ...world.certificates, current: certificate({ daysLeft, notAfter: NOW + daysLeft * DAY }) };
    openConsole("/configuration/certificate", { handlers });
    const left = await screen.findByText(new RegExp(`^${daysLeft} days left`));
    expect(left.parentElement).toHaveClass(tone);
    expect(screen.queryByText(`It ends in ${daysLeft} days.`) !== null).toBe(daysLeft <= 30);
  });

  it("of one’s own is told what is wrong with it, and stands ready nowhere", async () => {
    const { handlers } = makeSettings();
    const { user, host } = openConsole("/configuration/certificate", {
      handlers: { ...handlers, "certificate.bring": () => ({ taken: false, checks: [{ what: "Key", verdict: "bad", says: "The key belongs to another certificate." }] }) },
    });
    await user.click(await screen.findByRole("button", { name: "Bring your own…" }));
    host.chosen = new File(["CERT"], "company.crt");
    await user.click(screen.getByRole("button", { name: "Choose the certificate…" }));
    host.chosen = new File(["KEY"], "company.key");
    await user.click(screen.getByRole("button", { name: "Choose the key…" }));
    await user.click(await screen.findByRole("button", { name: "Check it" }));
    expect(await screen.findByRole("list", { name: "What was checked" })).toHaveTextContent("refusedKeyThe key belongs to another certificate.");
    expect(host.calls.find(({ command }) => command === "certificate.bring")?.input).toEqual({ certificates: "CERT", key: "KEY" });
  });

  it("that stands ready is saved for the agent, and taken after it was said who refuses it", async () => {
    const { handlers, world } = makeSettings();
    world.certificates = { ...world.certificates, next: certificate({ fingerprint: "11:22", pem: "NEXT" }) };
    const { user, host } = openConsole("/configuration/certificate", { handlers });
    const ready = await screen.findByRole("region", { name: "Ready to be used" });
    await user.click(within(ready).getByRole("button", { name: "Save for the agent…" }));
    await waitFor(() => expect(host.saved).toEqual([{ name: "sluice-next.crt", mime: "application/x-pem-file", content: "NEXT" }]));
    await user.click(within(ready).getByRole("button", { name: "Use it…" }));
    const dialog = await screen.findByRole("alertdialog");
    expect(dialog).toHaveTextContent("2 connections that are open stay");
    await user.click(within(dialog).getByRole("button", { name: "Use it" }));
    expect(await screen.findByRole("region", { name: "Kept aside" })).toHaveTextContent("9C:41:0B:7E");
  });
});

describe("the token", () => {
  it("is rotated with a time in which both are good, and the one before is ended by a press", async () => {
    const { handlers } = makeSettings();
    const { user, host } = openConsole("/configuration/token", { handlers });
    await user.click(await screen.findByRole("button", { name: "1 hour" }));
    await user.click(screen.getByRole("button", { name: "Make a new token…" }));
    const dialog = await screen.findByRole("alertdialog");
    expect(dialog).toHaveTextContent("good for 1 hour more");
    await user.click(within(dialog).getByRole("button", { name: "Make a new token" }));
    const before = await screen.findByRole("region", { name: "The previous token" });
    expect(host.calls.find(({ command }) => command === "token.rotate")?.input).toEqual({ overlapMs: 3_600_000 });
    expect(screen.getByRole("button", { name: "Make a new token…" })).toBeDisabled();
    await user.click(within(before).getByRole("button", { name: "End it now…" }));
    await user.click(await screen.findByRole("button", { name: "End it" }));
    await waitFor(() => expect(screen.queryByRole("region", { name: "The previous token" })).not.toBeInTheDocument());
  });

  it("says who still uses the one before", async () => {
    const { handlers, world } = makeSettings();
    world.token = { ...world.token, former: { until: NOW + DAY, uses: [{ application: "payroll", last: NOW - 120_000, times: 41 }] } };
    openConsole("/configuration/token", { handlers });
    const row = await screen.findByRole("row", { name: /payroll/ });
    expect(row).toHaveTextContent("41");
  });
});

describe("the record", () => {
  it("counts what would go before it goes", async () => {
    const { handlers } = makeSettings();
    const { user, host } = openConsole("/configuration/record", {
      handlers,
      workers: {
        "record.remove_excess": (_, progress) => {
          progress({ removed: 500, of: 700 });
          return { removed: 700 };
        },
      },
    });
    await user.type(await screen.findByRole("textbox", { name: "By age" }), "30");
    await user.click(screen.getByRole("button", { name: "Save" }));
    const dialog = await screen.findByRole("alertdialog", { name: "Remove 700 exchanges from the record?" });
    expect(dialog).toHaveTextContent("One that is pinned stays.");
    expect(host.calls.map(({ command }) => command)).not.toContain("record.save");
    await user.click(within(dialog).getByRole("button", { name: "Save and remove them" }));
    await waitFor(() => expect(host.calls.find(({ command }) => command === "record.save")?.input).toMatchObject({ settings: { keepDays: 30 } }));
    expect(await screen.findByText("700 exchanges removed.")).toBeVisible();
  });

  it("asks nothing where nothing would go", async () => {
    const { handlers } = makeSettings();
    const { user, host } = openConsole("/configuration/record", { handlers });
    await user.type(await screen.findByRole("textbox", { name: "By number" }), "90000");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(host.calls.find(({ command }) => command === "record.save")?.input).toMatchObject({ settings: { keepExchanges: 90_000 } }));
    expect(host.works).toEqual([]);
  });
});

describe("the log", () => {
  it("changes a level by a press, and shows the last lines", async () => {
    const { handlers } = makeSettings();
    const { user, host } = openConsole("/configuration/logging", { handlers });
    expect(await screen.findByText("the database does not answer")).toBeVisible();
    const level = await screen.findByRole("group", { name: "Level of Databases" });
    await user.click(within(level).getByRole("button", { name: "Everything" }));
    await waitFor(() => expect(host.calls.find(({ command }) => command === "log.save_levels")?.input).toMatchObject({ areas: expect.arrayContaining([{ area: "databases", level: "debug" }]) }));
  });

  it("says what the environment sets, which stands above", async () => {
    const { handlers, world } = makeSettings();
    world.log = { ...world.log, given: "warn" };
    openConsole("/configuration/logging", { handlers });
    expect(await screen.findByText("SLUICE_LOG=warn")).toBeVisible();
  });
});

describe("every section passes axe", () => {
  it.each(["endpoint", "certificate", "token", "record", "logging"])("%s", async (section) => {
    const { handlers } = makeSettings();
    openConsole(`/configuration/${section}`, { handlers });
    await screen.findAllByRole("region");
    await waitFor(() => expect(document.querySelector("[aria-label=Loading]")).toBeNull());
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
  });
});
