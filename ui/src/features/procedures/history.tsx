import { CornerUpLeft, FlaskConical, Play } from "lucide-react";
import type { PastRun, ProcedureDetail } from "@/api/contract";
import { usePastRuns } from "@/api/procedures";
import { Button } from "@/components/button";
import { Empty } from "@/components/empty";
import { duration, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { SECRET } from "@/components/secret";
import { SkeletonLines } from "@/components/skeleton";
import { Status } from "@/components/status";
import { Value } from "@/components/value";

type Overload = ProcedureDetail["overloads"][number];
type Props = { application: string; overload: Overload; onUse: (run: PastRun) => void };

/** The runs that were made of a routine: what was given, what came of it, and the way back to its values. */
export function History({ application, overload, onUse }: Props) {
  const { data, error, refetch } = usePastRuns(application, overload.routine.name);
  if (error) return <ProblemCard problem={error} onRetry={() => void refetch()} className="m-3" />;
  if (!data) return <SkeletonLines lines={4} />;
  if (data.runs.length === 0) return <Empty icon={FlaskConical} title="Not run yet">Each run and dry run is listed here with its values, without secrets.</Empty>;
  return (
    <ul aria-label="Runs of this procedure">
      {data.runs.map((run) => (
        <Line key={run.name} run={run} changed={run.signature !== overload.signature} onUse={() => onUse(run)} />
      ))}
    </ul>
  );
}

const ENDS = {
  unfinished: { tone: "muted", word: "Stopped, or not ended" },
  not_run: { tone: "warn", word: "Nothing was run" },
  succeeded: { tone: "ok", word: "Succeeded" },
  failed: { tone: "bad", word: "Failed" },
} as const;

function Line({ run, changed, onUse }: { run: PastRun; changed: boolean; onUse: () => void }) {
  const { tone, word } = ENDS[run.end];
  const Icon = run.mode === "dry" ? FlaskConical : Play;
  const effects = [
    run.affected !== null && `${plural(run.affected, "row")} affected`,
    ...run.sets.map((rows, index) => `${run.sets.length > 1 ? `set ${index + 1}: ` : ""}${plural(rows, "row")}`),
    ...run.tables.map(({ table, added, changed: differ, removed }) => `${table.name} ${[added && `+${added}`, removed && `−${removed}`, differ && `~${differ}`].filter(Boolean).join(" ")}`),
  ].filter(Boolean);
  return (
    <li className="border-b border-line px-3 py-2">
      <div className="num flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="flex items-center gap-1.5 font-medium">
          <Icon size={14} strokeWidth={1.75} aria-hidden className="text-text-3" />
          {run.mode === "dry" ? "Dry run" : run.committed ? "Run, committed" : "Run"}
        </span>
        <Status tone={tone}>{word}</Status>
        {run.problem?.sqlstate && <span className="mono text-12 text-text-2">SQLSTATE {run.problem.sqlstate}</span>}
        <span className="text-12 text-text-2">{effects.join(", ")}</span>
        <span className="ml-auto flex items-center gap-3 text-12 text-text-3">
          {run.connection}
          {run.durationUs > 0 && <span className="mono">{duration(run.durationUs)}</span>}
          <RelativeTime at={run.at} />
          <Button icon={CornerUpLeft} onClick={onUse} title={changed ? "The signature has changed since: what still fits is taken over" : undefined}>
            Use these values again
          </Button>
        </span>
      </div>
      {run.cause && <p className="selectable text-12 text-bad [overflow-wrap:anywhere]">{run.cause}</p>}
      <dl className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-12">
        {run.arguments.map((argument, index) => (
          <div key={index} className="flex max-w-80 min-w-0 gap-1.5">
            <dt className="mono text-text-3">{argument.name ?? argument.position}</dt>
            <dd className="selectable mono min-w-0 truncate">
              {argument.give === "leave_out" ? <span className="font-sans text-text-3">default</span> : <Value value={argument.give === "value" ? argument.text : argument.give === "secret" ? SECRET : null} />}
              {argument.give === "secret" && <span className="ml-1 font-sans text-text-3">not kept</span>}
            </dd>
          </div>
        ))}
        {run.outs.map(({ name, value }) => (
          <div key={`out ${name}`} className="flex max-w-80 min-w-0 gap-1.5">
            <dt className="mono text-text-3">{name} gave</dt>
            <dd className="selectable mono min-w-0 truncate">
              <Value value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
