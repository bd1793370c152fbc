import type { Column, UserRow } from "@/api/contract";
import type { GridColumn } from "@/components/grid/grid";
import { Skeleton } from "@/components/skeleton";
import { StateWord } from "@/components/status";
import { NullTag, Value } from "@/components/value";

/** What administrators look for first, where the database has it. */
const PREFERRED = ["TITLE", "DEPARTMENT"];
const SHOWN = 2;
/** Characters at the end of an id that are never cut. */
const TAIL = 6;

/** The raw columns beside the name: the preferred ones, else the first that tell something of their own. */
export function shownColumns(columns: Column[], idColumn: string): number[] {
  const index = new Map(columns.map((column, at) => [column.name.toUpperCase(), at]));
  const preferred = PREFERRED.flatMap((name) => index.get(name) ?? []);
  const others = columns.flatMap((column, at) =>
    column.secret || column.name.toUpperCase() === idColumn.toUpperCase() || preferred.includes(at) ? [] : [at],
  );
  return [...preferred, ...others].slice(0, SHOWN);
}

export function userColumns(columns: Column[], idColumn: string): GridColumn<UserRow>[] {
  return [
    {
      key: "id",
      title: <span className="mono">{idColumn}</span>,
      track: "minmax(120px, 2.1fr)",
      cell: (user) => (
        <span className="mono flex min-w-0" title={user.id}>
          {/* Cut in the middle: identifiers differ at both ends. */}
          <span className="truncate">{user.id.slice(0, -TAIL)}</span>
          <span className="shrink-0 whitespace-pre">{user.id.slice(-TAIL)}</span>
        </span>
      ),
    },
    {
      key: "name",
      title: "Name",
      track: "minmax(90px, 1.05fr)",
      cell: (user) => (user.display === null ? <NullTag /> : <span className="truncate font-medium">{user.display}</span>),
    },
    ...shownColumns(columns, idColumn).map((at): GridColumn<UserRow> => {
      const column = columns[at];
      return {
        key: `column-${at}`,
        title: <span className="mono">{column?.name}</span>,
        track: "minmax(72px, 0.9fr)",
        cell: (user) => (
          <span className="truncate">
            <Value value={user.row[at] ?? null} secret={column?.secret} />
          </span>
        ),
      };
    }),
    {
      key: "entitlements",
      title: <abbr title="Entitlements" className="no-underline">Ents</abbr>,
      track: "36px",
      align: "right",
      cell: (user) => <span className="text-text-2">{user.entitlements.length}</span>,
    },
    { key: "state", title: "State", track: "76px", cell: (user) => <StateWord active={user.active} /> },
  ];
}

export function UsersSkeleton() {
  const template = "minmax(120px, 2.1fr) minmax(90px, 1.05fr) minmax(72px, 0.9fr) minmax(72px, 0.9fr) 36px 76px";
  return (
    <div role="status" aria-label="Loading" className="min-h-0 flex-1">
      <div className="h-7 border-b border-line" />
      {Array.from({ length: 14 }, (_, line) => (
        <div key={line} className="grid h-7 items-center gap-x-3 border-b border-line px-3" style={{ gridTemplateColumns: template }}>
          {["w-3/4", "w-1/2", "w-3/4", "w-1/2", "w-1/2", "w-3/4"].map((width, index) => (
            <Skeleton key={index} className={width} />
          ))}
        </div>
      ))}
    </div>
  );
}
