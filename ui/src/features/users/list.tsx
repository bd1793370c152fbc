import { FileDown, FilterX, RotateCw, Users as UsersIcon } from "lucide-react";
import { type ReactNode, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useImports } from "@/api/queries";
import type { UserChoice, UserRow } from "@/api/contract";
import { useUserRows } from "@/api/users";
import { Button, IconButton } from "@/components/button";
import { cx } from "@/components/cx";
import { Empty } from "@/components/empty";
import { FilterField } from "@/components/filter-field";
import { duration, formatCount, plural } from "@/components/format";
import { ColumnsButton } from "@/components/grid/columns-button";
import type { GridColumn } from "@/components/grid/columns";
import { FilterChips } from "@/components/grid/filter-chips";
import { Grid, type GridHandle } from "@/components/grid/grid";
import { type GridSelection, NONE_SELECTED, selectedCount } from "@/components/grid/selection";
import type { GridLayout, GridView } from "@/components/grid/view";
import { ViewsMenu } from "@/components/grid/views-menu";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import type { Asked } from "@/components/user-change/words";
import { useRemembered } from "@/state/remembered";
import { firstLayout, UsersSkeleton, userColumns } from "./columns";
import { ExportDialog } from "./export-dialog";
import { SelectionBar } from "./selection-bar";
import type { UsersSearch } from "./users";

type Props = {
  /** empty while it is not known */
  application: string;
  waiting: boolean;
  /** a number that grows when users were changed from here */
  changes: number;
  choice: UserChoice;
  onSearch: (part: Partial<UsersSearch>, replace?: boolean) => void;
  selected: string | undefined;
  onOpen: (user: string, replace?: boolean) => void;
  onAsk: (asked: Asked) => void;
  grid: RefObject<GridHandle | null>;
  views: ReactNode;
};

const keyOf = (user: UserRow) => user.id;
const NOT_ARRANGED: GridLayout | null = null;

/** All users of an import, however many: filtered and put in order by the server, drawn as far as one sees. */
export function UserList({ application, waiting, changes, choice, onSearch, selected, onOpen, onAsk, grid, views }: Props) {
  const rows = useUserRows(application, choice);
  const { data, error } = rows.first;
  const [arranged, setArranged] = useRemembered<GridLayout | null>(`grid.users.${application}`, NOT_ARRANGED);
  const [selection, setSelection] = useState<GridSelection>(NONE_SELECTED);
  const [cursor, setCursor] = useState(-1);
  const [exporting, setExporting] = useState(false);
  // What was selected stood in another list.
  const listed = `${JSON.stringify(choice)} ${data?.takenAt}`;
  const [selectedIn, setSelectedIn] = useState(listed);
  if (selectedIn !== listed) {
    setSelectedIn(listed);
    if (selection.length > 0) setSelection(NONE_SELECTED);
  }
  const onText = useCallback((text: string) => onSearch({ search: text || undefined }, true), [onSearch]);
  const refresh = useRef(rows.refresh);
  useEffect(() => {
    refresh.current = rows.refresh;
  });
  useEffect(() => {
    if (changes > 0) void refresh.current();
  }, [changes]);
  // The first time, the cursor stands on the user who is open.
  const [opened] = useState(selected);
  const place = data && opened !== undefined ? data.users.findIndex(({ id }) => id === opened) : -1;
  if (cursor < 0 && place >= 0) setCursor(place);

  const columns = useMemo(() => (data ? userColumns(data) : []), [data]);
  const layout = useMemo(() => arranged ?? (data ? firstLayout(data.columns, data.idColumn) : null), [arranged, data]);
  const view: GridView | null = layout && { sort: choice.sort, filters: choice.filters as GridView["filters"], layout };
  const onView = (next: GridView) => {
    if (next.layout !== layout) setArranged(next.layout);
    if (next.sort !== choice.sort || next.filters !== choice.filters) {
      onSearch({ sort: next.sort.length > 0 ? next.sort : undefined, filters: next.filters.length > 0 ? next.filters : undefined });
      grid.current?.toTop();
    }
  };
  const narrowed = choice.search !== "" || choice.filters.length > 0;
  const clear = () => onSearch({ search: undefined, filters: undefined });
  const count = selectedCount(selection);
  const act = (index: number, use: (user: UserRow) => void) => {
    const user = rows.row(index);
    if (user) use(user);
  };

  return (
    <>
      <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-3">
        <FilterField
          label="Search users"
          placeholder={data ? `Search ${plural(data.all, "user")}` : "Search users"}
          value={choice.search}
          onChange={onText}
          onDown={() => grid.current?.focus()}
          delay={300}
        />
        {view && <ViewsMenu place={`users ${application}`} view={view} onView={onView} />}
        {view && <ColumnsButton columns={columns as GridColumn<never>[]} view={view} onView={onView} />}
        {data && data.total > 0 && <IconButton icon={FileDown} label="Export these users" onClick={() => setExporting(true)} />}
        {views}
      </div>
      {view && <FilterChips columns={columns as GridColumn<never>[]} view={view} onView={onView} />}
      {rows.problem && <ProblemCard problem={rows.problem} onRetry={rows.again} className="m-3" />}
      {!data && !error && (waiting || application !== "") && (
        <>
          <Reading application={application} />
          <UsersSkeleton />
        </>
      )}
      {data && view && data.total === 0 && !error && (
        <div className="min-h-0 flex-1">
          {narrowed ? (
            <Empty icon={FilterX} title={choice.search && choice.filters.length === 0 ? `No user matches “${choice.search}”` : "No user matches the search and the filters"} action={<Button onClick={clear}>Clear the search</Button>} />
          ) : (
            <Empty icon={UsersIcon} title="The database returned no users">
              Get users ran and returned no rows.
            </Empty>
          )}
        </div>
      )}
      {data && view && data.total > 0 && (
        <div className={cx("flex min-h-0 flex-1 flex-col", (!rows.settled || rows.refreshing) && "opacity-60")}>
          <Grid
            ref={grid}
            label="Users"
            columns={columns}
            count={data.total}
            row={rows.row}
            rowKey={keyOf}
            cursor={cursor}
            selected={selected}
            view={view}
            onView={onView}
            selection={selection}
            onSelection={setSelection}
            onRange={rows.onRange}
            onCursor={(index) => {
              setCursor(index);
              if (selected) act(index, ({ id }) => onOpen(id, true));
            }}
            onOpen={(index) => act(index, ({ id }) => onOpen(id))}
          />
        </div>
      )}
      {data && count > 0 && (
        <SelectionBar
          application={application}
          choice={choice}
          selection={selection}
          takenAt={data.takenAt}
          row={rows.row}
          onAsk={onAsk}
          onClear={() => {
            setSelection(NONE_SELECTED);
            grid.current?.focus();
          }}
        />
      )}
      {data && <ExportDialog open={exporting} application={application} choice={choice} users={data.total} secret={data.columns.filter(({ secret }) => secret).map(({ name }) => name)} onClose={() => setExporting(false)} />}
      {data && (
        <footer className="num flex h-9 shrink-0 items-center gap-2 border-t border-line px-3 text-12 text-text-2">
          <span role="status">{data.total === data.all ? plural(data.all, "user") : `${formatCount(data.total)} of ${plural(data.all, "user")}`}</span>
          <span className="ml-auto text-text-3">
            {rows.refreshing || rows.first.isFetching ? (
              "asking the database"
            ) : (
              <>
                read <RelativeTime at={data.takenAt} />, answered in {duration(data.durationUs)}
              </>
            )}
          </span>
          <IconButton icon={RotateCw} label="Ask the database again" side="top" disabled={rows.refreshing || rows.first.isFetching} onClick={() => void rows.refresh()} />
        </footer>
      )}
    </>
  );
}

/** How far the first reading is: of many users it takes its time. */
function Reading({ application }: { application: string }) {
  const imports = useImports().data?.imports;
  const own = imports?.find((each) => each.console && each.application === application && each.state === "reading");
  if (!own || own.rows === 0) return null;
  return (
    <p role="status" className="num border-b border-line px-3 py-1.5 text-12 text-text-2">
      Reading users: {formatCount(own.rows)} so far
    </p>
  );
}
