import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import type { ReactNode } from "react";

type Props = {
  label: string;
  /** what it does, in one or two sentences */
  says?: ReactNode;
  /** what it is where nobody sets it, with its unit */
  usual?: string;
  /** where it stands: a key of the configuration's file */
  toml?: string;
  /** the id of the field, where the label belongs to one */
  htmlFor?: string;
  children: ReactNode;
};

/** One setting: what it is, its field, what is usual, and where it stands in the configuration. */
export function Setting({ label, says, usual, toml, htmlFor, children }: Props) {
  const Label = htmlFor ? "label" : "span";
  return (
    <div className="grid grid-cols-[minmax(140px,220px)_minmax(0,1fr)] items-start gap-x-5 border-b border-line px-3 py-2.5 last:border-b-0">
      <Label {...(htmlFor ? { htmlFor } : {})} className="pt-1 font-medium">
        {label}
      </Label>
      <div className="flex min-w-0 flex-col gap-1.5">
        <div className="flex min-h-7 flex-wrap items-center gap-2">{children}</div>
        {says && <p className="text-12 text-text-2">{says}</p>}
        {(usual || toml) && (
          <p className="flex flex-wrap gap-x-3 text-11 text-text-3">
            {usual && <span>Usual: {usual}</span>}
            {toml && (
              <span>
                In the file: <span className="selectable mono">{toml}</span>
              </span>
            )}
          </p>
        )}
      </div>
    </div>
  );
}

/** A choice of a few words; one of them is always chosen. */
export function Choice<T extends string | number>({ label, options, value, onChange }: { label: string; options: { value: T; title: string }[]; value: T; onChange: (value: T) => void }) {
  return (
    <ToggleGroup
      aria-label={label}
      value={[String(value)]}
      onValueChange={([next]) => {
        const option = options.find((candidate) => String(candidate.value) === next);
        if (option) onChange(option.value);
      }}
      className="flex min-h-7 shrink-0 flex-wrap overflow-hidden rounded-md border border-line-3"
    >
      {options.map((option) => (
        <Toggle
          key={option.value}
          value={String(option.value)}
          className="min-h-7 border-r border-line-2 px-2.5 text-text-2 -outline-offset-2 last:border-r-0 hover:bg-surface-2 hover:text-text data-pressed:bg-surface-3 data-pressed:font-medium data-pressed:text-text"
        >
          {option.title}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
