import type { EntitlementUse } from "@/api/contract";
import { formatCount, plural } from "@/components/format";
import type { GridColumn } from "@/components/grid/grid";
import { Skeleton } from "@/components/skeleton";
import { Status } from "@/components/status";
import { NullTag } from "@/components/value";

/** Users hold it, and the operation that gets all entitlements does not give it. */
export function NotListed() {
  return (
    <Status tone="warn" className="shrink-0">
      Not listed
    </Status>
  );
}

const share = (holders: number, users: number) => (users === 0 ? 0 : Math.min(1, holders / users));

/** "<1%", so that a few among many are not told as nobody. */
export function percent(holders: number, users: number): string {
  const of = share(holders, users) * 100;
  if (of === 0) return "0%";
  if (of < 1) return "<1%";
  return of > 99 && of < 100 ? ">99%" : `${Math.round(of)}%`;
}

/** How much of all users; the number beside it says the same. */
export function Bar({ holders, users }: { holders: number; users: number }) {
  return (
    <span aria-hidden className="block h-1.5 min-w-0 flex-1 overflow-hidden rounded-full bg-surface-3">
      <span className="block h-full rounded-full bg-accent" style={{ width: `${share(holders, users) * 100}%`, minWidth: holders > 0 ? 2 : 0 }} />
    </span>
  );
}

type Shape = { users: number | null; described: boolean; inactive: boolean; outside: boolean };

/** What the list has columns for: those in which some line would say something. */
export function shapeOf(entitlements: EntitlementUse[], users: number | null): Shape {
  return {
    users,
    described: entitlements.some(({ description }) => description !== null),
    inactive: entitlements.some(({ inactive }) => (inactive ?? 0) > 0),
    outside: entitlements.some(({ outside }) => (outside ?? 0) > 0),
  };
}

export function entitlementColumns({ users, described, inactive, outside }: Shape): GridColumn<EntitlementUse>[] {
  const columns: GridColumn<EntitlementUse>[] = [
    {
      key: "name",
      name: "Name",
      title: "Name",
      track: "minmax(120px, 1.3fr)",
      sortable: true,
      filter: "text",
      value: ({ name }) => name,
      cell: ({ name, listed }) => (
        <>
          <span className="truncate font-medium" title={name}>
            {name}
          </span>
          {!listed && <NotListed />}
        </>
      ),
    },
    {
      key: "id",
      name: "ID",
      title: "ID",
      track: "minmax(40px, 0.5fr)",
      sortable: true,
      filter: "text",
      value: ({ id }) => id,
      cell: ({ id }) => (
        <span className="mono truncate text-text-2" title={id}>
          {id}
        </span>
      ),
    },
  ];
  if (described) {
    columns.push({
      key: "description",
      name: "Description",
      title: "Description",
      track: "minmax(80px, 1.8fr)",
      sortable: true,
      filter: "text",
      value: ({ description }) => description,
      cell: ({ description }) =>
        description === null ? (
          <NullTag />
        ) : (
          <span className="truncate text-text-2" title={description}>
            {description}
          </span>
        ),
    });
  }
  if (users !== null) {
    columns.push({
      key: "holders",
      name: "Holders",
      title: "Holders",
      track: "148px",
      sortable: true,
      filter: "number",
      value: ({ holders }) => holders,
      align: "right",
      cell: ({ holders }) =>
        holders === null ? null : (
          <span className="flex w-full items-center gap-2" title={`${formatCount(holders)} of ${plural(users, "user")}, ${percent(holders, users)}`}>
            <Bar holders={holders} users={users} />
            <span className={holders === 0 ? "w-16 shrink-0 text-text-3" : "w-16 shrink-0"}>{formatCount(holders)}</span>
          </span>
        ),
    });
  }
  if (inactive) {
    columns.push({
      key: "inactive",
      name: "Inactive",
      title: "Inactive",
      hint: "how many of the holders are inactive",
      track: "72px",
      sortable: true,
      filter: "number",
      value: ({ inactive: count }) => count,
      align: "right",
      cell: ({ inactive: count }) => (count === null ? null : <span className={count > 0 ? "text-warn" : "text-text-3"}>{formatCount(count)}</span>),
    });
  }
  if (outside) {
    columns.push({
      key: "outside",
      name: "Left out",
      title: "Left out",
      hint: "how many hold it whom Get users leaves out",
      track: "72px",
      align: "right",
      sortable: true,
      filter: "number",
      value: ({ outside: count }) => count,
      cell: ({ outside: count }) => (count === null ? null : <span className={count > 0 ? "text-warn" : "text-text-3"}>{formatCount(count)}</span>),
    });
  }
  return columns;
}

export function EntitlementsSkeleton() {
  const template = "minmax(120px, 1.3fr) minmax(40px, 0.5fr) minmax(80px, 1.8fr) 148px";
  return (
    <div role="status" aria-label="Loading" className="min-h-0 flex-1">
      <div className="h-7 border-b border-line" />
      {Array.from({ length: 14 }, (_, line) => (
        <div key={line} className="grid h-7 items-center gap-x-3 border-b border-line px-3" style={{ gridTemplateColumns: template }}>
          {["w-3/4", "w-1/2", "w-3/4", "w-full"].map((width, index) => (
            <Skeleton key={index} className={width} />
          ))}
        </div>
      ))}
    </div>
  );
}
