import type { JsonValue, SimulatorField, SimulatorValue } from "@/api/contract";

/** What was typed, by the place of the field. */
export type Typed = Record<string, string>;

export const placeKey = (place: string[]): string => place.join("\u0000");

export const asText = (value: JsonValue | null | undefined): string => (value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value));

/** A typed text as the value its field holds. */
function asValue(field: SimulatorField, text: string): JsonValue {
  if (text === "") return "";
  if (field.kind === "boolean") return text === "true";
  if (field.kind === "whole" || field.kind === "decimal") {
    const number = Number(text);
    return Number.isFinite(number) ? number : text;
  }
  return text;
}

/** The values that are sent: those that were typed, or those that differ from what is there. */
export function valuesOf(fields: SimulatorField[], typed: Typed, before?: Typed): SimulatorValue[] {
  return fields.flatMap((field) => {
    const key = placeKey(field.place);
    const text = typed[key] ?? "";
    if (before ? text === (before[key] ?? "") : text === "") return [];
    return [{ place: field.place, value: asValue(field, text) }];
  });
}

type Props = { fields: SimulatorField[]; typed: Typed; before?: Typed; onTyped: (key: string, text: string) => void };

/** One input for each attribute that the server lets the provider write. */
export function UserFields({ fields, typed, before, onTyped }: Props) {
  return (
    <div className="grid grid-cols-[repeat(auto-fill,minmax(280px,1fr))] gap-x-5 gap-y-2">
      {fields.map((field) => {
        const key = placeKey(field.place);
        const text = typed[key] ?? "";
        const changed = before !== undefined && text !== (before[key] ?? "");
        const id = `sim-${key.replaceAll(/[^A-Za-z0-9]/g, "-")}`;
        const look = `mono h-7 w-full min-w-0 rounded-md border bg-surface-1 px-2 text-12 text-text ${changed ? "border-accent" : "border-line-3"}`;
        const choices = field.kind === "boolean" ? ["true", "false"] : field.choices;
        return (
          <div key={key} className="flex min-w-0 items-center gap-2">
            <label htmlFor={id} title={[field.label, field.description, field.schema].filter(Boolean).join("\n")} className="mono w-30 shrink-0 truncate text-12 text-text-2">
              {field.label}
              {field.required && <span className="text-bad"> *</span>}
              {field.required && <span className="sr-only"> required</span>}
            </label>
            {choices.length > 0 ? (
              <select id={id} value={text} onChange={(event) => onTyped(key, event.target.value)} className={look}>
                <option value="">not sent</option>
                {choices.map((choice) => (
                  <option key={choice} value={choice}>
                    {choice}
                  </option>
                ))}
              </select>
            ) : (
              <input id={id} value={text} placeholder={before === undefined ? "not sent" : "not set"} autoComplete="off" spellCheck={false} required={field.required} onChange={(event) => onTyped(key, event.target.value)} className={`${look} placeholder:font-sans placeholder:text-text-3`} />
            )}
          </div>
        );
      })}
    </div>
  );
}
