import { ChevronLeft, ChevronRight, FilterX, RotateCw, Unplug, Users as UsersIcon } from "lucide-react";
import { type RefObject, useCallback, useMemo, useRef, useState } from "react";
import { useOverview, useUsers } from "@/api/queries";
import type { UserRow, UsersPage } from "@/api/contract";
import { Button, IconButton } from "@/components/button";
import { cx } from "@/components/cx";
import { Empty } from "@/components/empty";
import { FilterField } from "@/components/filter-field";
import { duration, formatCount } from "@/components/format";
import { Grid, type GridHandle } from "@/components/grid/grid";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { useApplication } from "@/components/shell/application";
import { Split } from "@/components/split";
import { UsersSkeleton, userColumns } from "./columns";
import { UserDetail } from "./detail";

/** Rows of one page; positions count from 1, as the provider counts them. */
export const COUNT = 100;

export type UsersSearch = { search?: string; start?: number; user?: string; tab?: string };
type Props = { search: UsersSearch; onSearch: (part: Partial<UsersSearch>, replace?: boolean) => void };

const keyOf = (user: UserRow) => user.id;

export function Users({ search, onSearch }: Props) {
  const { application } = useApplication();
  const overview = useOverview();
  const name = application?.name ?? "";
  const start = search.start ?? 1;
  const wanted = search.search ?? "";
  const { data, error, isFetching, isPlaceholderData, refetch } = useUsers({ application: name, start, count: COUNT, choice: { search: wanted, filters: [], sort: [] }, fresh: start === 1 }, name !== "");
  const grid = useRef<GridHandle>(null);
  const [cursorId, setCursorId] = useState(search.user);
  const onText = useCallback((text: string) => onSearch({ search: text || undefined, start: undefined }, true), [onSearch]);

  const turn = (to: number) => {
    if (!data || to < 1 || to > Math.max(1, data.total)) return;
    onSearch({ start: to === 1 ? undefined : to });
    grid.current?.toTop();
  };
  const close = () => {
    onSearch({ user: undefined });
    grid.current?.focus();
  };

  const list = (
    <div className="flex h-full min-w-0 flex-col">
      <h1 className="sr-only">Users</h1>
      <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-3">
        <FilterField
          label="Search users"
          placeholder={data && !wanted ? `Search ${formatCount(data.total)} users` : "Search users"}
          value={wanted}
          onChange={onText}
          onDown={() => grid.current?.focus()}
          delay={300}
        />
      </div>
      {!name && overview.error && <ProblemCard problem={overview.error} onRetry={() => void overview.refetch()} className="m-3" />}
      {!name && overview.data && (
        <Empty icon={Unplug} title="No application is set up yet">
          Users appear here when an application has a connection and its operations.
        </Empty>
      )}
      {error && <ProblemCard problem={error} onRetry={() => void refetch()} className="m-3" />}
      {!data && !error && !(overview.data && !name) && !overview.error && <UsersSkeleton />}
      {data && !(error && data.users.length === 0) && (
        <UserList
          data={data}
          stale={isPlaceholderData}
          wanted={wanted}
          cursorId={cursorId}
          selected={search.user}
          grid={grid}
          onClear={() => onText("")}
          onCursor={(user) => {
            setCursorId(user.id);
            if (search.user) onSearch({ user: user.id }, true);
          }}
          onOpen={(user) => onSearch({ user: user.id })}
        />
      )}
      {data && data.total > 0 && <Pager data={data} busy={isFetching} onTurn={turn} onRefresh={() => void refetch()} />}
    </div>
  );

  return (
    // Escape closes and brackets turn pages from anywhere in the screen.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="h-full"
      onKeyDown={(event) => {
        if (event.defaultPrevented || event.target instanceof HTMLInputElement) return;
        if (event.key === "Escape" && search.user) close();
        if (event.key === "[" && data) turn(data.start - COUNT);
        if (event.key === "]" && data && data.start + COUNT <= data.total) turn(data.start + COUNT);
      }}
    >
      <Split
        name="users"
        list={list}
        detailLabel="User"
        detail={
          search.user && name ? (
            <UserDetail application={name} id={search.user} tab={search.tab ?? "row"} onTab={(tab) => onSearch({ tab: tab === "row" ? undefined : tab }, true)} onClose={close} />
          ) : null
        }
      />
    </div>
  );
}

type ListProps = {
  data: UsersPage;
  stale: boolean;
  wanted: string;
  cursorId: string | undefined;
  selected: string | undefined;
  grid: RefObject<GridHandle | null>;
  onClear: () => void;
  onCursor: (user: UserRow) => void;
  onOpen: (user: UserRow) => void;
};

function UserList({ data, stale, wanted, cursorId, selected, grid, onClear, onCursor, onOpen }: ListProps) {
  const columns = useMemo(() => userColumns(data.columns, data.idColumn), [data.columns, data.idColumn]);
  const row = useCallback((index: number) => data.users[index], [data.users]);
  if (data.users.length === 0) {
    return (
      <div className="min-h-0 flex-1">
        {wanted ? (
          <Empty icon={FilterX} title={`No user matches “${wanted}”`} action={<Button onClick={onClear}>Clear the search</Button>} />
        ) : (
          <Empty icon={UsersIcon} title="The database gave no users">
            The operation that gets users ran and gave no rows.
          </Empty>
        )}
      </div>
    );
  }
  const act = (use: (user: UserRow) => void) => (index: number) => {
    const user = data.users[index];
    if (user) use(user);
  };
  return (
    <div className={cx("flex min-h-0 flex-1 flex-col", stale && "opacity-60")}>
      <Grid
        ref={grid}
        label="Users"
        columns={columns}
        count={data.users.length}
        row={row}
        rowKey={keyOf}
        cursor={data.users.findIndex((user) => user.id === cursorId)}
        selected={selected}
        onCursor={act(onCursor)}
        onOpen={act(onOpen)}
      />
    </div>
  );
}

type PagerProps = { data: UsersPage; busy: boolean; onTurn: (start: number) => void; onRefresh: () => void };

function Pager({ data, busy, onTurn, onRefresh }: PagerProps) {
  const last = Math.min(data.total, data.start + data.users.length - 1);
  return (
    <footer className="num flex h-9 shrink-0 items-center gap-2 border-t border-line px-3 text-12 text-text-2">
      <IconButton icon={ChevronLeft} label="Previous page" keys="[" side="top" disabled={data.start <= 1} onClick={() => onTurn(Math.max(1, data.start - COUNT))} />
      <IconButton icon={ChevronRight} label="Next page" keys="]" side="top" disabled={data.start + COUNT > data.total} onClick={() => onTurn(data.start + COUNT)} />
      <span>
        {data.users.length === 0 ? "none" : `${formatCount(data.start)}–${formatCount(last)}`} of {formatCount(data.total)}
      </span>
      <span className="ml-auto text-text-3">
        {busy ? "asking the database" : <>taken <RelativeTime at={data.takenAt} /> in {duration(data.durationUs)}</>}
      </span>
      <IconButton icon={RotateCw} label="Ask the database again" side="top" disabled={busy} onClick={onRefresh} />
    </footer>
  );
}
