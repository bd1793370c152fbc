import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { Sql } from "@/components/sql";
import { sqlTokens } from "@/components/sql-tokens";

const places = (sql: string) => sqlTokens(sql).flatMap((token) => (token.kind === "place" ? [token.position] : []));

describe("a statement with its values", () => {
  it("finds a place only where a value is bound", () => {
    expect(places("SELECT '?' , \"a?\", `b?`, [c?] -- ?\n FROM t /* ? */ WHERE a = ? AND b = ?")).toEqual([1, 2]);
    expect(places("SELECT * FROM t WHERE a = $2 AND b = $1")).toEqual([2, 1]);
    expect(places("SELECT 'it''s ?' , 'a\\'?' WHERE x = ?")).toEqual([1]);
  });

  it("loses no character of the text", () => {
    const sql = "select a.\"Q\", 1.5 from [t] -- end\nwhere x <> 'y' and z = ?;";
    expect(sqlTokens(sql).map((token) => token.text).join("")).toBe(sql);
  });

  it("quotes texts, leaves numbers bare, tags NULL and hides secrets", () => {
    render(
      <Sql
        text="CALL P(?, ?, ?, ?)"
        parameters={[
          { position: 1, name: "NAME", value: "O'Hara", secret: false },
          { position: 2, name: "AGE", value: 42, secret: false },
          { position: 3, name: "BOSS", value: null, secret: false },
          { position: 4, name: "HASH", value: "never-shown", secret: true },
        ]}
      />,
    );
    const shown = screen.getByLabelText("Statement with its bound values");
    expect(shown).toHaveTextContent("CALL P('O''Hara', 42, NULL, secret value •••)");
    expect(shown).not.toHaveTextContent("never-shown");
    expect(screen.getByText("NULL")).toHaveClass("border-dashed");
  });

  it("keeps a place as written when no value is recorded for it", () => {
    render(<Sql text="SELECT ?" parameters={[]} />);
    expect(screen.getByLabelText("Statement with its bound values")).toHaveTextContent("SELECT ?");
  });
});
