import { Link } from "@tanstack/react-router";
import { ChartBarStacked, FilterX, Info, KeyRound, RotateCw, Rows3 } from "lucide-react";
import { type ReactNode, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Counting, EntitlementList, EntitlementUse } from "@/api/contract";
import { useEntitlements, useOverview } from "@/api/queries";
import { Button, IconButton } from "@/components/button";
import { cx } from "@/components/cx";
import { Empty } from "@/components/empty";
import { FilterField } from "@/components/filter-field";
import { formatCount, plural } from "@/components/format";
import { ColumnsButton } from "@/components/grid/columns-button";
import type { GridColumn } from "@/components/grid/columns";
import { FilterChips } from "@/components/grid/filter-chips";
import type { GridFilter } from "@/components/grid/filters";
import { Grid, type GridHandle } from "@/components/grid/grid";
import { type GridLayout, type GridSort, type GridView, NO_LAYOUT } from "@/components/grid/view";
import { ViewsMenu } from "@/components/grid/views-menu";
import { NotSetUp } from "@/components/not-set-up";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { Segments } from "@/components/segments";
import { useApplication } from "@/components/shell/application";
import { Split } from "@/components/split";
import { UserChangeDialog } from "@/components/user-change/dialog";
import type { Asked } from "@/components/user-change/words";
import { useActions } from "@/state/actions";
import { useRemembered } from "@/state/remembered";
import { EntitlementsSkeleton, entitlementColumns, shapeOf } from "./columns";
import { EntitlementDetail } from "./detail";
import { TakeAway } from "./take-away";
import { Usage } from "./usage/usage";

export type EntitlementsSearch = {
  search?: string;
  filters?: GridFilter[];
  sort?: GridSort[];
  entitlement?: string;
  /** the list where it is left out */
  show?: "usage";
};
type Props = { search: EntitlementsSearch; onSearch: (part: Partial<EntitlementsSearch>, replace?: boolean) => void };

const keyOf = ({ id }: EntitlementUse) => id;
const NO_FILTERS: GridFilter[] = [];
const NO_SORT: GridSort[] = [];

export function Entitlements({ search, onSearch }: Props) {
  const { application, connection } = useApplication();
  const overview = useOverview();
  const name = application?.name ?? "";
  const wanted = search.search ?? "";
  const filters = search.filters ?? NO_FILTERS;
  const sort = search.sort ?? NO_SORT;
  const choice = useMemo(() => ({ search: wanted, filters, sort }), [wanted, filters, sort]);
  const { data, error, isFetching, isPlaceholderData, refresh } = useEntitlements(name, choice);
  const [layout, setLayout] = useRemembered<GridLayout>(`grid.entitlements.${name}`, NO_LAYOUT);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [changes, setChanges] = useState(0);
  const grid = useRef<GridHandle>(null);
  const [cursorId, setCursorId] = useState(search.entitlement);
  const picture = search.show === "usage";
  const again = useRef(refresh);
  useEffect(() => {
    again.current = refresh;
  });
  useEffect(() => {
    if (changes > 0) void again.current();
  }, [changes]);
  const columns = useMemo(() => (data ? entitlementColumns(shapeOf(data.entitlements, data.users)) : []), [data]);
  const onText = useCallback((text: string) => onSearch({ search: text || undefined }, true), [onSearch]);
  const close = () => {
    onSearch({ entitlement: undefined });
    grid.current?.focus();
  };
  const view: GridView = { filters, sort, layout };
  const onView = (next: GridView) => {
    if (next.layout !== layout) setLayout(next.layout);
    if (next.sort !== sort || next.filters !== filters) onSearch({ sort: next.sort.length > 0 ? next.sort : undefined, filters: next.filters.length > 0 ? next.filters : undefined });
  };
  const narrowed = wanted !== "" || filters.length > 0;
  useActions([
    { id: "entitlements.list", title: "Show entitlements as a list", group: "Entitlements", icon: Rows3, disabled: picture ? undefined : "The list is shown", run: () => onSearch({ show: undefined }) },
    { id: "entitlements.usage", title: "Show the usage of entitlements", group: "Entitlements", icon: ChartBarStacked, words: "inactive unused chart picture", disabled: picture ? "The chart is shown" : undefined, run: () => onSearch({ show: "usage" }) },
  ]);
  const views = (
    <Segments
      label="How entitlements are shown"
      value={picture ? "usage" : "list"}
      onChange={(next) => onSearch({ show: next === "usage" ? "usage" : undefined })}
      segments={[
        { id: "list", icon: Rows3, title: "List" },
        { id: "usage", icon: ChartBarStacked, title: "Usage" },
      ]}
    />
  );

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
        {data && !picture && (
          <>
            <ViewsMenu place={`entitlements ${name}`} view={view} onView={onView} />
            <ColumnsButton columns={columns as GridColumn<never>[]} view={view} onView={onView} />
            <TakeAway application={name} connection={connection?.name ?? ""} columns={columns} entitlements={data.entitlements} />
          </>
        )}
        {views}
      </div>
      {!picture && <FilterChips columns={columns as GridColumn<never>[]} view={view} onView={onView} />}
      {!name && overview.error && <ProblemCard problem={overview.error} onRetry={() => void overview.refetch()} className="m-3" />}
      {!name && overview.data && (
        <NotSetUp>Entitlements appear here when an application has a connection and its operations.</NotSetUp>
      )}
      {error && <ProblemCard problem={error} onRetry={() => void refresh()} className="m-3" />}
      {!data && !error && !(overview.data && !name) && !overview.error && <EntitlementsSkeleton />}
      {data && <NotCounted counting={data.counting} />}
      {data && picture && (
        <Usage
          application={name}
          data={data}
          selected={search.entitlement}
          onOpen={(entitlement) => onSearch({ entitlement })}
          onList={(next) => onSearch({ show: undefined, filters: next })}
          onAsk={setAsked}
        />
      )}
      {data && !picture && !(error && data.entitlements.length === 0) && (
        <Rows
          data={data}
          columns={columns}
          view={view}
          onView={onView}
          stale={isPlaceholderData}
          narrowed={narrowed}
          words={wanted}
          cursorId={cursorId}
          selected={search.entitlement}
          grid={grid}
          onClear={() => onSearch({ search: undefined, filters: undefined })}
          onCursor={({ id }) => {
            setCursorId(id);
            if (search.entitlement) onSearch({ entitlement: id }, true);
          }}
          onOpen={({ id }) => onSearch({ entitlement: id })}
        />
      )}
      {data && <Foot data={data} narrowed={narrowed} busy={isFetching} onRefresh={() => void refresh()} />}
    </div>
  );

  return (
    // Escape closes from anywhere in the screen.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="h-full"
      onKeyDown={(event) => {
        if (event.defaultPrevented || event.target instanceof HTMLInputElement || asked) return;
        if (event.key === "Escape" && search.entitlement) close();
      }}
    >
      <Split
        name="entitlements"
        list={list}
        detailLabel="Entitlement"
        detail={search.entitlement && name ? <EntitlementDetail application={name} id={search.entitlement} users={data?.users ?? null} onClose={close} /> : null}
      />
      <UserChangeDialog asked={asked} application={name} connection={connection} onAsk={setAsked} onChanged={() => setChanges((count) => count + 1)} />
    </div>
  );
}

/** Why there are no counts, and what gives them. */
function NotCounted({ counting }: { counting: Counting }): ReactNode {
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
          "The operation Get user entitlements is not mapped, so it is not known who holds what. "
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
  columns: GridColumn<EntitlementUse>[];
  view: GridView;
  onView: (view: GridView) => void;
  stale: boolean;
  narrowed: boolean;
  /** what is searched for */
  words: string;
  cursorId: string | undefined;
  selected: string | undefined;
  grid: RefObject<GridHandle | null>;
  onClear: () => void;
  onCursor: (entitlement: EntitlementUse) => void;
  onOpen: (entitlement: EntitlementUse) => void;
};

function Rows({ data, columns, view, onView, stale, narrowed, words, cursorId, selected, grid, onClear, onCursor, onOpen }: RowsProps) {
  const { entitlements } = data;
  const row = useCallback((index: number) => entitlements[index], [entitlements]);
  if (entitlements.length === 0) {
    return (
      <div className="min-h-0 flex-1">
        {narrowed ? (
          <Empty icon={FilterX} title={words && view.filters.length === 0 ? `No entitlement matches “${words}”` : "No entitlement matches the search and the filters"} action={<Button onClick={onClear}>Clear the search</Button>} />
        ) : (
          <Empty icon={KeyRound} title="The database returned no entitlements">
            Get all entitlements ran and returned no rows.
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
        view={view}
        onView={onView}
        onCursor={act(onCursor)}
        onOpen={act(onOpen)}
      />
    </div>
  );
}

type FootProps = { data: EntitlementList; narrowed: boolean; busy: boolean; onRefresh: () => void };

function Foot({ data, narrowed, busy, onRefresh }: FootProps) {
  const { entitlements, total, users } = data;
  return (
    <footer className="num flex h-9 shrink-0 items-center gap-2 border-t border-line px-3 text-12 text-text-2">
      <span className="truncate">
        {narrowed ? `${formatCount(entitlements.length)} of ${plural(total, "entitlement")}` : plural(total, "entitlement")}
        {users !== null && `, ${plural(users, "user")}`}
      </span>
      <span className="ml-auto shrink-0 text-text-3">
        {busy ? "asking the database" : <>taken <RelativeTime at={data.takenAt} /></>}
      </span>
      <IconButton icon={RotateCw} label="Ask the database again" side="top" disabled={busy} onClick={onRefresh} />
    </footer>
  );
}
