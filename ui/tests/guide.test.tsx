import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { DOCUMENTS, read } from "@/features/guide/text";
import { EXAMPLES } from "@/features/guide/values";
import { openConsole } from "./console";
import { makeWorld } from "./fixture/world";

const article = () => screen.findByRole("article");

describe("the guide", () => {
  it("shows the document with this workspace’s own values", async () => {
    openConsole("/guide?doc=handover");
    const text = await article();
    await waitFor(() => expect(text).toHaveTextContent("https://hr-gw.example.org:1443/ws/rest/jdbc_on_prem/scim/v2"));
    expect(text).not.toHaveTextContent("scim.example.org");
    expect(within(text).getAllByText("sluice-hr-gw.crt")[0]).toBeVisible();
  });

  it("shows the application’s own operations where the document has an example’s", async () => {
    openConsole("/guide?doc=handover");
    const own = await screen.findByRole("list", { name: "The operations of jdbc_on_prem" });
    expect(within(own).getByRole("link", { name: "Create user" })).toBeVisible();
    expect(screen.queryByText("CALL GET_ACTIVEUSERS()", { selector: "td code" })).not.toBeInTheDocument();
  });

  it("keeps its examples where nothing is set up", async () => {
    const world = makeWorld();
    world.overview.applications = [];
    openConsole("/guide?doc=handover", { world });
    expect(await article()).toHaveTextContent(EXAMPLES.baseUrl);
  });

  it("leads from the name of a screen to that screen, and from one document to the other", async () => {
    const { user, address } = openConsole("/guide");
    await user.click(within(await article()).getByRole("link", { name: "What to enter in the provider's console" }));
    await waitFor(() => expect(address()).toContain("doc=handover"));
    expect(await screen.findByRole("heading", { level: 1, name: "Handing over to the provider" })).toBeVisible();
    await user.click(within(await article()).getAllByRole("link", { name: "Traffic" })[0] as HTMLElement);
    await waitFor(() => expect(address()).toMatch(/^\/traffic/));
  });

  it("goes to the part that the address names", async () => {
    openConsole("/guide?doc=handover&part=c-attributes");
    const heading = await screen.findByRole("heading", { name: "C. Attributes" });
    await waitFor(() => expect(heading).toHaveFocus());
  });
});

describe("the documents", () => {
  it.each(Object.entries(EXAMPLES))("name the example %s that is replaced", (_, example) => {
    expect(DOCUMENTS.some(({ text }) => text.includes(`\`${example}\``))).toBe(true);
  });

  it("lead only to parts that are there", () => {
    for (const { text } of DOCUMENTS) {
      const anchors = read(text).parts.map(({ anchor }) => anchor);
      const wanted = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
      expect(anchors).toEqual(expect.arrayContaining(wanted));
    }
  });
});
