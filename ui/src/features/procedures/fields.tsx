import { CalendarDays, Plus, X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import type { FormNote } from "@/api/contract";
import { Button, IconButton } from "@/components/button";
import { cx } from "@/components/cx";
import { NullTag } from "@/components/value";
import type { ProcedureField } from "./types";
import { fieldName, type FieldValue, takesValue, valueOf, type FormValues } from "./values";

type Props = {
  fields: ProcedureField[];
  values: FormValues;
  notes: FormNote[];
  /** after a run was asked for: what is missing is said of every field, not only of those typed into */
  all: boolean;
  onValue: (field: ProcedureField, value: FieldValue) => void;
};

const INPUT = "mono h-7 w-full min-w-0 rounded-md border border-line-3 bg-surface-1 px-2 text-12 text-text placeholder:font-sans placeholder:text-12";

/** One line for each parameter: its name, its type, what is given for it, and what is to be said of that. */
export function Fields({ fields, values, notes, all, onValue }: Props) {
  if (fields.length === 0) return <p className="text-text-2">It takes no parameters.</p>;
  return (
    <div className="grid grid-cols-[minmax(80px,160px)_minmax(64px,128px)_minmax(0,1fr)] items-start gap-x-3 gap-y-2">
      {fields.map((field) => {
        const value = valueOf(values, field);
        const own = notes.filter(({ position, severity }) => position === field.position && (severity === "warning" || value.touched || all));
        return <Line key={field.position} field={field} value={value} notes={own} onValue={(next) => onValue(field, { ...next, touched: true })} />;
      })}
    </div>
  );
}

const DIRECTION = { in: null, out: "OUT", inout: "INOUT" } as const;

function Line({ field, value, notes, onValue }: { field: ProcedureField; value: FieldValue; notes: FormNote[]; onValue: (value: FieldValue) => void }) {
  const name = fieldName(field);
  const id = `parameter-${field.position}`;
  const direction = DIRECTION[field.direction];
  const wrong = notes.some(({ severity }) => severity === "error");
  return (
    <>
      <label htmlFor={id} title={name} className="mono flex min-h-7 min-w-0 flex-col justify-center text-12">
        <span className="truncate">{name}</span>
        {field.secret && <span className="font-sans text-11 text-text-3">secret</span>}
      </label>
      <span className="flex min-h-7 min-w-0 items-center gap-1.5" title={field.takes ?? field.typeText}>
        <span className="mono truncate text-12 text-text-3">{field.typeText}</span>
        {direction && <span className="mono shrink-0 rounded-sm border border-line-2 px-1 text-11 leading-[15px] text-text-2">{direction}</span>}
      </span>
      <div className="min-w-0">
        {takesValue(field) ? (
          <div className="flex min-w-0 items-start gap-1.5">
            <Given field={field} value={value} id={id} wrong={wrong} noted={notes.length > 0} onValue={onValue} />
            <Ways field={field} value={value} name={name} onValue={onValue} />
          </div>
        ) : (
          <p id={id} className="flex min-h-7 items-center text-text-3">{field.direction === "in" ? "opened by the procedure" : "comes back"}</p>
        )}
        {notes.length > 0 && (
          <ul id={`${id}-notes`} aria-label={`Notes on ${name}`} className="mt-0.5 text-12">
            {notes.map(({ severity, text }, index) => (
              <li key={index} className={severity === "error" ? "text-bad" : "text-warn"}>
                {text}
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

type GivenProps = { field: ProcedureField; value: FieldValue; id: string; wrong: boolean; noted: boolean; onValue: (value: FieldValue) => void };

/** What is given: the control of the type, or the tag of what stands in its place. */
function Given({ field, value, id, wrong, noted, onValue }: GivenProps) {
  const { give, text, more } = value;
  const shared = { id, "aria-invalid": wrong || undefined, "aria-describedby": noted ? `${id}-notes` : undefined };
  const type = (next: string) => onValue({ ...value, give: "value", text: next });
  if (give !== "value") {
    const words = give === "null" ? <NullTag /> : field.variadic ? "no value" : <>its default{field.default !== null && <span className="mono ml-1.5">{field.default}</span>}</>;
    // The place stays an input: whoever types into it gives a value.
    return (
      <span className="relative flex min-w-0 flex-1">
        <input {...shared} value="" onChange={(event) => type(event.target.value)} autoComplete="off" className={INPUT} />
        <span aria-hidden className="pointer-events-none absolute inset-y-0 left-2 flex items-center text-12 text-text-3">
          {words}
        </span>
      </span>
    );
  }
  if (field.variadic) {
    const set = (at: number, next: string) => (at === 0 ? type(next) : onValue({ ...value, more: more.map((one, index) => (index === at - 1 ? next : one)) }));
    return (
      <span className="flex min-w-0 flex-1 flex-col gap-1">
        {[text, ...more].map((one, at) => (
          <span key={at} className="flex min-w-0 gap-1.5">
            <input {...shared} id={at === 0 ? id : `${id}-${at}`} aria-label={at === 0 ? undefined : `${fieldName(field)}, value ${at + 1}`} value={one} onChange={(event) => set(at, event.target.value)} autoComplete="off" className={cx(INPUT, wrong && "border-bad")} />
            {at > 0 && <IconButton icon={X} label={`Take out value ${at + 1}`} onClick={() => onValue({ ...value, more: more.filter((_, index) => index !== at - 1) })} />}
          </span>
        ))}
        <Button kind="quiet" icon={Plus} className="self-start" onClick={() => onValue({ ...value, more: [...more, ""] })}>
          Another value
        </Button>
      </span>
    );
  }
  return <Control field={field} text={text} wrong={wrong} shared={shared} onText={type} />;
}

type ControlProps = { field: ProcedureField; text: string; wrong: boolean; shared: Record<string, unknown>; onText: (text: string) => void };

function Control({ field, text, wrong, shared, onText }: ControlProps) {
  const { control, secret, takes } = field;
  const look = cx(INPUT, wrong && "border-bad");
  const plain = (placeholder: string | undefined, extra: Record<string, unknown> = {}) => (
    <input {...shared} type={secret ? "password" : "text"} value={text} placeholder={placeholder} autoComplete={secret ? "new-password" : "off"} spellCheck={false} onChange={(event) => onText(event.target.value)} className={look} {...extra} />
  );
  if (secret) return plain(undefined);
  switch (control.kind) {
    case "boolean":
      return (
        <span {...shared} role="radiogroup" aria-label={fieldName(field)} className="flex h-7 flex-1 gap-1.5">
          {["true", "false"].map((word) => (
            <label key={word} className={cx("mono flex cursor-default items-center gap-1.5 rounded-md border px-2 text-12 has-focus-visible:outline-2 has-focus-visible:outline-accent", text === word ? "border-accent bg-accent-soft text-accent" : "border-line-3")}>
              <input type="radio" name={String(shared.id)} checked={text === word} onChange={() => onText(word)} className="accent-accent" />
              {word}
            </label>
          ))}
        </span>
      );
    case "choice":
      return (
        <select {...shared} value={text} onChange={(event) => onText(event.target.value)} className={cx(look, "pr-1")}>
          {!control.labels.includes(text) && <option value={text}>{text === "" ? "Choose one" : text}</option>}
          {control.labels.map((label) => (
            <option key={label} value={label}>
              {label}
            </option>
          ))}
        </select>
      );
    case "long":
      return <textarea {...shared} value={text} rows={Math.min(8, Math.max(1, text.split("\n").length))} placeholder="empty text" spellCheck={false} onChange={(event) => onText(event.target.value)} className={cx(look, "h-auto min-h-7 resize-y py-1 leading-[18px]")} />;
    case "date":
    case "moment":
      return <Moment text={text} onText={onText} withTime={control.kind === "moment"} zone={control.kind === "moment" && control.zone} name={fieldName(field)}>{plain(takes ?? undefined)}</Moment>;
    case "number":
      return plain(takes ?? undefined, { inputMode: control.whole ? "numeric" : "decimal" });
    case "text":
      return plain("empty text");
    default:
      return plain(takes ?? undefined);
  }
}

/** A date is typed, or picked: the typed text may also be one that no calendar has, such as "infinity". */
function Moment({ text, onText, withTime, zone, name, children }: { text: string; onText: (text: string) => void; withTime: boolean; zone: boolean; name: string; children: ReactNode }) {
  const picker = useRef<HTMLInputElement>(null);
  const shown = withTime ? text.trim().replace(" ", "T").slice(0, 16) : text.trim().slice(0, 10);
  return (
    <span className="relative flex min-w-0 flex-1 gap-1.5">
      {children}
      <input
        ref={picker}
        type={withTime ? "datetime-local" : "date"}
        tabIndex={-1}
        aria-hidden
        value={inCalendar(shown) ? shown : ""}
        onChange={(event) => event.target.value && onText(withTime ? `${event.target.value.replace("T", " ")}:00${zone ? "+00:00" : ""}` : event.target.value)}
        className="pointer-events-none absolute right-0 bottom-0 h-px w-px opacity-0"
      />
      <IconButton icon={CalendarDays} label={`Pick ${name} from a calendar`} onClick={() => picker.current?.showPicker()} />
    </span>
  );
}

/** Whether a picker can hold it: a day that is in the calendar, with a time where one is wanted. */
function inCalendar(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2})?$/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
}

const WAY = "mono h-6 shrink-0 rounded-md border px-1.5 text-11";

/** NULL apart from the empty text, and the parameter's own default apart from both. */
function Ways({ field, value, name, onValue }: { field: ProcedureField; value: FieldValue; name: string; onValue: (value: FieldValue) => void }) {
  const way = (give: "null" | "leave_out", word: string, label: string, title: string) => {
    const on = value.give === give;
    return (
      <button
        type="button"
        aria-pressed={on}
        aria-label={label}
        title={on ? "Give a value" : title}
        onClick={() => onValue({ ...value, give: on ? "value" : give })}
        className={cx(WAY, on ? "border-transparent bg-accent-soft text-accent" : "border-line-2 text-text-3 hover:bg-surface-2 hover:text-text")}
      >
        {word}
      </button>
    );
  };
  return (
    <span className="flex h-7 shrink-0 items-center gap-1">
      {(field.omission !== "never" || field.variadic) && way("leave_out", field.variadic ? "none" : "default", field.variadic ? `${name} gets no value` : `${name} is left out`, field.variadic ? "Give no value" : "Leave it out: the procedure’s own default")}
      {way("null", "NULL", `${name} is NULL`, "Give NULL")}
    </span>
  );
}
