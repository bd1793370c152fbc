import { cx } from "@/components/cx";
import { NullTag } from "@/components/value";
import type { FormField } from "./fields";
import { SecretMark } from "./secret-mark";
import type { FieldValue } from "./use-trials";

type Props = {
  form: FormField[];
  value: (name: string) => FieldValue;
  onValue: (name: string, value: FieldValue) => void;
};

/** One input for each field of the mapping. */
export function TryForm({ form, value, onValue }: Props) {
  if (form.length === 0) return <p className="text-text-2">This operation takes no values.</p>;
  return (
    <div className="grid grid-cols-[repeat(auto-fill,minmax(348px,1fr))] gap-x-6 gap-y-2">
      {form.map((field) => (
        <Field key={field.name} field={field} value={value(field.name)} onValue={(next) => onValue(field.name, next)} />
      ))}
    </div>
  );
}

function Field({ field, value, onValue }: { field: FormField; value: FieldValue; onValue: (value: FieldValue) => void }) {
  const { name, secret } = field;
  const { text, isNull } = value;
  return (
    <div className="flex min-w-0 items-center gap-2">
      <label htmlFor={`field-${name}`} title={name} className="mono flex w-32 shrink-0 flex-col text-12">
        <span className="truncate">{name}</span>
        {secret && <SecretMark />}
      </label>
      <span className="relative flex min-w-0 flex-1">
        <input
          id={`field-${name}`}
          type={secret ? "password" : "text"}
          value={isNull ? "" : text}
          placeholder={isNull ? undefined : "empty text"}
          autoComplete={secret ? "new-password" : "off"}
          spellCheck={false}
          onChange={(event) => onValue({ text: event.target.value, isNull: false })}
          className="mono h-7 w-full min-w-0 rounded-md border border-line-3 bg-surface-1 px-2 text-12 text-text placeholder:font-sans"
        />
        {isNull && (
          <span aria-hidden className="pointer-events-none absolute inset-y-0 left-2 flex items-center">
            <NullTag />
          </span>
        )}
      </span>
      <button
        type="button"
        aria-pressed={isNull}
        aria-label={`${name} is NULL`}
        title={isNull ? "Give a text" : "Give NULL"}
        onClick={() => onValue({ text, isNull: !isNull })}
        className={cx(
          "mono h-6 shrink-0 rounded-md border px-1.5 text-11",
          isNull ? "border-transparent bg-accent-soft text-accent" : "border-line-2 text-text-3 hover:bg-surface-2 hover:text-text",
        )}
      >
        NULL
      </button>
    </div>
  );
}
