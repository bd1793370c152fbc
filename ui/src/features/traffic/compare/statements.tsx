import type { ComparedRows, ComparedSide, ComparedStatement } from "@/api/contract";
import { cx } from "@/components/cx";
import { duration, formatCount, plural } from "@/components/format";
import { OPERATIONS } from "@/components/operations";
import { Sql } from "@/components/sql";
import { Status } from "@/components/status";
import { Value } from "@/components/value";
import { differs, LikenessMark, SIDE } from "@/components/compare/likeness";
import { Lines } from "@/components/compare/lines";
import type { Sides } from "@/components/compare/sides";

type Props = { pair: ComparedStatement; sides: Sides; onlyDifferences: boolean };

/** A statement of both sides, or of one: text, bound values, what it gave, its rows. */
export function StatementPair({ pair, sides, onlyDifferences }: Props) {
  const { left, right, sameText } = pair;
  const either = left ?? right;
  const title = either?.operation ? OPERATIONS[either.operation] : "Statement";
  const alone = !right ? "left" : !left ? "right" : undefined;
  // Of a statement that one side alone ran, everything is told.
  const only = onlyDifferences && !alone;
  const numbers = [left && `${left.number} on the left`, right && `${right.number} on the right`].filter(Boolean).join(", ");
  return (
    <section aria-label={`${title}, statement ${numbers}`} className="overflow-hidden rounded-lg border border-line">
      <header className="flex min-h-9 flex-wrap items-center gap-x-3 px-3 not-last:border-b not-last:border-line">
        <h4 className="font-semibold">{title}</h4>
        <LikenessMark likeness={pair.likeness} sides={sides} word />
        <span className="num ml-auto flex items-center gap-3 text-12 text-text-2">
          <Took side={left} label={sides.left} />
          <Took side={right} label={sides.right} />
        </span>
      </header>
      {(!onlyDifferences || differs(pair.likeness)) && (
        <div className="flex flex-col gap-2 p-2">
          {sameText || !left || !right ? (
            (!onlyDifferences || !left || !right) && either && <Text text={either.text} />
          ) : (
            <div className="grid grid-cols-2 gap-2">
              <Text text={left.text} head={sides.left} />
              <Text text={right.text} head={sides.right} />
            </div>
          )}
          <Lines heading="h5" title="Bound values" lines={pair.parameters} sides={sides} onlyDifferences={only} alone={alone} />
          <Lines heading="h5" title="What it gave" lines={pair.outcome} sides={sides} onlyDifferences={only} alone={alone} />
          {pair.sets.map((set, index) => (
            <Rows key={index} set={set} sides={sides} number={pair.sets.length > 1 ? index + 1 : undefined} onlyDifferences={only} alone={alone} />
          ))}
        </div>
      )}
    </section>
  );
}

function Took({ side, label }: { side: ComparedSide | null; label: string }) {
  if (!side) return null;
  return (
    <span title={`${label}: ${duration(side.durationUs)}`} className="flex items-center gap-1.5">
      {side.problem && <Status tone="bad">failed</Status>}
      <span className="mono">{duration(side.durationUs)}</span>
    </span>
  );
}

function Text({ text, head }: { text: string; head?: string }) {
  return (
    <div className="min-w-0 overflow-hidden rounded-lg border border-line">
      {head && <p className="border-b border-line px-3 py-1 text-11 text-text-3">{head}</p>}
      <Sql text={text} />
    </div>
  );
}

const count = (rows: number | null) => (rows === null ? "none" : formatCount(rows));

type RowsProps = { set: ComparedRows; sides: Sides; number?: number; onlyDifferences: boolean; /** the only side there is */ alone?: "left" | "right" };

function Rows({ set, sides, number, onlyDifferences, alone }: RowsProps) {
  const shown = onlyDifferences ? set.rows.filter((row) => differs(row.likeness)) : set.rows;
  const sameCount = set.leftRows === set.rightRows;
  const columns = set.columns.map((column, index) => ({ ...column, index }));
  // Of rows that changed the first column and what differs tell all.
  const telling = new Set([0, ...shown.flatMap((row) => row.columns)]);
  const narrow = onlyDifferences && shown.every((row) => row.left && row.right);
  const visible = narrow ? columns.filter(({ index }) => telling.has(index)) : columns;
  const title = number === undefined ? "Rows" : `Rows of set ${number}`;
  const lacking = alone ? [] : columns.filter(({ likeness }) => differs(likeness));
  const counted = alone ? plural(set[`${alone}Rows`] ?? 0, "row") : sameCount ? plural(set.leftRows ?? 0, "row") : `${count(set.leftRows)} ${sides.left.toLowerCase()}, ${count(set.rightRows)} ${sides.right.toLowerCase()}`;
  if (onlyDifferences && shown.length === 0 && sameCount && lacking.length === 0) return null;
  return (
    <div role="group" aria-label={title} className="overflow-hidden rounded-lg border border-line">
      <header className="flex min-h-9 flex-wrap items-center gap-x-2.5 px-3 not-last:border-b not-last:border-line">
        <h5 className="font-semibold">{title}</h5>
        <span className={cx("num", sameCount || alone ? "text-text-2" : "text-warn")}>{counted}</span>
        {set.truncated && <span className="text-12 text-text-3">the first ones are recorded, and compared</span>}
        {lacking.map((column) => (
          <span key={column.name} className="text-12 text-warn">
            <span className="mono">{column.name}</span> {column.likeness === "left" ? sides.onlyLeft : sides.onlyRight}
          </span>
        ))}
      </header>
      {shown.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div tabIndex={0} role="group" aria-label={`${title}, side by side`} className="max-h-105 overflow-auto -outline-offset-2 [&_tbody_tr:last-child>*]:border-b-0">
          <table aria-label={`${title} of ${sides.left} and ${sides.right}`} className="min-w-full">
            <thead className="sticky top-0 bg-surface-1">
              <tr>
                <th scope="col" className="h-7 w-28 border-b border-line px-3 text-left text-11 font-medium text-text-3">
                  Side
                </th>
                {visible.map((column) => (
                  <th key={column.index} scope="col" className="mono h-7 border-b border-line px-3 text-left text-11 font-medium whitespace-nowrap text-text-3">
                    {column.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.flatMap((row, index) =>
                (["left", "right"] as const).flatMap((side) => {
                  const cells = row[side];
                  // A row that is the same on both sides is told once.
                  if (!cells || (side === "right" && row.likeness === "same")) return [];
                  const differing = row.likeness !== "same" && !alone;
                  return [
                    <tr key={`${index} ${side}`}>
                      <th scope="row" className="h-7 border-b border-line px-3 text-left text-12 font-normal whitespace-nowrap text-text-2">
                        {differing || alone ? sides[side] : "both"}
                      </th>
                      {visible.map(({ index: at }) => {
                        const marked = differing && (row.columns.includes(at) || row.likeness !== "changed");
                        return (
                          <td key={at} className="selectable mono h-7 max-w-64 truncate border-b border-line px-3 text-12 whitespace-nowrap">
                            {marked ? (
                              <mark className={cx("rounded-sm px-1 py-px", SIDE[side])}>
                                <Value value={cells[at] ?? null} />
                              </mark>
                            ) : (
                              <Value value={cells[at] ?? null} />
                            )}
                          </td>
                        );
                      })}
                    </tr>,
                  ];
                }),
              )}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
