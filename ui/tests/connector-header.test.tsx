import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { ConnectorHeader } from "../src/features/traffic/connector-header";
import { openConsole } from "./console";
import { HEADER } from "./fixture/exchanges";

describe("the connector header of an exchange", () => {
  it("stands in the request as a tree of keys, kinds and sizes", async () => {
    openConsole("/traffic?id=01JD00000056&tab=request");
    const panel = await screen.findByRole("region", { name: "Connector header" });
    expect(within(panel).getByText("1.4 KB")).toBeVisible();
    expect(within(panel).getByText("6 keys, 3 not understood")).toBeVisible();
    expect(within(panel).getByText("text of 11 characters")).toBeVisible();
    expect(within(panel).getByText("list of 25 items")).toBeVisible();
    expect(within(panel).getByText("CALL GET_ACTIVEUSERS()")).toBeVisible();
    // Not even its length.
    expect(within(panel).getByText("password").parentElement).toHaveTextContent("passwordtext, hidden");
  });

  it("marks a key that is not understood once, and not each key below it", () => {
    render(<ConnectorHeader header={HEADER} />);
    const marked = screen.getAllByText("not understood").map((mark) => mark.parentElement?.firstElementChild?.textContent);
    expect(marked).toEqual(["mergeUser", "columns", "singleEntitlement"]);
  });

  it("is reached by the keyboard where it folds", async () => {
    render(<ConnectorHeader header={HEADER} />);
    const user = userEvent.setup();
    await user.tab();
    const folded = document.activeElement as HTMLElement;
    expect(folded.tagName).toBe("SUMMARY");
    expect(folded).toHaveTextContent("procedures");
    expect(screen.getByText("mergeUser")).toBeVisible();
    // The element's own click, which the keyboard makes in a browser and not in this one.
    await user.click(folded);
    expect(screen.getByText("mergeUser")).not.toBeVisible();
  });

  it("says what is wrong with one that cannot be read, and what changed in one that can", () => {
    const { rerender } = render(<ConnectorHeader header={{ ...HEADER, fields: [], problem: "It cannot be read: it is not Base64." }} />);
    expect(screen.getByText("It cannot be read: it is not Base64.")).toBeVisible();
    expect(screen.queryByRole("list")).toBeNull();
    rerender(<ConnectorHeader header={{ ...HEADER, changed: "Not as the header before: new: columns (list).", omitted: 3 }} />);
    expect(screen.getByText("Not as the header before: new: columns (list).")).toBeVisible();
    expect(screen.getByText(/3 more keys not shown/)).toBeVisible();
  });

  it("is not there where a request had none", async () => {
    openConsole("/traffic?id=01JD00000051&tab=request");
    expect(await screen.findByRole("region", { name: "Headers" })).toBeVisible();
    expect(screen.queryByRole("region", { name: "Connector header" })).toBeNull();
  });
});
