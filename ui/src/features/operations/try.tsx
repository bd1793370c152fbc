import { ArrowRightLeft, CircleStop, FlaskConical, UserSearch } from "lucide-react";
import { useEffect, useState } from "react";
import { useApi } from "@/api/context";
import type { ConnectionHealth, Draft, MappedParameter, Operation, Problem, Settings } from "@/api/contract";
import { toProblem } from "@/api/problem";
import { Button } from "@/components/button";
import { cx } from "@/components/cx";
import { Empty } from "@/components/empty";
import { EnvironmentLabel } from "@/components/environment";
import { Keys } from "@/components/keys";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { fieldsOf, fromRow, oneValue, sent, valueOf } from "./fields";
import { type MappingDraft, mappingOf } from "./model";
import { Report } from "./report";
import { TryForm } from "./try-form";
import type { Trial, useTrials } from "./use-trials";

type Props = {
  application: string;
  connection: ConnectionHealth | undefined;
  operation: Operation;
  writes: boolean;
  /** what is tried: as it is saved, or as it stands in the editor */
  draft: MappingDraft;
  unsaved: boolean;
  /** what the application says of its columns, where that is not saved either */
  settings: Settings | undefined;
  parameters: MappedParameter[];
  idColumn: string;
  trials: ReturnType<typeof useTrials>;
};

/** Runs an operation with the values of a form, and takes it back. */
export function TryTab({ application, connection, operation, writes, draft, unsaved, settings, parameters, idColumn, trials }: Props) {
  if (draft.statement.trim() === "") {
    return (
      <Empty icon={ArrowRightLeft} title="This operation is not mapped">
        There is nothing to run. Write its statement under Mapping.
      </Empty>
    );
  }
  const columns = operation === "create_user" || operation === "update_user";
  const form = fieldsOf(parameters);
  const value = (name: string) => valueOf(trials.values, name, columns, idColumn);
  const fields = sent(form, value);
  const id = fields[form.find(({ name }) => name.toUpperCase() === idColumn.toUpperCase())?.name ?? ""];
  const trial = trials.trial(operation);
  const running = trial?.state === "running";
  const tried: Draft = { application, operation, mapping: mappingOf(draft, writes), ...(settings ? { settings } : {}) };
  const run = (inSpite: boolean) => {
    if (!running) void trials.run(tried, fields, inSpite);
  };
  const stale = trial !== undefined && (JSON.stringify(trial.fields) !== JSON.stringify(fields) || JSON.stringify(trial.draft) !== JSON.stringify(tried));
  return (
    <>
      {/* Enter alone runs nothing: a value is finished with it, and a run is Ctrl and Enter. */}
      <form aria-label="Values for the dry run" className="flex flex-col gap-3 border-b border-line p-3" onSubmit={(event) => event.preventDefault()}>
        {connection && <Where connection={connection} />}
        {(unsaved || !draft.enabled) && (
          <p className="text-12 text-info">
            {unsaved ? "This tries the mapping as it stands here, which is not saved." : ""} {draft.enabled ? "" : "The operation is switched off: a request that needs it fails until it is switched on."}
          </p>
        )}
        <TryForm form={form} value={value} onValue={(name, next) => trials.setValues(oneValue(name, next))} />
        <div className="flex flex-wrap items-center gap-2">
          <Button kind="primary" icon={FlaskConical} disabled={running} onClick={() => run(false)} data-run>
            {running ? "Running" : "Run and roll back"}
          </Button>
          <Keys keys="mod+Enter" />
          {columns && (
            <FillIn
              application={application}
              id={typeof id === "string" ? id : ""}
              idColumn={idColumn}
              onUser={(found, row) => trials.setValues(fromRow(form, found, row))}
            />
          )}
          {running && <Elapsed since={trial.startedAt} onCancel={() => trials.cancel(operation)} />}
        </div>
      </form>
      <Result trial={trial} stale={stale} writes={writes} connection={connection} onInSpite={() => run(true)} />
    </>
  );
}

type ResultProps = { trial: Trial | undefined; stale: boolean; writes: boolean; connection: ConnectionHealth | undefined; onInSpite: () => void };

function Result({ trial, stale, writes, connection, onInSpite }: ResultProps) {
  if (!trial) {
    return <p className="p-3 text-text-2">Nothing has been run yet. What changed, what the database said and whether the rollback held will appear here.</p>;
  }
  if (trial.state === "running") return <SkeletonLines lines={6} />;
  return (
    <div className="flex flex-col gap-3 p-3">
      {stale && <p className="text-12 text-warn">The values or the mapping were changed since this was run.</p>}
      {trial.state === "failed" ? (
        trial.problem.code === "cancelled" ? <p className="text-text-2">Cancelled. The statement was stopped at the server, and nothing of it stays.</p> : <ProblemCard problem={trial.problem} />
      ) : (
        <Report
          key={trial.startedAt}
          report={trial.report}
          writes={writes}
          connection={connection?.name ?? ""}
          production={connection?.environment === "production"}
          // What was warned of is what was run: other values might need another warning.
          onInSpite={stale ? undefined : onInSpite}
        />
      )}
    </div>
  );
}

/** On what it runs, and on production what that means, said before anything runs. */
function Where({ connection }: { connection: ConnectionHealth }) {
  const production = connection.environment === "production";
  return (
    <p role={production ? "note" : undefined} className={cx("flex flex-wrap items-center gap-x-2 gap-y-1", production && "rounded-lg border border-bad-line bg-bad-soft px-3 py-2")}>
      <EnvironmentLabel environment={connection.environment} small />
      <span className="font-medium">{connection.name}</span>
      <span className="text-text-2">
        {production
          ? "This is production. The operation really runs there before it is taken back: until then its locks hold others up, and what works outside of the transaction stays."
          : "The operation runs here in a transaction that is rolled back."}
      </span>
    </p>
  );
}

/** Fills the form from the row that is there: an update writes every column, and those left NULL are emptied. */
function FillIn({ application, id, idColumn, onUser }: { application: string; id: string; idColumn: string; onUser: (columns: { name: string; secret: boolean }[], row: Parameters<typeof fromRow>[2]) => void }) {
  const { host } = useApi();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const fill = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { columns, user } = await host.call("users.get", { application, id });
      onUser(columns, user.row);
    } catch (cause) {
      setProblem(toProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button icon={UserSearch} disabled={id === "" || busy} title={id === "" ? `Type the ${idColumn} of a user first` : undefined} onClick={() => void fill()}>
        Fill in from the user’s row
      </Button>
      {problem && <ProblemCard problem={problem} onRetry={() => void fill()} className="w-full" />}
    </>
  );
}

function Elapsed({ since, onCancel }: { since: number; onCancel: () => void }) {
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.round((now - since) / 1_000));
  return (
    <>
      <span role="status" className="num text-text-2">
        Running{seconds > 0 ? ` for ${seconds} s` : ""}
      </span>
      <Button icon={CircleStop} onClick={onCancel}>
        Cancel
      </Button>
    </>
  );
}
