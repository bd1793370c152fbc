import { FilterX, FlaskConical, RotateCw, SquareFunction, X } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";
import type { ListedRoutine, Procedures as Listing } from "@/api/contract";
import { useCases, useProcedure, useProcedures } from "@/api/procedures";
import { useOverview } from "@/api/queries";
import { Button, IconButton } from "@/components/button";
import { Empty } from "@/components/empty";
import { FilterField } from "@/components/filter-field";
import { formatCount, plural } from "@/components/format";
import { Grid, type GridHandle } from "@/components/grid/grid";
import { NotSetUp } from "@/components/not-set-up";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { useApplication } from "@/components/shell/application";
import { SkeletonLines } from "@/components/skeleton";
import { Split } from "@/components/split";
import { Status } from "@/components/status";
import { useActions } from "@/state/actions";
import { ProcedureView } from "./detail";
import { procedureColumns, ProceduresSkeleton, usedByWords } from "./list";
import { testWords } from "./tests";
import { useRuns } from "./use-runs";
import { type Tests, useTests } from "./use-tests";
import type { FormValues } from "./values";

export type ProceduresSearch = { schema?: string; search?: string; routine?: string; overload?: number; tab?: string };
type Props = { search: ProceduresSearch; onSearch: (part: Partial<ProceduresSearch>, replace?: boolean) => void };

const keyOf = ({ signature }: ListedRoutine) => signature;
const EMPTY: FormValues = {};
const NO_CASES: never[] = [];

/** One line for each name: overloads are chosen inside. */
function firsts(routines: ListedRoutine[]): ListedRoutine[] {
  const seen = new Set<string>();
  return routines.filter(({ routine: { name } }) => !seen.has(name.name) && seen.add(name.name));
}

function matching(routines: ListedRoutine[], text: string, application: string): ListedRoutine[] {
  const wanted = text.toLowerCase();
  return routines.filter((listed) => [listed.signature, listed.routine.comment ?? "", usedByWords(listed, application), ...listed.routine.parameters.map(({ name }) => name ?? "")].some((part) => part.toLowerCase().includes(wanted)));
}

/** The routines of a connection: signatures, sources, runs and test cases. */
export function Procedures({ search, onSearch }: Props) {
  const { application, connection } = useApplication();
  const overview = useOverview();
  const name = application?.name ?? "";
  const listing = useProcedures(name, search.schema ?? null);
  const cases = useCases(name);
  const runs = useRuns();
  const tests = useTests(name);
  const grid = useRef<GridHandle>(null);
  const [cursorId, setCursorId] = useState<string>();
  const [values, setValues] = useState<Record<string, FormValues>>({});
  const wanted = search.search ?? "";
  const kept = cases.data?.cases ?? NO_CASES;

  const all = useMemo(() => firsts(listing.data?.routines ?? []), [listing.data]);
  const shown = useMemo(() => (wanted ? matching(all, wanted, name) : all), [all, wanted, name]);
  const chosen = all.find(({ routine }) => routine.name.name === search.routine);
  const procedure = useProcedure(name, chosen?.routine.name);
  // Another routine's detail never stands in for this one's.
  const detail = procedure.data;
  const overload = Math.min(search.overload ?? 0, Math.max(0, (detail?.overloads.length ?? 1) - 1));
  const signature = detail?.overloads[overload]?.signature ?? "";

  const columns = useMemo(() => procedureColumns(name, kept, tests.results), [name, kept, tests.results]);
  const row = useCallback((index: number) => shown[index], [shown]);
  const onText = useCallback((text: string) => onSearch({ search: text || undefined }, true), [onSearch]);
  const onTab = (tab: string) => onSearch({ tab: tab === "changes" ? undefined : tab }, true);
  const close = () => {
    onSearch({ routine: undefined, overload: undefined });
    grid.current?.focus();
  };
  const refresh = () => {
    void listing.refetch();
    if (chosen) void procedure.refetch();
  };
  useActions([
    { id: "procedures.refresh", title: "Read the procedures again", group: "Procedures", icon: RotateCw, words: "refresh reload", run: refresh },
    { id: "procedures.test_all", title: "Run all test cases, dry", group: "Procedures", icon: FlaskConical, words: "tests green red", disabled: kept.length === 0 ? "There is no test case yet" : tests.running ? "They are running" : undefined, run: () => tests.run(kept.map((one) => one.name)) },
  ]);

  const list = (
    <div className="flex h-full min-w-0 flex-col">
      <h1 className="sr-only">Procedures</h1>
      <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-3">
        <FilterField label="Filter procedures" placeholder="Filter procedures" value={wanted} onChange={onText} onDown={() => grid.current?.focus()} />
        {listing.data && <Schemas listing={listing.data} schema={search.schema} onSchema={(schema) => onSearch({ schema, routine: undefined, overload: undefined })} />}
      </div>
      {!name && overview.error && <ProblemCard problem={overview.error} onRetry={() => void overview.refetch()} className="m-3" />}
      {!name && overview.data && (
        <NotSetUp>The procedures of an application’s connection appear here, to be looked at and run.</NotSetUp>
      )}
      {listing.error && <ProblemCard problem={listing.error} onRetry={() => void listing.refetch()} className="m-3" />}
      {cases.error && <ProblemCard problem={cases.error} onRetry={() => void cases.refetch()} className="m-3" />}
      {tests.problem && <ProblemCard problem={tests.problem} className="m-3" />}
      {!listing.data && !listing.error && !overview.error && !(overview.data && !name) && <ProceduresSkeleton />}
      {listing.data && all.length === 0 && (
        <Empty icon={SquareFunction} title="No procedures are seen here">
          {listing.data.scripts ? "SQLite has no procedures; Sluice runs the scripts of the table SLUICE_PROCEDURES, and this file has none." : "The schema has none, or the account may not see them."}
        </Empty>
      )}
      {all.length > 0 && shown.length === 0 && <Empty icon={FilterX} title={`No procedure matches “${wanted}”`} action={<Button onClick={() => onText("")}>Clear the filter</Button>} />}
      {shown.length > 0 && (
        <Grid
          ref={grid}
          label="Procedures"
          columns={columns}
          count={shown.length}
          row={row}
          rowKey={keyOf}
          cursor={shown.findIndex((one) => keyOf(one) === (cursorId ?? (chosen && keyOf(chosen))))}
          selected={chosen && keyOf(chosen)}
          onCursor={(index) => {
            const next = shown[index];
            if (!next) return;
            setCursorId(keyOf(next));
            if (chosen) onSearch({ routine: next.routine.name.name, overload: undefined }, true);
          }}
          onOpen={(index) => {
            const next = shown[index];
            if (next && next.routine.name.name !== search.routine) onSearch({ routine: next.routine.name.name, overload: undefined });
          }}
        />
      )}
      {listing.data && <Foot listing={listing.data} shown={shown.length} total={all.length} cases={kept} tests={tests} busy={listing.isFetching} onRefresh={refresh} />}
    </div>
  );

  const pane = () => {
    if (!search.routine || !name) return null;
    if (listing.data && !chosen) return <Gone name={search.routine} onClose={close} />;
    if (procedure.error) return <ProblemCard problem={procedure.error} onRetry={() => void procedure.refetch()} className="m-3" />;
    if (!detail || !connection) return <SkeletonLines lines={6} />;
    if (detail.overloads.length === 0) return <Gone name={search.routine} onClose={close} />;
    return (
      <ProcedureView
        key={signature}
        application={name}
        connection={connection}
        detail={detail}
        overload={overload}
        onOverload={(next) => onSearch({ overload: next === 0 ? undefined : next }, true)}
        scripts={listing.data?.scripts ?? false}
        values={values[`${name}/${signature}`] ?? EMPTY}
        onValues={(next) => setValues((before) => ({ ...before, [`${name}/${signature}`]: next }))}
        runs={runs}
        cases={kept}
        tests={tests}
        tab={search.tab ?? "changes"}
        onTab={onTab}
        onClose={close}
      />
    );
  };

  return (
    // Escape closes from anywhere in the screen that does not use it itself.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="h-full"
      onKeyDown={(event) => {
        const inField = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [role=dialog], [role=alertdialog]");
        if (event.key === "Escape" && !event.defaultPrevented && !inField && search.routine) close();
      }}
    >
      <Split name="procedures" list={list} listPart={30} detailLabel="Procedure" detail={pane()} />
    </div>
  );
}

function Gone({ name, onClose }: { name: string; onClose: () => void }) {
  return (
    <Empty icon={SquareFunction} title={`${name} is not there any more`} action={<Button onClick={onClose}>Back to the list</Button>}>
      It was dropped or renamed, stands in another schema, or the account may not see it.
    </Empty>
  );
}

/** The schema that is listed; without a choice the one that unqualified names are looked up in. */
function Schemas({ listing, schema, onSchema }: { listing: Listing; schema: string | undefined; onSchema: (schema: string | undefined) => void }) {
  if (listing.schemas.length < 2) return null;
  const current = listing.schemas.find((one) => one.current)?.name;
  return (
    <select aria-label="Schema" value={schema ?? current ?? ""} onChange={(event) => onSchema(event.target.value === current ? undefined : event.target.value)} className="mono h-7 max-w-36 shrink-0 rounded-md border border-line-3 bg-surface-1 px-1 text-12">
      {listing.schemas.map(({ name }) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

type FootProps = { listing: Listing; shown: number; total: number; cases: Parameters<typeof testWords>[0]; tests: Tests; busy: boolean; onRefresh: () => void };

function Foot({ listing, shown, total, cases, tests, busy, onRefresh }: FootProps) {
  const { tone, words } = testWords(cases, tests.results);
  return (
    <footer className="num flex min-h-9 shrink-0 flex-wrap items-center gap-x-2 border-t border-line px-3 text-12 text-text-2">
      <span className="truncate">{shown < total ? `${formatCount(shown)} of ${plural(total, "procedure")}` : plural(total, listing.scripts ? "script" : "procedure")}</span>
      <span className="ml-auto flex items-center gap-2">
        {cases.length > 0 && (
          <>
            <Status tone={tone}>{tests.running ? `${formatCount(tests.running.done)} of ${plural(tests.running.total, "test")}` : tone === "muted" ? plural(cases.length, "test") : words}</Status>
            {tests.running ? (
              <Button kind="quiet" icon={X} onClick={tests.cancel}>
                Cancel
              </Button>
            ) : (
              <Button kind="quiet" icon={FlaskConical} onClick={() => tests.run(cases.map(({ name }) => name))}>
                Run all tests
              </Button>
            )}
          </>
        )}
        {busy ? <span className="text-text-3">reading</span> : cases.length === 0 && <span className="text-text-3">read <RelativeTime at={listing.takenAt} /></span>}
        <IconButton icon={RotateCw} label="Read the procedures again" side="top" disabled={busy} onClick={onRefresh} />
      </span>
    </footer>
  );
}
