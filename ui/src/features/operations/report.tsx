import { type LucideIcon, Undo2 } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Caution, DryRun, ProviderAnswer } from "@/api/contract";
import { Button } from "@/components/button";
import { Cautions } from "@/components/cautions";
import { CopyIcon } from "@/components/copy";
import { DiagnosisCard } from "@/components/diagnosis";
import { Difference, isChanged, tableName } from "@/components/difference";
import { duration, plural } from "@/components/format";
import { Json } from "@/components/json";
import { ResultSet, resultSets, StatementWhole } from "@/components/statement";
import { Status, type Tone } from "@/components/status";

type Props = {
  report: DryRun;
  /** whether the operation is one that changes data */
  writes: boolean;
  connection: string;
  production: boolean;
  /** left out where the values are no longer those that were run */
  onInSpite: (() => void) | undefined;
};

/** What a dry run found, the verdict first. */
export function Report({ report, writes, connection, production, onInSpite }: Props) {
  const { cautions, problem, tables, kept, statements, rollback } = report;
  const sets = resultSets(statements);
  return (
    <section aria-label="Result of the dry run" className="flex flex-col gap-3">
      <Verdict report={report} writes={writes} />
      {problem && <DiagnosisCard diagnosis={problem} />}
      {report.answer && <Answered answer={report.answer} />}
      {rollback === "not_run" ? (
        <InSpite cautions={cautions} connection={connection} production={production} onInSpite={onInSpite} />
      ) : (
        cautions.length > 0 && <Cautions cautions={cautions} />
      )}
      {kept.length > 0 && (
        <Part title="What stayed" note="Different after the rollback from before. It may have been somebody else’s work.">
          {kept.map((change) => (
            <Difference key={tableName(change)} change={change} label={`What stayed in ${tableName(change)}`} heading="h4" />
          ))}
        </Part>
      )}
      {tables.length > 0 && (
        <Part title="Rows before and after" note="As they were inside the transaction.">
          {[...tables].sort((a, b) => Number(isChanged(b)) - Number(isChanged(a))).map((change) => (
            <Difference key={tableName(change)} change={change} label={`Changes in ${tableName(change)}`} heading="h4" />
          ))}
        </Part>
      )}
      {sets.length > 0 && (
        <Part title="Result sets">
          {sets.map(({ set, number }) => (
            <ResultSet key={number} set={set} number={number} />
          ))}
        </Part>
      )}
      {statements.length > 0 && (
        <Part title="Statements">
          {statements.map((statement, index) => (
            <StatementWhole key={index} statement={statement} number={index + 1} />
          ))}
        </Part>
      )}
    </section>
  );
}

/** What the provider would have been told, as it would read it. */
function Answered({ answer: { status, body, note } }: { answer: ProviderAnswer }) {
  const words = JSON.stringify(body, null, 2);
  return (
    <section aria-label="As the provider would see it" className="overflow-hidden rounded-lg border border-line">
      <header className="flex min-h-9 flex-wrap items-center gap-x-2.5 px-3">
        <h3 className="font-semibold">As the provider would see it</h3>
        <Status tone={status < 300 ? "ok" : "bad"} className="num">
          {status}
        </Status>
        {note && <span className="text-12 text-text-2">{note}</span>}
        <span className="ml-auto">
          <CopyIcon text={words} label="Copy the answer" />
        </span>
      </header>
      <div className="max-h-80 overflow-y-auto border-t border-line">
        <Json text={words} label="The answer" />
      </div>
    </section>
  );
}

function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <h3 className="font-semibold">{title}</h3>
        {note && <span className="text-12 text-text-2">{note}</span>}
      </div>
      {children}
    </div>
  );
}

/** Whether the rollback held, and how that is known. */
function rollbackWords({ rollback }: DryRun, writes: boolean): { tone: Tone; icon?: LucideIcon; words: string } {
  switch (rollback) {
    case "held":
      return { tone: "ok", icon: Undo2, words: "Rolled back: read a third time, the rows are as before" };
    case "broken":
      return { tone: "bad", words: "The rollback did not hold" };
    case "not_verified":
      return writes
        ? { tone: "warn", icon: Undo2, words: "Rolled back, not verified: no table to compare it with, or reading again failed" }
        : { tone: "muted", icon: Undo2, words: "Rolled back; it writes to no table that could be compared" };
    case "not_run":
      return { tone: "warn", words: "Nothing was run" };
  }
}

function Verdict({ report, writes }: { report: DryRun; writes: boolean }) {
  const { problem, rollback, statements, durationUs } = report;
  const counted = statements.flatMap(({ affected }) => (affected === null ? [] : [affected]));
  const rolled = rollbackWords(report, writes);
  // A long form leaves no room below it: the answer to a press must not stay out of sight.
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A newer browser gives a promise here, which is no clean-up.
    line.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <div ref={line} role="status" className="num flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line px-3 py-2">
      {rollback !== "not_run" && (problem || statements.some((statement) => statement.problem) ? <Status tone="bad" className="font-medium">Would fail</Status> : <Status tone="ok" className="font-medium">Would succeed</Status>)}
      {counted.length > 0 && <span className="text-text-2">{plural(counted.reduce((sum, affected) => sum + affected, 0), "row")} affected</span>}
      <Status tone={rolled.tone} icon={rolled.icon} className="[&>span]:whitespace-normal">
        {rolled.words}
      </Status>
      <span className="mono ml-auto text-12 text-text-2" title="Everything together: the statement, the reads before and after, the rollback">
        {duration(durationUs)}
      </span>
    </div>
  );
}

/** A rollback that cannot hold is no dry run: it is run on a second word only, and on production by the connection's name. */
function InSpite({ cautions, connection, production, onInSpite }: Pick<Props, "connection" | "production" | "onInSpite"> & { cautions: Caution[] }) {
  const [typed, setTyped] = useState("");
  const sure = onInSpite !== undefined && (!production || typed === connection);
  return (
    <form
      className="flex flex-col gap-2 rounded-lg border border-bad-line bg-bad-soft p-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (sure) onInSpite?.();
      }}
    >
      <p className="font-semibold">A rollback would not take everything back, so nothing was run.</p>
      <div className="bg-surface-1">
        <Cautions cautions={cautions} />
      </div>
      {production && (
        <label className="block text-text-2">
          This is production. Type <span className="mono font-medium text-text">{connection}</span> to go on.
          <input
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
            className="mono mt-1 h-7 w-full rounded-md border border-line-3 bg-surface-1 px-2 text-12 text-text"
          />
        </label>
      )}
      <Button kind="danger" type="submit" disabled={!sure} className="self-start">
        Run on {connection} anyway
      </Button>
    </form>
  );
}
