import { type ReactNode, useId, useState } from "react";
import type { Expectation, ExpectedSet, ExpectedTable, JsonValue } from "@/api/contract";
import { cx } from "@/components/cx";
import { JsonEditor } from "@/components/editor/editor";
import { plainValue } from "@/components/value";
import { qualified } from "./types";

type Props = { value: Expectation; offered: Expectation; onValue: (value: Expectation) => void; onUnread: (unread: boolean) => void };

const INPUT = "mono h-7 min-w-0 rounded-md border border-line-3 bg-surface-1 px-2 text-12 text-text disabled:opacity-50";

/** What a run must give: each part with a box that says whether it is compared at all. */
export function ExpectationForm({ value, offered, onValue, onUnread }: Props) {
  const set = (part: Partial<Expectation>) => onValue({ ...value, ...part });
  const succeeds = value.ends.how === "succeeds";
  return (
    <div className="flex flex-col gap-4">
      <Ends value={value} offered={offered} onValue={set} />
      {succeeds && (
        <>
          <Part title="Rows affected" on={value.affected !== null} onOn={(on) => set({ affected: on ? (offered.affected ?? 0) : null })}>
            <Count label="Rows affected" value={value.affected ?? 0} onValue={(affected) => set({ affected })} />
          </Part>
          {(offered.returned ?? value.returned) !== null && (
            <Part title="Return value" on={value.returned !== null} onOn={(on) => set({ returned: on ? offered.returned : null })}>
              <Scalar label="Return value" value={value.returned?.value ?? null} onValue={(next) => set({ returned: { value: next } })} />
            </Part>
          )}
          <Outs value={value} offered={offered} onValue={set} />
          <Part title="Rows changed" note="A table that is not named must stay as it is." on={value.tables !== null} onOn={(on) => set({ tables: on ? (offered.tables ?? []) : null })}>
            <Tables tables={value.tables ?? []} onTables={(tables) => set({ tables })} />
          </Part>
          <Part title="Result sets" on={value.sets !== null} onOn={(on) => set({ sets: on ? (offered.sets ?? []) : null })}>
            {(value.sets ?? []).length === 0 && <p className="text-text-2">None is expected.</p>}
            {(value.sets ?? []).map((one, index) => (
              <SetPart key={index} number={index + 1} set={one} offered={offered.sets?.[index]} onSet={(next) => set({ sets: (value.sets ?? []).map((other, at) => (at === index ? next : other)) })} onUnread={onUnread} />
            ))}
          </Part>
        </>
      )}
    </div>
  );
}

type OnPart = (part: Partial<Expectation>) => void;

function Ends({ value, offered, onValue }: { value: Expectation; offered: Expectation; onValue: OnPart }) {
  const { ends } = value;
  const name = useId();
  const fails = ends.how === "fails" ? ends : null;
  const choose = (how: "succeeds" | "fails") => {
    if (how === ends.how) return;
    if (how === "succeeds") onValue({ ends: { how } });
    else onValue({ ends: offered.ends.how === "fails" ? offered.ends : { how, sqlstate: null, code: null, says: null } });
  };
  const part = (key: "sqlstate" | "code" | "says", label: string, width: string) => (
    <label className="flex items-center gap-2 text-text-2">
      {label}
      <input value={fails?.[key] ?? ""} placeholder="any" onChange={(event) => fails && onValue({ ends: { ...fails, [key]: event.target.value === "" ? null : event.target.value } })} className={cx(INPUT, width)} />
    </label>
  );
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-semibold">It ends</legend>
      {(["succeeds", "fails"] as const).map((how) => (
        <label key={how} className="flex min-h-6 items-center gap-2">
          <input type="radio" name={name} checked={ends.how === how} onChange={() => choose(how)} className="accent-accent" />
          {how === "succeeds" ? "without an error" : "with an error"}
        </label>
      ))}
      {fails && (
        <div className="ml-6 flex flex-wrap gap-x-4 gap-y-2">
          {part("sqlstate", "SQLSTATE", "w-24")}
          {part("code", "Code", "w-28")}
          {part("says", "A part of its message", "w-64")}
        </div>
      )}
    </fieldset>
  );
}

function Part({ title, note, on, onOn, children }: { title: string; note?: string; on: boolean; onOn: (on: boolean) => void; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-1.5">
      <label className="flex min-h-6 items-center gap-2">
        <input type="checkbox" checked={on} onChange={(event) => onOn(event.target.checked)} className="accent-accent" />
        <span className="font-semibold">{title}</span>
        <span className="text-12 text-text-3">{on ? note : "not compared"}</span>
      </label>
      {on && <div className="ml-6 flex flex-col gap-2">{children}</div>}
    </section>
  );
}

function Count({ label, value, onValue }: { label: string; value: number; onValue: (value: number) => void }) {
  return <input aria-label={label} type="number" min={0} step={1} value={value} onChange={(event) => onValue(Math.max(0, Math.trunc(Number(event.target.value) || 0)))} className={cx(INPUT, "num w-28 text-right")} />;
}

/** One value. A number and the text of it are the same to a comparison, so text will do for both; NULL is apart from the empty text. */
function Scalar({ label, value, onValue }: { label: string; value: JsonValue; onValue: (value: JsonValue) => void }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <input aria-label={label} value={value === null ? "" : plainValue(value)} placeholder={value === null ? "NULL" : "empty text"} onChange={(event) => onValue(event.target.value)} className={cx(INPUT, "w-72")} />
      <button type="button" aria-pressed={value === null} aria-label={`${label} is NULL`} onClick={() => onValue(value === null ? "" : null)} className={cx("mono h-6 shrink-0 rounded-md border px-1.5 text-11", value === null ? "border-transparent bg-accent-soft text-accent" : "border-line-2 text-text-3 hover:bg-surface-2")}>
        NULL
      </button>
    </span>
  );
}

function Outs({ value, offered, onValue }: { value: Expectation; offered: Expectation; onValue: OnPart }) {
  const names = [...new Set([...offered.outs, ...value.outs].map(({ name }) => name))];
  return names.map((name) => {
    const own = value.outs.find((out) => out.name === name);
    const others = value.outs.filter((out) => out.name !== name);
    return (
      <Part key={name} title={`Out value ${name}`} on={own !== undefined} onOn={(on) => onValue({ outs: on ? [...others, offered.outs.find((out) => out.name === name) ?? { name, value: null }] : others })}>
        <Scalar label={`Out value ${name}`} value={own?.value ?? null} onValue={(next) => onValue({ outs: value.outs.map((out) => (out.name === name ? { name, value: next } : out)) })} />
      </Part>
    );
  });
}

function Tables({ tables, onTables }: { tables: ExpectedTable[]; onTables: (tables: ExpectedTable[]) => void }) {
  if (tables.length === 0) return <p className="text-text-2">No row of any table changes.</p>;
  return (
    <table className="self-start text-12">
      <thead>
        <tr className="text-left text-11 text-text-3">
          <th scope="col" className="pr-4 font-medium">Table</th>
          {["Added", "Changed", "Removed"].map((word) => (
            <th key={word} scope="col" className="pr-2 font-medium">
              {word}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {tables.map((one, index) => (
          <tr key={qualified(one.table)}>
            <th scope="row" className="mono pr-4 text-left font-normal">{qualified(one.table)}</th>
            {(["added", "changed", "removed"] as const).map((key) => (
              <td key={key} className="py-0.5 pr-2">
                <Count label={`${qualified(one.table)}, rows ${key}`} value={one[key]} onValue={(count) => onTables(tables.map((other, at) => (at === index ? { ...one, [key]: count } : other)))} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SetPart({ number, set, offered, onSet, onUnread }: { number: number; set: ExpectedSet; offered: ExpectedSet | undefined; onSet: (set: ExpectedSet) => void; onUnread: (unread: boolean) => void }) {
  const values = set.values ?? offered?.values ?? null;
  const ignore = (column: string, on: boolean) => onSet({ ...set, ignored: on ? set.ignored.filter((name) => name !== column) : [...set.ignored, column] });
  return (
    <section aria-label={`Result set ${number}`} className="flex flex-col gap-2 rounded-lg border border-line p-3">
      <h4 className="font-medium">Result set {number}</h4>
      <Part title="Number of rows" on={set.rows !== null} onOn={(on) => onSet({ ...set, rows: on ? (offered?.rows ?? 0) : null })}>
        <Count label={`Rows of result set ${number}`} value={set.rows ?? 0} onValue={(rows) => onSet({ ...set, rows })} />
      </Part>
      {values === null ? (
        <p className="text-12 text-text-3">There are too many rows to save; their number is compared.</p>
      ) : (
        <Part title="The rows themselves" on={set.values !== null} onOn={(on) => onSet({ ...set, values: on ? values : null })}>
          <label className="flex min-h-6 items-center gap-2">
            <input type="checkbox" checked={set.anyOrder} onChange={(event) => onSet({ ...set, anyOrder: event.target.checked })} className="accent-accent" />
            in any order
          </label>
          <fieldset className="min-w-0">
            <legend className="text-12 text-text-2">Columns that are compared</legend>
            <div className="flex flex-wrap gap-x-4 gap-y-1">
              {set.columns.map((column) => (
                <label key={column} className="flex min-h-6 items-center gap-1.5">
                  <input type="checkbox" checked={!set.ignored.includes(column)} onChange={(event) => ignore(column, event.target.checked)} className="accent-accent" />
                  <span className="mono text-12">{column}</span>
                </label>
              ))}
            </div>
          </fieldset>
          <Rows label={`Rows of result set ${number}`} width={set.columns.length} values={values} onValues={(next) => onSet({ ...set, values: next })} onUnread={onUnread} />
        </Part>
      )}
    </section>
  );
}

/** Rows as JSON, one list for each: edited as text, taken over whenever it can be read. */
function Rows({ label, width, values, onValues, onUnread }: { label: string; width: number; values: JsonValue[][]; onValues: (values: JsonValue[][]) => void; onUnread: (unread: boolean) => void }) {
  const [text, setText] = useState(() => (values.length === 0 ? "[]" : `[\n${values.map((row) => `  ${JSON.stringify(row)}`).join(",\n")}\n]`));
  const [wrong, setWrong] = useState<string | null>(null);
  const change = (next: string) => {
    setText(next);
    const said = read(next, width, onValues);
    setWrong(said);
    onUnread(said !== null);
  };
  return (
    <details>
      <summary className="inline-flex min-h-6 items-center text-12 text-text-2 hover:text-text">Edit the rows</summary>
      <JsonEditor label={label} value={text} onChange={change} className="mt-1 max-h-60" />
      {wrong && <p className="mt-1 text-12 text-bad">{wrong}</p>}
    </details>
  );
}

function read(text: string, width: number, onValues: (values: JsonValue[][]) => void): string | null {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return "This is not JSON yet.";
  }
  if (!Array.isArray(rows) || rows.some((row) => !Array.isArray(row) || row.length !== width)) return `Each row is a list of ${width} values, and all rows stand in one list.`;
  onValues(rows as JsonValue[][]);
  return null;
}
