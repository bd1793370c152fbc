import { Plus, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ConnectionRow, Connections, Dialect, Environment, Explained, PropertyTold, TlsMode } from "@/api/contract";
import { Button, IconButton } from "@/components/button";
import { Card } from "@/components/card";
import { CopyIcon } from "@/components/copy";
import { cx } from "@/components/cx";
import { EnvironmentLabel } from "@/components/environment";
import { Status } from "@/components/status";
import type { Draft, Keep } from "./draft";
import { withDialect } from "./draft";
import { INPUT, Line, NumberLine, SelectLine, TextLine } from "./fields";
import { DIALECTS, POOL, TLS_MODES } from "./words";

type Props = {
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** the saved connection; left out for a new one */
  row: ConnectionRow | undefined;
  all: Connections;
  explained: Explained | undefined;
  faults: Record<string, string>;
};

const ENVIRONMENTS: { value: Environment; title: string }[] = [
  { value: "development", title: "Development" },
  { value: "test", title: "Test" },
  { value: "production", title: "Production" },
];

/** Everything that is set of a connection; what a dialect does not have is not asked for. */
export function ConnectionForm({ draft, onChange, row, all, explained, faults }: Props) {
  const { settings } = draft;
  const set = (part: Partial<Draft["settings"]>) => onChange({ ...draft, settings: { ...settings, ...part } });
  const server = settings.dialect !== "sqlite" && settings.dialect !== "odbc";
  return (
    <>
      <Card title="Where it is">
        {!row && <TextLine label="Name" value={draft.name} onChange={(name) => onChange({ ...draft, name })} fault={faults.name} placeholder="hr" note="What it is called here. Letters, digits, _ and -." className="w-60 max-w-full" first />}
        <SelectLine label="Database" value={settings.dialect} options={Object.entries(DIALECTS).map(([value, title]) => ({ value: value as Dialect, title }))} onChange={(dialect) => onChange(withDialect(draft, dialect))} />
        <SelectLine
          label="Environment"
          value={settings.environment}
          options={ENVIRONMENTS}
          onChange={(environment) => set({ environment })}
          after={<EnvironmentLabel environment={settings.environment} small />}
          note={settings.environment === "production" ? "Writes by hand are asked about by name." : undefined}
        />
        {settings.dialect === "sqlite" && <TextLine label="File" value={settings.path} onChange={(path) => set({ path })} fault={faults.path} placeholder="/var/lib/hr.db" note="A relative path counts from the folder of the configuration." />}
        {settings.dialect === "odbc" && (
          <TextLine label="Connection string" value={settings.odbc} onChange={(odbc) => set({ odbc })} fault={faults.odbc} placeholder="Driver={IBM DB2 ODBC DRIVER};Hostname=db;Port=50000;Database=HR" note="Without user and password, which stand below. The driver has to be installed on this machine; how it encrypts is said here too." />
        )}
        {server && (
          <>
            <TextLine label="Host" value={settings.host} onChange={(host) => set({ host })} fault={faults.host} placeholder="db.example.com" />
            <TextLine label="Port" value={draft.port} onChange={(port) => onChange({ ...draft, port })} fault={faults.port} placeholder={explained && explained.usual_port > 0 ? String(explained.usual_port) : ""} className="num w-24" note={draft.port.trim() === "" && explained && explained.usual_port > 0 ? `Left empty: ${explained.usual_port}.` : undefined} />
            <TextLine
              label={settings.dialect === "oracle" ? (draft.sid ? "SID" : "Service") : "Database"}
              value={settings.database}
              onChange={(database) => set({ database })}
              fault={faults.database}
              placeholder={settings.dialect === "oracle" ? (draft.sid ? "HR" : "hr.example.com") : "hr"}
              className="w-60 max-w-full"
              after={
                settings.dialect === "oracle" && (
                  <label className="flex min-h-6 items-center gap-1.5 text-text-2">
                    <input type="checkbox" checked={draft.sid} onChange={(event) => onChange({ ...draft, sid: event.target.checked })} />
                    It is a SID
                  </label>
                )
              }
            />
          </>
        )}
      </Card>
      {settings.dialect !== "sqlite" && <Account draft={draft} onChange={onChange} row={row} all={all} faults={faults} />}
      {server && <Encryption draft={draft} onChange={onChange} explained={explained} faults={faults} />}
      <Properties draft={draft} onChange={onChange} told={explained?.properties ?? []} fault={faults.properties} />
      <Card title="Pool and time limits">
        <NumberLine label="Stop a statement after" value={settings.statementTimeoutMs} onChange={(statementTimeoutMs) => set({ statementTimeoutMs })} unit="ms" usual={30_000} toml="statement_timeout_ms" note="It is stopped at the server too, and the request fails." />
        {POOL.map(({ key, title, says, usual, unit }) => (
          <NumberLine key={key} label={title} value={settings.pool[key]} onChange={(value) => set({ pool: { ...settings.pool, [key]: value } })} unit={unit} usual={usual} note={says} toml={`pool.${key}`} fault={faults[`pool.${key}`]} />
        ))}
        <TextLine label="First statement" value={settings.pool.connectionInitSql} onChange={(connectionInitSql) => set({ pool: { ...settings.pool, connectionInitSql } })} placeholder="SET time_zone = '+00:00'" note="Run on every new connection, before anything else." />
      </Card>
    </>
  );
}

const PLACES = { keyring: "the operating system’s keyring", environment: "the environment", file: "the secrets file" } as const;

function Account({ draft, onChange, row, all, faults }: Omit<Props, "explained">) {
  const { settings } = draft;
  const kept = row?.password ?? null;
  const variable = row?.variable ?? `SLUICE_CONNECTION_${(draft.name || "…").toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
  const other = all.connections.find(({ name }) => name === draft.passwordOf);
  const typed = draft.password !== "";
  return (
    <Card title="Account">
      <TextLine label="User" value={settings.user} onChange={(user) => onChange({ ...draft, settings: { ...settings, user } })} fault={faults.user} placeholder="sluice" className="w-60 max-w-full" note="An account of Sluice’s own, with the rights that the mappings need and no more." />
      <TextLine
        label="Password"
        type="password"
        value={draft.password}
        onChange={(password) => onChange({ ...draft, password })}
        fault={faults.password}
        placeholder={kept || other ? "as it is kept" : ""}
        className="w-60 max-w-full"
        note={
          kept ? (
            <>
              Kept in {PLACES[kept]}
              {kept === "environment" && (
                <>
                  , as <Variable name={variable} />
                </>
              )}
              . It is never shown; type another to replace it.
            </>
          ) : other ? (
            `Left empty, the one of ${other.name} is taken over, and kept for this connection too.`
          ) : row ? (
            <Status tone="warn" className="[&>span]:whitespace-normal">
              No password is kept for this connection.
            </Status>
          ) : undefined
        }
      />
      {row?.problem && (
        <p className="border-b border-line px-3 py-2">
          <Status tone="bad" className="[&>span]:whitespace-normal">
            {row.problem}
          </Status>
        </p>
      )}
      {all.keyring ? (
        <Line label="Kept in">The operating system’s keyring. It never stands in the configuration.</Line>
      ) : (
        <fieldset className="px-3 py-2">
          <legend className="sr-only">Where the password is kept</legend>
          <Status tone="info" className="[&>span]:whitespace-normal">
            There is no keyring here that could keep a password. Two other places are safe; the configuration is none of them.
          </Status>
          <div className="mt-1.5 flex flex-col gap-1.5">
            <Place keep="file" draft={draft} onChange={onChange} title="In the secrets file">
              <span className="selectable mono text-12 [overflow-wrap:anywhere]">{all.secretsFile}</span>, which only the account that runs Sluice may read (mode 600)
            </Place>
            <Place keep="none" draft={draft} onChange={onChange} title="In an environment variable">
              set <Variable name={variable} /> where Sluice is started; nothing is kept here{typed && draft.keep === "none" && ", and what is typed serves a test only"}
            </Place>
          </div>
        </fieldset>
      )}
    </Card>
  );
}

function Variable({ name }: { name: string }) {
  return (
    <span className="inline-flex items-center gap-0.5 whitespace-nowrap">
      <span className="selectable mono text-12">{name}</span>
      <CopyIcon text={name} label="Copy the name of the variable" />
    </span>
  );
}

function Place({ keep, draft, onChange, title, children }: { keep: Keep; draft: Draft; onChange: (draft: Draft) => void; title: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline gap-2">
      <label className="flex min-h-6 shrink-0 items-center gap-2 font-medium">
        <input type="radio" name="keep" checked={draft.keep === keep} onChange={() => onChange({ ...draft, keep })} />
        {title}
      </label>
      <span className="min-w-0 text-12 text-text-2">{children}</span>
    </div>
  );
}

function Encryption({ draft, onChange, explained, faults }: Pick<Props, "draft" | "onChange" | "explained" | "faults">) {
  const { tls } = draft.settings;
  const set = (part: Partial<typeof tls>) => onChange({ ...draft, settings: { ...draft.settings, tls: { ...tls, ...part } } });
  const other = explained && explained.protection !== tls.mode ? explained.protection : null;
  return (
    <Card title="Encryption">
      <SelectLine label="TLS" value={tls.mode} options={Object.entries(TLS_MODES).map(([value, { title }]) => ({ value: value as TlsMode, title }))} onChange={(mode) => set({ mode })} fault={faults.tls} note={TLS_MODES[tls.mode].says} />
      {other && (
        <p className="border-b border-line px-3 py-2">
          <Status tone="info" className="[&>span]:whitespace-normal">
            A property says how to encrypt, so what counts is {TLS_MODES[other].title}.
          </Status>
        </p>
      )}
      {tls.mode !== "disable" && (
        <>
          <TextLine label="CA file" value={tls.ca_file} onChange={(ca_file) => set({ ca_file })} placeholder="/etc/sluice/db-ca.pem" note="Authorities to trust in place of this machine’s own, as PEM." />
          <TextLine label="Client certificate" value={tls.certificate_file} onChange={(certificate_file) => set({ certificate_file })} placeholder="none" note="Shown to the server where it asks for one, as PEM." />
          <TextLine label="Its key" value={tls.key_file} onChange={(key_file) => set({ key_file })} placeholder="none" />
        </>
      )}
    </Card>
  );
}

const SORTS: Record<PropertyTold["sort"], { tone: "ok" | "info" | "muted" | "warn" | "bad"; words: string }> = {
  used: { tone: "ok", words: "has its effect" },
  replaced: { tone: "info", words: "has no effect" },
  harmless: { tone: "muted", words: "tunes a JDBC driver and means nothing here" },
  unknown: { tone: "warn", words: "is not known and has no effect" },
  secret: { tone: "bad", words: "holds a secret: type it as the password" },
};

function Properties({ draft, onChange, told, fault }: { draft: Draft; onChange: (draft: Draft) => void; told: PropertyTold[]; fault?: string }) {
  const [added, setAdded] = useState(false);
  const { properties } = draft;
  const put = (next: Draft["properties"]) => onChange({ ...draft, properties: next });
  const at = (index: number, part: Partial<Draft["properties"][number]>) => put(properties.map((one, other) => (other === index ? { ...one, ...part } : one)));
  return (
    <Card
      title="Properties"
      note="as the driver’s documentation has them"
      actions={
        <Button
          kind="quiet"
          icon={Plus}
          onClick={() => {
            setAdded(true);
            put([...properties, { key: "", value: "" }]);
          }}
        >
          Add a property
        </Button>
      }
    >
      {fault && <p className="border-b border-line px-3 py-2 text-12 font-medium text-bad">{fault}</p>}
      {properties.length === 0 ? (
        <p className="px-3 py-2 text-text-2">None. A connection needs none.</p>
      ) : (
        <ul>
          {properties.map(({ key, value }, index) => {
            const meaning = told.find(({ name }) => name === key.trim());
            return (
              <li key={index} className="border-b border-line px-3 py-1.5 last:border-b-0">
                <div className="flex items-center gap-2">
                  <input
                    aria-label={`Property ${index + 1}`}
                    value={key}
                    placeholder="name"
                    spellCheck={false}
                    // What was just added is what is typed next.
                    // oxlint-disable-next-line jsx-a11y/no-autofocus
                    autoFocus={added && index === properties.length - 1}
                    onChange={(event) => at(index, { key: event.target.value })}
                    className={cx(INPUT, "mono w-2/5 text-12")}
                  />
                  <input aria-label={`Value of property ${index + 1}`} value={value} placeholder="value" spellCheck={false} onChange={(event) => at(index, { value: event.target.value })} className={cx(INPUT, "mono flex-1 text-12")} />
                  <IconButton icon={Trash2} label={`Take ${key || "it"} out`} className="size-6" onClick={() => put(properties.filter((_, other) => other !== index))} />
                </div>
                {meaning && (
                  <p className="mt-0.5 text-12">
                    <Status tone={SORTS[meaning.sort].tone} className="[&>span]:whitespace-normal">
                      {SORTS[meaning.sort].words}
                      {meaning.setting && `; ${meaning.setting} does what it did`}
                    </Status>
                  </p>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
