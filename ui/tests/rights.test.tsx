import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Granted } from "@/api/contract";
import type { Handlers } from "@/host/memory";
import { openConsole } from "./console";

const granted = (account: string): Granted => ({
  account,
  script: `GRANT SELECT ON hr.USERS TO '${account}';\n`,
  remarks: [{ warning: true, text: "The body of CREATE_USER cannot be read." }],
  excess: [],
});

async function open(handlers: Handlers) {
  const opened = openConsole("/operations", { handlers });
  await opened.user.click(await screen.findByRole("button", { name: "Rights that the mappings need" }));
  return { ...opened, dialog: await screen.findByRole("dialog", { name: "Rights that the mappings need" }) };
}

describe("the rights that the mappings need", () => {
  it("are written for the connected account, with what to know about them, and for another one", async () => {
    const { user, host, dialog } = await open({ "operations.grants": ({ account }) => granted(account ?? "sluice") });
    const script = await within(dialog).findByRole("region", { name: "Script" });
    expect(script).toHaveTextContent("GRANT SELECT ON hr.USERS TO 'sluice'");
    expect(within(dialog).getByText("The body of CREATE_USER cannot be read.")).toBeVisible();
    await user.type(within(dialog).getByRole("textbox", { name: "Account" }), "scim@10.0.0.5{Enter}");
    await waitFor(() => expect(script).toHaveTextContent("TO 'scim@10.0.0.5'"));
    await user.click(within(dialog).getByRole("button", { name: "Save…" }));
    await waitFor(() => expect(host.saved.map(({ name }) => name)).toEqual(["grants-jdbc_on_prem.sql"]));
  });

  it("name what the account may do and nothing needs", async () => {
    const excess: Granted["excess"] = [{ code: "rights.excess", severity: "warning", place: "hr.SALARIES", cause: "The account may delete rows.", remedy: "REVOKE DELETE ON hr.SALARIES FROM 'sluice'" } as never];
    const { dialog } = await open({ "operations.grants": () => ({ ...granted("sluice"), excess }) });
    const more = await within(dialog).findByRole("list", { name: "Rights that nothing needs" });
    expect(more).toHaveTextContent("hr.SALARIES: The account may delete rows.");
  });

  it("say so where there is nothing to grant", async () => {
    const { dialog } = await open({ "operations.grants": () => ({ account: "", script: "", remarks: [], excess: [] }) });
    expect(await within(dialog).findByText(/There is nothing to grant/)).toBeVisible();
  });
});
