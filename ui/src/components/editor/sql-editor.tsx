import { type Completion, type CompletionContext, type CompletionResult, completeFromList } from "@codemirror/autocomplete";
import { MariaSQL, MSSQL, PLSQL, PostgreSQL, sql, type SQLDialect, type SQLNamespace, SQLite, StandardSQL } from "@codemirror/lang-sql";
import { type Extension, RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { useMemo } from "react";
import type { Dialect } from "@/api/contract";
import { sqlTokens } from "../sql-tokens";
import { Area, type AreaProps } from "./area";
import { type Mark, marked } from "./marks";

/** What a database has, as far as completion needs it. */
export type SqlNames = {
  /** the schema that unqualified names are looked up in */
  schema: string | null;
  relations: { schema: string | null; name: string; kind: string; columns: { name: string; type: string }[] }[];
  /** `signature`: what stands between the brackets, in words */
  routines: { schema: string | null; name: string; kind: string; signature: string }[];
};

export type SqlEditorProps = Omit<AreaProps, "extensions"> & {
  dialect: Dialect;
  names?: SqlNames;
  marks?: readonly Mark[];
  /** the place (`?`, from 1) to point out */
  place?: number | null;
};

const DIALECTS: Record<Dialect, SQLDialect> = { sqlite: SQLite, mysql: MariaSQL, postgresql: PostgreSQL, sqlserver: MSSQL, oracle: PLSQL, odbc: StandardSQL };

/** Names that need no quotes are written as they are; others as the dialect quotes them. */
function written(name: string, dialect: Dialect): string {
  const plain = dialect === "postgresql" ? /^[a-z_][a-z0-9_$]*$/ : dialect === "oracle" ? /^[A-Z][A-Z0-9_$]*$/ : /^[A-Za-z_][\w$]*$/;
  if (plain.test(name)) return name;
  if (dialect === "mysql") return `\`${name.replaceAll("`", "``")}\``;
  if (dialect === "sqlserver") return `[${name.replaceAll("]", "]]")}]`;
  return `"${name.replaceAll('"', '""')}"`;
}

const option = (label: string, dialect: Dialect, rest: Partial<Completion>): Completion => {
  const apply = written(label, dialect);
  return apply === label ? { label, ...rest } : { label, apply, ...rest };
};

function schemaOf(names: SqlNames, dialect: Dialect): SQLNamespace {
  const root: Record<string, SQLNamespace> = {};
  for (const { schema, name, kind, columns } of names.relations) {
    const children = columns.map((column) => option(column.name, dialect, { type: "property", detail: column.type, boost: 2 }));
    const table: SQLNamespace = { self: option(name, dialect, { type: "class", detail: kind, boost: 3 }), children };
    root[name] = table;
    if (schema) root[schema] = { ...(root[schema] as Record<string, SQLNamespace> | undefined), [name]: table };
  }
  return root;
}

/** Columns of the tables that the statement names, without a table before them: that is how mappings are written. */
function columnsOf(names: SqlNames, dialect: Dialect) {
  return (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\w$]+/);
    if (!word && !context.explicit) return null;
    if (word && context.state.sliceDoc(Math.max(0, word.from - 1), word.from) === ".") return null;
    const text = context.state.doc.toString();
    const named = new Set([...text.matchAll(/[\w$]+/g)].map(([part]) => part.toLowerCase()));
    const options = names.relations.filter(({ name }) => named.has(name.toLowerCase())).flatMap(({ name, columns }) => columns.map((column) => option(column.name, dialect, { type: "property", detail: `${column.type} · ${name}`, boost: 4 })));
    return options.length > 0 ? { from: word?.from ?? context.pos, options, validFor: /^[\w$]*$/ } : null;
  };
}

function routinesOf(names: SqlNames, dialect: Dialect) {
  return completeFromList(names.routines.map(({ name, kind, signature }) => option(name, dialect, { type: "function", detail: kind, info: signature === "" ? undefined : signature, boost: 1 })));
}

/** Where the values are bound: never inside a string, a comment or a quoted name. */
export function placesOf(text: string): number[] {
  let offset = 0;
  return sqlTokens(text).flatMap((token) => {
    const at = offset;
    offset += token.text.length;
    return token.kind === "place" ? [at] : [];
  });
}

const places = (chosen: number | null): Extension =>
  EditorView.decorations.compute(["doc"], (state): DecorationSet => {
    const set = new RangeSetBuilder<Decoration>();
    placesOf(state.doc.toString()).forEach((at, index) => {
      const position = index + 1;
      set.add(at, at + 1, Decoration.mark({ class: position === chosen ? "cm-place cm-place-chosen" : "cm-place", attributes: { title: `Parameter ${position}` } }));
    });
    return set.finish();
  });

/** A statement with its dialect's words, completion from the live catalogue where there is one, and its places pointed out. */
export default function SqlArea({ dialect, names, marks, place = null, ...area }: SqlEditorProps) {
  const language = useMemo(() => {
    const spoken = DIALECTS[dialect];
    const support = sql({ dialect: spoken, upperCaseKeywords: true, schema: names && schemaOf(names, dialect), defaultSchema: names?.schema ?? undefined });
    if (!names) return [support];
    return [support, spoken.language.data.of({ autocomplete: routinesOf(names, dialect) }), spoken.language.data.of({ autocomplete: columnsOf(names, dialect) })];
  }, [dialect, names]);
  const extensions = useMemo(() => [language, places(place), marked(marks ?? [])], [language, place, marks]);
  return <Area {...area} extensions={extensions} />;
}
