import { ArrowUpRight, KeyRound } from "lucide-react";
import type { ForeignKey, JsonValue, RelationColumn, RelationDetail, TypeKind } from "@/api/contract";
import type { DataRow } from "@/api/data";
import { cx } from "@/components/cx";
import { formatCount } from "@/components/format";
import type { FilterKind } from "@/components/grid/filters";
import type { GridColumn } from "@/components/grid/grid";
import { SECRET } from "@/components/secret";
import { Value } from "@/components/value";

/** Where a foreign key of this row leads: the table, and the condition that finds the row there. */
export type Lead = { key: ForeignKey; values: string[] };

export const kindName = (kind: TypeKind): string => (typeof kind === "string" ? kind : (Object.keys(kind)[0] ?? "other"));

const FILTERS: Record<string, FilterKind> = {
  text: "text",
  uuid: "text",
  boolean: "boolean",
  integer: "number",
  unsigned: "number",
  decimal: "number",
  float: "number",
  date: "date",
  time: "time",
  timestamp: "moment",
  timestamp_tz: "moment",
  enum: "choice",
};

const NUMBERS = new Set(["integer", "unsigned", "decimal", "float"]);

/** A number as the grid shows it: at the right, its digits under each other. */
export const isNumber = (kind: TypeKind): boolean => NUMBERS.has(kindName(kind));

export const filterKind = (kind: TypeKind): FilterKind => FILTERS[kindName(kind)] ?? "other";

export const isSecret = (detail: RelationDetail, column: string): boolean => detail.secret.includes(column);

/** The foreign key that leads from this row by a column; null where a part of it is NULL or secret. */
export function leadOf(detail: RelationDetail, key: ForeignKey, cells: JsonValue[]): Lead | null {
  const values: string[] = [];
  for (const column of key.columns) {
    const at = detail.relation.columns.findIndex(({ name }) => name === column);
    const value = cells[at];
    if (value === undefined || value === null || value === SECRET || typeof value === "object") return null;
    values.push(typeof value === "boolean" ? (value ? "1" : "0") : String(value));
  }
  return { key, values };
}

/** Bytes as the beginning of them in hexadecimal digits, and how many there are. */
function Bytes({ base64, length }: { base64: string; length?: number }) {
  const bytes = atob(base64);
  const shown = Array.from(bytes.slice(0, 12), (letter) => letter.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return (
    <>
      <span className="mono truncate">0x{shown}{bytes.length > 12 ? "…" : ""}</span>
      <span className="num shrink-0 text-text-3">{formatCount(length ?? bytes.length)} B</span>
    </>
  );
}

/** One value as a cell or a form shows it. */
export function CellValue({ column, value, secret, cut }: { column: RelationColumn; value: JsonValue; secret: boolean; cut?: number }) {
  const kind = kindName(column.dataType.kind);
  if (kind === "bytes" && typeof value === "string" && !secret) return <Bytes base64={value} length={cut} />;
  const text = <Value value={kind === "boolean" && (String(value) === "1" || String(value) === "0") ? String(value) === "1" : value} secret={secret} />;
  return cut === undefined ? text : <>{text}…</>;
}

/** Pixels of one character of the grid's text, and of what stands beside it in a cell. */
const CHARACTER = 7;
const BESIDE = 26;
const NARROW = 64;
const WIDE = 340;

/** As wide as what stands in the first rows, so that most is read without dragging. */
function widthOf(column: RelationColumn, at: number, sample: JsonValue[][]): number {
  const kind = kindName(column.dataType.kind);
  const longest = sample.reduce((most, cells) => {
    const value = cells[at];
    return Math.max(most, value === null || value === undefined ? 4 : kind === "bytes" ? 34 : typeof value === "object" ? JSON.stringify(value).length : String(value).length);
  }, 0);
  // The title has room for its arrow and its menu.
  return Math.round(Math.max(NARROW, Math.min(WIDE, Math.max(longest * CHARACTER, column.name.length * CHARACTER + 22) + BESIDE)));
}

/** Rows that a width is taken from. */
const SAMPLE = 60;

export function dataColumns(detail: RelationDetail, sample: JsonValue[][], onLead: (lead: Lead) => void): GridColumn<DataRow>[] {
  const { relation, key } = detail;
  const first = sample.slice(0, SAMPLE);
  return relation.columns.map((column, at): GridColumn<DataRow> => {
    const { name, dataType } = column;
    const secret = isSecret(detail, name);
    const isBytes = kindName(dataType.kind) === "bytes";
    const foreign = relation.foreignKeys.find(({ columns }) => columns.includes(name));
    return {
      key: name,
      name,
      title: (
        <span className="mono flex items-center gap-1">
          {key?.includes(name) && <KeyRound size={11} strokeWidth={2} aria-label="key" className="shrink-0 text-text-3" />}
          <span className="truncate">{name}</span>
        </span>
      ),
      track: widthOf(column, at, first),
      wide: isNumber(dataType.kind) ? undefined : 280,
      align: isNumber(dataType.kind) ? "right" : undefined,
      hint: [dataType.text, column.nullable ? null : "not NULL", foreign && `leads to ${foreign.target.name}`, column.comment].filter(Boolean).join(" · "),
      sortable: detail.sortable.includes(name),
      filter: secret ? undefined : filterKind(dataType.kind),
      operators: dataType.kind === "uuid" ? ["equals", "not_equals", "one_of", "none_of", "is_null", "is_not_null"] : undefined,
      choices: dataType.labels.length > 0 ? dataType.labels : undefined,
      locked: secret ? "A secret column: its values are not read, so it can be neither sorted nor filtered by." : undefined,
      value: secret ? undefined : ({ cells }) => cells[at] ?? null,
      cell: ({ cells, cut }) => {
        const value = cells[at] ?? null;
        const lead = foreign && leadOf(detail, foreign, cells);
        return (
          <>
            {/* Text that has no room ends in dots only where it stands in a block of its own. */}
            <span className={isBytes ? "flex min-w-0 items-center gap-2 overflow-hidden" : "truncate"}>
              <CellValue column={column} value={value} secret={secret} cut={cut.get(at)} />
            </span>
            {lead && (
              <button
                type="button"
                tabIndex={-1}
                aria-label={`Go to the row of ${lead.key.target.name}`}
                title={`Go to the row of ${lead.key.target.name}`}
                onClick={(event) => {
                  event.stopPropagation();
                  onLead(lead);
                }}
                className={cx(isNumber(dataType.kind) ? "" : "ml-auto", "-mr-1 inline-flex size-5 shrink-0 items-center justify-center rounded-sm text-text-3 hover:bg-surface-3 hover:text-accent")}
              >
                <ArrowUpRight size={13} aria-hidden />
              </button>
            )}
          </>
        );
      },
    };
  });
}
