import { type ReactNode, useId } from "react";
import { cx } from "@/components/cx";

export const INPUT = "h-7 min-w-0 rounded-md border border-line-3 bg-surface-1 px-2 text-13 text-text placeholder:font-sans placeholder:text-text-3 aria-invalid:border-bad disabled:bg-surface-2 disabled:text-text-2";
const SELECT = "h-7 rounded-md border border-line-3 bg-surface-1 px-1.5 text-13 text-text";

type LineProps = { label: string; id?: string; note?: ReactNode; fault?: string; children: ReactNode };

/** A field with its name, what it means, and what is wrong with it. */
export function Line({ label, id, note, fault, children }: LineProps) {
  const Label = id ? "label" : "span";
  return (
    <div className="grid grid-cols-[minmax(110px,160px)_minmax(0,1fr)] items-start gap-x-4 border-b border-line px-3 py-2 last:border-b-0">
      <Label {...(id ? { htmlFor: id } : {})} className="pt-1 text-text-2">
        {label}
      </Label>
      <div className="flex min-w-0 flex-col gap-1">
        <div className="flex min-h-7 min-w-0 flex-wrap items-center gap-2">{children}</div>
        {fault && (
          <p id={id && `${id}-fault`} className="text-12 font-medium text-bad">
            {fault}
          </p>
        )}
        {note && <div className="text-12 text-text-2">{note}</div>}
      </div>
    </div>
  );
}

type TextProps = {
  label: string;
  value: string | null;
  onChange: (value: string) => void;
  placeholder?: string;
  note?: ReactNode;
  fault?: string;
  mono?: boolean;
  type?: "text" | "password";
  disabled?: boolean;
  after?: ReactNode;
  className?: string;
  /** the field that a form begins at */
  first?: boolean;
};

export function TextLine({ label, value, onChange, placeholder, note, fault, mono = true, type = "text", disabled, after, className, first }: TextProps) {
  const id = useId();
  return (
    <Line label={label} id={id} note={note} fault={fault}>
      <input
        id={id}
        type={type}
        value={value ?? ""}
        placeholder={placeholder}
        disabled={disabled}
        spellCheck={false}
        autoComplete={type === "password" ? "new-password" : "off"}
        aria-invalid={fault !== undefined || undefined}
        aria-describedby={fault === undefined ? undefined : `${id}-fault`}
        // A form that was asked for begins at its first field.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={first}
        onChange={(event) => onChange(event.target.value)}
        className={cx(INPUT, mono && "mono text-12", className ?? "w-full max-w-110")}
      />
      {after}
    </Line>
  );
}

type NumberProps = { label: string; value: number; onChange: (value: number) => void; unit: string; usual: number; note: ReactNode; toml: string; fault?: string };

export function NumberLine({ label, value, onChange, unit, usual, note, toml, fault }: NumberProps) {
  const id = useId();
  return (
    <Line
      label={label}
      id={id}
      fault={fault}
      note={
        <>
          {note}
          <span className="mt-0.5 flex flex-wrap gap-x-3 text-11 text-text-3">
            <span className="num">
              Usual: {usual}
              {unit && ` ${unit}`}
            </span>
            <span>
              In the file: <span className="selectable mono">{toml}</span>
            </span>
          </span>
        </>
      }
    >
      <input
        id={id}
        inputMode="numeric"
        value={String(value)}
        aria-invalid={fault !== undefined || undefined}
        onChange={(event) => {
          const digits = event.target.value.replace(/\D/g, "").slice(0, 9);
          onChange(digits === "" ? 0 : Number(digits));
        }}
        className={cx(INPUT, "num w-28 text-right")}
      />
      {unit && <span className="text-text-2">{unit}</span>}
    </Line>
  );
}

type SelectProps<T extends string> = { label: string; value: T; options: { value: T; title: string }[]; onChange: (value: T) => void; note?: ReactNode; fault?: string; after?: ReactNode; disabled?: boolean };

export function SelectLine<T extends string>({ label, value, options, onChange, note, fault, after, disabled }: SelectProps<T>) {
  const id = useId();
  return (
    <Line label={label} id={id} note={note} fault={fault}>
      <select id={id} value={value} disabled={disabled} onChange={(event) => onChange(event.target.value as T)} aria-invalid={fault !== undefined || undefined} className={SELECT}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.title}
          </option>
        ))}
      </select>
      {after}
    </Line>
  );
}
