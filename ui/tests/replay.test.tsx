import { screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import type { ReplayInput } from "@/api/contract";
import type { Handlers, Workers } from "@/host/memory";
import { openConsole } from "./console";
import { MASKED_POINTER, maskedPlan, planOf, REPLAY, replayed } from "./fixture/replay";

let number = 1;

/** The replay of an exchange that no other test has looked at: what was made of one stays while the console is open. */
function openReplay({ tab = "replay", handlers = {}, run = replayed }: { tab?: string; handlers?: Handlers; run?: Workers["replay.run"] } = {}) {
  number += 1;
  const id = `01JD${String(number).padStart(8, "0")}`;
  const opened = openConsole(`/traffic?id=${id}&tab=${tab}`, { handlers: { ...REPLAY, ...handlers }, workers: { "replay.run": run } });
  return { ...opened, id };
}

const dryButton = () => screen.findByRole("button", { name: "Replay dry" });
const ready = async () => {
  const button = await dryButton();
  await waitFor(() => expect(button).toBeEnabled());
  return button;
};
const sent = (opened: { host: { works: { input: unknown }[] } }) => opened.host.works.map(({ input }) => input as ReplayInput);

describe("a replay", () => {
  it("is dry unless asked otherwise, and tells what would change and what differs from the recorded one", async () => {
    const opened = openReplay();
    await opened.user.click(await ready());
    const result = await screen.findByRole("region", { name: "Result of the replay" });
    expect(sent(opened)).toEqual([{ id: opened.id, request: null, connection: null, secrets: {}, dry: true, inSpite: false, confirmed: null }]);
    expect(within(result).getByText("Would succeed")).toBeVisible();
    expect(within(result).getByText("Rolled back: read again, the rows are as before")).toBeVisible();
    expect(within(result).getByText("Rear Admiral", { selector: "table[aria-label='USERS, before and after'] *" })).toBeVisible();
    expect(within(result).getByText(/No row changed in/)).toHaveTextContent("USERENTITLEMENTS");
    const values = within(result).getByRole("table", { name: "Bound values, side by side" });
    expect(within(values).getAllByRole("row")).toHaveLength(2);
    expect(within(values).getByRole("row", { name: /2 HIREDATE/ })).toHaveTextContent("31/12/20242024-12-31");
  });

  it("shows everything where not only differences are wanted", async () => {
    const { user } = openReplay();
    await user.click(await ready());
    await user.click(await screen.findByRole("checkbox", { name: "Only differences" }));
    const values = screen.getByRole("table", { name: "Bound values, side by side" });
    expect(within(values).getByRole("row", { name: /1 USER_ID/ })).toHaveTextContent("the same");
    expect(screen.getByRole("table", { name: "Headers of the request, side by side" })).toHaveTextContent("secret, not compared");
  });

  it("asks for what was masked, and sends nothing before each place has an answer", async () => {
    const opened = openReplay({ handlers: { "replay.plan": maskedPlan } });
    const button = await dryButton();
    expect(button).toBeDisabled();
    expect(screen.getByText("1 masked value needs an answer.")).toBeVisible();
    // Without a layout every press lands on the edge of the pane: the field is reached by the keyboard.
    screen.getByLabelText("ext_PASSWORD_HASH").focus();
    await opened.user.keyboard("s3cret");
    await opened.user.click(await ready());
    await screen.findByRole("region", { name: "Result of the replay" });
    await opened.user.click(screen.getByRole("checkbox", { name: "Leave out" }));
    await opened.user.click(await ready());
    await waitFor(() => expect(sent(opened)).toHaveLength(2));
    expect(sent(opened).map(({ secrets }) => secrets)).toEqual([{ [MASKED_POINTER]: "s3cret" }, { [MASKED_POINTER]: null }]);
  });

  it("says why a request cannot be sent again, and offers to write it anew", async () => {
    const refused = { code: "replay.truncated", message: "Only the beginning of the body was recorded: 16384 of 90000 bytes.", hint: "Write the whole body with Edit.", fields: {}, exchange: null };
    openReplay({ handlers: { "replay.plan": (of) => ({ ...planOf(of), refused: of.request ? null : refused }) } });
    expect(await screen.findByRole("alert")).toHaveTextContent("Write the whole body with Edit.");
    expect(await dryButton()).toBeDisabled();
    expect(screen.getByRole("button", { name: "Edit" })).toBeEnabled();
  });

  it("runs on another connection, and for real on production only by its name", async () => {
    const opened = openReplay();
    await ready();
    await opened.user.selectOptions(screen.getByRole("combobox", { name: "Connection" }), "payroll");
    expect(await screen.findByRole("note")).toHaveTextContent("This is production");
    await waitFor(() => expect(screen.getByRole("button", { name: "Send for real…" })).toBeEnabled());
    await opened.user.click(screen.getByRole("button", { name: "Send for real…" }));
    const question = await screen.findByRole("alertdialog");
    expect(question).toHaveTextContent("Update user grace.hopper@example.org on payroll?");
    const go = within(question).getByRole("button", { name: "Send for real" });
    expect(go).toBeDisabled();
    await opened.user.type(within(question).getByRole("textbox"), "payroll");
    await opened.user.click(go);
    expect(await screen.findByRole("button", { name: "Open its exchange" })).toBeVisible();
    expect(sent(opened)[0]).toMatchObject({ connection: "payroll", dry: false, confirmed: "payroll" });
  });

  it("tells beforehand what a rollback does not take back, and runs in spite of it on a second word", async () => {
    const caution = { kind: "cannot_hold" as const, text: "hr.DEACTIVATE_USER holds COMMIT, which ends the transaction: what was written before it stays." };
    const opened = openReplay({
      handlers: { "replay.cautions": () => ({ cautions: [caution], refused: true }) },
      run: (input) => {
        const all = replayed(input);
        return input.inSpite || !all.report ? all : { ...all, exchange: null, comparison: null, report: { ...all.report, cautions: [caution], rollback: "not_run", tables: [] } };
      },
    });
    expect(await screen.findByText(caution.text)).toBeVisible();
    await opened.user.click(await ready());
    await opened.user.click(await screen.findByRole("button", { name: "Run on hr-test anyway" }));
    await waitFor(() => expect(sent(opened).map(({ inSpite }) => inSpite)).toEqual([false, true]));
  });

  it("can be cancelled while it runs", async () => {
    let ended = false;
    const opened = openReplay({
      run: (_, progress, signal) => {
        progress({ stage: "running", rows: 1_200 });
        signal.addEventListener("abort", () => (ended = true));
        return new Promise(() => undefined);
      },
    });
    await opened.user.click(await ready());
    expect(await screen.findByText(/1,200 rows read/)).toBeVisible();
    await opened.user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByText(/Cancelled: the statement was stopped/)).toBeVisible();
    expect(ended).toBe(true);
  });

  it("shows a failure where it happened, with its remedy", async () => {
    const { user } = openReplay({
      run: () => {
        throw { code: "database.unreachable", message: "The database does not answer.", hint: "Start it, then try again.", fields: {}, exchange: null };
      },
    });
    await user.click(await ready());
    expect(await screen.findByRole("alert")).toHaveTextContent("Start it, then try again.");
  });

  it("is opened by r, and with its request open for changes by e", async () => {
    const { user, address } = openReplay({ tab: "trace" });
    await screen.findByRole("treegrid", { name: "Steps" });
    await user.keyboard("r");
    await dryButton();
    expect(address()).toContain("tab=replay");
    await user.keyboard("e");
    expect(await screen.findByRole("textbox", { name: "Path and query" })).toHaveValue("/ws/rest/jdbc_on_prem/scim/v2/Users/grace.hopper@example.org");
    expect(address()).toContain("tab=edit");
  });

  it("sends an edited request, and one that was only opened as it was recorded", async () => {
    const opened = openReplay({ tab: "edit" });
    await screen.findByRole("textbox", { name: "Path and query" });
    await opened.user.click(await ready());
    await screen.findByRole("region", { name: "Result of the replay" });
    await opened.user.selectOptions(screen.getByRole("combobox", { name: "Method" }), "PATCH");
    expect(await screen.findByText("The request or the connection was changed since this was sent.")).toBeVisible();
    await opened.user.click(await ready());
    await waitFor(() => expect(sent(opened)).toHaveLength(2));
    expect(sent(opened).map(({ request }) => request?.method)).toEqual([undefined, "PATCH"]);
    expect(sent(opened)[1]?.request?.body).toContain('"active": true');
  });

  it("passes axe with its result", async () => {
    const { user } = openReplay({ handlers: { "replay.plan": maskedPlan } });
    await user.click(await screen.findByRole("checkbox", { name: "Leave out" }));
    await user.click(await ready());
    await screen.findByRole("region", { name: "Result of the replay" });
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
  });
});

describe("the waterfall", () => {
  it("says of each step when it began and what it took, and folds a phase by the keyboard", async () => {
    const { user } = openReplay({ tab: "trace" });
    const steps = await screen.findByRole("treegrid", { name: "Steps" });
    const lines = () => within(steps).getAllByRole("row").slice(1);
    const count = lines().length;
    expect(lines()[0]).toHaveAttribute("aria-expanded", "true");
    expect(within(steps).getAllByText(/starts after .+, takes .+, \d+ % of the whole/)).toHaveLength(count);
    lines()[0]?.focus();
    await user.keyboard("{ArrowLeft}");
    expect(lines()[0]).toHaveAttribute("aria-expanded", "false");
    expect(lines().length).toBeLessThan(count);
    await user.keyboard("{ArrowRight}{ArrowDown}");
    expect(lines()[1]).toHaveFocus();
  });
});
