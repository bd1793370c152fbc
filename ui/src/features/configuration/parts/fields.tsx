import { type ReactNode, useId } from "react";

const FIELD = "h-7 rounded-md border border-line-3 bg-surface-1 px-2 text-13";

/** A choice of names with its label beside it. */
export function Select({ label, value, onChange, children, disabled }: { label: string; value: string; onChange: (value: string) => void; children: ReactNode; disabled?: boolean }) {
  const id = useId();
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="text-text-2">
        {label}
      </label>
      <select id={id} value={value} disabled={disabled} onChange={(event) => onChange(event.target.value)} className={`${FIELD} max-w-64`}>
        {children}
      </select>
    </div>
  );
}

/** A short text with its label beside it. */
export function TextField({ label, value, onChange, placeholder }: { label: string; value: string; onChange: (value: string) => void; placeholder?: string }) {
  const id = useId();
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="text-text-2">
        {label}
      </label>
      <input id={id} value={value} placeholder={placeholder} spellCheck={false} onChange={(event) => onChange(event.target.value)} className={`${FIELD} w-56 placeholder:text-text-3`} />
    </div>
  );
}

/** What must be typed before a change of production. */
export function TypedName({ name, value, onChange }: { name: string; value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className="flex flex-wrap items-center gap-2">
      <label htmlFor={id}>
        This changes what production serves. Type <span className="mono font-semibold">{name}</span> to go on:
      </label>
      <input id={id} value={value} autoComplete="off" spellCheck={false} onChange={(event) => onChange(event.target.value)} className={`${FIELD} mono w-56`} />
    </div>
  );
}
