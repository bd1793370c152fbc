import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import type { LucideIcon } from "lucide-react";

export type Segment = { id: string; title: string; icon: LucideIcon };

/** A choice of a few ways to look at the same thing; one of them is always chosen. */
export function Segments({ label, segments, value, onChange }: { label: string; segments: Segment[]; value: string; onChange: (id: string) => void }) {
  return (
    <ToggleGroup
      aria-label={label}
      value={[value]}
      onValueChange={([next]) => {
        if (next) onChange(next);
      }}
      className="flex h-7 shrink-0 overflow-hidden rounded-md border border-line-2"
    >
      {segments.map(({ id, title, icon: Icon }) => (
        <Toggle
          key={id}
          value={id}
          title={title}
          aria-label={title}
          className="inline-flex w-8 items-center justify-center border-r border-line-2 text-text-2 -outline-offset-2 last:border-r-0 hover:bg-surface-2 hover:text-text data-pressed:bg-accent-soft data-pressed:text-accent"
        >
          <Icon size={15} strokeWidth={1.75} aria-hidden />
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
