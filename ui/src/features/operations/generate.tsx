import { Dialog } from "@base-ui/react/dialog";
import { useState } from "react";
import type { Generated, Kind, Mappings, Operation, Settings } from "@/api/contract";
import { useGenerate, useNames } from "@/api/operations";
import { Button } from "@/components/button";
import { TextDiff } from "@/components/editor/editor";
import { CopyIcon } from "@/components/copy";
import { OPERATIONS } from "@/components/operations";
import { ProblemCard } from "@/components/problem";
import { ProblemWord } from "@/components/problem-word";
import { SkeletonLines } from "@/components/skeleton";
import { Status } from "@/components/status";
import { FieldInput, type FieldOption } from "./field-input";
import { fromMapping, type MappingDraft } from "./model";
import { Remarks } from "./remarks";
import type { Drafts } from "./use-drafts";

type Props = { application: string; connection: string; mappings: Mappings; drafts: Drafts; onClose: () => void };

/** A mapping as it reads: the statement, then where each ? comes from. */
const text = ({ kind, statement, parameters, everybody }: MappingDraft): string =>
  [`-- ${kind === "sql" ? "SQL statement" : "stored procedure"}`, statement, ...parameters.map(({ source, text: name }, index) => `-- ${index + 1}: ${source === "field" ? "" : `${source} `}${name}`), ...(everybody ? ["-- for everybody at once:", everybody] : [])].join("\n");

/** Mappings made from three tables, each held against the one that is there, to be taken one by one or all together. Nothing is saved and nothing is run. */
export function GenerateDialog({ application, connection, mappings, drafts, onClose }: Props) {
  const names = useNames(application);
  const generate = useGenerate();
  const [tables, setTables] = useState({ users: "", entitlements: "", link: "" });
  const [kind, setKind] = useState<Kind>("sql");
  const [taken, setTaken] = useState<Operation[]>([]);
  const [chosen, setChosen] = useState<Operation | null>(null);
  const options: FieldOption[] = (names.data?.relations ?? []).filter((relation) => relation.kind === "table").map(({ name, columns }) => ({ name, detail: `${columns.length} columns` }));
  const ready = tables.users.trim() !== "" && tables.entitlements.trim() !== "";
  const ask = () => {
    setTaken([]);
    generate.mutate({ connection, users: tables.users.trim(), entitlements: tables.entitlements.trim(), ...(tables.link.trim() ? { link: tables.link.trim() } : {}), kind, application });
  };
  const generated = generate.data;
  const take = (operations: Operation[]) => {
    for (const one of generated?.operations ?? []) {
      if (!operations.includes(one.operation)) continue;
      const before = drafts.of(one.operation);
      drafts.change(one.operation, { ...fromMapping(one.mapping), enabled: before.enabled });
    }
    // The mappings are written for these columns, so they come along.
    const settings = drafts.settings ?? mappings.settings;
    if (generated) drafts.changeSettings(withChoice(settings, generated));
    setTaken((before) => [...new Set([...before, ...operations])]);
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup className="layer fixed top-[6vh] left-1/2 z-40 flex max-h-[88vh] w-260 max-w-[94vw] -translate-x-1/2 flex-col gap-3 overflow-y-auto rounded-xl border border-line-2 bg-surface-1 p-4 shadow-layer outline-none">
          <Dialog.Title className="text-15 font-semibold">Generate from tables</Dialog.Title>
          <Dialog.Description className="text-text-2">Statements or procedures for the operations of {application}, made from the tables of {connection}. Nothing is run or saved: what you take is a change like one you typed.</Dialog.Description>
          <form
            className="flex flex-wrap items-end gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              if (ready) ask();
            }}
          >
            {(["users", "entitlements", "link"] as const).map((key) => (
              <div key={key} className="flex w-56 flex-col gap-1 text-12 text-text-2">
                {key === "users" ? "Users" : key === "entitlements" ? "Entitlements" : "Who holds what"}
                <FieldInput
                  label={key === "users" ? "Table of the users" : key === "entitlements" ? "Table of the entitlements" : "Table of who holds what"}
                  value={tables[key]}
                  onChange={(value) => setTables((before) => ({ ...before, [key]: value }))}
                  options={options}
                  placeholder={key === "link" ? "found by its foreign keys" : "a table"}
                />
              </div>
            ))}
            <label className="flex flex-col gap-1 text-12 text-text-2">
              As
              <select value={kind} onChange={(event) => setKind(event.target.value as Kind)} className="h-6 rounded-md border border-line-3 bg-surface-1 px-1 text-12 text-text">
                <option value="sql">SQL statements</option>
                <option value="procedure">Stored procedures</option>
              </select>
            </label>
            <Button kind="primary" type="submit" disabled={!ready || generate.isPending}>
              {generate.isPending ? "Reading the tables" : "Propose"}
            </Button>
          </form>
          {names.error && (
            <ProblemWord problem={names.error} onRetry={() => void names.refetch()} className="self-start text-12">
              The names of the tables were not read: type them
            </ProblemWord>
          )}
          {generate.error && <ProblemCard problem={generate.error} />}
          {generate.isPending && <SkeletonLines />}
          {generated && !generate.isPending && <Proposal generated={generated} drafts={drafts} taken={taken} chosen={chosen} onChoose={setChosen} onTake={take} />}
          <div className="flex justify-end gap-2">
            {generated && (
              <Button kind="primary" onClick={() => take(generated.operations.map(({ operation }) => operation))}>
                Take all of them
              </Button>
            )}
            <Dialog.Close render={<Button>{taken.length > 0 ? "Done" : "Cancel"}</Button>} />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The columns that a choice names, in place of those of the application. */
function withChoice(settings: Settings, { choice, entitlement_id_column, entitlement_display_column }: Generated): Settings {
  return {
    ...settings,
    userIdColumn: choice.userId,
    entitlementIdColumn: entitlement_id_column,
    entitlementDisplayColumn: entitlement_display_column,
    ...(choice.entitlementDescription ? { entitlementDescriptionColumn: choice.entitlementDescription } : {}),
    ...(choice.status ? { statusColumn: choice.status.column, activeValue: [choice.status.active] } : {}),
    secretColumns: [...settings.secretColumns, ...choice.secret.filter((column) => !settings.secretColumns.some((known) => known.toUpperCase() === column.toUpperCase()))],
  };
}

type ProposalProps = { generated: Generated; drafts: Drafts; taken: Operation[]; chosen: Operation | null; onChoose: (operation: Operation) => void; onTake: (operations: Operation[]) => void };

function Proposal({ generated, drafts, taken, chosen, onChoose, onTake }: ProposalProps) {
  const { operations, remarks, script } = generated;
  const shown = operations.find(({ operation }) => operation === chosen) ?? operations[0];
  return (
    <>
      <Remarks remarks={remarks} />
      <div className="grid min-h-0 grid-cols-[220px_minmax(0,1fr)] gap-3">
        <ul aria-label="Proposed mappings">
          {operations.map(({ operation }) => (
            <li key={operation}>
              <button type="button" aria-current={shown?.operation === operation || undefined} onClick={() => onChoose(operation)} className={`flex min-h-7 w-full items-center gap-2 rounded-md px-2 text-left ${shown?.operation === operation ? "bg-accent-soft" : "hover:bg-surface-2"}`}>
                <span className="min-w-0 truncate">{OPERATIONS[operation]}</span>
                {taken.includes(operation) && <Status tone="ok" className="ml-auto text-12">taken</Status>}
              </button>
            </li>
          ))}
        </ul>
        {shown && (
          <section aria-label={OPERATIONS[shown.operation]} className="flex min-w-0 flex-col gap-2">
            <div className="flex items-center gap-2">
              <h3 className="font-semibold">{OPERATIONS[shown.operation]}</h3>
              <Button className="ml-auto" disabled={taken.includes(shown.operation)} onClick={() => onTake([shown.operation])}>
                Take this one
              </Button>
            </div>
            <TextDiff before={text(drafts.of(shown.operation))} after={text(fromMapping(shown.mapping))} beforeLabel="As it is" afterLabel="Proposed" language="sql" className="max-h-90" />
          </section>
        )}
      </div>
      {script !== "" && (
        <details className="rounded-lg border border-line px-3 py-2">
          <summary>The statements that make the procedures, for a database administrator to run</summary>
          <div className="mt-2 flex justify-end">
            <CopyIcon text={script} label="Copy the script" />
          </div>
          <pre className="selectable mono max-h-80 overflow-auto text-12 whitespace-pre-wrap">{script}</pre>
        </details>
      )}
    </>
  );
}
