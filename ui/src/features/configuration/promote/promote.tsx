import { useState } from "react";
import type { ImportInput } from "@/api/contract";
import { useUndo } from "@/api/operations";
import { useParts, usePromote, usePromotion } from "@/api/portable";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { EnvironmentLabel } from "@/components/environment";
import { ProblemCard } from "@/components/problem";
import { Refused } from "@/components/save";
import { SkeletonLines } from "@/components/skeleton";
import { toldInUse } from "@/components/undo";
import { Changes, KeyTable } from "@/features/configuration/parts/changes";
import { Select, TextField, TypedName } from "@/features/configuration/parts/fields";
import { SourceField, sourceOf } from "@/features/configuration/parts/source-field";
import type { SectionProps } from "@/features/configuration/sections";

const IN_USE = { kind: "in_use" } as const;
const NEW = "+";

/** An application of one configuration into the one in use: from test to production. */
export function PromoteSection({ search, onSearch }: SectionProps) {
  const [file, setFile] = useState<ImportInput | null>(null);
  const [picked, setPicked] = useState<{ from?: string; to?: string; name?: string; connection?: string; pool: boolean }>({ pool: false });
  const [typed, setTyped] = useState("");
  const source = sourceOf(search.left, file, "file");
  const theirs = useParts(source);
  const ours = useParts(IN_USE);
  const from = theirs.data?.applications.find(({ name }) => name === picked.from) ?? theirs.data?.applications[0];
  const targets = ours.data?.applications ?? [];
  // Inside of one configuration an application is never its own target.
  const inside = source?.kind === "in_use";
  const usual = targets.find(({ name }) => name === from?.name && !inside) ?? targets.find(({ name }) => !inside || name !== from?.name);
  const to = picked.to ?? usual?.name ?? NEW;
  const isNew = to === NEW;
  const name = isNew ? (picked.name ?? from?.name ?? "").trim() : to;
  const connection = isNew ? (picked.connection ?? ours.data?.connections[0]?.name ?? null) : null;
  const ready = source && from && name && !(inside && from.name === name) ? { source, from: from.name, to: name, connection, pool: picked.pool } : null;
  const plan = usePromotion(ready);
  const promote = usePromote();
  const undo = useUndo(`${name} is as it was`);
  const pick = (part: Partial<typeof picked>) => {
    promote.reset();
    setTyped("");
    setPicked((now) => ({ ...now, ...part }));
  };
  const shown = ready ? plan.data : undefined;
  const nothing = shown !== undefined && shown.before === shown.after;
  return (
    <>
      <SourceField label="From" value={search.left ?? "file"} onChange={(value) => onSearch({ left: value })} file={file} onFile={setFile} />
      {theirs.error && <ProblemCard problem={theirs.error} onRetry={() => void theirs.refetch()} />}
      {ours.error && <ProblemCard problem={ours.error} onRetry={() => void ours.refetch()} />}
      {!source && <p className="text-text-2">Choose the configuration of the test environment. Addresses, users, labels and how the provider proves who it is stay as they are here.</p>}
      {theirs.data && ours.data && (
        <div className="flex flex-wrap items-center gap-4">
          <Select label="Application" value={from?.name ?? ""} onChange={(next) => pick({ from: next })}>
            {theirs.data.applications.map((application) => (
              <option key={application.name}>{application.name}</option>
            ))}
          </Select>
          <Select label="becomes here" value={to} onChange={(next) => pick({ to: next })}>
            {targets.map((application) => (
              <option key={application.name}>{application.name}</option>
            ))}
            <option value={NEW}>a new application</option>
          </Select>
          {isNew && <TextField label="Name" value={picked.name ?? from?.name ?? ""} onChange={(next) => pick({ name: next })} />}
          {isNew && (
            <Select label="with the connection" value={connection ?? ""} onChange={(next) => pick({ connection: next })}>
              {ours.data.connections.map((each) => (
                <option key={each.name}>{each.name}</option>
              ))}
            </Select>
          )}
          <label className="flex items-center gap-2">
            <input type="checkbox" checked={picked.pool} onChange={(event) => pick({ pool: event.target.checked })} className="accent-accent" />
            Pool and time limit of the connection too
          </label>
        </div>
      )}
      {inside && from?.name === name && <p className="text-warn">An application cannot be promoted to itself. Choose another target.</p>}
      {ready && plan.error && <ProblemCard problem={plan.error} onRetry={() => void plan.refetch()} />}
      {ready && !shown && !plan.error && <SkeletonLines />}
      {shown && !plan.error && (
        <>
          <p className="flex flex-wrap items-center gap-2">
            <span>
              <span className="mono font-medium">{name}</span> works here with the connection <span className="mono font-medium">{shown.connection ?? "of the header"}</span>
            </span>
            {shown.environment && <EnvironmentLabel environment={shown.environment} />}
          </p>
          {shown.problem && <ProblemCard problem={shown.problem} />}
          <Changes changes={shown.changes} before={{ title: "Here now", text: shown.before }} after={{ title: "After it", text: shown.after }} />
          {shown.kept.length > 0 && (
            <Card title="Stays as it is here" note="it belongs to an environment">
              {shown.kept.map((part) => (
                <KeyTable key={part.table} keys={part.keys} label={`Stays in ${part.table}`} before="In the source" after="Stays here" />
              ))}
            </Card>
          )}
          {promote.error && <Refused problem={promote.error} />}
          <footer className="flex flex-wrap items-center gap-3">
            {shown.confirm && !nothing && <TypedName name={shown.confirm} value={typed} onChange={setTyped} />}
            <Button
              kind={shown.environment === "production" ? "danger" : "primary"}
              disabled={shown.problem !== null || nothing || promote.isPending || plan.isPlaceholderData || (shown.confirm !== null && typed !== shown.confirm)}
              title={nothing ? "It is the same here already" : undefined}
              onClick={() =>
                ready &&
                promote.mutate(
                  { promotion: ready, before: shown.before, after: shown.after, ...(shown.confirm ? { typed } : {}) },
                  {
                    onSuccess: (inUse) => {
                      setTyped("");
                      toldInUse(`${name} is as in the source`, inUse, () => undo.mutate());
                    },
                  },
                )
              }
            >
              {promote.isPending ? "Promoting" : `Promote ${from?.name ?? ""} to ${name}${shown.connection ? ` on ${shown.connection}` : ""}`}
            </Button>
          </footer>
        </>
      )}
    </>
  );
}
