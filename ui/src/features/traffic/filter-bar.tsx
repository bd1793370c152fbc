import { Ban, ListFilter, Loader, TriangleAlert, X } from "lucide-react";
import { useReading, useSavedFilters } from "@/api/traffic";
import type { FilterPart } from "@/api/contract";
import { Button } from "@/components/button";
import { FilterField } from "@/components/filter-field";
import { formatCount, plural } from "@/components/format";
import { ProblemWord } from "@/components/problem-word";
import { Tooltip } from "@/components/tooltip";
import { markFilter } from "./filter-marks";
import type { LogState } from "./log";
import { SavedFilters } from "./saved-filters";
import { useCompletion } from "./use-completion";

type FieldProps = { filter: string; onFilter: (filter: string) => void; onDown: () => void };

/** The filter's field with its words, values and saved filters. */
export function TrafficFilter({ filter, onFilter, onDown }: FieldProps) {
  const saved = useSavedFilters();
  const { reading, suggestions, typed } = useCompletion(filter, saved.items);
  return (
    <>
      <FilterField
        label="Filter exchanges"
        placeholder="Filter: app:, op:, user:, status:, last:1h, body:, sql:, -not"
        icon={ListFilter}
        value={filter}
        onChange={onFilter}
        onDown={onDown}
        mono
        marked={(text) => markFilter(text, reading.text, reading.completion.pieces)}
        suggestions={suggestions}
        onTyped={typed}
      />
      <SavedFilters filter={filter} onFilter={onFilter} saved={saved} />
    </>
  );
}

type ConditionsProps = { filter: string; state: LogState; onFilter: (filter: string) => void; onStop: () => void };

/** The conditions of the filter in plain words, what of it cannot be read, and how many exchanges it finds. */
export function Conditions({ filter, state, onFilter, onStop }: ConditionsProps) {
  const { data: reading, error, refetch } = useReading(filter);
  if (filter === "" || !(reading || error)) return null;
  return (
    <div className="shrink-0 border-b border-line px-3 py-1.5">
      <div className="flex flex-wrap items-center gap-1.5">
        {error ? (
          <ProblemWord problem={error} onRetry={() => void refetch()} className="text-12">
            No completion and no conditions; the list is filtered all the same
          </ProblemWord>
        ) : (
          <ul aria-label="Conditions" className="contents">
            {reading?.parts.map((part) => (
              <Chip key={part.from} part={part} onFilter={onFilter} />
            ))}
          </ul>
        )}
        <Found state={state} onStop={onStop} />
      </div>
      {state.unread.map((problem) => (
        <p key={problem.from} role="status" className="mt-1.5 flex items-start gap-1.5 text-12">
          <TriangleAlert size={14} aria-hidden className="mt-px shrink-0 text-warn" />
          <span className="min-w-0">
            <code className="mono rounded-sm bg-warn-soft px-1 text-warn">{filter.slice(problem.from, problem.to)}</code> is ignored. {problem.message} <span className="text-text-2">{problem.hint}</span>
          </span>
        </p>
      ))}
    </div>
  );
}

function Chip({ part, onFilter }: { part: FilterPart; onFilter: (filter: string) => void }) {
  const words = part.negated ? `not ${part.says}` : part.says;
  return (
    <li className="inline-flex h-6 max-w-full min-w-0 items-center rounded-md border border-line-2 bg-surface-2 text-12">
      <Tooltip text={part.negated ? "Ask for it again" : "Exclude it instead"}>
        <button
          type="button"
          aria-label={part.negated ? `Ask for ${part.says} again` : `Exclude ${part.says} instead`}
          onClick={() => onFilter(part.toggled)}
          className="inline-flex h-6 min-w-6 items-center gap-1 overflow-hidden rounded-l-md pr-1 pl-2 hover:bg-surface-3"
        >
          {part.negated && <Ban size={12} aria-hidden className="shrink-0 text-bad" />}
          <span className="truncate">
            {part.negated && <span className="text-bad">not </span>}
            {part.says}
          </span>
        </button>
      </Tooltip>
      <button
        type="button"
        aria-label={`Remove ${words}`}
        onClick={() => onFilter(part.without)}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-r-md text-text-3 hover:bg-surface-3 hover:text-text"
      >
        <X size={13} aria-hidden />
      </button>
    </li>
  );
}

function Found({ state, onStop }: { state: LogState; onStop: () => void }) {
  if (state.searched !== null) {
    return (
      <span className="ml-auto flex items-center gap-2 text-12 text-text-2">
        <Loader size={13} aria-hidden className="motion-safe:animate-spin" />
        <span role="status" className="num">
          {formatCount(state.total)} found, {Math.floor(state.searched * 100)}% looked through
        </span>
        <Button kind="quiet" onClick={onStop} className="h-6 px-1.5 text-12">
          Stop
        </Button>
      </span>
    );
  }
  if (!state.ready) return null;
  return (
    <span className="num ml-auto text-12 text-text-2">
      {state.counted ? plural(state.total, "exchange") : `${plural(state.total, "exchange")} so far`}
    </span>
  );
}
