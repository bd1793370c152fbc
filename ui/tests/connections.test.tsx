import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { InUse, SaveConnection } from "@/api/contract";
import { openConsole } from "./console";
import { CONNECTIONS, SETTINGS, step } from "./fixture/connections";

const IN_USE: InUse = { version: 2, restart: [] };

/** jsdom lays nothing out, and the edge of the split would take every press: the text is put there. */
const write = (label: string, text: string) => fireEvent.change(screen.getByLabelText(label), { target: { value: text } });
const connections = () => screen.findByRole("grid", { name: "Connections" });
const sent = (host: ReturnType<typeof openConsole>["host"], command: string) => host.calls.filter((call) => call.command === command).map((call) => call.input);

describe("the list", () => {
  it("shows where each connection is, how it is, what its pool does and who uses it", async () => {
    openConsole("/connections");
    const row = await within(await connections()).findByRole("row", { name: /hr-test/ });
    await within(row).findByText("5, 3, 1");
    within(row).getByText("Test");
    within(row).getByText("db1:3306/hr");
    within(row).getByText("jdbc_on_prem");
    expect(within(await connections()).getByRole("row", { name: /archive/ }).textContent).toContain("Does not answer");
  });

  it("says what a workspace without connections begins with, and applications wait for one", async () => {
    const { user } = openConsole("/connections", { handlers: { "connections.list": () => ({ ...CONNECTIONS, connections: [], applications: [] }) } });
    expect((await screen.findByRole("button", { name: "Add application" })).hasAttribute("disabled")).toBe(true);
    await user.click(await screen.findByRole("button", { name: "Add the first one" }));
    expect(document.activeElement).toBe(await screen.findByLabelText("Name"));
  });
});

describe("a connection", () => {
  it("asks for what its dialect has and for nothing else", async () => {
    const { user } = openConsole("/connections?add=connection");
    await screen.findByLabelText("Host");
    await user.selectOptions(screen.getByLabelText("Database", { selector: "select" }), "sqlite");
    screen.getByLabelText("File");
    expect(screen.queryByLabelText("Host")).toBeNull();
    expect(screen.queryByLabelText("Password")).toBeNull();
    await user.selectOptions(screen.getByLabelText("Database", { selector: "select" }), "oracle");
    screen.getByLabelText("Service");
    await user.click(screen.getByLabelText("It is a SID"));
    screen.getByLabelText("SID");
    await user.selectOptions(screen.getByLabelText("Database", { selector: "select" }), "odbc");
    screen.getByLabelText("Connection string");
    screen.getByLabelText("Password");
  });

  it("is saved with what was set before, and its password goes by itself to the keyring", async () => {
    const { user, host } = openConsole("/connections?name=hr-test", { handlers: { "connections.save": () => ({ in_use: IN_USE, password: "keyring" }) } });
    await screen.findByLabelText("Password");
    write("Password", "hunter2");
    write("Most connections", "4");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("Saved: hr-test");
    expect(sent(host, "connections.save")).toEqual([{ name: "hr-test", was: SETTINGS, settings: { ...SETTINGS, pool: { ...SETTINGS.pool, maximumPoolSize: 4 } }, password: "hunter2", keepIn: "keyring" }]);
    expect((screen.getByLabelText("Password") as HTMLInputElement).value).toBe("");
  });

  it("of production is saved only once its name is typed", async () => {
    const { user, host } = openConsole("/connections?name=payroll", { handlers: { "connections.save": () => ({ in_use: IN_USE, password: null }) } });
    await screen.findByLabelText("Host");
    write("Host", "db9");
    await user.click(screen.getByRole("button", { name: "Save" }));
    const dialog = await screen.findByRole("alertdialog");
    expect(sent(host, "connections.save")).toEqual([]);
    await user.type(within(dialog).getByRole("textbox"), "payroll");
    await user.click(within(dialog).getByRole("button", { name: "Use it on production" }));
    await screen.findByText("Saved: payroll");
  });

  it("shows what is wrong at the field where it is wrong", async () => {
    const { user } = openConsole("/connections?add=connection", {
      handlers: {
        "connections.save": () => {
          throw { code: "connections.form", message: "Something is missing or wrong in the form.", hint: null, fields: { host: "Name the server.", name: "There is one of this name." }, exchange: null };
        },
      },
    });
    await screen.findByLabelText("Name");
    write("Name", "hr-test");
    await user.click(screen.getByRole("button", { name: "Add this connection" }));
    await waitFor(() => expect(screen.getByLabelText("Host").getAttribute("aria-invalid")).toBe("true"));
    expect(screen.getAllByText("There is one of this name.").length).toBeGreaterThan(0);
  });

  it("without a keyring offers the secrets file, or the variable to set, and keeps nothing then", async () => {
    let saved: SaveConnection | undefined;
    const { user } = openConsole("/connections?name=archive", {
      handlers: {
        "connections.list": () => ({ ...CONNECTIONS, keyring: false }),
        "connections.save": (input) => {
          saved = input;
          return { in_use: IN_USE, password: null };
        },
      },
    });
    await screen.findByText(/There is no keyring here/);
    screen.getByText("/var/lib/sluice/secrets.toml");
    screen.getByText("SLUICE_CONNECTION_ARCHIVE");
    await user.click(screen.getByRole("radio", { name: "In an environment variable" }));
    write("Password", "hunter2");
    write("User", "2");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("Saved: archive");
    expect(JSON.stringify(saved)).not.toContain("hunter2");
  });

  it("is filled in from a JDBC URL, says what it did not understand, and asks for the password", async () => {
    const { user } = openConsole("/connections?add=connection", {
      handlers: { "connections.read_url": () => ({ settings: { ...SETTINGS, dialect: "postgresql", host: "db9", port: null, properties: { somethingNew: "1" } }, hadPassword: true, unknown: ["somethingNew"] }) },
    });
    const field = await screen.findByLabelText("JDBC URL or connector header");
    write("JDBC URL or connector header", "jdbc:postgresql://db9/hr?password=x");
    await user.click(screen.getByRole("button", { name: "Fill in the form" }));
    await screen.findByText("A password is never taken over: type it below.");
    screen.getByText("1 key not understood: somethingNew");
    expect((screen.getByLabelText("Host") as HTMLInputElement).value).toBe("db9");
    expect((field as HTMLInputElement).value).toBe("");
    await screen.findByText("is not known and has no effect");
  });

  it("is duplicated with everything but its name, and with its password only where that is wished", async () => {
    const { user, host, address } = openConsole("/connections?name=hr-test", { handlers: { "connections.save": () => ({ in_use: IN_USE, password: "keyring" }) } });
    await user.click(await screen.findByRole("button", { name: "Duplicate this connection" }));
    expect((await screen.findByLabelText<HTMLInputElement>("Name")).value).toBe("hr-test-copy");
    expect(address()).toContain("like=hr-test");
    await user.click(screen.getByRole("button", { name: "Add this connection" }));
    await waitFor(() => expect(sent(host, "connections.save")).toEqual([{ name: "hr-test-copy", was: null, settings: SETTINGS, passwordOf: "hr-test", keepIn: "keyring" }]));
  });

  it("that is used cannot be removed, and one that is not goes with an undo", async () => {
    const { user, host } = openConsole("/connections?name=hr-test", { handlers: { "connections.remove": () => IN_USE, "configuration.undo": () => IN_USE } });
    await user.click(await screen.findByRole("button", { name: "Remove hr-test" }));
    const used = await screen.findByRole("alertdialog");
    within(used).getByText(/It is used by jdbc_on_prem/);
    expect(within(used).getByRole("button", { name: "Remove hr-test" }).hasAttribute("disabled")).toBe(true);
    await user.click(within(used).getByRole("button", { name: "Close" }));
    await user.click(await within(await connections()).findByRole("row", { name: /archive/ }));
    await user.click(await screen.findByRole("button", { name: "Remove archive" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Remove archive" }));
    // What earlier tests told may still stand beside it.
    const told = (await screen.findByText("Removed: archive")).closest("li") as HTMLElement;
    expect(sent(host, "connections.remove")).toEqual([{ name: "archive", forgetPassword: false }]);
    await user.click(within(told).getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(sent(host, "configuration.undo")).toHaveLength(1));
    // The dialog that offered it is long gone.
    expect(await screen.findByText("archive is there again")).toBeVisible();
  });

  it("that was changed is not left without a question", async () => {
    const { user } = openConsole("/connections?name=hr-test");
    await screen.findByLabelText("Host");
    write("Host", "x");
    await user.click(within(await connections()).getByRole("row", { name: /archive/ }));
    const dialog = await screen.findByRole("alertdialog");
    await user.click(within(dialog).getByRole("button", { name: "Stay" }));
    expect((screen.getByLabelText("Host") as HTMLInputElement).value).toBe("x");
  });
});

describe("a test", () => {
  it("uses what the form holds, shows each step as it comes, and can be cancelled", async () => {
    const { user, host } = openConsole("/connections?name=hr-test", {
      workers: {
        "connections.test": (_, progress, signal) => {
          progress({ steps: [step({ step: "lookup", state: "passed", words: "db1 is 10.0.0.5.", durationUs: 1_200 }), step({ step: "reach", state: "running" })] });
          return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
        },
      },
    });
    await screen.findByLabelText("Password");
    write("Password", "hunter2");
    fireEvent.keyDown(screen.getByLabelText("Password"), { key: "Enter", ctrlKey: true });
    const steps = await screen.findByRole("list", { name: "Steps of the test" });
    within(steps).getByText("db1 is 10.0.0.5.");
    expect(host.works).toEqual([{ name: "connections.test", input: { settings: SETTINGS, password: "hunter2", passwordOf: "hr-test", name: "hr-test" } }]);
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await screen.findByText("Cancelled");
  });

  it("that fails says at which step, why and what to do, with the database's own words", async () => {
    const { user } = openConsole("/connections?name=hr-test", {
      workers: {
        "connections.test": () => ({
          passed: false,
          certificate: { subject: "CN=db1", issuer: "CN=a company", names: ["db1"], notBefore: 0, notAfter: Date.UTC(2020, 0, 1), fingerprint: "AA:BB", version: "TLS 1.3" },
          steps: [step({ step: "lookup", state: "passed", words: "It is an address." }), step({ step: "login", state: "failed", words: "The database refuses the account scim or its password.", remedy: "Type the password anew.", said: "Access denied (28000, 1045)" }), step({ step: "version", state: "skipped", words: "Not reached." })],
        }),
      },
    });
    await user.click(await screen.findByRole("button", { name: "Test connection" }));
    await screen.findByText("It does not work");
    screen.getByText("Type the password anew.");
    screen.getByText("Access denied (28000, 1045)");
    within(screen.getByRole("region", { name: "Certificate of the server" })).getByText("expired");
  });
});

describe("an application", () => {
  it("is added with what the original would do, and leads to its operations", async () => {
    let applications = CONNECTIONS.applications;
    const { user, host, address } = openConsole("/connections?add=application", {
      handlers: {
        "connections.list": () => ({ ...CONNECTIONS, applications }),
        "applications.save": ({ name, settings }) => {
          applications = [...applications, { name, settings, mapped: 0, baseUrl: "https://x/" }];
          return IN_USE;
        },
      },
    });
    await screen.findByLabelText("Name");
    write("Name", "hr");
    await user.click(screen.getByRole("button", { name: "Add this application" }));
    await screen.findByText("Added: hr");
    expect(sent(host, "applications.save")).toEqual([{ name: "hr", was: null, settings: { connection: "hr-test", profile: "columns", compatibility: "original", header: "ignore", delete: "refuse", userIdColumn: "USER_ID", attributes: [] } }]);
    await user.click(await screen.findByRole("button", { name: "Generate its operations" }));
    await waitFor(() => expect(address()).toContain("/operations"));
    expect(address()).toContain("generate=true");
  });

  it("is removed only after a question that says what goes with it", async () => {
    const { user, host } = openConsole("/connections?application=jdbc_on_prem", { handlers: { "applications.remove": () => IN_USE } });
    await user.click(await screen.findByRole("button", { name: "Remove jdbc_on_prem" }));
    const dialog = await screen.findByRole("alertdialog");
    within(dialog).getByText(/10 mappings go with it/);
    await user.click(within(dialog).getByRole("button", { name: "Remove jdbc_on_prem" }));
    await waitFor(() => expect(sent(host, "applications.remove")).toEqual([{ name: "jdbc_on_prem" }]));
  });
});

describe("an empty workspace", () => {
  it.each(["/users", "/entitlements", "/operations", "/procedures", "/data"])("%s says what to do next", async (path) => {
    const { user, world, address } = openConsole(path, {
      handlers: {
        "overview.get": () => ({ ...world.overview, applications: [], connections: [] }),
        "connections.list": () => ({ ...CONNECTIONS, connections: [], applications: [] }),
      },
    });
    await user.click(await screen.findByRole("link", { name: "Add a connection" }));
    await waitFor(() => expect(address()).toContain("/connections?add=connection"));
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
