import type { ConnectionRow, ConnectionSettings, Dialect } from "@/api/contract";

/** Where a typed password is to go; `none`: an environment variable is set by hand. */
export type Keep = "keyring" | "file" | "none";

/** A connection as it stands in the form. */
export type Draft = {
  name: string;
  settings: ConnectionSettings;
  /** in the order they were typed; an empty key is one that is not yet named */
  properties: { key: string; value: string }[];
  /** Oracle: the database's name is a SID and no service */
  sid: boolean;
  port: string;
  password: string;
  keep: Keep;
  /** a connection whose password this one gets too */
  passwordOf: string | null;
};

const SID = "oracle.sid";

const FRESH: ConnectionSettings = {
  dialect: "mysql",
  environment: "development",
  path: null,
  odbc: null,
  host: null,
  port: null,
  database: null,
  user: null,
  statementTimeoutMs: 30_000,
  tls: { mode: "prefer", ca_file: null, certificate_file: null, key_file: null },
  pool: { maximumPoolSize: 10, minimumIdle: 0, connectionTimeout: 30_000, validationTimeout: 3_000, idleTimeout: 90_000, keepaliveTime: 60_000, maxLifetime: 180_000, connectionInitSql: null },
  properties: {},
};

/** The form of settings; the password is typed anew each time. */
export function draftOf(name: string, settings: ConnectionSettings = FRESH, keep: Keep = "keyring", passwordOf: string | null = null): Draft {
  const sid = settings.dialect === "oracle" && SID in settings.properties;
  return {
    name,
    settings: sid ? { ...settings, database: settings.properties[SID] ?? settings.database } : settings,
    properties: Object.entries(settings.properties)
      .filter(([key]) => !(sid && key === SID))
      .map(([key, value]) => ({ key, value })),
    sid,
    port: settings.port === null ? "" : String(settings.port),
    password: "",
    keep,
    passwordOf,
  };
}

const text = (value: string | null) => (value === null || value.trim() === "" ? null : value.trim());

/** What the form means. What belongs to another dialect stays in the form and is not meant. */
export function settingsOf({ settings, properties, sid, port }: Draft): ConnectionSettings {
  const { dialect } = settings;
  const server = dialect !== "sqlite" && dialect !== "odbc";
  const named = properties.filter(({ key }) => key.trim() !== "").map(({ key, value }) => [key.trim(), value.trim()] as const);
  const database = server ? text(settings.database) : null;
  if (dialect === "oracle" && sid && database !== null) named.push([SID, database]);
  const number = Number(port.trim());
  return {
    ...settings,
    path: dialect === "sqlite" ? text(settings.path) : null,
    odbc: dialect === "odbc" ? text(settings.odbc) : null,
    host: server ? text(settings.host) : null,
    port: !server || port.trim() === "" ? null : Number.isInteger(number) && number >= 0 && number <= 65_535 ? number : 0,
    database,
    user: dialect === "sqlite" ? null : text(settings.user),
    tls: { mode: settings.tls.mode, ca_file: text(settings.tls.ca_file), certificate_file: text(settings.tls.certificate_file), key_file: text(settings.tls.key_file) },
    pool: { ...settings.pool, connectionInitSql: text(settings.pool.connectionInitSql) },
    properties: Object.fromEntries(named),
  };
}

/** Whether the form says something else than what is saved. */
export function isChanged(draft: Draft, was: ConnectionRow | undefined): boolean {
  if (draft.password !== "") return true;
  const before = was ? was.settings : FRESH;
  const same = (one: ConnectionSettings) => JSON.stringify({ ...one, properties: Object.entries(one.properties).sort() });
  return (!was && draft.name !== "") || same(settingsOf(draft)) !== same(before);
}

/** Another dialect keeps what it has in common with the one before. */
export const withDialect = (draft: Draft, dialect: Dialect): Draft => ({ ...draft, settings: { ...draft.settings, dialect } });

/** A name that nobody has yet. */
export function freeName(wanted: string, taken: string[]): string {
  for (let count = 2; ; count += 1) {
    const name = count === 2 ? `${wanted}-copy` : `${wanted}-copy-${count - 1}`;
    if (!taken.includes(name)) return name;
  }
}
