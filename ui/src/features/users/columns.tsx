import type { Column, UserRow, UsersPage } from "@/api/contract";
import type { GridColumn } from "@/components/grid/columns";
import type { FilterKind } from "@/components/grid/filters";
import { type GridLayout, NO_LAYOUT } from "@/components/grid/view";
import { Skeleton } from "@/components/skeleton";
import { StateWord } from "@/components/status";
import { NullTag, Value } from "@/components/value";

/** What stands for no column of the rows; the server knows them by these names. */
export const STATE = "@state";
export const NAME = "@name";
export const ENTITLEMENTS = "@entitlements";
export const HOLDS = "@holds";

/** What administrators look for first, where the database has it. */
const PREFERRED = ["TITLE", "DEPARTMENT"];
const SHOWN = 2;
/** Characters at the end of an id that are never cut. */
const TAIL = 6;
/** Secret columns are known by their presence only. */
const LOCKED = "A secret column is neither shown nor filtered by: a filter would give it away.";

/** The raw columns beside the name: the preferred ones, else the first that tell something of their own. */
export function shownColumns(columns: Column[], idColumn: string): number[] {
  const index = new Map(columns.map((column, at) => [column.name.toUpperCase(), at]));
  const preferred = PREFERRED.flatMap((name) => index.get(name) ?? []);
  const others = columns.flatMap((column, at) =>
    column.secret || column.name.toUpperCase() === idColumn.toUpperCase() || preferred.includes(at) ? [] : [at],
  );
  return [...preferred, ...others].slice(0, SHOWN);
}

/** Which conditions make sense, by the database's name of a type. What is not known here is text. */
export function kindOf(type: string): FilterKind {
  const name = type.toUpperCase();
  if (name === "DATE") return "date";
  if (/^(TIMESTAMP|DATETIME|SMALLDATETIME)/.test(name)) return "moment";
  if (/^TIME/.test(name)) return "time";
  if (/^(BOOL|BIT$)/.test(name)) return "boolean";
  if (/INT|SERIAL|DECIMAL|NUMERIC|NUMBER|FLOAT|DOUBLE|REAL|MONEY|^YEAR$/.test(name)) return "number";
  if (/BLOB|BYTEA|BINARY|RAW|IMAGE|JSON|XML|GEOM|VECTOR/.test(name)) return "other";
  return "text";
}

/** Before anybody arranges them: id, name, two columns, entitlements and state; everything else is one press away. */
export function firstLayout(columns: Column[], idColumn: string): GridLayout {
  const shown = new Set(shownColumns(columns, idColumn).map((at) => columns[at]?.name));
  const hidden = columns.filter(({ name }) => name.toUpperCase() !== idColumn.toUpperCase() && !shown.has(name)).map(({ name }) => name);
  return { ...NO_LAYOUT, hidden: [HOLDS, ...hidden] };
}

type Shape = Pick<UsersPage, "columns" | "idColumn" | "counting">;

export function userColumns({ columns, idColumn, counting }: Shape): GridColumn<UserRow>[] {
  const at = columns.findIndex(({ name }) => name.toUpperCase() === idColumn.toUpperCase());
  const counted = counting === "counted";
  const preferred = shownColumns(columns, idColumn);
  const raw = (index: number): GridColumn<UserRow>[] => {
    const column = columns[index];
    if (!column) return [];
    const { name, type, secret } = column;
    const kind = kindOf(type);
    const numeric = kind === "number";
    return [
      {
        key: name,
        name,
        title: <span className="mono">{name}</span>,
        track: numeric ? 88 : 104,
        wide: numeric ? undefined : 200,
        hint: type,
        align: numeric ? "right" : undefined,
        ...(secret ? { locked: LOCKED } : { sortable: true, filter: kind, value: (user: UserRow) => user.row[index] ?? null }),
        cell: (user) => (
          <span className="truncate">
            <Value value={user.row[index] ?? null} secret={secret} />
          </span>
        ),
      },
    ];
  };
  return [
    {
      key: columns[at]?.name ?? idColumn,
      name: columns[at]?.name ?? idColumn,
      title: <span className="mono">{columns[at]?.name ?? idColumn}</span>,
      track: 172,
      wide: 300,
      hint: "the id that the provider knows",
      sortable: at >= 0,
      filter: at >= 0 ? "text" : undefined,
      value: (user) => user.id,
      cell: (user) => (
        <span className="mono flex min-w-0" title={user.id}>
          {/* Cut in the middle: identifiers differ at both ends. */}
          <span className="truncate">{user.id.slice(0, -TAIL)}</span>
          <span className="shrink-0 whitespace-pre">{user.id.slice(-TAIL)}</span>
        </span>
      ),
    },
    {
      key: NAME,
      name: "Name",
      title: "Name",
      track: 124,
      wide: 220,
      sortable: true,
      filter: "text",
      value: (user) => user.display,
      cell: (user) => (user.display === null ? <NullTag /> : <span className="truncate font-medium">{user.display}</span>),
    },
    ...preferred.flatMap(raw),
    {
      key: ENTITLEMENTS,
      name: "Entitlements",
      title: (
        <abbr title="Entitlements" className="no-underline">
          Ents
        </abbr>
      ),
      track: 56,
      align: "right",
      sortable: counted,
      filter: counted ? "number" : undefined,
      hint: counted ? "how many entitlements the user holds" : "cannot be compared: who holds what is asked user by user",
      value: (user) => user.entitlements.length,
      cell: (user) => <span className="text-text-2">{user.entitlements.length}</span>,
    },
    {
      key: HOLDS,
      name: "Holds",
      title: "Holds",
      track: 240,
      wide: 480,
      filter: counted ? "choice" : undefined,
      operators: ["one_of", "none_of", "is_null", "is_not_null"],
      hint: "the entitlements of the user; conditions compare their ids",
      value: (user) => user.entitlements.map(({ value, display }) => display ?? value).join(", "),
      cell: (user) => <span className="truncate text-text-2">{user.entitlements.map(({ value, display }) => display ?? value).join(", ")}</span>,
    },
    {
      key: STATE,
      name: "State",
      title: "State",
      track: 92,
      sortable: true,
      filter: "choice",
      operators: ["one_of", "none_of", "is_null"],
      choices: ["active", "inactive"],
      value: (user) => (user.active === null ? null : user.active ? "active" : "inactive"),
      cell: (user) => <StateWord active={user.active} />,
    },
    ...columns.flatMap((_, index) => (index === at || preferred.includes(index) ? [] : raw(index))),
  ];
}

export function UsersSkeleton() {
  const template = "32px 172px 124px 104px 104px 56px 92px minmax(0,1fr)";
  return (
    <div role="status" aria-label="Loading" className="min-h-0 flex-1 overflow-hidden">
      <div className="h-7 border-b border-line" />
      {Array.from({ length: 14 }, (_, line) => (
        <div key={line} className="grid h-7 items-center border-b border-line [&>*]:mx-2.5" style={{ gridTemplateColumns: template }}>
          <span />
          {["w-3/4", "w-1/2", "w-3/4", "w-1/2", "w-1/2", "w-3/4"].map((width, index) => (
            <Skeleton key={index} className={width} />
          ))}
        </div>
      ))}
    </div>
  );
}

