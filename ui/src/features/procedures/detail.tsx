import { Bookmark, FlaskConical, TriangleAlert, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Caution, ConnectionHealth, GivenArgument, KeptCase, ProcedureDetail as Detail, ProcedureRun } from "@/api/contract";
import { usePrepared } from "@/api/procedures";
import { Button, IconButton } from "@/components/button";
import { Cautions } from "@/components/cautions";
import { cx } from "@/components/cx";
import { EnvironmentLabel } from "@/components/environment";
import { plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { Stack } from "@/components/split";
import { Status } from "@/components/status";
import { type Tab, Tabs } from "@/components/tabs";
import { useActions } from "@/state/actions";
import { CaseEditor, type Draft } from "./case-editor";
import { Fields } from "./fields";
import { History } from "./history";
import { usedByWords } from "./list";
import { changeSigns, Changes, Messages, Outcome, Outs, Sent, Sets, setsOf } from "./results";
import { type Asked, RunDialog } from "./run-dialog";
import { Running } from "./running";
import { Source } from "./source";
import { Bound } from "./statement";
import { TestCases } from "./tests";
import { qualified } from "./types";
import type { useRuns } from "./use-runs";
import type { Tests } from "./use-tests";
import { argumentsOf, emptyAsNull, type FormValues, takesValue, valuesFrom } from "./values";

type Props = {
  application: string;
  connection: ConnectionHealth;
  detail: Detail;
  overload: number;
  onOverload: (overload: number) => void;
  scripts: boolean;
  values: FormValues;
  onValues: (values: FormValues) => void;
  runs: ReturnType<typeof useRuns>;
  cases: KeptCase[];
  tests: Tests;
  tab: string;
  onTab: (tab: string) => void;
  onClose: () => void;
};

/** The parts that show what a run gave. */
const OUTCOMES = ["changes", "sets", "outs", "messages", "call"];

/** The part with something in it: rows changed, then result sets, then out values; the one that is open where it has something. */
function worthSeeing(run: ProcedureRun, open: string): string {
  if (run.end !== "succeeded") return open;
  const { statement } = run;
  const filled = [changeSigns(run) !== "" && "changes", setsOf(run).length > 0 && "sets", statement !== null && statement.outs.length + Number(statement.returned !== null) > 0 && "outs", statement !== null && statement.messages.length > 0 && "messages"].filter((part) => part !== false);
  return open === "call" || filled.includes(open as never) ? open : (filled[0] ?? open);
}

/** A routine: its form, a run of it, and what came of that. */
export function ProcedureView({ application, connection, detail, overload: at, onOverload, scripts, values, onValues, runs, cases, tests, tab, onTab, onClose }: Props) {
  const overload = detail.overloads[at] ?? detail.overloads[0];
  if (!overload) throw new Error("a detail without a routine");
  const { routine, fields, signature } = overload;
  const { cautions } = detail;
  const key = `${application}/${signature}`;
  const run = runs.runs[key];
  const running = run?.state === "running";
  const args = argumentsOf(fields, values);
  const prepared = usePrepared(application, routine, detail.overloads.length > 1, args);
  const call = prepared.data;
  const notes = call?.notes ?? [];
  const [all, setAll] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const form = useRef<HTMLDivElement>(null);
  const latest = useRef(tab);
  useEffect(() => {
    latest.current = tab;
    return () => {
      latest.current = "";
    };
  }, [tab]);
  const production = connection.environment === "production";
  const stale = run !== undefined && JSON.stringify(run.input.arguments) !== JSON.stringify(args);
  const cannotHold = cautions.some(({ kind }) => kind === "cannot_hold");

  /** What stands in the way is shown at its field, and the first of them gets the focus. */
  const inTheWay = async (): Promise<boolean> => {
    // A quick hand is faster than the answer to what it typed last.
    const now = prepared.isPlaceholderData || prepared.isFetching ? (await prepared.refetch()).data : call;
    if (!now) return true;
    const wrong = now.notes.find(({ severity }) => severity === "error");
    if (!wrong) return false;
    setAll(true);
    form.current?.querySelector<HTMLElement>(`#parameter-${wrong.position}`)?.focus();
    return true;
  };
  const begin = (mode: "dry" | "real", inSpite: boolean, confirm: string | null) => {
    if (running) return;
    setAsked(null);
    const before = OUTCOMES.includes(tab) ? tab : "changes";
    if (before !== tab) onTab(before);
    void runs.run(key, { application, name: routine.name, signature, arguments: args, mode, inSpite, confirm }).then((output) => {
      // What there is to see comes first, unless somebody has chosen a part meanwhile.
      if (output && latest.current === before) onTab(worthSeeing(output.run, before));
    });
  };
  const dryRun = async () => {
    if (running || (await inTheWay())) return;
    if (cannotHold) setAsked("in_spite");
    else begin("dry", false, null);
  };
  const realRun = async () => {
    if (!running && !(await inTheWay())) setAsked("real");
  };
  const ran = run?.state === "done" ? run.output.run : undefined;
  const notSaved = !ran?.expectation ? "Run it dry first: what it gives is what the test expects" : stale ? "The values were changed since: run it dry again first" : undefined;
  const save = () => {
    if (!ran?.expectation || notSaved) return;
    setDraft({ title: "", replaces: null, offered: ran.expectation, case: { routine: routine.name, signature, arguments: args, expectation: ran.expectation } });
  };
  const use = (before: GivenArgument[]) => {
    onValues(valuesFrom(fields, before));
    setAll(false);
    form.current?.querySelector<HTMLElement>("input, textarea, select")?.focus();
  };
  useActions([
    { id: "procedures.dry_run", title: `Dry run ${routine.name.name}`, group: "Procedures", icon: FlaskConical, keys: "mod+Enter", words: "try test rollback", disabled: running ? "It is running" : undefined, run: () => void dryRun() },
    { id: "procedures.run", title: `Run ${routine.name.name} on ${connection.name}…`, group: "Procedures", words: "execute commit", disabled: running ? "It is running" : undefined, run: () => void realRun() },
    { id: "procedures.cancel", title: "Cancel the run", group: "Procedures", words: "stop", disabled: running ? undefined : "Nothing runs", run: () => runs.cancel(key) },
    { id: "procedures.save_case", title: "Save the run as a test case…", group: "Procedures", icon: Bookmark, words: "expect", disabled: notSaved, run: save },
  ]);

  const outcome = (children: Parameters<typeof Outcome>[0]["children"]) => (
    <Outcome run={run} stale={stale} connection={connection.name}>
      {children}
    </Outcome>
  );
  const own = cases.filter((kept) => kept.case.signature === signature || (kept.case.routine.name === routine.name.name && kept.case.routine.schema === routine.name.schema));
  const signs = ran ? changeSigns(ran) : "";
  const sets = ran ? setsOf(ran).length : undefined;
  const outs = ran?.statement ? ran.statement.outs.length + (ran.statement.returned === null ? 0 : 1) : undefined;
  const tabs: Tab[] = [
    { id: "changes", title: signs ? `Rows changed ${signs}` : "Rows changed", content: outcome((done) => <Changes run={done} />) },
    { id: "sets", title: "Result sets", count: sets, content: outcome((done) => <Sets run={done} />) },
    { id: "outs", title: "Out values", count: outs, content: outcome((done) => <Outs run={done} />) },
    { id: "messages", title: "Messages", count: ran?.statement?.messages.length, content: outcome((done) => <Messages run={done} />) },
    {
      id: "call",
      title: "Call",
      content: (
        <>
          {/* What was sent says the same as long as no value was changed. */}
          <div className={cx("flex flex-col gap-2 p-3", ran?.statement && !stale && "hidden")}>
            <h3 className="font-semibold">What would be sent now</h3>
            {call?.text ? <Bound call={call} /> : <p className="text-text-2">{prepared.error ? prepared.error.message : "The values do not make a call yet; the form says at which field."}</p>}
          </div>
          {run && outcome((done) => <Sent run={done} />)}
        </>
      ),
    },
    { id: "source", title: "Source", content: <Source overload={overload} detail={detail} dialect={connection.dialect} /> },
    { id: "tests", title: "Tests", count: own.length, content: <TestCases application={application} cases={own} tests={tests} signature={signature} onEdit={(kept) => setDraft({ title: kept.title, replaces: kept.name, offered: kept.case.expectation, case: kept.case })} onUse={(kept) => use(kept.case.arguments)} /> },
    { id: "history", title: "History", content: <History application={application} overload={overload} onUse={(past) => use(past.arguments)} /> },
  ];

  // A form that fills the pane gets an edge to drag; a short one takes what it needs.
  const long = fields.filter(takesValue).length > 6;
  const parts = <Tabs label="Parts of the procedure" value={tab} onChange={onTab} tabs={tabs} />;
  const pane = (room: string) => (
      <div ref={form} className={cx("flex flex-col gap-3 overflow-y-auto p-3", room)}>
        {production && (
          <p role="note" className="flex flex-wrap items-center gap-x-2 gap-y-1 rounded-lg border border-bad-line bg-bad-soft px-3 py-2">
            <EnvironmentLabel environment="production" small />
            <span className="font-medium">{connection.name}</span>
            <span className="text-text-2">A dry run really runs here before it is taken back: until then its locks hold others up, and what works outside of the transaction stays.</span>
          </p>
        )}
        <Beforehand cautions={cautions} />
        {fields.filter(takesValue).length > 3 && <Fill fields={fields} values={values} onValues={onValues} />}
        {/* Enter alone runs nothing: a value is finished with it, and a run is Ctrl and Enter. */}
        <form aria-label={`Values for ${routine.name.name}`} onSubmit={(event) => event.preventDefault()}>
          <Fields fields={fields} values={values} notes={notes} all={all} onValue={(field, value) => onValues({ ...values, [field.position]: value })} />
        </form>
        {prepared.error && <ProblemCard problem={prepared.error} onRetry={() => void prepared.refetch()} />}
        {notes.filter(({ position }) => fields.every((field) => field.position !== position)).map(({ text }, index) => (
          <p key={index} className="text-12 text-bad">
            {text}
          </p>
        ))}
      </div>
  );

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-11 shrink-0 items-center gap-x-2.5 border-b border-line px-3">
        <h2 className="mono max-w-1/2 shrink-0 truncate font-semibold" title={signature}>
          {routine.name.name}
        </h2>
        <span className="min-w-0 truncate text-text-2" title={kindWords(scripts, overload, application)}>
          {kindWords(scripts, overload, application)}
        </span>
        <span className="ml-auto flex shrink-0 items-center gap-2">
          {detail.overloads.length > 1 && (
            <select aria-label="Which of the routines of this name" value={at} onChange={(event) => onOverload(Number(event.target.value))} className="mono h-7 max-w-72 rounded-md border border-line-3 bg-surface-1 px-1 text-12">
              {detail.overloads.map((one, index) => (
                <option key={one.signature} value={index}>
                  {one.signature}
                </option>
              ))}
            </select>
          )}
          <Button icon={Bookmark} disabled={notSaved !== undefined} title={notSaved} onClick={save}>
            Save as test
          </Button>
          <Button disabled={running} onClick={() => void realRun()}>
            Run…
          </Button>
          <Button kind="primary" icon={FlaskConical} disabled={running} onClick={() => void dryRun()} title="Runs it in a transaction that is rolled back (Ctrl Enter)">
            Dry run
          </Button>
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </span>
      </header>
      {running && <Running run={run} onCancel={() => runs.cancel(key)} />}
      {long ? (
        <Stack name="procedures.form" top={pane("min-h-0 flex-1")} bottom={parts} />
      ) : (
        <>
          {pane("max-h-[46%] shrink-0 border-b border-line")}
          {parts}
        </>
      )}
      <RunDialog asked={asked} name={qualified(routine.name)} connection={connection} call={call} cautions={cautions} onClose={() => setAsked(null)} onRun={(confirm) => begin(asked === "real" ? "real" : "dry", asked === "in_spite", confirm)} />
      <CaseEditor
        draft={draft}
        application={application}
        onClose={() => setDraft(null)}
        onKept={(kept) => {
          tests.forget(kept.name);
          setDraft(null);
          onTab("tests");
        }}
      />
    </div>
  );
}

/** What a rollback would not take back, said before anything runs. What would stop a dry run stands open. */
function Beforehand({ cautions }: { cautions: Caution[] }) {
  if (cautions.length === 0) return null;
  if (cautions.some(({ kind }) => kind === "cannot_hold")) return <Cautions cautions={cautions} />;
  const leaves = cautions.some(({ kind }) => kind === "leaves");
  return (
    <details>
      <summary className="inline-flex min-h-6 items-center text-12">
        <Status tone={leaves ? "warn" : "muted"} icon={TriangleAlert}>
          {leaves ? "A rollback leaves something behind" : "Not everything is known beforehand"}: {plural(cautions.length, "note")}
        </Status>
      </summary>
      <div className="mt-1">
        <Cautions cautions={cautions} />
      </div>
    </details>
  );
}

/** A long form is filled in by what most of it is. */
function Fill({ fields, values, onValues }: { fields: Detail["overloads"][number]["fields"]; values: FormValues; onValues: (values: FormValues) => void }) {
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <Button kind="quiet" onClick={() => onValues(emptyAsNull(fields, values))}>
        NULL where it is empty
      </Button>
      <Button kind="quiet" disabled={Object.keys(values).length === 0} onClick={() => onValues({})}>
        Clear the form
      </Button>
    </div>
  );
}

/** What it is, and who uses it. */
function kindWords(scripts: boolean, overload: Detail["overloads"][number], application: string): string {
  const { routine } = overload;
  const kind = scripts ? "script" : routine.kind;
  const returns = routine.returns && !scripts ? ` that returns ${routine.returnsRows ? "rows" : routine.returns.text}` : "";
  const users = usedByWords(overload, application);
  return users ? `${kind}${returns}, used by ${users}` : `${kind}${returns}`;
}
