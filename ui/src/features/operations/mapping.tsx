import { DatabaseZap, RotateCw } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Draft, Finding, MappedOperation, Mappings, Operation } from "@/api/contract";
import { useDraftCheck, useNames } from "@/api/operations";
import { Button, IconButton } from "@/components/button";
import { Card } from "@/components/card";
import { type Edit, SqlEditor } from "@/components/editor/editor";
import { OPERATIONS } from "@/components/operations";
import { ProblemCard } from "@/components/problem";
import { ProblemWord } from "@/components/problem-word";
import { Status } from "@/components/status";
import { Contract } from "./contract";
import { knownFields } from "./fields-known";
import { FindingList, summary } from "./findings";
import { follow, placesOf } from "./follow";
import { type MappingDraft, mappingOf, type Source } from "./model";
import { ParameterTable } from "./parameters";
import type { Drafts } from "./use-drafts";

/** ms of stillness before what is typed is checked */
const SETTLED = 400;

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), SETTLED);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

type Props = {
  application: string;
  mappings: Mappings;
  mapped: MappedOperation;
  drafts: Drafts;
  onRun: () => void;
  onSave: () => void;
  /** opens what the application says of its columns */
  onSettings: () => void;
};

/** What an operation runs: the statement, where each of its values comes from, and what the database says of both while it is typed. */
export function MappingTab({ application, mappings, mapped, drafts, onRun, onSave, onSettings }: Props) {
  const { operation } = mapped;
  const draft = drafts.of(operation);
  const settings = drafts.settings ?? mappings.settings;
  const names = useNames(application);
  const [place, setPlace] = useState<number | null>(null);
  const jump = useRef<((offset: number) => void) | null>(null);
  // What was chosen for a text that is typed and taken back comes back with it.
  const remembered = useRef(new Map<string, Source[]>());
  useEffect(() => {
    remembered.current.set(draft.statement, draft.parameters);
  }, [draft.statement, draft.parameters]);

  const change = (part: Partial<MappingDraft>) => drafts.change(operation, { ...draft, ...part });
  const fields = useMemo(() => knownFields(names.data, settings, operation, draft.statement), [names.data, settings, operation, draft.statement]);
  const onStatement = (statement: string, { changes, restores }: Edit) => {
    const kept = restores ? remembered.current.get(statement) : undefined;
    const known = (name: string) => fields.find((field) => field.name.toUpperCase() === name.toUpperCase())?.name ?? null;
    const moved = (offset: number) => {
      // A place that was deleted does not move: what stands there now is another one.
      let gone = false;
      changes.iterChangedRanges((from, to) => (gone ||= from <= offset && offset < to));
      return gone ? null : changes.mapPos(offset, 1);
    };
    change({ statement, parameters: kept ?? follow(draft.statement, statement, draft.parameters, moved, known) });
  };

  const wanted = useMemo((): Draft | null => {
    const mapping = mappingOf(draft, mapped.writes);
    return mapping.statement.trim() === "" ? null : { application, operation, mapping, ...(drafts.settingsChanged ? { settings } : {}) };
  }, [application, draft, drafts.settingsChanged, mapped.writes, operation, settings]);
  const asked = useSettled(wanted);
  const check = useDraftCheck(asked?.operation === operation ? asked : null);
  const checked = asked?.operation === operation ? check.data : undefined;
  const current = JSON.stringify(asked) === JSON.stringify(wanted) && !check.isFetching;
  const found = useMemo(() => checked?.findings ?? [], [checked]);
  const marks = useMemo(
    () => (current ? found.flatMap(({ finding, span }) => (span ? [{ ...span, severity: finding.severity, text: `${finding.cause} ${finding.remedy}` }] : [])) : []),
    [current, found],
  );
  const spanOf = (finding: Finding) => found.find((one) => one.finding === finding)?.span ?? null;
  const count = placesOf(draft.statement).length;
  const bareCall = draft.kind === "procedure" && !/[(?]/.test(draft.statement);

  return (
    <div className="flex flex-col gap-3 p-3">
      {mapped.mapping?.fromTable && (
        <p className="rounded-lg border border-line bg-info-soft px-3 py-2 text-12">
          This mapping is made from the table that the application imports from. Saving a change writes a mapping of its own into the configuration, which is used instead.
        </p>
      )}
      <SqlEditor
        label="Statement"
        dialect={mappings.dialect ?? "odbc"}
        value={draft.statement}
        onChange={onStatement}
        names={names.data}
        marks={marks}
        place={place}
        onRun={onRun}
        onSave={onSave}
        placeholder={draft.kind === "procedure" ? "CALL PROCEDURE_NAME(?, ?)" : mapped.writes ? "UPDATE … SET … = ? WHERE … = ?" : "SELECT … FROM … WHERE … = ?"}
        onReady={(view) => {
          jump.current = (offset) => {
            view.dispatch({ selection: { anchor: Math.min(offset, view.state.doc.length) }, scrollIntoView: true });
            view.focus();
          };
        }}
        className="max-h-80"
      />
      <Findings
        operation={operation}
        checking={wanted !== null && !current}
        findings={found.map(({ finding }) => finding)}
        problem={checked?.problem ?? check.error}
        empty={wanted === null}
        where={(finding) => {
          const span = spanOf(finding);
          return span ? `Line ${draft.statement.slice(0, span.from).split("\n").length}${finding.place ? `, ${finding.place}` : ""}:` : null;
        }}
        onShow={(finding) => {
          const span = spanOf(finding);
          if (span) jump.current?.(span.from);
        }}
        onParameters={(parameters) => change({ parameters })}
      />
      {draft.parameters.length > 0 ? (
        <ParameterTable
          parameters={draft.parameters}
          onChange={(parameters) => change({ parameters })}
          places={checked?.places ?? []}
          findings={current ? found : []}
          fields={fields}
          secret={(field) => settings.secretColumns.some((column) => column.toUpperCase() === field.toUpperCase())}
          entitlement={[settings.entitlementIdColumn]}
          onPlace={setPlace}
        />
      ) : (
        <p className="px-3 text-text-2">{bareCall ? "The procedure’s name alone is called with one parameter for each that is mapped here; write its ? to map them." : "The statement takes no parameters. Each ? in it gets a row here."}</p>
      )}
      {!bareCall && count !== draft.parameters.length && draft.statement.trim() !== "" && (
        <p className="flex items-center gap-2 px-3 text-12 text-bad">
          The statement has {count} places and {draft.parameters.length} parameters are mapped.
          <Button onClick={() => change({ parameters: Array.from({ length: count }, (_, index) => draft.parameters[index] ?? { source: "field", text: "" }) })}>Fit the parameters to the statement</Button>
        </p>
      )}
      <Contract operation={operation} draft={draft} writes={mapped.writes} settings={settings} onRows={(rows) => change({ rows })} onSettings={onSettings} />
      {operation === "get_user_entitlements" && (
        <Card title="Statement for everybody at once" note="used by an import, so that it needs no query for each user">
          <SqlEditor label="Statement for everybody at once" dialect={mappings.dialect ?? "odbc"} value={draft.everybody ?? ""} onChange={(text) => change({ everybody: text === "" ? null : text })} names={names.data} onRun={onRun} onSave={onSave} placeholder="SELECT USER_ID, ENT_ID, ENT_NAME FROM … ORDER BY USER_ID" className="max-h-60 rounded-none border-0" />
        </Card>
      )}
      <p className="flex items-center gap-1 px-3 text-12 text-text-3">
        <DatabaseZap size={13} aria-hidden />
        {names.isFetching ? (
          "Reading the names of tables, columns and routines"
        ) : names.error ? (
          <ProblemWord problem={names.error} onRetry={() => void names.refetch()}>
            Completion offers SQL words only: the names were not read
          </ProblemWord>
        ) : names.data ? (
          `Completion offers ${names.data.relations.length} tables and views, ${names.data.routines.length} routines.`
        ) : (
          ""
        )}
        <IconButton icon={RotateCw} label="Read the names again" disabled={names.isFetching} onClick={() => void names.refetch()} className="size-6" />
      </p>
    </div>
  );
}

type FindingsProps = {
  operation: Operation;
  checking: boolean;
  findings: Finding[];
  problem: Parameters<typeof ProblemCard>[0]["problem"] | null;
  empty: boolean;
  where: (finding: Finding) => string | null;
  onShow: (finding: Finding) => void;
  onParameters: (parameters: Source[]) => void;
};

function Findings({ operation, checking, findings, problem, empty, where, onShow, onParameters }: FindingsProps) {
  const { tone, words } = summary(findings);
  if (findings.length === 0 && !problem) {
    return (
      <p role="status" className="flex items-center gap-2 px-3 text-12 text-text-2">
        {empty ? (
          <Status tone="muted">Write a statement, and it is checked against the database.</Status>
        ) : checking ? (
          "Checking against the database"
        ) : (
          <Status tone="ok" className="[&>span]:whitespace-normal">
            Nothing found: objects, parameters and types fit the database.
          </Status>
        )}
      </p>
    );
  }
  return (
    <Card
      title="Check"
      note="against the database, while you type"
      actions={
        <span role="status">
          {checking ? <span className="text-text-3">Checking</span> : problem && findings.length === 0 ? <Status tone="warn">Without the database</Status> : <Status tone={tone}>{words}</Status>}
        </span>
      }
    >
      {findings.length > 0 && <FindingList findings={findings} label={`Findings for ${OPERATIONS[operation]}`} where={where} onShow={onShow} onParameters={onParameters} />}
      {problem && <ProblemCard problem={problem} className="m-3" />}
    </Card>
  );
}
