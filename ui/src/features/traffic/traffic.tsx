import { Activity, ArrowUp, Eraser, FilterX, Pause, Play } from "lucide-react";
import { type MouseEvent, useCallback, useEffect, useRef, useState } from "react";
import { useApi } from "@/api/context";
import type { ExchangeSummary } from "@/api/contract";
import { useMarks } from "@/api/traffic";
import { Button } from "@/components/button";
import { cx } from "@/components/cx";
import { Empty } from "@/components/empty";
import { formatCount } from "@/components/format";
import { Grid, type GridHandle } from "@/components/grid/grid";
import { ProblemCard } from "@/components/problem";
import { Split } from "@/components/split";
import { COLUMNS, TrafficSkeleton, WIDE_COLUMNS } from "./columns";
import { CompareView } from "./compare/compare";
import { ExchangeDetail } from "./detail";
import { ImportedFrom, useTrafficFiles } from "./files";
import { Conditions, TrafficFilter } from "./filter-bar";
import { ListMenu } from "./list-menu";
import { Marks, useMarkExchanges } from "./marks";
import { SelectionBar } from "./selection-bar";
import { pick, togglePicked, useNoteAsked, useSelection } from "./selection";
import { useTrafficLog } from "./use-log";
import { useTrafficActions } from "./use-traffic-actions";

export type TrafficSearch = {
  filter?: string;
  id?: string;
  tab?: string;
  /** two ids with a comma between them: the exchanges to compare */
  compare?: string;
  /** the view was cleared at this place: only what came later is listed, and what is pinned */
  cleared?: number;
};
type Props = { search: TrafficSearch; onSearch: (part: Partial<TrafficSearch>, replace?: boolean) => void };

const keyOf = (row: ExchangeSummary) => row.id;
/** With less room than this only what an exchange meant is listed. */
const WIDE = 900;

export function Traffic({ search, onSearch }: Props) {
  const { feed } = useApi();
  const filter = search.filter ?? "";
  const { log, state, shownFilter, stale } = useTrafficLog(filter, search.cleared);
  const [paused, setPaused] = useState(false);
  const [atTop, setAtTop] = useState(true);
  // By id and not by place: while the list follows, places move.
  const [cursorId, setCursorId] = useState(search.id);
  const picked = useSelection((selection) => selection.ids);
  const mark = useMarkExchanges();
  const grid = useRef<GridHandle>(null);
  const [pane, wide] = useWide();
  // A new filter begins at its newest row; the grid begins anew by its key.
  const [lastFilter, setLastFilter] = useState(shownFilter);
  if (shownFilter !== lastFilter) {
    setLastFilter(shownFilter);
    setAtTop(true);
  }
  useEffect(() => feed.watch(), [feed]);
  useEffect(() => log?.follow(atTop && !paused), [log, atTop, paused]);
  useEffect(() => () => pick([]), []);

  const onFilter = useCallback((next: string) => onSearch({ filter: next || undefined }, true), [onSearch]);
  const row = useCallback((index: number) => log?.row(index), [log]);
  const onRange = useCallback((first: number, last: number) => log?.view(first, last), [log]);
  const files = useTrafficFiles({ filter, cleared: search.cleared, picked, onImported: (imported) => onSearch({ filter: imported, id: undefined, cleared: undefined }) });
  const cursor = log && cursorId ? log.indexOf(cursorId) : -1;
  const at = search.id ?? (cursor >= 0 ? cursorId : undefined);
  // One alone is no comparison.
  const comparing = search.compare?.includes(",") ? search.compare : undefined;
  const close = () => {
    onSearch(comparing ? { compare: undefined } : { id: undefined });
    grid.current?.focus();
  };
  const showNew = () => {
    log?.take();
    grid.current?.toTop();
    grid.current?.focus();
  };
  const compare = () => {
    if (picked.length === 2) onSearch({ compare: picked.join(",") });
  };
  const clear = () => onSearch({ cleared: feed.newest });
  const unclear = () => onSearch({ cleared: undefined });
  useTrafficActions({
    at,
    picked,
    paused,
    cleared: search.cleared !== undefined,
    onMark: mark,
    onNote: (id) => {
      useNoteAsked.setState({ id });
      if (search.id !== id) onSearch({ id });
    },
    onPick: togglePicked,
    onCompare: compare,
    onPause: () => setPaused(!paused),
    onClear: clear,
    onUnclear: unclear,
    onExport: files.askExport,
    onImport: files.askImport,
  });

  /** Ctrl or ⌘ picks a line, Shift all from the cursor to it; a press alone opens it. */
  const onPickPress = (event: MouseEvent) => {
    if (!log || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
    const line = (event.target as HTMLElement).closest("[role=row][aria-rowindex]");
    const index = Number(line?.getAttribute("aria-rowindex")) - 2;
    const pressed = line && index >= 0 ? log.row(index) : undefined;
    if (!pressed) return;
    event.stopPropagation();
    event.preventDefault();
    if (event.shiftKey && cursor >= 0) {
      const between = Array.from({ length: Math.abs(index - cursor) + 1 }, (_, step) => log.row(Math.min(index, cursor) + step)?.id);
      pick([...new Set([...picked, ...between.filter((id) => id !== undefined)])]);
    } else togglePicked(pressed.id);
    setCursorId(pressed.id);
    grid.current?.focus();
  };

  const list = (
    <div ref={pane} className="flex h-full min-w-0 flex-col">
      <h1 className="sr-only">Traffic</h1>
      <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-3">
        <TrafficFilter filter={filter} onFilter={onFilter} onDown={() => grid.current?.focus()} />
        <Button icon={paused ? Play : Pause} aria-pressed={paused} onClick={() => setPaused(!paused)} className={cx("w-24", paused && "text-warn")}>
          {paused ? "Resume" : "Pause"}
        </Button>
        <ListMenu cleared={search.cleared !== undefined} picked={picked.length} onClear={clear} onUnclear={unclear} onExport={files.askExport} onImport={files.askImport} />
      </div>
      <Conditions filter={filter} state={state} onFilter={onFilter} onStop={() => log?.stopSearch()} />
      {search.cleared !== undefined && (
        <div role="status" className="flex min-h-8 shrink-0 items-center gap-2 border-b border-line px-3 text-12 text-text-2">
          <Eraser size={14} aria-hidden className="shrink-0" />
          Older exchanges are hidden, pinned ones stay.
          <Button kind="quiet" onClick={unclear} className="ml-auto h-6 px-1.5 text-12">
            Show all
          </Button>
        </div>
      )}
      {files.progress}
      {state.problem && <ProblemCard problem={state.problem} onRetry={() => void log?.reload()} className="m-3" />}
      {!log && <TrafficSkeleton />}
      {log && state.ready && state.count === 0 && state.searched === null && (
        <div className="min-h-0 flex-1">
          {filter ? (
            <Empty icon={FilterX} title="No exchange matches the filter" action={<Button onClick={() => onFilter("")}>Clear the filter</Button>} />
          ) : search.cleared !== undefined ? (
            <Empty icon={Eraser} title="No exchange since the view was cleared" action={<Button onClick={unclear}>Show all</Button>} />
          ) : (
            <Empty icon={Activity} title="No exchange yet">
              The first call of the provider’s agent will appear here by itself.
            </Empty>
          )}
        </div>
      )}
      {log && state.count > 0 && (
        // The grid has the keys for the same: x picks.
        // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events
        <div className={cx("relative flex min-h-0 flex-1 flex-col", stale && "opacity-60")} onClickCapture={onPickPress}>
          <Grid
            key={shownFilter}
            ref={grid}
            label="Exchanges, newest first"
            columns={wide ? WIDE_COLUMNS : COLUMNS}
            count={state.count}
            row={row}
            rowKey={keyOf}
            cursor={cursor}
            selected={search.id}
            onCursor={(index) => {
              const next = log.row(index);
              if (!next) return;
              setCursorId(next.id);
              // With the pane open, it shows what the keyboard stands on; a comparison stays.
              if (search.id && !comparing) onSearch({ id: next.id }, true);
            }}
            onOpen={(index) => {
              const next = log.row(index);
              if (next && (next.id !== search.id || comparing)) onSearch({ id: next.id, compare: undefined });
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
      {picked.length > 0 && <SelectionBar count={picked.length} onCompare={compare} onExport={files.askExport} onMark={(change, done) => mark(picked, change, done)} onNone={() => pick([])} />}
    </div>
  );

  return (
    // Escape closes from anywhere in the screen; the layers above stop it on their own.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="h-full"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        if (picked.length > 0) pick([]);
        else if (search.id || comparing) close();
      }}
    >
      <Split
        name="traffic"
        list={list}
        detailLabel={comparing ? "Comparison" : "Exchange"}
        detail={
          comparing ? (
            <CompareView pair={comparing} onPair={(pair) => onSearch({ compare: pair }, true)} onOpen={(id) => onSearch({ id, compare: undefined })} onClose={close} />
          ) : search.id ? (
            <>
              <div className="flex min-h-0 flex-1 flex-col">
                <ExchangeDetail id={search.id} tab={search.tab ?? "trace"} onTab={(tab) => onSearch({ tab: tab === "trace" ? undefined : tab }, true)} onClose={close} />
              </div>
              <Origin id={search.id} onRemoved={() => onSearch({ id: undefined, filter: undefined })} />
              <Marks id={search.id} />
            </>
          ) : null
        }
      />
      {files.dialogs}
    </div>
  );
}

/** Tells an exchange of a file from one that was recorded here. */
function Origin({ id, onRemoved }: { id: string; onRemoved: () => void }) {
  const { imported } = useMarks(id);
  return imported === null ? null : <ImportedFrom file={imported} onRemoved={onRemoved} />;
}

/** Whether an element has room for every column. */
function useWide(): [(element: HTMLElement | null) => (() => void) | undefined, boolean] {
  const [wide, setWide] = useState(false);
  const watch = useCallback((element: HTMLElement | null) => {
    if (!element || typeof ResizeObserver === "undefined") return undefined;
    const observer = new ResizeObserver(([entry]) => setWide((entry?.contentRect.width ?? 0) >= WIDE));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [watch, wide];
}
