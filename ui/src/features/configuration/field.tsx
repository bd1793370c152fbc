import { useId } from "react";
import { cx } from "@/components/cx";

const INPUT = "h-7 min-w-0 rounded-md border bg-surface-1 px-2 text-13 text-text disabled:opacity-60";

/** What is wrong with a field, below it. */
function FieldError({ id, children }: { id: string; children: string | undefined }) {
  if (!children) return null;
  return (
    <p id={id} role="alert" className="selectable basis-full text-12 font-medium text-bad">
      {children}
    </p>
  );
}

type TextProps = { id?: string; label: string; value: string; onChange: (value: string) => void; error?: string; disabled?: boolean; placeholder?: string; secret?: boolean };

export function TextField({ id, label, value, onChange, error, disabled, placeholder, secret }: TextProps) {
  const own = useId();
  return (
    <>
      <input
        id={id}
        aria-label={id ? undefined : label}
        aria-invalid={error !== undefined}
        aria-describedby={error ? own : undefined}
        type={secret ? "password" : "text"}
        autoComplete="off"
        spellCheck={false}
        disabled={disabled}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={cx(INPUT, "mono w-88 max-w-full", error ? "border-bad" : "border-line-3")}
      />
      <FieldError id={own}>{error}</FieldError>
    </>
  );
}

type NumberProps = { id?: string; label: string; value: number | null; onChange: (value: number | null) => void; unit: string; error?: string; disabled?: boolean; placeholder?: string };

/** A whole number with its unit; empty where there is none. */
export function NumberField({ id, label, value, onChange, unit, error, disabled, placeholder }: NumberProps) {
  const own = useId();
  return (
    <>
      <input
        id={id}
        aria-label={id ? undefined : label}
        aria-invalid={error !== undefined}
        aria-describedby={error ? own : undefined}
        inputMode="numeric"
        autoComplete="off"
        disabled={disabled}
        placeholder={placeholder}
        value={value === null ? "" : String(value)}
        onChange={(event) => {
          const typed = event.target.value.replace(/\D/g, "").slice(0, 9);
          onChange(typed === "" ? null : Number(typed));
        }}
        className={cx(INPUT, "num w-28 text-right", error ? "border-bad" : "border-line-3")}
      />
      <span className="text-text-2">{unit}</span>
      <FieldError id={own}>{error}</FieldError>
    </>
  );
}
