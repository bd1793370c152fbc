import { Plus, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { FieldRules, Mappings, Settings } from "@/api/contract";
import { useNames } from "@/api/operations";
import { Button, IconButton } from "@/components/button";
import { Card } from "@/components/card";
import { FieldInput, type FieldOption } from "./field-input";
import { allColumns } from "./fields-known";
import type { Drafts } from "./use-drafts";

const SELECT = "h-6 rounded-md border border-line-3 bg-surface-1 px-1 text-12 text-text";
const INPUT = "mono h-6 min-w-0 rounded-md border border-line-3 bg-surface-1 px-2 text-12 text-text placeholder:font-sans";

function Line({ label, note, children }: { label: string; note?: string; children: ReactNode }) {
  return (
    <div className="grid min-h-9 grid-cols-[200px_minmax(0,1fr)] items-start gap-x-4 border-b border-line px-3 py-1.5 last:border-b-0">
      <span className="pt-0.5 text-text-2">{label}</span>
      <div className="min-w-0">
        {children}
        {note && <p className="mt-0.5 text-11 text-text-3">{note}</p>}
      </div>
    </div>
  );
}

/** Several spellings in one field, separated by commas; the first is the one that is written. */
function Spellings({ label, value, onChange, placeholder }: { label: string; value: string[]; onChange: (value: string[]) => void; placeholder: string }) {
  const [text, setText] = useState(value.join(", "));
  const parts = (typed: string) =>
    typed
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean);
  const shown = JSON.stringify(parts(text)) === JSON.stringify(value) ? text : value.join(", ");
  return (
    <input
      aria-label={label}
      value={shown}
      placeholder={placeholder}
      spellCheck={false}
      onChange={(event) => {
        setText(event.target.value);
        onChange(parts(event.target.value));
      }}
      className={`${INPUT} w-72 max-w-full`}
    />
  );
}

type Props = { application: string; mappings: Mappings; drafts: Drafts };

/** What the application says of its columns: it holds for all of its operations. */
export function SettingsTab({ application, mappings, drafts }: Props) {
  const settings = drafts.settings ?? mappings.settings;
  const columns = allColumns(useNames(application).data);
  const set = (part: Partial<Settings>) => drafts.changeSettings({ ...settings, ...part });
  const column = (label: string, value: string | null, onChange: (value: string) => void, placeholder = "none", invalid = false) => (
    <div className="w-72 max-w-full">
      <FieldInput label={label} value={value ?? ""} onChange={onChange} options={columns} placeholder={placeholder} invalid={invalid} />
    </div>
  );
  const orNone = (text: string) => (text.trim() === "" ? null : text);
  return (
    <div className="flex flex-col gap-3 p-3">
      <Card title="Users">
        <Line label="Identified by" note="The provider knows a user by what this column holds.">
          {column("The column that identifies a user", settings.userIdColumn, (text) => set({ userIdColumn: text }), "a column", settings.userIdColumn.trim() === "")}
        </Line>
        <Line label="Active or not" note="Without it every user that is listed is active.">
          {column("The column that says who is active", settings.statusColumn, (text) => set({ statusColumn: orNone(text) }))}
        </Line>
        {settings.statusColumn !== null && (
          <>
            <Line label="Means active" note="Separated by commas; the first is written, all are understood. Compared as text; 1 and true are the same in a Boolean column.">
              <Spellings label="What means active" value={settings.activeValue} onChange={(activeValue) => set({ activeValue })} placeholder="1" />
            </Line>
            <Line label="Means inactive" note="Left empty, only the opposite of a Boolean’s spelling is known. Anything else reads as inactive.">
              <Spellings label="What means inactive" value={settings.inactiveValue} onChange={(inactiveValue) => set({ inactiveValue })} placeholder="the opposite" />
            </Line>
          </>
        )}
        <Line label="Changed last" note="The time of a user’s last change, in UTC where it has no offset. An incremental import asks by it.">
          {column("The column of the last change", settings.changedColumn, (text) => set({ changedColumn: orNone(text) }))}
        </Line>
        <Line label="Secret columns" note="Never returned, shown or recorded. Separated by commas.">
          <Spellings label="Secret columns" value={settings.secretColumns} onChange={(secretColumns) => set({ secretColumns })} placeholder="none" />
        </Line>
      </Card>
      <Card title="Entitlements">
        <Line label="Identified by">{column("The column that identifies an entitlement", settings.entitlementIdColumn, (text) => set({ entitlementIdColumn: text }), "a column", settings.entitlementIdColumn.trim() === "")}</Line>
        <Line label="Shown as">{column("The column an entitlement is shown as", settings.entitlementDisplayColumn, (text) => set({ entitlementDisplayColumn: text }), "a column", settings.entitlementDisplayColumn.trim() === "")}</Line>
        <Line label="Described by">{column("The column that describes an entitlement", settings.entitlementDescriptionColumn, (text) => set({ entitlementDescriptionColumn: orNone(text) }))}</Line>
        <Line label="How many">
          <label className="flex items-center gap-2 pt-0.5">
            <input type="checkbox" checked={settings.singleEntitlement} onChange={(event) => set({ singleEntitlement: event.target.checked })} />A user holds one entitlement at most
          </label>
        </Line>
      </Card>
      <Card title="Absent, NULL and empty">
        <Line label="What a replace leaves out" note="The provider sends only the attributes that its profile knows.">
          <select aria-label="What a replace leaves out" value={settings.absentFields} onChange={(event) => set({ absentFields: event.target.value as Settings["absentFields"] })} className={SELECT}>
            <option value="keep">keeps what the row has</option>
            <option value="null">becomes NULL</option>
          </select>
        </Line>
        <Line label="Statements" note="They run one after the other in the transaction of the request.">
          <label className="flex items-center gap-2 pt-0.5">
            <input type="checkbox" checked={settings.severalStatements} onChange={(event) => set({ severalStatements: event.target.checked })} />
            An SQL statement may be several, separated by semicolons
          </label>
        </Line>
        <Rules settings={settings} columns={columns} onChange={(fields) => set({ fields })} />
      </Card>
    </div>
  );
}

const HEAD = "h-7 border-b border-line px-2 text-left text-11 font-medium text-text-3 whitespace-nowrap";
const CELL = "h-8 border-b border-line px-2 text-12";

/** What is special about single columns. */
function Rules({ settings, columns, onChange }: { settings: Settings; columns: FieldOption[]; onChange: (fields: Settings["fields"]) => void }) {
  const [name, setName] = useState("");
  const entries = Object.entries(settings.fields).flatMap(([column, rules]) => (rules ? [[column, rules] as const] : []));
  const set = (column: string, part: Partial<FieldRules>) => {
    const next: FieldRules = { ...settings.fields[column], ...part };
    for (const key of Object.keys(next) as (keyof FieldRules)[]) if (next[key] === undefined || next[key] === ("" as never)) delete next[key];
    onChange({ ...settings.fields, [column]: next });
  };
  const add = () => {
    const column = name.trim();
    if (column !== "" && !entries.some(([known]) => known.toUpperCase() === column.toUpperCase())) onChange({ ...settings.fields, [column]: {} });
    setName("");
  };
  return (
    <div className="px-3 py-2">
      <p className="mb-1.5 text-text-2">Columns with rules of their own</p>
      {entries.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div tabIndex={0} role="group" aria-label="Columns with rules of their own" className="mb-2 overflow-x-auto rounded-lg border border-line [&_tbody_tr:last-child_td]:border-b-0">
          <table aria-label="Columns with rules of their own" className="w-full">
            <thead>
              <tr>
                {["Column", "Left out", "null", "Empty text", "Holds", "In the column", "For the provider", "Zone", ""].map((head, index) => (
                  <th key={index} scope="col" className={HEAD}>
                    {head || <span className="sr-only">Remove</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {entries.map(([column, rules]) => (
                <tr key={column}>
                  <td className={`${CELL} mono`}>{column}</td>
                  <td className={CELL}>
                    <select aria-label={`${column} left out`} value={rules.absent ?? ""} onChange={(event) => set(column, { absent: (event.target.value || undefined) as FieldRules["absent"] })} className={SELECT}>
                      <option value="">as above</option>
                      <option value="keep">keeps</option>
                      <option value="null">NULL</option>
                    </select>
                  </td>
                  <td className={CELL}>
                    <select aria-label={`${column} sent as null`} value={rules.null ?? "clear"} onChange={(event) => set(column, { null: event.target.value as FieldRules["null"] })} className={SELECT}>
                      <option value="clear">NULL</option>
                      <option value="keep">keeps</option>
                    </select>
                  </td>
                  <td className={CELL}>
                    <select aria-label={`${column} sent as empty text`} value={rules.empty ?? "empty"} onChange={(event) => set(column, { empty: event.target.value as FieldRules["empty"] })} className={SELECT}>
                      <option value="empty">empty text</option>
                      <option value="null">NULL</option>
                      <option value="keep">keeps</option>
                    </select>
                  </td>
                  <td className={CELL}>
                    <select
                      aria-label={`What ${column} holds`}
                      value={rules.type ?? ""}
                      onChange={(event) => {
                        const type = (event.target.value || undefined) as FieldRules["type"];
                        // A date has no zone, and what is no date has no format.
                        set(column, { type, ...(type === "datetime" ? {} : { zone: undefined, wire_zone: undefined }), ...(type ? {} : { column_format: undefined, wire_format: undefined }) });
                      }}
                      className={SELECT}
                    >
                      <option value="">text</option>
                      <option value="date">a date</option>
                      <option value="datetime">a time</option>
                    </select>
                  </td>
                  <td className={CELL}>{rules.type && <input aria-label={`How ${column} reads in the column`} placeholder="ISO 8601" value={rules.column_format ?? ""} onChange={(event) => set(column, { column_format: event.target.value })} className={`${INPUT} w-28`} />}</td>
                  <td className={CELL}>{rules.type && <input aria-label={`How the provider sees ${column}`} placeholder="ISO 8601" value={rules.wire_format ?? ""} onChange={(event) => set(column, { wire_format: event.target.value })} className={`${INPUT} w-28`} />}</td>
                  <td className={CELL}>{rules.type === "datetime" && <input aria-label={`The zone of ${column}`} placeholder="Europe/Berlin" value={rules.zone ?? ""} onChange={(event) => set(column, { zone: event.target.value })} className={`${INPUT} w-32`} />}</td>
                  <td className={CELL}>
                    <IconButton
                      icon={Trash2}
                      label={`Take the rules of ${column} out`}
                      className="size-6"
                      onClick={() => {
                        const { [column]: _, ...others } = settings.fields;
                        onChange(others);
                      }}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <form
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <div className="w-56">
          <FieldInput label="A column to give rules" value={name} onChange={setName} options={columns} placeholder="a column" />
        </div>
        <Button icon={Plus} type="submit" disabled={name.trim() === ""}>
          Give it rules
        </Button>
      </form>
    </div>
  );
}
