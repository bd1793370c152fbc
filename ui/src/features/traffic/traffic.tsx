import { Activity, ArrowUp, FilterX, ListFilter, Pause, Play } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useApi } from "@/api/context";
import type { ExchangeSummary } from "@/api/contract";
import { Button } from "@/components/button";
import { cx } from "@/components/cx";
import { Empty } from "@/components/empty";
import { FilterField } from "@/components/filter-field";
import { formatCount } from "@/components/format";
import { Grid, type GridHandle } from "@/components/grid/grid";
import { ProblemCard } from "@/components/problem";
import { Split } from "@/components/split";
import { COLUMNS, TrafficSkeleton } from "./columns";
import { ExchangeDetail } from "./detail";
import { markFilter } from "./filter-marks";
import { useTrafficLog } from "./use-log";

export type TrafficSearch = { filter?: string; id?: string; tab?: string };
type Props = { search: TrafficSearch; onSearch: (part: Partial<TrafficSearch>, replace?: boolean) => void };

const keyOf = (row: ExchangeSummary) => row.id;

export function Traffic({ search, onSearch }: Props) {
  const { feed } = useApi();
  const filter = search.filter ?? "";
  const { log, state, shownFilter } = useTrafficLog(filter);
  const stale = shownFilter !== filter;
  const [paused, setPaused] = useState(false);
  const [atTop, setAtTop] = useState(true);
  // By id and not by place: while the list follows, places move.
  const [cursorId, setCursorId] = useState(search.id);
  const grid = useRef<GridHandle>(null);
  // A new filter begins at its newest row; the grid begins anew by its key.
  const [lastFilter, setLastFilter] = useState(shownFilter);
  if (shownFilter !== lastFilter) {
    setLastFilter(shownFilter);
    setAtTop(true);
  }
  useEffect(() => feed.watch(), [feed]);
  useEffect(() => log?.follow(atTop && !paused), [log, atTop, paused]);

  const onFilter = useCallback((next: string) => onSearch({ filter: next || undefined }, true), [onSearch]);
  const row = useCallback((index: number) => log?.row(index), [log]);
  const onRange = useCallback((first: number, last: number) => log?.view(first, last), [log]);
  const cursor = log && cursorId ? log.indexOf(cursorId) : -1;
  const close = () => {
    onSearch({ id: undefined });
    grid.current?.focus();
  };
  const showNew = () => {
    log?.take();
    grid.current?.toTop();
    grid.current?.focus();
  };

  const list = (
    <div className="flex h-full min-w-0 flex-col">
      <h1 className="sr-only">Traffic</h1>
      <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-3">
        <FilterField
          label="Filter exchanges"
          placeholder="Filter: app:, op:, user:, status:, ms>, -not"
          icon={ListFilter}
          value={filter}
          onChange={onFilter}
          onDown={() => grid.current?.focus()}
          mono
          marked={markFilter}
        />
        <Button icon={paused ? Play : Pause} aria-pressed={paused} onClick={() => setPaused(!paused)} className={cx("w-24", paused && "text-warn")}>
          {paused ? "Resume" : "Pause"}
        </Button>
      </div>
      {state.problem && (
        <ProblemCard problem={state.problem} onRetry={() => void log?.reload()} className="m-3" />
      )}
      {!log && <TrafficSkeleton />}
      {log && state.ready && state.count === 0 && (
        <div className="min-h-0 flex-1">
          {filter ? (
            <Empty icon={FilterX} title="No exchange matches the filter" action={<Button onClick={() => onFilter("")}>Clear the filter</Button>} />
          ) : (
            <Empty icon={Activity} title="No exchange yet">
              The first call of the provider’s agent will appear here by itself.
            </Empty>
          )}
        </div>
      )}
      {log && state.count > 0 && (
        <div className={cx("relative flex min-h-0 flex-1 flex-col", stale && "opacity-60")}>
          <Grid
            key={shownFilter}
            ref={grid}
            label="Exchanges, newest first"
            columns={COLUMNS}
            count={state.count}
            row={row}
            rowKey={keyOf}
            cursor={cursor}
            selected={search.id}
            onCursor={(index) => {
              const next = log.row(index);
              if (!next) return;
              setCursorId(next.id);
              // With the pane open, it shows what the keyboard stands on.
              if (search.id) onSearch({ id: next.id }, true);
            }}
            onOpen={(index) => {
              const next = log.row(index);
              if (next && next.id !== search.id) onSearch({ id: next.id });
            }}
            onRange={onRange}
            onAtTop={setAtTop}
          />
          {state.waiting > 0 && (
            <button
              type="button"
              onClick={showNew}
              className="num absolute bottom-4 left-1/2 flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full bg-text px-3.5 text-13 font-medium text-surface-1 shadow-layer"
            >
              <ArrowUp size={15} aria-hidden />
              {formatCount(state.waiting)} new
            </button>
          )}
        </div>
      )}
    </div>
  );

  return (
    // Escape closes from anywhere in the screen; the layers above stop it on their own.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="h-full"
      onKeyDown={(event) => {
        if (event.key === "Escape" && search.id && !event.defaultPrevented) close();
      }}
    >
      <Split
        name="traffic"
        list={list}
        detailLabel="Exchange"
        detail={
          search.id ? (
            <ExchangeDetail id={search.id} tab={search.tab ?? "trace"} onTab={(tab) => onSearch({ tab: tab === "trace" ? undefined : tab }, true)} onClose={close} />
          ) : null
        }
      />
    </div>
  );
}
