import { CircleSlash, OctagonAlert, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Problem, ProcedureRun, SetRecord } from "@/api/contract";
import { DiagnosisCard } from "@/components/diagnosis";
import { Difference, isChanged, tableName } from "@/components/difference";
import { cx } from "@/components/cx";
import { duration, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { SEVERITY } from "@/components/severity";
import { resultSets } from "@/components/statement";
import { Status } from "@/components/status";
import { Value } from "@/components/value";
import { SetGrid } from "./set-grid";
import { Bound, Timings } from "./statement";
import type { RunState } from "./use-runs";

/** All result sets of a run, in order. */
export const setsOf = ({ statement }: ProcedureRun): SetRecord[] => (statement ? resultSets([statement]).map(({ set }) => set) : []);

/** "+1 −2 ~3": how many rows differ. */
export function changeSigns(run: ProcedureRun): string {
  const count = (part: "added" | "removed" | "changed") => run.tables.reduce((sum, table) => sum + table[part].length, 0);
  return [count("added") && `+${count("added")}`, count("removed") && `−${count("removed")}`, count("changed") && `~${count("changed")}`].filter(Boolean).join(" ");
}

/** What became of the latest run, above each of its parts. */
export function Outcome({ run, stale, connection, children }: { run: RunState | undefined; stale: boolean; connection: string; children: (run: ProcedureRun) => ReactNode }) {
  if (!run) return <p className="p-3 text-text-2">Nothing has been run yet. A dry run shows here what the procedure returns and which rows it changes, and is rolled back.</p>;
  if (run.state === "running") return <p className="p-3 text-text-2">It is running. The result appears here when it has ended.</p>;
  return (
    <div className="flex flex-col gap-3 p-3">
      {stale && <p className="text-12 text-warn">The values above were changed since this was run.</p>}
      {run.state === "cancelled" && (
        <p role="status" className="flex items-start gap-2 rounded-lg border border-line px-3 py-2">
          <CircleSlash size={14} aria-hidden className="mt-0.75 shrink-0 text-text-3" />
          <span>
            <span className="font-medium">Stopped. </span>
            <span className="text-text-2">The statement was ended at {connection} and its connection closed. Nothing was committed by Sluice; what the procedure itself had committed stays.</span>
          </span>
        </p>
      )}
      {run.state === "failed" && <ProblemCard problem={run.problem} />}
      {run.state === "done" && (
        <>
          <Verdict run={run.output.run} connection={connection} />
          {run.output.notKept && <NotKept problem={run.output.notKept} />}
          {run.output.run.problem && <DiagnosisCard diagnosis={run.output.run.problem} />}
          {children(run.output.run)}
        </>
      )}
    </div>
  );
}

function NotKept({ problem }: { problem: Problem }) {
  return <ProblemCard problem={{ ...problem, message: `This run is not in the history. ${problem.message}` }} />;
}

function Verdict({ run, connection }: { run: ProcedureRun; connection: string }) {
  const { end, mode, statement, parts } = run;
  const took = parts.find(({ stage }) => stage === "run")?.durationUs;
  const said = statement?.problem;
  const code = said && [said.sqlstate && `SQLSTATE ${said.sqlstate}`, said.code && `error ${said.code}`].filter(Boolean).join(", ");
  return (
    <div role="status" className="num flex flex-wrap items-center gap-x-4 gap-y-1">
      {end === "succeeded" && <Status tone="ok" className="font-medium">{mode === "dry" ? "Would succeed" : "Succeeded"}</Status>}
      {end === "failed" && <Status tone="bad" className="font-medium">{mode === "dry" ? "Would fail" : "Failed"}</Status>}
      {end === "not_run" && <Status tone="warn" className="font-medium">Nothing was run</Status>}
      {code && <span className="mono text-12 text-text-2">{code}</span>}
      {statement && statement.affected !== null && <span className="text-text-2">{plural(statement.affected, "row")} affected</span>}
      {took !== undefined && <span className="mono text-12 text-text-2">{duration(took)}</span>}
      <Ended run={run} connection={connection} />
    </div>
  );
}

/** Whether it stays, and how that is known. */
function Ended({ run, connection }: { run: ProcedureRun; connection: string }) {
  if (run.end === "not_run") return <span className="text-text-2">A rollback would not take it back.</span>;
  if (run.committed) return <Status tone="warn">Committed on {connection}</Status>;
  const wrap = "[&>span]:whitespace-normal";
  if (run.mode === "real") return <Status tone="muted" icon={Undo2} className={wrap}>Rolled back, nothing was kept</Status>;
  switch (run.rollback) {
    case "held":
      return <Status tone="ok" icon={Undo2} className={wrap}>Rolled back, nothing was kept: read a third time, the rows are as before</Status>;
    case "broken":
      return <Status tone="bad" icon={OctagonAlert} className={wrap}>The rollback did not hold</Status>;
    default:
      return <Status tone="muted" icon={Undo2} className={wrap}>Rolled back; it writes to no table that could be compared</Status>;
  }
}

/** The rows of the tables that it writes, before and after. */
export function Changes({ run }: { run: ProcedureRun }) {
  const { tables, kept } = run;
  if (run.end === "not_run") return null;
  return (
    <>
      {kept.length > 0 && (
        <section aria-label="What stayed" className="flex flex-col gap-2">
          <h3 className="font-semibold">
            What stayed <span className="text-12 font-normal text-text-2">Different after the rollback from before. It may have been somebody else’s work.</span>
          </h3>
          {kept.map((change) => (
            <Difference key={tableName(change)} change={change} label={`What stayed in ${tableName(change)}`} heading="h4" />
          ))}
        </section>
      )}
      {[...tables].sort((a, b) => Number(isChanged(b)) - Number(isChanged(a))).map((change) => (
        <Difference key={tableName(change)} change={change} label={`Changes in ${tableName(change)}`} heading="h3" />
      ))}
      {tables.length === 0 && run.end === "succeeded" && <p className="text-text-2">Its source writes to no table that could be compared.</p>}
    </>
  );
}

/** One tab for each result set. */
export function Sets({ run }: { run: ProcedureRun }) {
  const sets = setsOf(run);
  const [chosen, setChosen] = useState(0);
  const at = Math.min(chosen, sets.length - 1);
  const set = sets[at];
  if (run.end !== "succeeded") return null;
  if (!set) return <p className="text-text-2">It returned no result set.</p>;
  return (
    <>
      {sets.length > 1 && (
        <div role="tablist" aria-label="Result sets" className="flex flex-wrap gap-1">
          {sets.map(({ rows }, index) => (
            <button
              key={index}
              type="button"
              role="tab"
              id={`set-${index}`}
              aria-selected={index === at}
              aria-controls="set"
              tabIndex={index === at ? 0 : -1}
              onClick={() => setChosen(index)}
              onKeyDown={(event) => {
                const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
                if (step === 0) return;
                event.preventDefault();
                const next = (at + step + sets.length) % sets.length;
                setChosen(next);
                document.getElementById(`set-${next}`)?.focus();
              }}
              className={cx("num h-7 rounded-md border px-2 text-12", index === at ? "border-transparent bg-accent-soft text-accent" : "border-line-2 text-text-2 hover:bg-surface-2")}
            >
              Set {index + 1} <span className="text-11">{plural(rows, "row")}</span>
            </button>
          ))}
        </div>
      )}
      <div id="set" role={sets.length > 1 ? "tabpanel" : undefined} aria-labelledby={sets.length > 1 ? `set-${at}` : undefined} className="flex min-h-0 flex-col">
        <SetGrid key={at} set={set} label={sets.length > 1 ? `Result set ${at + 1}` : "Result set"} />
      </div>
    </>
  );
}

/** OUT and INOUT values, and what it returned. */
export function Outs({ run }: { run: ProcedureRun }) {
  const { statement } = run;
  if (!statement || run.end !== "succeeded") return null;
  const { outs, returned } = statement;
  if (outs.length === 0 && returned === null) return <p className="text-text-2">No parameter returned a value, and neither did the procedure.</p>;
  return (
    <dl aria-label="Out values" className="grid grid-cols-[minmax(96px,auto)_minmax(0,1fr)] overflow-hidden rounded-lg border border-line [&>div:last-child>*]:border-b-0">
      {[...outs.map(({ name, value }) => ({ name, value, mono: true })), ...(returned === null ? [] : [{ name: "Returned", value: returned, mono: false }])].map(({ name, value, mono }) => (
        <div key={name} className="contents">
          <dt className={cx("border-b border-line px-3 py-1.5 text-12 text-text-2", mono && "mono")}>{name}</dt>
          <dd className="selectable mono border-b border-line px-3 py-1.5 text-12 whitespace-pre-wrap [overflow-wrap:anywhere]">
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Messages({ run }: { run: ProcedureRun }) {
  const messages = run.statement?.messages ?? [];
  if (messages.length === 0) return <p className="text-text-2">The database said nothing beside its answer.</p>;
  return (
    <ul aria-label="Messages of the database" className="overflow-hidden rounded-lg border border-line">
      {messages.map(({ severity, code, text }, index) => (
        <li key={index} className="grid grid-cols-[84px_minmax(0,1fr)_auto] gap-x-3 border-b border-line px-3 py-1.5 last:border-b-0">
          <Status tone={SEVERITY[severity].tone} className="self-start">
            {SEVERITY[severity].word}
          </Status>
          <span className="selectable [overflow-wrap:anywhere]">{text}</span>
          {code && <span className="mono text-12 text-text-3">{code}</span>}
        </li>
      ))}
    </ul>
  );
}

/** The call as it was sent, what the database objected to, and where the time went. */
export function Sent({ run }: { run: ProcedureRun }) {
  const { statement, parts, durationUs } = run;
  return (
    <>
      {statement && <Bound call={statement} fault={statement.problem?.parameter} />}
      {statement?.problem && <p className="selectable rounded-lg border border-bad-line bg-bad-soft px-3 py-2 [overflow-wrap:anywhere]">{statement.problem.message}</p>}
      {statement?.note && <p className="text-12 text-text-2">{statement.note}</p>}
      {parts.length > 0 && <Timings parts={parts} durationUs={durationUs} />}
    </>
  );
}
