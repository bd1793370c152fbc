import { FileDown, FlaskConical, Pencil, Play as PlayIcon, Plus, Unplug, X } from "lucide-react";
import { useCallback, useState } from "react";
import type { DifferenceKind, SimulatorReportFormat, SimulatorResources, SimulatorRun, SimulatorTarget, SimulatorTask } from "@/api/contract";
import { usePerformed, useReport, useSimulatedImport, useSimulatorRun, useSimulatorRuns, useTargets } from "@/api/simulator";
import { Button, IconButton } from "@/components/button";
import { Empty } from "@/components/empty";
import { EnvironmentLabel } from "@/components/environment";
import { useSave } from "@/components/files";
import { formatCount } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { useApplication } from "@/components/shell/application";
import { SkeletonLines } from "@/components/skeleton";
import { Split } from "@/components/split";
import { useActions } from "@/state/actions";
import { ConfirmDialog } from "./confirm";
import { Differences } from "./differences";
import { ForgetDialog } from "./forget-dialog";
import { ImportResult, ImportUnderWay } from "./import-view";
import { Plays } from "./plays";
import { Runs } from "./runs";
import { TargetDialog } from "./target-dialog";
import { TaskResult, TaskUnderWay } from "./task-result";
import { TaskView } from "./task-view";
import { findTarget, isPlay, keyOf, KINDS, PLAYS, type Play } from "./words";

export type SimulatorSearch = {
  play?: string;
  /** the server, as `own:hr` or `saved:vendor` */
  target?: string;
  beside?: string;
  /** whose import the next one is held against */
  against?: string;
  size?: number;
  run?: string;
  user?: string;
  /** the list that is open: `users.changed` */
  list?: string;
};
type Props = { search: SimulatorSearch; onSearch: (part: Partial<SimulatorSearch>, replace?: boolean) => void };

/** As the provider's agent asks, unless it was set otherwise. */
const PAGE = 100;
const MOST = 1_000;

function readList(text: string | undefined): { resources: SimulatorResources; kind: DifferenceKind } | undefined {
  const [resources, kind] = (text ?? "").split(".");
  const found = KINDS.find((one) => one.kind === kind)?.kind;
  return found && (resources === "users" || resources === "entitlements") ? { resources, kind: found } : undefined;
}

/** Plays the provider against the endpoint, or against any other SCIM server. */
export function Simulator({ search, onSearch }: Props) {
  const targets = useTargets();
  const { application } = useApplication();
  const all = targets.data ?? [];
  const target = search.target ? findTarget(all, search.target) : (all.find(({ reference }) => reference.kind === "own" && reference.application === application?.name) ?? all[0]);
  if (targets.error) return <ProblemCard problem={targets.error} onRetry={() => void targets.refetch()} className="m-3" />;
  if (!targets.data) return <SkeletonLines lines={8} />;
  return <Against key={target ? keyOf(target.reference) : ""} all={all} target={target} search={search} onSearch={onSearch} />;
}

function Against({ all, target, search, onSearch }: Props & { all: SimulatorTarget[]; target: SimulatorTarget | undefined }) {
  const play: Play = isPlay(search.play) ? search.play : "import";
  const [size, setSize] = useState(String(search.size ?? PAGE));
  const [again, setAgain] = useState(true);
  const [asked, setAsked] = useState<{ task: SimulatorTask } | null>(null);
  const [editing, setEditing] = useState<SimulatorTarget | "new" | null>(null);
  const [forgetting, setForgetting] = useState(false);
  const runs = useSimulatorRuns(target?.reference);
  const show = useCallback((run: SimulatorRun) => onSearch({ run: run.id, list: undefined }), [onSearch]);
  const importing = useSimulatedImport(show);
  const performing = usePerformed(show);
  const beside = search.beside ? findTarget(all, search.beside) : undefined;
  const against = search.against ? findTarget(all, search.against) : undefined;
  const pageSize = Number(size);
  const sized = Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= MOST;
  const busy = importing.work?.state === "running" || performing.work?.state === "running";
  const newest = runs.data?.find((run) => run.play === play);
  const run = useSimulatorRun(target?.reference, search.run ?? newest?.id);
  const list = readList(search.list);
  const stopped = target?.problem?.message;

  const startImport = () => target && importing.run({ target: target.reference, pageSize, again, against: against?.reference ?? null });
  const send = (task: SimulatorTask, preview: boolean, confirmed: string[]) => target && performing.run({ target: target.reference, beside: beside?.reference ?? null, task, preview, confirmed });
  const ask = (task: SimulatorTask, preview: boolean) => (preview || task.kind === "look" ? send(task, preview, []) : setAsked({ task }));
  const choosePlay = (next: Play) => onSearch({ play: next === "import" ? undefined : next, run: undefined, list: undefined });

  useActions([
    { id: "simulator.import", title: "Simulate an import", group: "Simulator", icon: PlayIcon, keys: "mod+Enter", words: "provider pages paging", disabled: !target ? "No server is chosen" : (stopped ?? (busy ? "Something runs already" : !sized ? "The page size is not a number from 1 to 1,000" : undefined)), run: () => (play === "import" ? startImport() : choosePlay("import")) },
    { id: "simulator.cancel", title: "Cancel the simulated import", group: "Simulator", icon: X, disabled: importing.work?.state === "running" ? undefined : "No import runs", run: importing.cancel },
    { id: "simulator.target", title: "Add a SCIM server to the simulator…", group: "Simulator", icon: Plus, words: "vendor target url", run: () => setEditing("new") },
    ...PLAYS.filter(({ id }) => id !== "import").map(({ id, title }) => ({ id: `simulator.${id}`, title: `Simulator: ${title}`, group: "Simulator", icon: FlaskConical, run: () => choosePlay(id) })),
  ]);

  const others = all.filter((one) => one !== target);
  const content = (
    <div className="flex h-full min-w-0 flex-col">
      <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-3 py-2">
        <h1 className="text-15 font-semibold">Simulator</h1>
        <Plays value={play} onChange={choosePlay} />
        <span className="ml-auto flex flex-wrap items-center gap-2">
          {runs.data && <Runs runs={runs.data} chosen={run.data?.id} onRun={(line) => onSearch({ run: line.id, list: undefined, play: line.play === "import" ? undefined : line.play })} onForget={() => setForgetting(true)} />}
          {importing.work?.state === "running" ? (
            <Button icon={X} onClick={importing.cancel}>
              Cancel
            </Button>
          ) : (
            play === "import" && (
              <Button kind="primary" icon={PlayIcon} disabled={!target || busy || !sized || stopped !== undefined} title={stopped} onClick={startImport}>
                Run the import
              </Button>
            )
          )}
        </span>
      </header>
      <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-1 text-12 text-text-2">
        <span className="flex items-center gap-2 text-text-2">
          server
          <TargetSelect label="Server" all={all} value={target ? keyOf(target.reference) : ""} onChange={(key) => onSearch({ target: key, run: undefined, list: undefined, beside: undefined, against: undefined })} />
        </span>
        {target && (
          <span title={target.url}>
            <EnvironmentLabel environment={target.environment} small />
          </span>
        )}
        {target?.reference.kind === "saved" && <IconButton icon={Pencil} label={`Edit the server ${target.name}`} onClick={() => setEditing(target)} />}
        <IconButton icon={Plus} label="Add a SCIM server" onClick={() => setEditing("new")} />
        {play === "import" ? (
          <>
            <label className="flex items-center gap-2">
              page size
              <input value={size} inputMode="numeric" aria-invalid={!sized} disabled={busy} onChange={(event) => setSize(event.target.value)} className="num mono h-6 w-16 rounded-md border border-line-3 bg-surface-1 px-1.5 text-right text-12 text-text aria-invalid:border-bad" />
              {!sized && <span className="text-bad">1 to 1,000</span>}
            </label>
            <label className="flex min-h-6 items-center gap-2" title="Some pages are read a second time, and one behind the end: whether they stay the same. The agent does not do that.">
              <input type="checkbox" checked={again} disabled={busy} onChange={(event) => setAgain(event.target.checked)} className="accent-accent" />
              ask for pages again
            </label>
            <label className="flex items-center gap-2">
              compare with
              <select value={search.against ?? ""} disabled={busy} onChange={(event) => onSearch({ against: event.target.value || undefined }, true)} className="h-6 max-w-56 rounded-md border border-line-3 bg-surface-1 px-1 text-12 text-text">
                <option value="">its own last import</option>
                {others.map((one) => (
                  <option key={keyOf(one.reference)} value={keyOf(one.reference)}>
                    the import of {one.name}
                    {one.reference.kind === "own" ? " (this endpoint)" : ""}
                  </option>
                ))}
              </select>
            </label>
          </>
        ) : (
          <label className="flex items-center gap-2">
            side by side with
            <select value={search.beside ?? ""} disabled={busy} onChange={(event) => onSearch({ beside: event.target.value || undefined }, true)} className="h-6 max-w-56 rounded-md border border-line-3 bg-surface-1 px-1 text-12 text-text">
              <option value="">no other server</option>
              {others.map((one) => (
                <option key={keyOf(one.reference)} value={keyOf(one.reference)}>
                  {one.name}
                  {one.reference.kind === "own" ? " (this endpoint)" : ""}
                </option>
              ))}
            </select>
            {beside && <EnvironmentLabel environment={beside.environment} small />}
          </label>
        )}
      </div>
      {importing.work?.state === "running" && <Progress work={importing.work} />}
      {/* A region that scrolls must be reachable by the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div tabIndex={0} role="region" aria-label="What was simulated" className="flex min-h-0 flex-1 flex-col gap-3 overflow-auto bg-surface-0 p-3 -outline-offset-2 [&>*]:shrink-0">
        {!target && (
          <Empty icon={Unplug} title={search.target ? "This server is not there any more" : "There is nobody to call yet"} action={<Button onClick={() => setEditing("new")}>Add a SCIM server</Button>}>
            {search.target ? "Choose another one above." : "The endpoint has no application yet. Another SCIM server can be called by its URL."}
          </Empty>
        )}
        {target?.problem && <ProblemCard problem={target.problem} />}
        {importing.work?.state === "failed" && <ProblemCard problem={importing.work.problem} onRetry={startImport} />}
        {importing.work?.state === "cancelled" && <p role="status">The import was cancelled after {formatCount(importing.work.told?.users.seen ?? 0)} users. Nothing of it is kept, and the next one is compared with the import before it.</p>}
        {performing.work?.state === "failed" && <ProblemCard problem={performing.work.problem} />}
        {target && play !== "import" && <TaskView key={play} play={play} target={target} user={search.user} busy={busy} onUser={(user) => onSearch({ user }, true)} onRun={ask} />}
        {importing.work?.state === "running" && <ImportUnderWay progress={importing.work.told} again={importing.work.order.again} startedAt={importing.work.startedAt} />}
        {performing.work?.state === "running" && <TaskUnderWay told={performing.work.told.filter((one) => !one.beside)} name={target?.name ?? ""} />}
        {runs.error && <ProblemCard problem={runs.error} onRetry={() => void runs.refetch()} />}
        {!busy && run.error && <ProblemCard problem={run.error} onRetry={() => void run.refetch()} />}
        {!busy && target && run.data && (search.run ? run.data.id === search.run : run.data.id === newest?.id) && (run.data.task?.task.kind ?? "import") === play && (
          <Shown
            target={target}
            run={run.data}
            list={list}
            onList={(resources, kind) => onSearch({ run: run.data?.id, list: `${resources}.${kind}` })}
          />
        )}
        {!busy && target && play === "import" && runs.data && !newest && !search.run && (
          <Empty icon={FlaskConical} title={`Nobody was imported from ${target.name} yet`} action={stopped ? undefined : <Button onClick={startImport}>Run the import</Button>}>
            An import reads every page as the provider does, and changes nothing. The next one shows what the provider would do with what changed.
          </Empty>
        )}
      </div>
      {asked && (
        <ConfirmDialog
          title={`${PLAYS.find(({ id }) => id === play)?.title ?? ""}: send it to ${[target, beside].flatMap((one) => (one ? [one.name] : [])).join(" and ")}?`}
          targets={[target, beside].flatMap((one) => (one ? [one] : []))}
          onClose={() => setAsked(null)}
          onSend={(confirmed) => {
            setAsked(null);
            send(asked.task, false, confirmed);
          }}
        />
      )}
      {editing && (
        <TargetDialog
          target={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={(name) => {
            setEditing(null);
            onSearch({ target: `saved:${name}`, run: undefined, list: undefined });
          }}
          onRemoved={() => {
            setEditing(null);
            onSearch({ target: undefined, run: undefined, list: undefined });
          }}
        />
      )}
      {forgetting && target && (
        <ForgetDialog
          target={target}
          onClose={() => setForgetting(false)}
          onDone={() => {
            setForgetting(false);
            onSearch({ run: undefined, list: undefined });
          }}
        />
      )}
    </div>
  );
  const close = () => onSearch({ list: undefined });
  return (
    // Escape closes the list from anywhere in the screen that does not use it itself.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="h-full"
      onKeyDown={(event) => {
        const inField = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [role=dialog], [role=alertdialog]");
        if (event.key === "Escape" && !event.defaultPrevented && !inField && list) close();
      }}
    >
      <Split name="simulator" list={content} listPart={64} listMin={420} detailLabel="List" detail={list && target && run.data?.import && !busy ? <Differences key={`${run.data.id}/${search.list}`} target={target.reference} run={run.data.id} {...list} onClose={close} /> : null} />
    </div>
  );
}

function TargetSelect({ label, all, value, onChange }: { label: string; all: SimulatorTarget[]; value: string; onChange: (key: string) => void }) {
  const own = all.filter(({ reference }) => reference.kind === "own");
  const saved = all.filter(({ reference }) => reference.kind === "saved");
  const options = (some: SimulatorTarget[]) =>
    some.map(({ reference, name }) => (
      <option key={keyOf(reference)} value={keyOf(reference)}>
        {name}
      </option>
    ));
  return (
    <select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)} className="h-6 max-w-56 rounded-md border border-line-3 bg-surface-1 px-1 text-12 font-medium text-text">
      {value === "" && <option value="">choose one</option>}
      <optgroup label="This endpoint">{options(own)}</optgroup>
      {saved.length > 0 && <optgroup label="Other servers">{options(saved)}</optgroup>}
    </select>
  );
}

function Progress({ work }: { work: NonNullable<ReturnType<typeof useSimulatedImport>["work"]> }) {
  const { told } = work;
  const users = told?.users.seen ?? 0;
  return (
    <div role="status" className="num flex min-h-9 shrink-0 items-center gap-3 border-b border-line bg-info-soft px-3">
      <progress aria-label="Users imported" max={told?.total ?? undefined} value={told?.total ? Math.min(users, told.total) : undefined} className="h-1.5 min-w-0 flex-1 accent-accent" />
      <span className="shrink-0 text-12">
        {formatCount(users)}
        {told?.total ? ` of ${formatCount(told.total)}` : ""} users
      </span>
    </div>
  );
}

type ShownProps = { target: SimulatorTarget; run: SimulatorRun; list: ReturnType<typeof readList>; onList: (resources: SimulatorResources, kind: DifferenceKind) => void };

function Shown({ target, run, list, onList }: ShownProps) {
  const report = useReport();
  const saveFile = useSave();
  const save = (format: SimulatorReportFormat) =>
    report.mutate({ target: target.reference, run: run.id, format }, { onSuccess: ({ name, text }) => void saveFile({ name, mime: format === "html" ? "text/html" : "application/json", content: text }) });
  const failure = run.import?.import.failure;
  const actions = (
    <>
      <Button kind="quiet" icon={FileDown} disabled={report.isPending} title="A page that stands by itself, without secrets" onClick={() => save("html")}>
        Report
      </Button>
      <Button kind="quiet" disabled={report.isPending} title="The same for programs" onClick={() => save("json")}>
        JSON
      </Button>
    </>
  );
  return (
    <>
      {report.error && <ProblemCard problem={report.error} />}
      {failure && <ProblemCard problem={{ code: failure.code, message: `The import ended before its end. ${failure.cause}`, hint: failure.remedy, fields: {}, exchange: run.import?.import.calls.at(-1)?.exchange ?? null }} />}
      {run.import ? <ImportResult run={run.import} actions={actions} resources={list?.resources ?? "users"} kind={list?.kind} onList={onList} /> : <TaskResult run={run} actions={actions} />}
    </>
  );
}
