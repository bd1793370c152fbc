import { Columns3, ListChecks, Save, ShieldCheck, Sparkles } from "lucide-react";
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from "react";
import type { Checked, MappedOperation, Operation } from "@/api/contract";
import { useCoverage, useSave } from "@/api/operations";
import { useCheck, useMappings, useOverview } from "@/api/queries";
import { Button, IconButton } from "@/components/button";
import { Card } from "@/components/card";
import { duration, plural } from "@/components/format";
import { Grid, type GridHandle } from "@/components/grid/grid";
import { OPERATIONS } from "@/components/operations";
import { NotSetUp } from "@/components/not-set-up";
import { ProblemCard } from "@/components/problem";
import { useApplication } from "@/components/shell/application";
import { Split } from "@/components/split";
import { Status } from "@/components/status";
import { useActions } from "@/state/actions";
import { type Guarded, OperationDetail, SettingsDetail } from "./detail";
import { FindingList, summary } from "./findings";
import { GenerateDialog } from "./generate";
import { RightsDialog } from "./rights";
import { operationColumns, OperationsSkeleton } from "./list";
import { ConfirmChange, LeaveGuard, Refused } from "@/components/save";
import { toldInUse } from "@/components/undo";
import { useDrafts } from "./use-drafts";
import { useTrials } from "./use-trials";

export type OperationsSearch = { op?: string; tab?: string; /** the dialog that makes mappings from tables stands open */ generate?: boolean };
type Props = { search: OperationsSearch; onSearch: (part: Partial<OperationsSearch>, replace?: boolean) => void };

const keyOf = (mapped: MappedOperation) => mapped.operation;
/** What the address says for the columns and values of the application. */
const SETTINGS = "settings";

/** The mappings of an application: changed, checked while they are typed, tried without harm, saved into use. */
export function Operations({ search, onSearch }: Props) {
  const { application, connection } = useApplication();
  const overview = useOverview();
  const name = application?.name ?? "";
  const mappings = useMappings(name);
  const check = useCheck(name);
  const coverage = useCoverage(name);
  const trials = useTrials(name);
  const drafts = useDrafts(name, mappings.data);
  const save = useSave();
  const grid = useRef<GridHandle>(null);
  const [cursorId, setCursorId] = useState(search.op);
  const [asking, setAsking] = useState<{ what: string; run: () => void } | null>(null);
  const generating = search.generate === true;
  const setGenerating = (open: boolean) => onSearch({ generate: open || undefined }, true);
  const [savedWhat, setSavedWhat] = useState<Operation | typeof SETTINGS | undefined>();
  const checked = check.data?.problem ? undefined : check.data;
  const operations = mappings.data?.operations;
  const mapped = operations?.find(({ operation }) => operation === search.op);
  const settingsOpen = search.op === SETTINGS;
  const tab = search.tab ?? "mapping";
  const runCheck = () => void check.refetch().then(() => coverage.refetch());
  const onTab = (next: string) => onSearch({ tab: next === "mapping" ? undefined : next }, true);
  const guarded: Guarded = (what, run) => (connection?.environment === "production" ? setAsking({ what, run }) : run());
  const unsaved = drafts.changed.length + Number(drafts.settingsChanged);

  /** Saves one mapping, with the columns and values it was written for, or everything. */
  const onSave = (only?: Operation | typeof SETTINGS) => {
    if (!drafts.dirty || save.isPending) return;
    const input = only && only !== SETTINGS && drafts.settingsChanged ? { ...drafts.input(only), settings: drafts.input(SETTINGS).settings } : drafts.input(only);
    if (input.mappings.length === 0 && !input.settings) return;
    const names = [...input.mappings.map(({ operation }) => OPERATIONS[operation]), ...(input.settings ? ["columns and values"] : [])];
    const what = names.length > 2 ? plural(names.length, "change") : names.join(" and ");
    guarded(`Save ${what}`, () => {
      setSavedWhat(only);
      save.mutate(input, {
        onSuccess: (inUse) => {
          for (const { operation } of input.mappings) drafts.discard(operation);
          if (input.settings) drafts.discard("settings");
          toldInUse(`Saved: ${what}`, inUse);
        },
      });
    });
  };
  const saveOpen = () => onSave(settingsOpen ? SETTINGS : mapped?.operation);
  const [rights, setRights] = useState(false);
  useActions([
    { id: "operations.save", title: "Save this mapping", group: "Operations", icon: Save, keys: "mod+s", local: true, disabled: drafts.dirty ? undefined : "Nothing was changed", run: saveOpen },
    { id: "operations.save_all", title: "Save all changed mappings", group: "Operations", icon: Save, disabled: drafts.dirty ? undefined : "Nothing was changed", run: () => onSave() },
    { id: "operations.check", title: "Check the mappings against the database", group: "Operations", icon: ListChecks, disabled: name === "" ? "No application is set up" : undefined, run: runCheck },
    { id: "operations.try", title: "Try this operation and roll it back", group: "Operations", keys: "mod+Enter", local: true, disabled: mapped ? undefined : "No operation is open", run: () => onTab("try") },
    { id: "operations.generate", title: "Generate mappings from tables…", group: "Operations", icon: Sparkles, disabled: mappings.data?.connection ? undefined : "The application has no connection", run: () => setGenerating(true) },
    { id: "operations.rights", title: "Rights that the mappings need…", group: "Operations", icon: ShieldCheck, words: "grant script account database administrator", disabled: mappings.data?.connection ? undefined : "The application has no connection", run: () => setRights(true) },
    { id: "operations.settings", title: "Columns and values of the application", group: "Operations", icon: Columns3, words: "null policy id display active", run: () => onSearch({ op: SETTINGS, tab: undefined }) },
    { id: "operations.history", title: "History of this mapping", group: "Operations", disabled: mapped || settingsOpen ? undefined : "No operation is open", run: () => onTab("history") },
  ]);

  const columns = useMemo(() => operationColumns(checked, coverage.data, drafts), [checked, coverage.data, drafts]);
  const row = useCallback((index: number) => operations?.[index], [operations]);
  const close = () => {
    onSearch({ op: undefined });
    grid.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.defaultPrevented || asking || generating || rights) return;
    const mod = event.ctrlKey || event.metaKey;
    if (mod && event.key.toLowerCase() === "s") {
      event.preventDefault();
      saveOpen();
      return;
    }
    if (!mapped && !settingsOpen) return;
    if (event.key === "Escape") close();
    if (event.key === "Enter" && mod && mapped) {
      event.preventDefault();
      // The first press shows what would be run, the next one runs it.
      if (tab === "try") event.currentTarget.querySelector<HTMLButtonElement>("[data-run]")?.click();
      else onTab("try");
    }
  };

  const list = (
    <div className="flex h-full min-w-0 flex-col">
      <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-line px-3 py-1.5">
        <h1 className="font-semibold">Operations</h1>
        {check.data && !check.isFetching && <Outcome checked={check.data} />}
        <span className="ml-auto flex items-center gap-1">
          <IconButton icon={Sparkles} label="Generate mappings from tables" disabled={!mappings.data?.connection} onClick={() => setGenerating(true)} />
          <IconButton icon={ShieldCheck} label="Rights that the mappings need" disabled={!mappings.data?.connection} onClick={() => setRights(true)} />
          <IconButton icon={Columns3} label="Columns and values of the application" aria-pressed={settingsOpen} disabled={!mappings.data} onClick={() => onSearch({ op: SETTINGS, tab: undefined })} />
          <Button icon={ListChecks} disabled={check.isFetching || name === ""} onClick={runCheck}>
            {check.isFetching ? "Checking" : check.data ? "Check again" : "Check the mappings"}
          </Button>
        </span>
      </div>
      {unsaved > 0 && (
        <div className="flex shrink-0 items-center gap-2 border-b border-line bg-accent-soft px-3 py-1.5">
          <span>{plural(unsaved, "change")} not saved</span>
          <span className="ml-auto flex gap-1">
            <Button kind="quiet" onClick={() => drafts.discard("all")}>
              Discard all
            </Button>
            <Button disabled={save.isPending} onClick={() => onSave()}>
              Save all
            </Button>
          </span>
        </div>
      )}
      {save.error && savedWhat === undefined && <Refused problem={save.error} className="m-3" />}
      {!name && overview.error && <ProblemCard problem={overview.error} onRetry={() => void overview.refetch()} className="m-3" />}
      {!name && overview.data && (
        <NotSetUp>The ten operations of an application appear here, to be mapped, checked and tried.</NotSetUp>
      )}
      {check.error && <ProblemCard problem={check.error} onRetry={runCheck} className="m-3" />}
      {check.data?.problem && <ProblemCard problem={check.data.problem} onRetry={runCheck} className="m-3" />}
      {mappings.error && <ProblemCard problem={mappings.error} onRetry={() => void mappings.refetch()} className="m-3" />}
      {coverage.error && <ProblemCard problem={coverage.error} onRetry={() => void coverage.refetch()} className="m-3" />}
      {!operations && !mappings.error && !overview.error && !(overview.data && !name) && <OperationsSkeleton />}
      {operations && (
        <Grid
          ref={grid}
          label="Operations"
          columns={columns}
          count={operations.length}
          row={row}
          rowKey={keyOf}
          cursor={operations.findIndex(({ operation }) => operation === cursorId)}
          selected={search.op}
          onCursor={(index) => {
            const next = operations[index];
            if (!next) return;
            setCursorId(next.operation);
            if (mapped) onSearch({ op: next.operation }, true);
          }}
          onOpen={(index) => {
            const next = operations[index];
            if (next && next.operation !== search.op) onSearch({ op: next.operation });
          }}
        />
      )}
      {coverage.data && operations && <p className="shrink-0 border-t border-line px-3 py-1.5 text-11 text-text-3">Mapped, switched on, checked, tried, used: by the provider among its latest {coverage.data.lookedThrough} exchanges.</p>}
      {checked && <Whole checked={checked} />}
    </div>
  );

  const shared = { application: name, drafts, saving: save.isPending, onSave: saveOpen, guarded, tab, onTab, onClose: close };
  const refused = (what: Operation | typeof SETTINGS) => (save.error && savedWhat === what ? save.error : null);
  return (
    // Escape closes, Ctrl-S saves and Ctrl-Enter runs from anywhere in the screen.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="h-full" onKeyDown={onKeyDown}>
      <Split
        name="operations"
        list={list}
        listPart={38}
        detailLabel={settingsOpen ? "Columns and values" : "Operation"}
        detail={
          mapped && mappings.data ? (
            <OperationDetail
              {...shared}
              mappings={mappings.data}
              connection={connection}
              mapped={mapped}
              trials={trials}
              refused={refused(mapped.operation)}
              onSettings={() => onSearch({ op: SETTINGS, tab: undefined })}
            />
          ) : settingsOpen && mappings.data ? (
            <SettingsDetail {...shared} mappings={mappings.data} refused={refused(SETTINGS)} />
          ) : null
        }
      />
      {generating && mappings.data?.connection && <GenerateDialog application={name} connection={mappings.data.connection} mappings={mappings.data} drafts={drafts} onClose={() => setGenerating(false)} />}
      {rights && mappings.data?.connection && <RightsDialog application={name} onClose={() => setRights(false)} />}
      {asking && connection && <ConfirmChange connection={connection} what={asking.what} onYes={asking.run} onClose={() => setAsking(null)} />}
      <LeaveGuard dirty={drafts.dirty} count={unsaved} onDiscard={() => drafts.discard("all")} />
    </div>
  );
}

function Outcome({ checked }: { checked: Checked }) {
  const { tone, words } = checked.problem ? { tone: "bad" as const, words: "Could not be checked" } : summary(checked.findings);
  return (
    <span role="status" className="min-w-0">
      <Status tone={tone}>
        {words} in {duration(checked.durationUs)}
      </Status>
    </span>
  );
}

/** What was found of the application as a whole, and of no one operation. */
function Whole({ checked }: { checked: Checked }) {
  const found = checked.findings.filter((finding) => finding.operation === null);
  if (found.length === 0) return null;
  return (
    <Card title="The application as a whole" className="m-3 max-h-1/2 shrink-0 overflow-y-auto">
      <FindingList findings={found} label="Findings for the application as a whole" />
    </Card>
  );
}
