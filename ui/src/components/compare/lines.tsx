import type { ComparedBody, ComparedLine, JsonValue } from "@/api/contract";
import { cx } from "@/components/cx";
import { plural } from "@/components/format";
import { Value } from "@/components/value";
import { differs, LikenessMark, SIDE } from "./likeness";
import type { Sides } from "./sides";

type Side = "left" | "right";
type Props = {
  title: string;
  /** one level below the heading it stands under */
  heading: "h3" | "h4" | "h5";
  lines: ComparedLine[];
  sides: Sides;
  onlyDifferences: boolean;
  /** there is no other side: its values are told and not called different */
  alone?: Side;
  note?: string | null;
  omitted?: number;
};

/** Values of two sides by their names; what differs is marked by sign, word and colour. */
export function Lines({ title, heading: Heading, lines, sides, onlyDifferences, alone, note, omitted = 0 }: Props) {
  const differing = lines.filter((line) => differs(line.likeness)).length;
  const columns: readonly Side[] = alone ? [alone] : ["left", "right"];
  const shown = onlyDifferences ? lines.filter((line) => differs(line.likeness)) : lines;
  if (lines.length === 0 || (onlyDifferences && differing === 0)) return null;
  return (
    // A group and no landmark: each pair of statements has these parts, and landmarks have names of their own.
    <div role="group" aria-label={title} className="overflow-hidden rounded-lg border border-line">
      <header className="flex min-h-9 flex-wrap items-center gap-x-2.5 px-3 not-last:border-b not-last:border-line">
        <Heading className="font-semibold">{title}</Heading>
        <span className={cx("num", differing > 0 && !alone ? "text-warn" : "text-text-2")}>
          {alone ? plural(lines.length, "value") : differing > 0 ? `${differing} of ${plural(lines.length, "value")} different` : `${plural(lines.length, "value")}, all the same`}
        </span>
        {note && <span className="text-12 text-text-2">{note}</span>}
      </header>
      {shown.length > 0 && (
        <div className="[&_tbody_tr:last-child>*]:border-b-0">
          <table aria-label={`${title}, side by side`} className="w-full table-fixed">
            <thead>
              <tr className="h-7 text-left text-11 text-text-3">
                <th scope="col" className="w-[32%] border-b border-line px-3 font-medium">
                  Value
                </th>
                {columns.map((side) => (
                  <th key={side} scope="col" className="border-b border-line px-3 font-medium">
                    {sides[side]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((line, index) => (
                <tr key={index} className="align-top">
                  <th scope="row" className="border-b border-line px-3 py-1 text-left font-normal">
                    <span className="flex items-baseline gap-2">
                      {!alone && <LikenessMark likeness={line.likeness} sides={sides} />}
                      <span className="selectable mono min-w-0 text-12 [overflow-wrap:anywhere]">{line.path || "body"}</span>
                    </span>
                  </th>
                  {columns.map((side) => (
                    <Cell key={side} line={line} side={side} plain={alone !== undefined} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {omitted > 0 && <p className="num border-t border-line px-3 py-1.5 text-12 text-text-2">{plural(omitted, "more value")} not shown.</p>}
    </div>
  );
}

function Cell({ line, side, plain }: { line: ComparedLine; side: Side; plain: boolean }) {
  const value = line[side];
  return (
    <td className="selectable mono border-b border-line px-3 py-1 text-12 [overflow-wrap:anywhere]">
      {value === undefined ? (
        <span className="font-sans text-text-3">not there</span>
      ) : differs(line.likeness) && !plain ? (
        <mark className={cx("rounded-sm px-1 py-px", SIDE[side])}>
          <Shown value={value} />
        </mark>
      ) : (
        <Shown value={value} />
      )}
    </td>
  );
}

/** A JSON value: an empty list and an empty object are not nothing. */
function Shown({ value }: { value: JsonValue }) {
  if (typeof value === "object" && value !== null) return <>{JSON.stringify(value)}</>;
  return <Value value={value} />;
}

/** Two bodies; nothing where neither side has one. */
export function Bodies({ body, ...rest }: Pick<Props, "title" | "heading" | "sides" | "onlyDifferences"> & { body: ComparedBody }) {
  return <Lines {...rest} lines={body.lines} note={body.note} omitted={body.omitted} />;
}
