import type { ReactNode } from "react";
import type { ObjectName, RelationDetail } from "@/api/contract";
import { cx } from "@/components/cx";
import { NullTag } from "@/components/value";
import { isSecret } from "./columns";

const HEAD = "h-7 border-b border-line px-3 text-left text-11 font-medium whitespace-nowrap text-text-3";
const CELL = "border-b border-line px-3 py-1 align-top text-12";
const KINDS = { primary: "Primary key", unique: "Unique", index: "Index" } as const;

/** What a table is made of: columns, keys, references both ways, triggers. */
export function Structure({ detail, onRelation }: { detail: RelationDetail; onRelation: (name: ObjectName) => void }) {
  const { relation, referencedBy, key } = detail;
  const link = (name: ObjectName) => (
    <button type="button" onClick={() => onRelation(name)} className="mono rounded-sm text-accent hover:underline">
      {name.schema && name.schema !== relation.name.schema ? `${name.schema}.${name.name}` : name.name}
    </button>
  );
  return (
    <div className="flex flex-col gap-5 p-3">
      <Part title="Columns" count={relation.columns.length} heads={["Column", "Type", "NULL", "Default", "Note"]}>
        {relation.columns.map((column) => (
          <tr key={column.name}>
            <td className={cx(CELL, "mono", key?.includes(column.name) && "font-medium")}>{column.name}</td>
            <td className={cx(CELL, "mono text-text-2")}>
              {column.dataType.text || <span className="font-sans text-text-3">none declared</span>}
              {column.dataType.labels.length > 0 && <span className="block text-11 text-text-3">{column.dataType.labels.join(", ")}</span>}
            </td>
            <td className={CELL}>{column.nullable ? <NullTag /> : <span className="text-text-2">not NULL</span>}</td>
            <td className={cx(CELL, "mono [overflow-wrap:anywhere] text-text-2")}>{column.default ?? ""}</td>
            <td className={cx(CELL, "text-text-2")}>
              {[isSecret(detail, column.name) && "secret: its values are not read", column.generated && "filled by the database", column.comment].filter(Boolean).join("; ")}
            </td>
          </tr>
        ))}
      </Part>
      {relation.keys.length > 0 && (
        <Part title="Keys and indexes" count={relation.keys.length} heads={["Name", "Kind", "Columns"]}>
          {relation.keys.map(({ name, kind, columns }) => (
            <tr key={`${kind}.${name}`}>
              <td className={cx(CELL, "mono")}>{name}</td>
              <td className={CELL}>{KINDS[kind]}</td>
              <td className={cx(CELL, "mono text-text-2")}>{columns.join(", ")}</td>
            </tr>
          ))}
        </Part>
      )}
      {relation.foreignKeys.length > 0 && (
        <Part title="Refers to" count={relation.foreignKeys.length} heads={["Columns", "Table", "Its columns", "Name"]}>
          {relation.foreignKeys.map((each) => (
            <tr key={each.name}>
              <td className={cx(CELL, "mono")}>{each.columns.join(", ")}</td>
              <td className={CELL}>{link(each.target)}</td>
              <td className={cx(CELL, "mono text-text-2")}>{each.targetColumns.join(", ")}</td>
              <td className={cx(CELL, "mono text-text-2")}>{each.name}</td>
            </tr>
          ))}
        </Part>
      )}
      {referencedBy.length > 0 && (
        <Part title="Referenced by" count={referencedBy.length} heads={["Table", "By columns", "Name"]}>
          {referencedBy.map(({ from, key: foreign }) => (
            <tr key={`${from.schema}.${from.name}.${foreign.name}`}>
              <td className={CELL}>{link(from)}</td>
              <td className={cx(CELL, "mono")}>{foreign.columns.join(", ")}</td>
              <td className={cx(CELL, "mono text-text-2")}>{foreign.name}</td>
            </tr>
          ))}
        </Part>
      )}
      {relation.triggers.length > 0 && (
        <Part title="Triggers" count={relation.triggers.length} heads={["Name"]}>
          {relation.triggers.map((name) => (
            <tr key={name}>
              <td className={cx(CELL, "mono")}>{name}</td>
            </tr>
          ))}
        </Part>
      )}
    </div>
  );
}

function Part({ title, count, heads, children }: { title: string; count: number; heads: string[]; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1.5 font-semibold">
        {title} <span className="num font-normal text-text-2">{count}</span>
      </h3>
      {/* Wide tables are scrolled by keys too. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div tabIndex={0} role="group" aria-label={`${title}, table`} className="selectable overflow-x-auto rounded-lg border border-line [&_tr:last-child_td]:border-b-0">
        <table aria-label={title} className="w-full">
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col" className={HEAD}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
    </section>
  );
}
