import type { ParameterRecord, PreparedCall, RunPart, RunStage } from "@/api/contract";
import { CopyIcon } from "@/components/copy";
import { cx } from "@/components/cx";
import { duration } from "@/components/format";
import { Sql } from "@/components/sql";
import { Value } from "@/components/value";

const HEAD = "h-7 border-b border-line px-3 text-left text-11 font-medium text-text-3";
const CELL = "h-7 border-b border-line px-3 text-12";

/** A call as it is sent: the text with its places, and beside it the value bound to each. They are never made into one text. */
export function Bound({ call, fault }: { call: Pick<PreparedCall, "text" | "parameters">; fault?: number | null }) {
  const { text, parameters } = call;
  if (text === null) return null;
  return (
    <section aria-label="The call" className="overflow-hidden rounded-lg border border-line">
      <div className="relative">
        <Sql text={text} />
        <span className="absolute top-1 right-1">
          <CopyIcon text={text} label="Copy the call without its values" />
        </span>
      </div>
      {parameters.length > 0 && <Values parameters={parameters} fault={fault} />}
    </section>
  );
}

function Values({ parameters, fault }: { parameters: ParameterRecord[]; fault?: number | null }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div tabIndex={0} role="group" aria-label="Values of the call" className="max-h-80 overflow-auto border-t border-line -outline-offset-2 [&_tr:last-child_td]:border-b-0">
      <table aria-label="Bound values" className="w-full">
        <thead className="sticky top-0 bg-surface-1">
          <tr>
            <th scope="col" className={cx(HEAD, "w-10 text-right")}>
              ?
            </th>
            <th scope="col" className={HEAD}>
              Parameter
            </th>
            <th scope="col" className={HEAD}>
              Bound value
            </th>
          </tr>
        </thead>
        <tbody>
          {parameters.map(({ position, name, value, secret }) => {
            const wrong = position === fault;
            return (
              <tr key={position} className={cx(wrong && "bg-bad-soft")}>
                <td className={cx(CELL, "num text-right text-text-3")}>{position}</td>
                <td className={cx(CELL, "mono")}>{name}</td>
                <td className={cx(CELL, "selectable mono [overflow-wrap:anywhere]")}>
                  <Value value={value} secret={secret} />
                  {wrong && <span className="ml-2 font-sans text-bad">the database objected to this value</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export const STAGES: Record<RunStage, string> = {
  look: "Reading the source",
  before: "Reading the rows before",
  run: "Running",
  after: "Reading the rows after",
  end: "Ending the transaction",
  verify: "Reading the rows a third time",
};

/** Where the time went: each part on the line of the whole. */
export function Timings({ parts, durationUs }: { parts: RunPart[]; durationUs: number }) {
  const whole = Math.max(1, parts.reduce((sum, part) => sum + part.durationUs, 0));
  const starts = parts.map((_, index) => parts.slice(0, index).reduce((sum, part) => sum + part.durationUs, 0));
  return (
    <section aria-label="Timings" className="rounded-lg border border-line px-3 py-2">
      <h3 className="mb-1 flex font-semibold">
        Timings <span className="mono ml-auto text-12 font-normal text-text-2">{duration(durationUs)}</span>
      </h3>
      <ul>
        {parts.map(({ stage, durationUs: own }, index) => {
          const start = starts[index] ?? 0;
          return (
            <li key={stage} className="grid h-6 grid-cols-[180px_minmax(0,1fr)_72px] items-center gap-3 text-12">
              <span className={cx("truncate", stage === "run" ? "font-medium" : "text-text-2")}>{STAGES[stage]}</span>
              <span aria-hidden className="relative h-2 rounded-sm bg-surface-2">
                <span className={cx("absolute inset-y-0 min-w-0.5 rounded-sm", stage === "run" ? "bg-accent" : "bg-line-3")} style={{ left: `${(start / whole) * 100}%`, width: `${(own / whole) * 100}%` }} />
              </span>
              <span className="mono text-right text-text-2">{duration(own)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
