import { GitFork, Rows3 } from "lucide-react";
import { useCallback, useRef, useState } from "react";
import { useOverview } from "@/api/queries";
import type { GridHandle } from "@/components/grid/grid";
import type { GridFilter } from "@/components/grid/filters";
import type { GridSort } from "@/components/grid/view";
import { NotSetUp } from "@/components/not-set-up";
import { ProblemCard } from "@/components/problem";
import { Segments } from "@/components/segments";
import { useApplication } from "@/components/shell/application";
import { Split } from "@/components/split";
import { UserChangeDialog } from "@/components/user-change/dialog";
import type { Asked } from "@/components/user-change/words";
import { useActions } from "@/state/actions";
import { UserDetail } from "./detail";
import { UserList } from "./list";
import { Chart } from "./reporting/chart";

export type UsersSearch = {
  search?: string;
  filters?: GridFilter[];
  sort?: GridSort[];
  user?: string;
  tab?: string;
  /** the list where it is left out */
  show?: "chart";
  /** the column that names managers, where somebody chose one */
  by?: string;
};
type Props = { search: UsersSearch; onSearch: (part: Partial<UsersSearch>, replace?: boolean) => void };

const NO_FILTERS: GridFilter[] = [];
const NO_SORT: GridSort[] = [];

export function Users({ search, onSearch }: Props) {
  const { application, connection } = useApplication();
  const overview = useOverview();
  const name = application?.name ?? "";
  const grid = useRef<GridHandle>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  /** how often users were changed from here: the list is read anew after each */
  const [changes, setChanges] = useState(0);
  const chart = search.show === "chart";
  const close = () => {
    onSearch({ user: undefined });
    grid.current?.focus();
  };
  const onOpen = useCallback((user: string, replace?: boolean) => onSearch({ user }, replace), [onSearch]);
  useActions([
    { id: "users.list", title: "Show users as a list", group: "Users", icon: Rows3, disabled: chart ? undefined : "The list is shown", run: () => onSearch({ show: undefined }) },
    { id: "users.chart", title: "Show who reports to whom", group: "Users", icon: GitFork, words: "organisation chart manager hierarchy tree", disabled: chart ? "The chart is shown" : undefined, run: () => onSearch({ show: "chart" }) },
  ]);

  const views = (
    <Segments
      label="How users are shown"
      value={chart ? "chart" : "list"}
      onChange={(next) => onSearch({ show: next === "chart" ? "chart" : undefined })}
      segments={[
        { id: "list", icon: Rows3, title: "List" },
        { id: "chart", icon: GitFork, title: "Who reports to whom" },
      ]}
    />
  );
  const list = (
    <div className="flex h-full min-w-0 flex-col">
      <h1 className="sr-only">Users</h1>
      {!name && overview.error && <ProblemCard problem={overview.error} onRetry={() => void overview.refetch()} className="m-3" />}
      {!name && overview.data && (
        <NotSetUp>Users appear here when an application has a connection and its operations.</NotSetUp>
      )}
      {chart && name !== "" ? (
        <Chart
          key={name}
          application={name}
          changes={changes}
          column={search.by ?? null}
          onColumn={(by) => onSearch({ by: by ?? undefined }, true)}
          selected={search.user}
          onOpen={onOpen}
          views={views}
        />
      ) : (
        <UserList
          key={name}
          application={name}
          waiting={!overview.data && !overview.error}
          changes={changes}
          choice={{ search: search.search ?? "", filters: search.filters ?? NO_FILTERS, sort: search.sort ?? NO_SORT }}
          onSearch={onSearch}
          selected={search.user}
          onOpen={onOpen}
          onAsk={setAsked}
          grid={grid}
          views={views}
        />
      )}
    </div>
  );

  return (
    // Escape closes from anywhere in the screen.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="h-full"
      onKeyDown={(event) => {
        if (event.defaultPrevented || event.target instanceof HTMLInputElement || asked) return;
        if (event.key === "Escape" && search.user) close();
      }}
    >
      <Split
        name="users"
        list={list}
        detailLabel="User"
        detail={
          search.user && name ? (
            <UserDetail
              application={name}
              id={search.user}
              column={search.by ?? null}
              tab={search.tab ?? "row"}
              onTab={(tab) => onSearch({ tab: tab === "row" ? undefined : tab }, true)}
              onOpen={onOpen}
              onAsk={setAsked}
              onClose={close}
            />
          ) : null
        }
      />
      <UserChangeDialog asked={asked} application={name} connection={connection} onAsk={setAsked} onChanged={() => setChanges((count) => count + 1)} />
    </div>
  );
}
