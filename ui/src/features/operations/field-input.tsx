import { Autocomplete } from "@base-ui/react/autocomplete";
import { cx } from "@/components/cx";

export type FieldOption = { name: string; detail: string };

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: FieldOption[];
  /** something is wrong with it */
  invalid?: boolean;
  placeholder?: string;
  className?: string;
  onFocus?: () => void;
};

/** A text with the names that are known to fit. Any text may be typed: a database may have what it does not show. */
export function FieldInput({ label, value, onChange, options, invalid = false, placeholder, className, onFocus }: Props) {
  return (
    <Autocomplete.Root items={options} value={value} onValueChange={onChange} itemToStringValue={(option: FieldOption) => option.name} openOnInputClick limit={200}>
      <Autocomplete.Input
        aria-label={label}
        aria-invalid={invalid || undefined}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        onFocus={onFocus}
        className={cx("mono h-6 w-full min-w-0 rounded-md border bg-surface-1 px-2 text-12 text-text placeholder:font-sans", invalid ? "border-bad" : "border-line-3", className)}
      />
      <Autocomplete.Portal>
        <Autocomplete.Positioner sideOffset={4} align="start" className="z-50 outline-none">
          <Autocomplete.Popup className="layer max-h-66 w-72 max-w-[var(--available-width)] overflow-y-auto rounded-md border border-line-2 bg-surface-1 p-1 shadow-layer data-empty:hidden">
            <Autocomplete.List>
              {(option: FieldOption) => (
                <Autocomplete.Item key={option.name} value={option} className="flex min-h-6 items-center gap-3 rounded-sm px-2 data-highlighted:bg-accent-soft">
                  <span className="mono text-12">{option.name}</span>
                  <span className="ml-auto truncate text-11 text-text-2">{option.detail}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  );
}
