import { Minus, Plus, type LucideIcon } from "lucide-react";
import { useState } from "react";
import type { JsonValue, TableChange } from "@/api/contract";
import { Button } from "./button";
import { cx } from "./cx";
import { formatCount, plural } from "./format";
import { Value } from "./value";

type Mark = "before" | "after" | "added" | "removed";
type Line = { mark: Mark; cells: JsonValue[]; differs: number[] };

const MARKS: Record<Mark, { icon: LucideIcon; word: string; look: string; cell: string }> = {
  before: { icon: Minus, word: "before", look: "text-bad", cell: "bg-bad-soft text-bad" },
  after: { icon: Plus, word: "after", look: "text-ok", cell: "bg-ok-soft text-ok" },
  added: { icon: Plus, word: "added", look: "text-ok", cell: "bg-ok-soft text-ok" },
  removed: { icon: Minus, word: "removed", look: "text-bad", cell: "bg-bad-soft text-bad" },
};

/** The table's name as the catalogue has it. */
export const tableName = ({ table }: TableChange) => (table.schema ? `${table.schema}.${table.name}` : table.name);

function lines({ columns, changed, added, removed }: TableChange): Line[] {
  const all = columns.map((_, index) => index);
  return [
    ...changed.flatMap((row): Line[] => [
      { mark: "before", cells: row.before, differs: row.columns },
      { mark: "after", cells: row.after, differs: row.columns },
    ]),
    ...removed.map((cells): Line => ({ mark: "removed", cells, differs: all })),
    ...added.map((cells): Line => ({ mark: "added", cells, differs: all })),
  ];
}

/** Whether anything of the table is different. */
export const isChanged = ({ changed, added, removed }: TableChange) => changed.length + added.length + removed.length > 0;

function changeWords({ changed, added, removed }: TableChange): string {
  const parts = [changed.length && `${plural(changed.length, "row")} changed`, added.length && `${plural(added.length, "row")} added`, removed.length && `${plural(removed.length, "row")} removed`];
  return parts.filter(Boolean).join(", ") || "no row changed";
}

/** Rows of a table before and after, with the cells that differ marked by sign, word and colour. */
export function Difference({ change, label, heading: Heading }: { change: TableChange; label: string; /** one level below the heading it stands under */ heading: "h3" | "h4" }) {
  const [every, setEvery] = useState(false);
  const rows = lines(change);
  const differing = new Set(change.changed.flatMap((row) => row.columns));
  // Of a row that changed, the key and what differs tell all; a whole row is one press away.
  const narrow = change.added.length === 0 && change.removed.length === 0 && differing.size > 0;
  const shown = change.columns.flatMap((_, index) => (every || !narrow || differing.has(index) || change.key.includes(index) ? [index] : []));
  const hidden = change.columns.length - differing.size - change.key.filter((index) => !differing.has(index)).length;
  const name = tableName(change);
  const head = "h-7 border-b border-line px-3 text-left text-11 font-medium text-text-3 whitespace-nowrap";
  return (
    <section aria-label={label} className="overflow-hidden rounded-lg border border-line">
      <header className="flex min-h-9 flex-wrap items-center gap-x-2.5 px-3 not-last:border-b not-last:border-line">
        <Heading className="mono font-semibold">{name}</Heading>
        <span className="num text-text-2">{changeWords(change)}</span>
        <span className="text-12 text-text-3">
          compared: {change.compared}; {formatCount(change.rowsBefore)} before, {formatCount(change.rowsAfter)} after
        </span>
        {narrow && hidden > 0 && (
          <Button kind="quiet" aria-pressed={every} onClick={() => setEvery(!every)} className="ml-auto">
            {every ? "Only what differs" : `All ${change.columns.length} columns`}
          </Button>
        )}
      </header>
      {rows.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div tabIndex={0} role="group" aria-label={`Rows of ${name}`} className="max-h-105 overflow-auto -outline-offset-2 [&_tbody_tr:last-child>*]:border-b-0">
          <table aria-label={`${name}, before and after`} className="min-w-full">
            <thead className="sticky top-0 bg-surface-1">
              <tr>
                <th scope="col" className={cx(head, "w-24")}>
                  Row
                </th>
                {shown.map((index) => (
                  <th key={index} scope="col" className={cx(head, "mono")}>
                    {change.columns[index]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((line, index) => (
                <DifferenceRow key={index} line={line} shown={shown} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function DifferenceRow({ line, shown }: { line: Line; shown: number[] }) {
  const { icon: Icon, word, look, cell } = MARKS[line.mark];
  return (
    <tr>
      <th scope="row" className={cx("h-7 border-b border-line px-3 text-left text-12 font-medium", look)}>
        <span className="flex items-center gap-1.5">
          <Icon size={13} strokeWidth={2} aria-hidden />
          {word}
        </span>
      </th>
      {shown.map((index) => {
        const differs = line.differs.includes(index);
        const value = line.cells[index] ?? null;
        return (
          <td key={index} className="selectable mono h-7 max-w-64 truncate border-b border-line px-3 text-12 whitespace-nowrap">
            {differs ? <mark className={cx("rounded-sm px-1 py-px", cell)}><Value value={value} /></mark> : <Value value={value} />}
          </td>
        );
      })}
    </tr>
  );
}
