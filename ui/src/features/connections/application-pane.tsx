import { useNavigate } from "@tanstack/react-router";
import { Plus, Save, Sparkles, Trash2, X } from "lucide-react";
import { useRef, useState } from "react";
import { useSaveApplication } from "@/api/connections";
import type { ApplicationRow, ApplicationSettings, ApplicationSummary, Connections } from "@/api/contract";
import { useUndo } from "@/api/operations";
import { Button, IconButton } from "@/components/button";
import { Card } from "@/components/card";
import { CopyIcon } from "@/components/copy";
import { cx } from "@/components/cx";
import { ConfirmChange, LeaveGuard, Refused } from "@/components/save";
import { Status } from "@/components/status";
import { toldInUse } from "@/components/undo";
import { useActions } from "@/state/actions";
import { INPUT, Line, SelectLine, TextLine } from "./fields";
import { another } from "./places";

type Props = { all: Connections; row: ApplicationRow | undefined; guard?: Guard; onSaved: (name: string) => void; onRemove: () => void; onClose: () => void };

const begin = (all: Connections): ApplicationSettings => ({ connection: all.connections[0]?.name ?? null, profile: "columns", compatibility: "original", header: "ignore", delete: "refuse", userIdColumn: "USER_ID", attributes: [] });

/** What opens an application, as the Overview knows it. */
type Guard = Pick<ApplicationSummary, "authentication" | "shownAs">;

const opens = ({ authentication, shownAs }: Guard): string => {
  if (authentication === "bearer") return "Opened by the endpoint’s token.";
  return `Opened by ${authentication === "basic" ? `Basic authentication of the user ${shownAs ?? ""}` : `the header ${shownAs ?? ""}`}; the endpoint’s token does not open it.`;
};

const PROFILES = { columns: "As columns", core: "As attributes of the standard" } as const;
const NONE = "";
const TEN = 10;

/** An application: where its rows are, and how the provider sees them. */
export function ApplicationPane({ all, row, guard, onSaved, onRemove, onClose }: Props) {
  const navigate = useNavigate();
  const fresh = () => ({ name: row?.name ?? "", settings: row?.settings ?? begin(all) });
  const [{ name, settings }, setDraft] = useState(fresh);
  const [was, setWas] = useState(row?.settings ?? null);
  const [asking, setAsking] = useState(false);
  const save = useSaveApplication();
  const undo = useUndo("The applications are as they were");
  // What is saved may be left, also before it is drawn as saved.
  const free = useRef(false);
  const faults: Record<string, string | undefined> = save.error?.fields ?? {};
  const dirty = row ? JSON.stringify(settings) !== JSON.stringify(was) : name !== "";
  const change = (part: Partial<ApplicationSettings>) => {
    free.current = false;
    if (save.error) save.reset();
    setDraft({ name, settings: { ...settings, ...part } });
  };
  const target = all.connections.find((one) => one.name === settings.connection);
  const store = () =>
    save.mutate(
      { name: row?.name ?? name.trim(), was, settings },
      {
        onSuccess: (inUse) => {
          const saved = row?.name ?? name.trim();
          toldInUse(row ? `Saved: ${saved}` : `Added: ${saved}`, inUse, () => undo.mutate());
          setWas(settings);
          setDraft({ name: row ? saved : "", settings });
          free.current = true;
          onSaved(saved);
        },
      },
    );
  const onSave = () => {
    if (save.isPending || (row && !dirty)) return;
    if (row && target?.settings.environment === "production") setAsking(true);
    else store();
  };
  const generate = () => void navigate({ to: "/operations", search: { app: row?.name, generate: true } as never });
  useActions([{ id: "applications.save", title: row ? "Save this application" : "Add this application", group: "Connections", icon: Save, keys: "mod+s", local: true, disabled: row && !dirty ? "Nothing was changed" : undefined, run: onSave }]);
  const connections = [...all.connections.map((one) => ({ value: one.name, title: one.name })), { value: NONE, title: "none: the connector header names it" }];
  const at = (index: number, part: Partial<ApplicationSettings["attributes"][number]>) => change({ attributes: settings.attributes.map((one, other) => (other === index ? { ...one, ...part } : one)) });
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="flex h-full min-h-0 flex-col"
      onKeyDown={(event) => {
        if (event.defaultPrevented || asking || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
        event.preventDefault();
        onSave();
      }}
    >
      <header className="flex min-h-11 shrink-0 items-center gap-2 border-b border-line px-3 py-1.5">
        <h2 className="truncate font-semibold">{row ? row.name : "New application"}</h2>
        {dirty && <span className="text-12 text-accent">not saved</span>}
        <span className="ml-auto flex items-center gap-1">
          {row && <IconButton icon={Trash2} label={`Remove ${row.name}`} onClick={onRemove} />}
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </span>
      </header>
      {/* Above the form: what is told at the bottom of the window would stand on it. */}
      <div role="group" aria-label="What can be done" className="flex shrink-0 items-center justify-end gap-2 border-b border-line px-3 py-2">
        {row && dirty && (
          <Button
            kind="quiet"
            onClick={() => {
              save.reset();
              setDraft({ name: row.name, settings: row.settings });
              setWas(row.settings);
            }}
          >
            Discard
          </Button>
        )}
        <Button kind="primary" icon={Save} disabled={save.isPending || (row !== undefined && !dirty)} onClick={onSave}>
          {save.isPending ? "Saving" : row ? "Save" : "Add this application"}
        </Button>
      </div>
      <div className="relative flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto p-3 [&>*]:shrink-0">
        {row && (
          <section aria-label="State" className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line px-3 py-2">
            <Status tone={row.mapped === TEN ? "ok" : "warn"}>
              <span className="num">
                {row.mapped} of {TEN} operations mapped
              </span>
            </Status>
            <span className="flex min-w-0 items-center gap-1">
              <span className="selectable mono min-w-0 truncate text-12 text-text-2">{row.baseUrl}</span>
              <CopyIcon text={row.baseUrl} label="Copy the base URL" />
            </span>
            {guard && (
              <span className="text-12 text-text-2" title="Set by the table authentication of the application in sluice.toml">
                {opens(guard)}
              </span>
            )}
            <Button icon={Sparkles} kind={row.mapped === 0 ? "primary" : "plain"} disabled={row.settings.connection === null || dirty} onClick={generate} className="ml-auto">
              Generate its operations
            </Button>
          </section>
        )}
        {save.error && <Refused problem={save.error} />}
        <Card title="What it is">
          {!row && <TextLine label="Name" value={name} onChange={(next) => setDraft({ name: next, settings })} fault={faults.name} placeholder="jdbc_on_prem" className="w-60 max-w-full" first note="As it stands in the provider’s address: …/ws/rest/NAME/scim/v2/. Letters, digits, _ and -." />}
          <SelectLine label="Connection" value={settings.connection ?? NONE} options={connections} onChange={(value) => change({ connection: value === NONE ? null : value })} fault={faults.connection} note="Where its users and entitlements are." />
          <TextLine label="Users are identified by" value={settings.userIdColumn} onChange={(userIdColumn) => change({ userIdColumn })} fault={faults.userIdColumn} className="w-60 max-w-full" note="The column whose value the provider knows a user by. Generating operations proposes it anew." />
        </Card>
        <Card title="How users are shown">
          <SelectLine label="Users" value={settings.profile} options={Object.entries(PROFILES).map(([value, title]) => ({ value: value as ApplicationSettings["profile"], title }))} onChange={(profile) => change({ profile, attributes: profile === "core" && settings.attributes.length === 0 ? [{ attribute: "userName", column: settings.userIdColumn }] : settings.attributes })} note={settings.profile === "columns" ? "As the original: every column as ext_COLUMN in the enterprise extension, the id column as id, userName and externalId." : "Columns become attributes such as name.givenName, as the list below says."} />
          {(settings.profile === "core" || settings.attributes.length > 0) && (
            <Line label="Attributes" fault={faults.attributes} note={<Button kind="quiet" icon={Plus} className="-ml-2" onClick={() => change({ attributes: [...settings.attributes, { attribute: "", column: "" }] })}>Add an attribute</Button>}>
              <ul aria-label="Attributes and their columns" className="flex w-full flex-col gap-1">
                {settings.attributes.map((one, index) => (
                  <li key={index} className="flex items-center gap-2">
                    <input aria-label={`Attribute ${index + 1}`} value={one.attribute} placeholder="name.givenName" spellCheck={false} onChange={(event) => at(index, { attribute: event.target.value })} className={cx(INPUT, "mono w-1/2 text-12")} />
                    <input aria-label={`Column of attribute ${index + 1}`} value={one.column} placeholder="FIRSTNAME" spellCheck={false} onChange={(event) => at(index, { column: event.target.value })} className={cx(INPUT, "mono flex-1 text-12")} />
                    <IconButton icon={Trash2} label={`Take ${one.attribute || "it"} out`} className="size-6" onClick={() => change({ attributes: settings.attributes.filter((_, other) => other !== index) })} />
                  </li>
                ))}
              </ul>
            </Line>
          )}
          <SelectLine label="Answers" value={settings.compatibility} options={[{ value: "original", title: "Like the original" }, { value: "rfc", title: "By the standard" }]} onChange={(compatibility) => change({ compatibility })} note="Whose form statuses and errors take where the original and RFC 7644 differ." />
        </Card>
        <Card title="What requests may do">
          <SelectLine label="Connector header" value={settings.header} options={[{ value: "ignore", title: "Recorded and ignored" }, { value: "supply", title: "Supplies what is missing here" }, { value: "override", title: "Wins over what is set here" }]} onChange={(header) => change({ header })} note="What the provider sends along as X-OKTA-ONPREM-DATA." />
          <SelectLine label="DELETE of a user" value={settings.delete} options={[{ value: "refuse", title: "Is refused" }, { value: "deactivate", title: "Deactivates the user" }]} onChange={(next) => change({ delete: next })} note="No row is ever deleted." />
        </Card>
      </div>
      {asking && row && target && <ConfirmChange connection={target} what={`Save ${row.name}`} onYes={store} onClose={() => setAsking(false)} />}
      <LeaveGuard dirty={dirty} count={1} within={(current, next) => !free.current && another(current, next)} onDiscard={() => setDraft(fresh())} />
    </div>
  );
}
