import { ArrowRight, CircleStop, Undo2 } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { DryRun, Exchange, TableChange } from "@/api/contract";
import { Button } from "@/components/button";
import { Cautions } from "@/components/cautions";
import { DiagnosisCard } from "@/components/diagnosis";
import { Difference, isChanged, tableName } from "@/components/difference";
import { duration, formatCount, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { AnswerStatus, Status, type Tone } from "@/components/status";
import { ComparisonView } from "@/features/traffic/compare/comparison";
import { Waterfall } from "@/features/traffic/waterfall";
import { InSpite } from "./in-spite";
import type { Run } from "./use-replays";

const DRY = { left: "Recorded", right: "Dry run", onlyLeft: "only recorded", onlyRight: "only in the dry run" };
const REAL = { left: "Recorded", right: "Replay", onlyLeft: "only recorded", onlyRight: "only in the replay" };

type Props = {
  run: Run;
  stale: boolean;
  onOpen: (id: string) => void;
  /** whether it runs on production */
  production: boolean;
  /** left out where it cannot be run now */
  onInSpite: ((typed: string | null) => void) | undefined;
};

/** What became of a replay. */
export function Outcome({ run, stale, onOpen, production, onInSpite }: Props) {
  if (run.state === "running") return <Running run={run} />;
  if (run.state === "cancelled") return <Status tone="muted">{run.dry ? "Cancelled: the statement was stopped, and nothing stays" : "Cancelled: what was read for it was stopped"}</Status>;
  if (run.state === "failed") return <ProblemCard problem={run.problem} />;
  const { exchange, comparison, report, connection } = run.result;
  return (
    <section aria-label="Result of the replay" className="flex flex-col gap-3">
      {stale && <p className="text-12 text-warn">The request or the connection was changed since this was sent.</p>}
      <Verdict exchange={exchange} report={report} connection={connection} writes={run.writes} onOpen={onOpen} />
      {exchange?.diagnosis && <DiagnosisCard diagnosis={exchange.diagnosis} />}
      {report?.problem && report.problem.cause !== exchange?.diagnosis?.cause && <DiagnosisCard diagnosis={report.problem} />}
      {/* What was warned of is what was asked for: another request might need another warning. */}
      {!exchange && <InSpite cautions={report?.cautions ?? []} connection={connection} production={production} onInSpite={stale ? undefined : onInSpite} />}
      {exchange && report && report.cautions.length > 0 && <Cautions cautions={report.cautions} />}
      {report && report.kept.length > 0 && (
        <Part title="What stayed" note="Different after the rollback from before. It may have been somebody else’s work.">
          {report.kept.map((change) => (
            <Difference key={tableName(change)} change={change} label={`What stayed in ${tableName(change)}`} heading="h4" />
          ))}
        </Part>
      )}
      {report && report.tables.length > 0 && (
        <Part title="Rows before and after" note="As they were inside the transaction.">
          {report.tables.filter(isChanged).map((change) => (
            <Difference key={tableName(change)} change={change} label={`Changes in ${tableName(change)}`} heading="h4" />
          ))}
          <Unchanged tables={report.tables.filter((change) => !isChanged(change))} />
        </Part>
      )}
      {comparison && (
        <Part title="Recorded and replayed">
          <ComparisonView comparison={comparison} sides={report ? DRY : REAL} />
        </Part>
      )}
      {exchange && (
        <Part title="Where the time went">
          <Waterfall steps={exchange.steps} totalUs={exchange.summary.durationUs} />
        </Part>
      )}
    </section>
  );
}

/** Tables that were compared and are as they were, in one line. */
function Unchanged({ tables }: { tables: TableChange[] }) {
  if (tables.length === 0) return null;
  return (
    <p className="text-text-2">
      No row changed in{" "}
      {tables.map((change, index) => (
        <span key={tableName(change)} title={`compared: ${change.compared}`}>
          {index > 0 && (index === tables.length - 1 ? " and " : ", ")}
          <span className="mono text-12 text-text">{tableName(change)}</span>
        </span>
      ))}
      .
    </p>
  );
}

function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <h3 className="font-semibold">{title}</h3>
        {note && <span className="text-12 text-text-2">{note}</span>}
      </div>
      {children}
    </section>
  );
}

/** Whether everything was taken back, and how that is known. */
function rollback(report: DryRun, writes: boolean): { tone: Tone; words: string } {
  switch (report.rollback) {
    case "held":
      return { tone: "ok", words: "Rolled back: read again, the rows are as before" };
    case "broken":
      return { tone: "bad", words: "The rollback did not hold" };
    case "not_verified":
      return writes ? { tone: "warn", words: "Rolled back, not verified: no table to compare it with, or reading again failed" } : { tone: "muted", words: "It only read: there was nothing to roll back" };
    case "not_run":
      return { tone: "warn", words: "Nothing was run" };
  }
}

type VerdictProps = { exchange: Exchange | null; report: DryRun | null; connection: string; writes: boolean; onOpen: (id: string) => void };

function Verdict({ exchange, report, connection, writes, onOpen }: VerdictProps) {
  const rolled = report && rollback(report, writes);
  return (
    <div role="status" className="num flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line px-3 py-2">
      {exchange && <AnswerStatus status={exchange.summary.status} outcome={exchange.summary.outcome} className="font-medium" />}
      {exchange && <span>{report ? (exchange.summary.status < 400 ? "Would succeed" : "Would fail") : exchange.summary.status < 400 ? "Done" : "Failed"}</span>}
      <span className="text-text-2">on {connection}</span>
      {rolled && (
        <Status tone={rolled.tone} icon={report.rollback === "not_run" ? undefined : Undo2} className="[&>span]:whitespace-normal">
          {rolled.words}
        </Status>
      )}
      {!report && exchange && (
        <Button kind="quiet" icon={ArrowRight} onClick={() => onOpen(exchange.summary.id)}>
          Open its exchange
        </Button>
      )}
      {exchange && <span className="mono ml-auto text-12 text-text-2">{duration(exchange.summary.durationUs)}</span>}
    </div>
  );
}

function Running({ run }: { run: Extract<Run, { state: "running" }> }) {
  const [now, setNow] = useState(run.startedAt);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - run.startedAt) / 1_000));
  const rows = run.progress?.rows ?? 0;
  const stays = !run.dry && run.writes;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-line px-3 py-2">
      <span role="status" className="num text-text-2">
        {run.progress?.stage === "comparing" ? "Comparing" : run.dry ? "Running dry" : "Running"}
        {rows > 0 && `, ${plural(rows, "row")} read`}
      </span>
      {seconds > 0 && <span className="mono text-12 text-text-2">{formatCount(seconds)} s</span>}
      <Button icon={CircleStop} onClick={run.cancel} disabled={stays} title={stays ? "A write that has begun goes on to its end, so that it is recorded." : undefined} className="ml-auto">
        Cancel
      </Button>
      {stays && <p className="w-full text-12 text-text-3">A write that has begun goes on to its end, and is recorded.</p>}
    </div>
  );
}
