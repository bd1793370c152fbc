import { describe, expect, it } from "vitest";
import { follow, placesOf } from "@/features/operations/follow";
import type { Source } from "@/features/operations/model";

const field = (text: string): Source => ({ source: "field", text });
const hints = (sql: string) => placesOf(sql).map(({ hint }) => hint);
const known = (name: string) => (["CITY", "TITLE", "USER_ID", "STATE"].includes(name.toUpperCase()) ? name.toUpperCase() : null);
/** Replaces a part of a text, as an editor does it. */
function edit(before: string, cut: string, put: string, sources: Source[]): [string, string[]] {
  const from = before.indexOf(cut);
  const to = from + cut.length;
  const after = before.slice(0, from) + put + before.slice(to);
  const moved = (offset: number) => (offset < from ? offset : offset < to ? null : offset + put.length - cut.length);
  return [after, follow(before, after, sources, moved, known).map(({ text }) => text)];
}

describe("what a place is for", () => {
  it("is read from the column that is compared or set", () => {
    expect(hints("UPDATE USERS SET CITY = ?, `TITLE`=? WHERE u.USER_ID = ? AND AGE >= ?")).toEqual(["CITY", "TITLE", "USER_ID", "AGE"]);
  });
  it("is read from the columns of an INSERT, however deep its values are nested", () => {
    expect(hints("INSERT INTO USERS (USER_ID, CITY, STATE) VALUES (?, UPPER(TRIM(?)), ?)")).toEqual(["USER_ID", null, "STATE"]);
  });
  it("is read from a named argument, and is unknown in a plain call", () => {
    expect(hints("CALL p(p_id => ?, p_city := ?)")).toEqual(["p_id", "p_city"]);
    expect(hints("CALL P(?, ?)")).toEqual([null, null]);
  });
});

describe("parameters that follow the places of a statement", () => {
  const update = "UPDATE USERS SET CITY = ?, TITLE = ? WHERE USER_ID = ?";
  const three = [field("CITY"), field("TITLE"), field("USER_ID")];

  it("proposes the column for a place that is added, and leaves the others as they are", () => {
    expect(edit(update, "TITLE = ?", "STATE = ?, TITLE = ?", three)[1]).toEqual(["CITY", "STATE", "TITLE", "USER_ID"]);
  });
  it("proposes nothing where the text names no known field", () => {
    expect(edit("CALL P(?, ?)", ", ?", ", ?, ?", [field("A"), field("B")])[1]).toEqual(["A", "", ""]);
    expect(edit(update, "TITLE = ?", "SHOE = ?, TITLE = ?", three)[1]).toEqual(["CITY", "", "TITLE", "USER_ID"]);
  });
  it("takes the source of the place that was deleted out, and no other", () => {
    expect(edit(update, "CITY = ?, ", "", three)[1]).toEqual(["TITLE", "USER_ID"]);
    const [first, rest] = edit("CALL P(?, ?, ?)", "?, ", "", [field("A"), field("B"), field("C")]);
    expect([first, rest]).toEqual(["CALL P(?, ?)", ["B", "C"]]);
  });
  it("lets a source go with its column when two change places", () => {
    expect(edit(update, "CITY = ?, TITLE = ?", "TITLE = ?, CITY = ?", three)[1]).toEqual(["TITLE", "CITY", "USER_ID"]);
  });
  it("keeps what was chosen on purpose where a column is renamed", () => {
    const chosen: Source[] = [{ source: "constant", text: "okta" }, field("TITLE"), field("USER_ID")];
    expect(edit(update, "CITY", "SOURCE", chosen)[1]).toEqual(["okta", "TITLE", "USER_ID"]);
  });
  it("takes no question mark inside a text or a comment for a place", () => {
    expect(edit(update, "WHERE", "/* ? */ WHERE NOTE <> '?' AND", three)[1]).toEqual(["CITY", "TITLE", "USER_ID"]);
  });
});
