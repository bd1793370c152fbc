import { ChevronRight, Undo2 } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { ConnectionHealth, DryRun, TriedUserChange, UserChange } from "@/api/contract";
import { useTriedChange } from "@/api/users";
import { Button } from "../button";
import { Cautions } from "../cautions";
import { DiagnosisCard } from "../diagnosis";
import { Difference, isChanged, tableName } from "../difference";
import { duration } from "../format";
import { Json } from "../json";
import { OPERATIONS } from "../operations";
import { ProblemCard } from "../problem";
import { SkeletonLines } from "../skeleton";
import { StatementWhole } from "../statement";
import { Status, type Tone } from "../status";
import { CHANGES, type Person } from "./words";

type Props = {
  application: string;
  person: Person;
  change: UserChange;
  connection: ConnectionHealth | undefined;
  onReady: (ready: { can: boolean; why: string | null }) => void;
};

/** What a change of one user would do: found by making it in a transaction that is rolled back. */
export function TriedOne({ application, person, change, connection, onReady }: Props) {
  const [inSpite, setInSpite] = useState(false);
  const { data, error, refetch } = useTriedChange(application, person.id, change, inSpite);
  const report = data?.report;
  const verdict = report && data ? verdictOf(data, person, change) : null;
  useEffect(() => {
    if (error) onReady({ can: false, why: "The dry run failed." });
    else if (!verdict) onReady({ can: false, why: "The dry run has not ended yet." });
    else onReady({ can: verdict.can, why: verdict.can ? null : verdict.words });
    // The verdict is made anew at each drawing; what it says is what counts.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [error, verdict?.words, onReady]);
  if (error) return <ProblemCard problem={error} onRetry={() => void refetch()} />;
  if (!data || !report || !verdict) return <SkeletonLines lines={6} />;
  const changes = report.tables.filter(isChanged);
  return (
    <section aria-label="Result of the dry run" className="flex flex-col gap-3">
      <div role="status" className="num flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line px-3 py-2">
        <Status tone={verdict.tone} className="font-medium [&>span]:whitespace-normal">
          {verdict.words}
        </Status>
        {report.rollback !== "not_run" && (
          <Status tone={ROLLBACK[report.rollback].tone} icon={Undo2}>
            {ROLLBACK[report.rollback].words}
          </Status>
        )}
        <span className="mono ml-auto text-12 text-text-2">{duration(report.durationUs)}</span>
      </div>
      {report.problem && <DiagnosisCard diagnosis={report.problem} />}
      {report.cautions.length > 0 && <Cautions cautions={report.cautions} />}
      {report.rollback === "not_run" && (
        <p className="flex flex-wrap items-center gap-2 text-text-2">
          Nothing was run. You can still make the change; a dry run of it would leave something behind.
          {connection?.environment !== "production" && <Button onClick={() => setInSpite(true)}>Run it dry anyway</Button>}
        </p>
      )}
      {report.kept.map((kept) => (
        <Difference key={tableName(kept)} change={kept} label={`What stayed in ${tableName(kept)}`} heading="h3" />
      ))}
      {changes.map((table) => (
        <Difference key={tableName(table)} change={table} label={`Changes in ${tableName(table)}`} heading="h3" />
      ))}
      <Statements report={report} />
      {data.after !== null && data.operations.length > 0 && (
        <Fold title="The user as the provider would see it">
          <div className="rounded-lg border border-line">
            <Json value={data.after} label="The user as the provider would see it" />
          </div>
        </Fold>
      )}
    </section>
  );
}

const ROLLBACK: Record<Exclude<DryRun["rollback"], "not_run">, { tone: Tone; words: string }> = {
  held: { tone: "muted", words: "rolled back, and read again" },
  broken: { tone: "bad", words: "the rollback did not hold" },
  not_verified: { tone: "warn", words: "rolled back, not verified" },
};

type Verdict = { tone: Tone; words: string; can: boolean };

function verdictOf({ report, operations }: TriedUserChange, { id, name }: Person, change: UserChange): Verdict {
  const who = name ?? id;
  if (report.rollback === "not_run") return { tone: "warn", words: "No dry run: a rollback would not take everything back", can: true };
  if (report.problem) return { tone: "bad", words: "It would fail, and nothing would be kept", can: false };
  if (operations.length === 0) return { tone: "muted", words: already(who, change), can: false };
  const counts = new Map<string, number>();
  for (const operation of operations) counts.set(OPERATIONS[operation], (counts.get(OPERATIONS[operation]) ?? 0) + 1);
  const ran = [...counts].map(([words, times]) => (times > 1 ? `${words} ${times} times` : words)).join(", ");
  return { tone: "ok", words: `It would run: ${ran}`, can: true };
}

function already(who: string, change: UserChange): string {
  switch (change.what) {
    case "activate":
      return `${who} is active already: nothing would be run`;
    case "deactivate":
      return `${who} is inactive already: nothing would be run`;
    case "assign":
      return `${who} holds it already: nothing would be run`;
    case "revoke":
      return `${who} does not hold it: nothing would be ${CHANGES.revoke.done}`;
  }
}

/** What writes stands open; what only reads before and after it is folded away. */
function Statements({ report: { statements } }: { report: DryRun }) {
  const numbered = statements.map((statement, index) => ({ statement, number: index + 1 }));
  const writes = numbered.filter(({ statement: { operation } }) => operation !== null && WRITES.has(operation));
  const reads = numbered.filter((each) => !writes.includes(each));
  return (
    <>
      {writes.map(({ statement, number }) => (
        <StatementWhole key={number} statement={statement} number={number} />
      ))}
      {reads.length > 0 && (
        <Fold title={`${reads.length} ${reads.length === 1 ? "statement that reads" : "statements that read"} the user`}>
          <div className="flex flex-col gap-3">
            {reads.map(({ statement, number }) => (
              <StatementWhole key={number} statement={statement} number={number} />
            ))}
          </div>
        </Fold>
      )}
    </>
  );
}

const WRITES: ReadonlySet<string> = new Set(["create_user", "update_user", "activate_user", "deactivate_user", "add_entitlement", "remove_entitlement"]);

function Fold({ title, children }: { title: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="flex flex-col gap-2">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="inline-flex min-h-6 items-center gap-1 self-start rounded-sm text-12 text-text-2 hover:text-text">
        <ChevronRight size={13} aria-hidden className={open ? "rotate-90" : undefined} />
        {title}
      </button>
      {open && children}
    </div>
  );
}
