import type { Dialect, Pool, ProbeStep, TlsMode } from "@/api/contract";

export const DIALECTS: Record<Dialect, string> = { sqlite: "SQLite", mysql: "MySQL or MariaDB", postgresql: "PostgreSQL", sqlserver: "SQL Server", oracle: "Oracle", odbc: "ODBC" };

export const TLS_MODES: Record<TlsMode, { title: string; says: string }> = {
  disable: { title: "Off", says: "Never encrypted. Passwords and rows can be read on the way." },
  prefer: { title: "Prefer", says: "Encrypted where the server offers it, without a look at its certificate. It goes on in the clear where the server has none." },
  require: { title: "Require", says: "Always encrypted. The certificate is not looked at, so somebody in between would not be noticed; a CA file makes it mean the next one." },
  "verify-ca": { title: "Verify CA", says: "Always encrypted, and the certificate comes from an authority that is trusted. To which name it is made out does not matter." },
  "verify-full": { title: "Verify full", says: "Always encrypted, the certificate comes from an authority that is trusted, and it is made out to this host. Nobody in between goes unnoticed." },
};

export const STEPS: Record<ProbeStep, string> = {
  found: "File found",
  readable: "Readable",
  writable: "Writable",
  opened: "Opened",
  lookup: "Name lookup",
  reach: "TCP",
  protect: "TLS",
  login: "Login",
  version: "Version",
  rights: "Rights",
  statement: "First statement",
};

type PoolNumber = Exclude<keyof Pool, "connectionInitSql">;

/** The pool's settings under the original's names, with what they do here. */
export const POOL: { key: PoolNumber; title: string; says: string; usual: number; unit: "" | "ms" }[] = [
  { key: "maximumPoolSize", title: "Most connections", says: "A request that comes while all of them are busy waits.", usual: 10, unit: "" },
  { key: "minimumIdle", title: "Kept open", says: "So many stay open while nothing happens. With 0 the first request after a pause connects anew.", usual: 0, unit: "" },
  { key: "connectionTimeout", title: "Wait for a connection", says: "How long a request waits for a free one, and how long one attempt to connect may take.", usual: 30_000, unit: "ms" },
  { key: "validationTimeout", title: "Wait for a sign of life", says: "A connection that rested is asked whether it is alive; one that does not answer in this time is replaced.", usual: 3_000, unit: "ms" },
  { key: "idleTimeout", title: "Close when idle", says: "A connection that nobody used for so long is closed. 0: never.", usual: 90_000, unit: "ms" },
  { key: "keepaliveTime", title: "Keep alive", says: "How often an open connection is probed, so that no firewall forgets it. 0: never.", usual: 60_000, unit: "ms" },
  { key: "maxLifetime", title: "Replace after", says: "No connection is older than this. Keep it below what the server or a firewall allows. 0: never.", usual: 180_000, unit: "ms" },
];
