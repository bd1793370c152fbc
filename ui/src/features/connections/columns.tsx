import type { ApplicationRow, ConnectionHealth, ConnectionRow, PoolNow } from "@/api/contract";
import { EnvironmentLabel } from "@/components/environment";
import { duration } from "@/components/format";
import type { GridColumn } from "@/components/grid/grid";
import { Skeleton } from "@/components/skeleton";
import { Status } from "@/components/status";
import { DIALECTS, TLS_MODES } from "./words";

/** What is known of a connection, from three places. `undefined` is not read yet, or cannot be; a pool that is not opened is `null`. */
export type Shown = { row: ConnectionRow; health: ConnectionHealth | undefined; unasked?: boolean; pool: PoolNow | null | undefined };

const TEN = 10;

export const CONNECTION_COLUMNS: GridColumn<Shown>[] = [
  { key: "name", title: "Connection", track: "minmax(110px, 1fr)", cell: ({ row }) => <span className="truncate font-medium">{row.name}</span> },
  { key: "environment", title: "Environment", track: "112px", cell: ({ row }) => <EnvironmentLabel environment={row.settings.environment} small /> },
  { key: "state", title: "State", track: "minmax(136px, 0.9fr)", cell: (shown) => <State {...shown} /> },
  { key: "database", title: "Database", track: "minmax(110px, 1fr)", cell: ({ row, health }) => <span className="truncate text-text-2">{health?.product ?? DIALECTS[row.settings.dialect]}</span> },
  {
    key: "address",
    title: "Address",
    track: "minmax(130px, 1.6fr)",
    cell: ({ row }) => (
      <span className="mono truncate text-12 text-text-2" title={row.address}>
        {row.address}
      </span>
    ),
  },
  { key: "tls", title: "Encryption", track: "minmax(96px, 0.8fr)", cell: (shown) => <Encryption {...shown} /> },
  {
    key: "pool",
    title: "Open, idle, waiting",
    track: "124px",
    cell: ({ pool }) =>
      pool ? (
        <span className={`num ml-auto ${pool.waiting > 0 ? "font-medium text-bad" : "text-text-2"}`} title={`At most ${pool.max}`}>
          {pool.open}, {pool.idle}, {pool.waiting}
        </span>
      ) : (
        <span className="ml-auto text-text-3">{pool === null ? "not opened" : "not known"}</span>
      ),
  },
  { key: "used", title: "Used by", track: "minmax(100px, 1fr)", cell: ({ row }) => <span className="truncate text-text-2">{row.usedBy.length === 0 ? "no application" : row.usedBy.join(", ")}</span> },
];

function State({ health, unasked }: Shown) {
  if (!health) return unasked ? <span className="text-text-3">not known</span> : <Skeleton className="w-2/3" />;
  if (health.state === "answers") return <Status tone="ok">Answers{health.latencyUs !== null && ` in ${duration(health.latencyUs)}`}</Status>;
  return (
    <span title={health.problem?.message} className="min-w-0">
      <Status tone="bad">Does not answer</Status>
    </span>
  );
}

function Encryption({ row, health }: Shown) {
  if (row.settings.dialect === "sqlite") return <span className="text-text-3">a file</span>;
  const asked = TLS_MODES[row.protection].title;
  if (health?.state !== "answers") return <span className="truncate text-text-2">{row.settings.dialect === "odbc" ? "the driver’s" : asked}</span>;
  if (health.tls === null) return <Status tone="warn">None</Status>;
  return (
    <span title={health.tls} className="min-w-0">
      <Status tone={/not verified/.test(health.tls) ? "warn" : "ok"}>{health.tls.split(",")[0]}</Status>
    </span>
  );
}

export const APPLICATION_COLUMNS: GridColumn<ApplicationRow>[] = [
  { key: "name", title: "Application", track: "minmax(110px, 1fr)", cell: ({ name }) => <span className="truncate font-medium">{name}</span> },
  { key: "connection", title: "Connection", track: "minmax(90px, 0.8fr)", cell: ({ settings }) => <span className="truncate text-text-2">{settings.connection ?? "the header’s"}</span> },
  { key: "profile", title: "Users are shown", track: "minmax(110px, 1fr)", cell: ({ settings }) => <span className="truncate text-text-2">{settings.profile === "columns" ? "as columns" : "as attributes"}</span> },
  {
    key: "mapped",
    title: "Operations",
    track: "minmax(136px, 0.8fr)",
    cell: ({ mapped }) => (
      <Status tone={mapped === TEN ? "ok" : "warn"}>
        <span className="num">
          {mapped} of {TEN} mapped
        </span>
      </Status>
    ),
  },
  {
    key: "url",
    title: "Base URL",
    track: "minmax(130px, 2fr)",
    cell: ({ baseUrl }) => (
      <span className="mono truncate text-12 text-text-2" title={baseUrl}>
        {baseUrl}
      </span>
    ),
  },
];
