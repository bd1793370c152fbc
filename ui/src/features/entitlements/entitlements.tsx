import { Link } from "@tanstack/react-router";
import { FilterX, Info, KeyRound, RotateCw, Unplug } from "lucide-react";
import { type RefObject, useCallback, useMemo, useRef, useState } from "react";
import type { Counting, EntitlementList, EntitlementUse } from "@/api/contract";
import { useEntitlements, useOverview } from "@/api/queries";
import { Button, IconButton } from "@/components/button";
import { cx } from "@/components/cx";
import { Empty } from "@/components/empty";
import { FilterField } from "@/components/filter-field";
import { formatCount, plural } from "@/components/format";
import { Grid, type GridHandle } from "@/components/grid/grid";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { useApplication } from "@/components/shell/application";
import { Split } from "@/components/split";
import { EntitlementsSkeleton, entitlementColumns, shapeOf } from "./columns";
import { EntitlementDetail } from "./detail";

export type EntitlementsSearch = { search?: string; entitlement?: string };
type Props = { search: EntitlementsSearch; onSearch: (part: Partial<EntitlementsSearch>, replace?: boolean) => void };

const keyOf = ({ id }: EntitlementUse) => id;

export function Entitlements({ search, onSearch }: Props) {
  const { application } = useApplication();
  const overview = useOverview();
  const name = application?.name ?? "";
  const wanted = search.search ?? "";
  const { data, error, isFetching, isPlaceholderData, refresh } = useEntitlements(name, wanted);
  const grid = useRef<GridHandle>(null);
  const [cursorId, setCursorId] = useState(search.entitlement);
  const onText = useCallback((text: string) => onSearch({ search: text || undefined }, true), [onSearch]);
  const close = () => {
    onSearch({ entitlement: undefined });
    grid.current?.focus();
  };

  const list = (
    <div className="flex h-full min-w-0 flex-col">
      <h1 className="sr-only">Entitlements</h1>
      <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-3">
        <FilterField
          label="Search entitlements"
          placeholder={data ? `Search ${plural(data.total, "entitlement")}` : "Search entitlements"}
          value={wanted}
          onChange={onText}
          onDown={() => grid.current?.focus()}
          delay={300}
        />
      </div>
      {!name && overview.error && <ProblemCard problem={overview.error} onRetry={() => void overview.refetch()} className="m-3" />}
      {!name && overview.data && (
        <Empty icon={Unplug} title="No application is set up yet">
          Entitlements appear here when an application has a connection and its operations.
        </Empty>
      )}
      {error && <ProblemCard problem={error} onRetry={() => void refresh()} className="m-3" />}
      {!data && !error && !(overview.data && !name) && !overview.error && <EntitlementsSkeleton />}
      {data && <NotCounted counting={data.counting} />}
      {data && !(error && data.entitlements.length === 0) && (
        <Rows
          data={data}
          stale={isPlaceholderData}
          wanted={wanted}
          cursorId={cursorId}
          selected={search.entitlement}
          grid={grid}
          onClear={() => onText("")}
          onCursor={({ id }) => {
            setCursorId(id);
            if (search.entitlement) onSearch({ entitlement: id }, true);
          }}
          onOpen={({ id }) => onSearch({ entitlement: id })}
        />
      )}
      {data && <Foot data={data} wanted={wanted} busy={isFetching} onRefresh={() => void refresh()} />}
    </div>
  );

  return (
    // Escape closes from anywhere in the screen.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="h-full"
      onKeyDown={(event) => {
        if (event.defaultPrevented || event.target instanceof HTMLInputElement) return;
        if (event.key === "Escape" && search.entitlement) close();
      }}
    >
      <Split
        name="entitlements"
        list={list}
        detailLabel="Entitlement"
        detail={search.entitlement && name ? <EntitlementDetail application={name} id={search.entitlement} users={data?.users ?? null} onClose={close} /> : null}
      />
    </div>
  );
}

/** Why there are no counts, and what gives them. */
function NotCounted({ counting }: { counting: Counting }) {
  if (counting === "counted") return null;
  return (
    <div role="note" className="flex shrink-0 gap-2.5 border-b border-line bg-info-soft px-3 py-2">
      <Info size={15} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0 text-info" />
      <p className="min-w-0">
        <span className="font-medium">Holders are not counted. </span>
        {counting === "one_by_one" ? (
          <>
            It would take one query for each user. Give the operation Get user entitlements an <span className="mono text-12">import</span> statement, and one query counts them all.
          </>
        ) : (
          "The operation Get user entitlements is not mapped, so nothing says who holds what. "
        )}{" "}
        <Link to="/operations" className="text-accent hover:underline">
          Go to Operations
        </Link>
      </p>
    </div>
  );
}

type RowsProps = {
  data: EntitlementList;
  stale: boolean;
  wanted: string;
  cursorId: string | undefined;
  selected: string | undefined;
  grid: RefObject<GridHandle | null>;
  onClear: () => void;
  onCursor: (entitlement: EntitlementUse) => void;
  onOpen: (entitlement: EntitlementUse) => void;
};

function Rows({ data, stale, wanted, cursorId, selected, grid, onClear, onCursor, onOpen }: RowsProps) {
  const { entitlements, users } = data;
  const columns = useMemo(() => entitlementColumns(shapeOf(entitlements, users)), [entitlements, users]);
  const row = useCallback((index: number) => entitlements[index], [entitlements]);
  if (entitlements.length === 0) {
    return (
      <div className="min-h-0 flex-1">
        {wanted ? (
          <Empty icon={FilterX} title={`No entitlement matches “${wanted}”`} action={<Button onClick={onClear}>Clear the search</Button>} />
        ) : (
          <Empty icon={KeyRound} title="The database gave no entitlements">
            The operation that gets all entitlements ran and gave no rows.
          </Empty>
        )}
      </div>
    );
  }
  const act = (use: (entitlement: EntitlementUse) => void) => (index: number) => {
    const entitlement = entitlements[index];
    if (entitlement) use(entitlement);
  };
  return (
    <div className={cx("flex min-h-0 flex-1 flex-col", stale && "opacity-60")}>
      <Grid
        ref={grid}
        label="Entitlements"
        columns={columns}
        count={entitlements.length}
        row={row}
        rowKey={keyOf}
        cursor={entitlements.findIndex(({ id }) => id === cursorId)}
        selected={selected}
        onCursor={act(onCursor)}
        onOpen={act(onOpen)}
      />
    </div>
  );
}

type FootProps = { data: EntitlementList; wanted: string; busy: boolean; onRefresh: () => void };

function Foot({ data, wanted, busy, onRefresh }: FootProps) {
  const { entitlements, total, users } = data;
  return (
    <footer className="num flex h-9 shrink-0 items-center gap-2 border-t border-line px-3 text-12 text-text-2">
      <span className="truncate">
        {wanted ? `${formatCount(entitlements.length)} of ${plural(total, "entitlement")}` : plural(total, "entitlement")}
        {users !== null && `, ${plural(users, "user")}`}
      </span>
      <span className="ml-auto shrink-0 text-text-3">
        {busy ? "asking the database" : <>taken <RelativeTime at={data.takenAt} /></>}
      </span>
      <IconButton icon={RotateCw} label="Ask the database again" side="top" disabled={busy} onClick={onRefresh} />
    </footer>
  );
}
