import { X } from "lucide-react";
import { Button } from "../button";
import { columnName, type GridColumn } from "./columns";
import { filterWords } from "./filters";
import type { GridView } from "./view";

type Props = { columns: GridColumn<never>[]; view: GridView; onView: (view: GridView) => void };

/** The conditions that stand on a grid, each with its way out. Nothing where none does. */
export function FilterChips({ columns, view, onView }: Props) {
  const { filters } = view;
  if (filters.length === 0) return null;
  const of = new Map(columns.map((column) => [column.key, column]));
  return (
    <div role="group" aria-label="Filters" className="flex shrink-0 flex-wrap items-center gap-1.5 border-b border-line px-3 py-1.5">
      {filters.map((filter) => {
        const column = of.get(filter.column);
        const name = column ? columnName(column) : filter.column;
        const words = filterWords(filter, column?.filter ?? "text");
        return (
          <span key={filter.column} className="flex h-6 max-w-full items-center rounded-md bg-accent-soft pl-2 text-12">
            <span className="truncate">
              <span className="mono">{name}</span> {words}
            </span>
            <button
              type="button"
              aria-label={`Remove the filter ${name} ${words}`}
              onClick={() => onView({ ...view, filters: filters.filter((each) => each !== filter) })}
              className="ml-1 inline-flex size-6 shrink-0 items-center justify-center rounded-md text-text-2 hover:bg-surface-3 hover:text-text"
            >
              <X size={13} aria-hidden />
            </button>
          </span>
        );
      })}
      {filters.length > 1 && (
        <Button kind="quiet" className="h-6 text-12" onClick={() => onView({ ...view, filters: [] })}>
          Clear all
        </Button>
      )}
    </div>
  );
}
