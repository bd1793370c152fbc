import { ListChecks, Unplug } from "lucide-react";
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from "react";
import { useCheck, useMappings, useOverview } from "@/api/queries";
import type { Checked, MappedOperation } from "@/api/contract";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Empty } from "@/components/empty";
import { duration } from "@/components/format";
import { Grid, type GridHandle } from "@/components/grid/grid";
import { ProblemCard } from "@/components/problem";
import { useApplication } from "@/components/shell/application";
import { Split } from "@/components/split";
import { Status } from "@/components/status";
import { OperationDetail } from "./detail";
import { FindingList, summary } from "./findings";
import { operationColumns, OperationsSkeleton } from "./list";
import { useTrials } from "./use-trials";

export type OperationsSearch = { op?: string; tab?: string };
type Props = { search: OperationsSearch; onSearch: (part: Partial<OperationsSearch>, replace?: boolean) => void };

const keyOf = (mapped: MappedOperation) => mapped.operation;

/** The mappings of an application, what a check found of each, and a dry run of any of them. */
export function Operations({ search, onSearch }: Props) {
  const { application, connection } = useApplication();
  const overview = useOverview();
  const name = application?.name ?? "";
  const mappings = useMappings(name);
  const check = useCheck(name);
  const trials = useTrials(name);
  const grid = useRef<GridHandle>(null);
  const [cursorId, setCursorId] = useState(search.op);
  const checked = check.data?.problem ? undefined : check.data;
  const operations = mappings.data?.operations;
  const mapped = operations?.find(({ operation }) => operation === search.op);
  const tab = search.tab ?? "mapping";
  const runCheck = () => void check.refetch();
  const onTab = (next: string) => onSearch({ tab: next === "mapping" ? undefined : next }, true);

  const columns = useMemo(() => operationColumns(checked), [checked]);
  const row = useCallback((index: number) => operations?.[index], [operations]);
  const close = () => {
    onSearch({ op: undefined });
    grid.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.defaultPrevented || !mapped) return;
    if (event.key === "Escape") close();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      // The first press shows what would be run, the next one runs it.
      if (tab === "try") event.currentTarget.querySelector<HTMLButtonElement>("[data-run]")?.click();
      else onTab("try");
    }
  };

  const list = (
    <div className="flex h-full min-w-0 flex-col">
      <div className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line px-3">
        <h1 className="font-semibold">Operations</h1>
        {check.data && !check.isFetching && <Outcome checked={check.data} />}
        <span className="ml-auto">
          <Button icon={ListChecks} disabled={check.isFetching || name === ""} onClick={runCheck}>
            {check.isFetching ? "Checking" : check.data ? "Check again" : "Check the mappings"}
          </Button>
        </span>
      </div>
      {!name && overview.error && <ProblemCard problem={overview.error} onRetry={() => void overview.refetch()} className="m-3" />}
      {!name && overview.data && (
        <Empty icon={Unplug} title="No application is set up yet">
          Its operations appear here when the configuration has one.
        </Empty>
      )}
      {check.error && <ProblemCard problem={check.error} onRetry={runCheck} className="m-3" />}
      {check.data?.problem && <ProblemCard problem={check.data.problem} onRetry={runCheck} className="m-3" />}
      {mappings.error && <ProblemCard problem={mappings.error} onRetry={() => void mappings.refetch()} className="m-3" />}
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
      {checked && <Whole checked={checked} />}
    </div>
  );

  return (
    // Escape closes and Ctrl-Enter runs from anywhere in the screen.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="h-full" onKeyDown={onKeyDown}>
      <Split
        name="operations"
        list={list}
        listPart={36}
        detailLabel="Operation"
        detail={
          mapped && mappings.data ? (
            <OperationDetail
              application={name}
              connection={connection}
              mapped={mapped}
              idColumn={mappings.data.userIdColumn}
              checked={checked}
              checking={check.isFetching}
              onCheck={runCheck}
              trials={trials}
              tab={tab}
              onTab={onTab}
              onClose={close}
            />
          ) : null
        }
      />
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
