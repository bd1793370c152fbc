import type { SetRecord, StatementRecord } from "@/api/contract";
import { CopyIcon } from "./copy";
import { cx } from "./cx";
import { duration, plural } from "./format";
import { OPERATIONS } from "./operations";
import { SEVERITY } from "./severity";
import { Sql } from "./sql";
import { Status } from "./status";
import { Value } from "./value";

function objection(statement: StatementRecord): string | null {
  const { problem } = statement;
  if (!problem) return null;
  return [problem.code && `error ${problem.code}`, problem.sqlstate && `SQLSTATE ${problem.sqlstate}`].filter(Boolean).join(" · ") || "failed";
}

function effect(statement: StatementRecord): string {
  const parts: string[] = [];
  if (statement.columns.length > 0 || statement.affected === null) parts.push(plural(statement.rows, "row"));
  if (statement.affected !== null) parts.push(`${plural(statement.affected, "row")} affected`);
  return parts.join(", ");
}

export function StatementCard({ statement, number, durationUs }: { statement: StatementRecord; number?: number; durationUs?: number }) {
  const wrong = objection(statement);
  const title = number === undefined ? "Statement" : `Statement ${number}`;
  return (
    <section aria-label={title} className="overflow-hidden rounded-lg border border-line">
      <header className="flex min-h-9 items-center gap-2 border-b border-line px-3">
        <h3 className="font-semibold">{title}</h3>
        {statement.operation && <span className="text-text-2">{OPERATIONS[statement.operation]}</span>}
        <span className="num ml-auto flex items-center gap-2.5 text-12 text-text-2">
          {wrong ? <Status tone="bad">{wrong}</Status> : effect(statement)}
          {durationUs !== undefined && <span className="mono">{duration(durationUs)}</span>}
        </span>
        <CopyIcon text={statement.text} label="Copy the statement without its values" />
      </header>
      {statement.problem && (
        <p className="selectable border-b border-line bg-bad-soft px-3 py-2 text-12 [overflow-wrap:anywhere]">{statement.problem.message}</p>
      )}
      <Sql text={statement.text} parameters={statement.parameters} fault={statement.problem?.parameter} />
      {statement.note && <p className="border-t border-line px-3 py-1.5 text-11 text-text-2">{statement.note}</p>}
    </section>
  );
}

/** A statement with everything known of it except its rows: text with values, parameters, what it gave back. */
export function StatementWhole({ statement, number, durationUs }: { statement: StatementRecord; number: number; durationUs?: number }) {
  return (
    <div className="flex flex-col gap-2">
      <StatementCard statement={statement} number={number} durationUs={durationUs} />
      {statement.parameters.length > 0 && <Parameters statement={statement} number={number} />}
      <Said statement={statement} number={number} />
    </div>
  );
}

/** What a routine gave back beside its rows: out values, what it returned, what it said. */
function Said({ statement, number }: { statement: StatementRecord; number: number }) {
  const { outs, returned, messages } = statement;
  if (outs.length === 0 && returned === null && messages.length === 0) return null;
  return (
    <dl aria-label={`What statement ${number} gave back`} className="grid grid-cols-[minmax(88px,auto)_minmax(0,1fr)] gap-x-3 gap-y-1 rounded-lg border border-line px-3 py-2 text-12">
      {outs.map((out) => (
        <div key={out.name} className="contents">
          <dt className="mono text-text-2">{out.name}</dt>
          <dd className="selectable mono [overflow-wrap:anywhere]">
            <Value value={out.value} />
          </dd>
        </div>
      ))}
      {returned !== null && (
        <div className="contents">
          <dt className="text-text-2">Returned</dt>
          <dd className="selectable mono">
            <Value value={returned} />
          </dd>
        </div>
      )}
      {messages.map((message, index) => (
        <div key={index} className="contents">
          <dt>
            <Status tone={SEVERITY[message.severity].tone}>{SEVERITY[message.severity].word}</Status>
          </dt>
          <dd className="selectable [overflow-wrap:anywhere]">
            {message.text}
            {message.code && <span className="mono ml-2 text-text-3">{message.code}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const HEAD = "h-7 border-b border-line px-3 text-left text-11 font-medium text-text-3";
const CELL = "h-7 border-b border-line px-3 text-12";

function Parameters({ statement, number }: { statement: StatementRecord; number: number }) {
  const fault = statement.problem?.parameter;
  return (
    <div className="overflow-x-auto rounded-lg border border-line [&_tr:last-child_td]:border-b-0">
      <table aria-label={`Parameters of statement ${number}`} className="w-full">
        <thead>
          <tr>
            <th scope="col" className={cx(HEAD, "w-10 text-right")}>
              #
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
          {statement.parameters.map((parameter) => {
            const wrong = parameter.position === fault;
            return (
              <tr key={parameter.position} className={cx(wrong && "bg-bad-soft")}>
                <td className={cx(CELL, "num text-right text-text-3")}>{parameter.position}</td>
                <td className={cx(CELL, "mono")}>{parameter.name}</td>
                <td className={cx(CELL, "selectable mono [overflow-wrap:anywhere]")}>
                  <span className={cx(wrong && "fault text-bad")}>
                    <Value value={parameter.value} secret={parameter.secret} />
                  </span>
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

/** All result sets of a statement; the first one stands in the statement itself. */
function setsOf(statement: StatementRecord): SetRecord[] {
  const { columns, rows, sample, sampleTruncated: truncated, further } = statement;
  return columns.length > 0 ? [{ columns, rows, sample, truncated }, ...further] : further;
}

/** The result sets of several statements, each with what it is called: "2", or "2, set 1" where there are more. */
export function resultSets(statements: StatementRecord[]): { set: SetRecord; number: string }[] {
  return statements.flatMap((statement, index) => setsOf(statement).map((set, place, all) => ({ set, number: `${index + 1}${all.length > 1 ? `, set ${place + 1}` : ""}` })));
}

export function ResultSet({ set, number }: { set: SetRecord; number: string }) {
  return (
    <section aria-label={`Rows of statement ${number}`} className="overflow-hidden rounded-lg border border-line">
      <header className="flex min-h-9 items-center gap-2 border-b border-line px-3">
        <h3 className="font-semibold">Statement {number}</h3>
        <span className="num text-text-2">{plural(set.rows, "row")}</span>
        {set.truncated && <span className="num ml-auto text-12 text-text-3">the first {set.sample.length} are recorded</span>}
      </header>
      {set.sample.length === 0 ? (
        <p className="px-3 py-2 text-text-2">It returned no rows.</p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div tabIndex={0} role="group" aria-label={`Recorded rows of statement ${number}`} className="max-h-105 overflow-auto -outline-offset-2 [&_tr:last-child_td]:border-b-0">
          <table className="min-w-full">
            <thead className="sticky top-0 bg-surface-1">
              <tr>
                {set.columns.map((column, index) => (
                  <th key={index} scope="col" className={cx(HEAD, "mono whitespace-nowrap")}>
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {set.sample.map((row, line) => (
                <tr key={line}>
                  {row.map((value, index) => (
                    <td key={index} className={cx(CELL, "selectable mono max-w-64 truncate whitespace-nowrap", typeof value === "number" && "text-right")}>
                      <Value value={value} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
