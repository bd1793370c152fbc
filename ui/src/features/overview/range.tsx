import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import type { Range } from "@/api/contract";

const RANGES: { id: Range; title: string }[] = [
  { id: "hour", title: "Hour" },
  { id: "day", title: "Day" },
  { id: "week", title: "Week" },
];

/** What a figure is counted in. */
export const IN: Record<Range, string> = { hour: "in the last hour", day: "in the last day", week: "in the last week" };

/** The same as the filter of Traffic has it. */
export const LAST: Record<Range, string> = { hour: "last:1h", day: "last:1d", week: "last:7d" };

export const isRange = (value: unknown): value is Range => RANGES.some(({ id }) => id === value);

export function RangeChoice({ value, onChange }: { value: Range; onChange: (range: Range) => void }) {
  return (
    <ToggleGroup
      aria-label="Time that is shown"
      value={[value]}
      onValueChange={([next]) => {
        if (isRange(next)) onChange(next);
      }}
      className="flex h-7 shrink-0 overflow-hidden rounded-md border border-line-2"
    >
      {RANGES.map(({ id, title }) => (
        <Toggle key={id} value={id} className="inline-flex items-center border-r border-line-2 px-2.5 text-13 font-medium text-text-2 -outline-offset-2 last:border-r-0 hover:bg-surface-2 hover:text-text data-pressed:bg-surface-3 data-pressed:text-text">
          {title}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
