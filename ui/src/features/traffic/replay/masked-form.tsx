import { KeyRound } from "lucide-react";
import type { MaskedPlace } from "@/api/contract";
import { cx } from "@/components/cx";
import { plural } from "@/components/format";

export type Secrets = Record<string, string | null>;

/** The places that have no value yet. */
export const unanswered = (places: MaskedPlace[], secrets: Secrets): MaskedPlace[] => places.filter(({ pointer }) => secrets[pointer] === undefined || secrets[pointer] === "");

type Props = { places: MaskedPlace[]; secrets: Secrets; onSecrets: (secrets: Secrets) => void; problems: Record<string, string> };

/** What was masked when it was recorded is not there any more: each place gets a value, or goes. */
export function MaskedForm({ places, secrets, onSecrets, problems }: Props) {
  if (places.length === 0) return null;
  return (
    <fieldset className="rounded-lg border border-warn/40 bg-warn-soft p-3">
      <legend className="sr-only">Masked values</legend>
      <p className="flex items-center gap-2 font-semibold">
        <KeyRound size={15} strokeWidth={2} aria-hidden className="text-warn" />
        {plural(places.length, "value was", "values were")} masked when the request was recorded
      </p>
      <p className="mt-0.5 text-text-2">Type what is to be sent, or leave it out. What you type is not kept.</p>
      <ul className="mt-2 flex flex-col gap-2">
        {places.map(({ pointer, name }) => {
          const value = secrets[pointer];
          const out = value === null;
          return (
            <li key={pointer} className="flex flex-wrap items-center gap-2">
              <label htmlFor={`masked-${pointer}`} title={pointer} className="mono w-40 shrink-0 truncate text-12">
                {name}
              </label>
              <input
                id={`masked-${pointer}`}
                type="password"
                autoComplete="new-password"
                value={value ?? ""}
                disabled={out}
                placeholder={out ? "left out" : undefined}
                aria-invalid={problems[pointer] !== undefined}
                onChange={(event) => onSecrets({ ...secrets, [pointer]: event.target.value })}
                className="mono h-7 min-w-40 flex-1 rounded-md border border-line-3 bg-surface-1 px-2 text-12 text-text disabled:bg-surface-2"
              />
              <label className={cx("flex min-h-6 items-center gap-2", out ? "text-text" : "text-text-2")}>
                <input type="checkbox" checked={out} onChange={(event) => onSecrets({ ...secrets, [pointer]: event.target.checked ? null : "" })} className="size-4 accent-accent" />
                Leave out
              </label>
              {problems[pointer] && <span className="w-full text-12 text-bad">{problems[pointer]}</span>}
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
