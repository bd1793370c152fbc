import { Database, Plug, Plus } from "lucide-react";
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from "react";
import type { ApplicationRow } from "@/api/contract";
import { useConnections, usePools } from "@/api/connections";
import { useOverview } from "@/api/queries";
import { Button } from "@/components/button";
import { Empty } from "@/components/empty";
import { Grid, type GridHandle } from "@/components/grid/grid";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { Split } from "@/components/split";
import { useActions } from "@/state/actions";
import { ApplicationPane } from "./application-pane";
import { APPLICATION_COLUMNS, CONNECTION_COLUMNS, type Shown } from "./columns";
import { ConnectionPane } from "./connection-pane";
import { draftOf, freeName } from "./draft";
import { RemoveDialog } from "./remove-dialog";

export type ConnectionsSearch = {
  /** the connection that stands open */
  name?: string;
  /** the application that stands open */
  application?: string;
  add?: "connection" | "application";
  /** the connection that a new one begins as */
  like?: string;
  /** the exchange whose header names a new one */
  from?: string;
};
type Props = { search: ConnectionsSearch; onSearch: (part: Partial<ConnectionsSearch>, replace?: boolean) => void };

const NOTHING: ConnectionsSearch = { name: undefined, application: undefined, add: undefined, like: undefined, from: undefined };

/** The databases that Sluice reaches, and the applications that use them. */
export function ConnectionsScreen({ search, onSearch }: Props) {
  const query = useConnections();
  const [pools, overview] = [usePools(), useOverview()];
  const [poolsNow, health] = [pools.data?.pools, overview.data?.connections];
  const unread = health === undefined ? overview.error : poolsNow === undefined ? pools.error : null;
  const grid = useRef<GridHandle>(null);
  const applicationGrid = useRef<GridHandle>(null);
  const [cursor, setCursor] = useState({ connection: search.name, application: search.application });
  const [removing, setRemoving] = useState(false);
  const all = query.data;
  const shown = useMemo<Shown[]>(
    () =>
      (all?.connections ?? []).map((row) => ({
        row,
        health: health?.find(({ name }) => name === row.name),
        unasked: unread !== null,
        pool: poolsNow && (poolsNow.find(({ connection }) => connection === row.name) ?? null),
      })),
    [all, health, unread, poolsNow],
  );
  const applications = useMemo(() => all?.applications ?? [], [all]);
  const open = shown.find(({ row }) => row.name === search.name);
  const openApplication = applications.find(({ name }) => name === search.application);
  const like = all?.connections.find(({ name }) => name === search.like);
  const go = useCallback((part: ConnectionsSearch) => onSearch({ ...NOTHING, ...part }), [onSearch]);
  const close = () => {
    go({});
    (search.application || search.add === "application" ? applicationGrid : grid).current?.focus();
  };
  const noConnection = all?.connections.length === 0 ? "There is no connection yet" : undefined;
  useActions([
    { id: "connections.add", title: "Add a connection…", group: "Connections", icon: Plus, keys: "n", words: "new database jdbc", run: () => go({ add: "connection" }) },
    { id: "applications.add", title: "Add an application…", group: "Connections", icon: Plus, words: "new integration", disabled: noConnection, run: () => go({ add: "application" }) },
  ]);
  const row = useCallback((index: number) => shown[index], [shown]);
  const applicationRow = useCallback((index: number) => applications[index], [applications]);

  if (!all) return query.error ? <ProblemCard problem={query.error} onRetry={() => void query.refetch()} className="m-3" /> : <SkeletonLines lines={10} />;

  const list = (
    <div className="flex h-full min-w-0 flex-col">
      <div className="flex min-h-11 shrink-0 items-center gap-2 border-b border-line px-3 py-1.5">
        <h1 className="font-semibold">Connections</h1>
        <Button icon={Plus} kind={shown.length === 0 ? "primary" : "plain"} className="ml-auto" onClick={() => go({ add: "connection" })}>
          Add connection
        </Button>
      </div>
      {query.error && <ProblemCard problem={query.error} onRetry={() => void query.refetch()} className="m-3" />}
      {unread && <ProblemCard problem={unread} onRetry={() => void Promise.all([pools.refetch(), overview.refetch()])} className="m-3" />}
      <div className="flex min-h-0 flex-[3] flex-col">
        {shown.length === 0 ? (
          <Empty icon={Database} title="No connection yet" action={<Button onClick={() => go({ add: "connection" })}>Add the first one</Button>}>
            A connection is a database that Sluice can reach. Everything else begins with one.
          </Empty>
        ) : (
          <Grid
            ref={grid}
            label="Connections"
            columns={CONNECTION_COLUMNS}
            count={shown.length}
            row={row}
            rowKey={({ row: { name } }) => name}
            cursor={shown.findIndex(({ row: { name } }) => name === cursor.connection)}
            selected={search.name}
            onCursor={(index) => setCursor((before) => ({ ...before, connection: shown[index]?.row.name }))}
            onOpen={(index) => {
              const next = shown[index]?.row.name;
              if (next && next !== search.name) go({ name: next });
            }}
          />
        )}
      </div>
      <div className="flex min-h-11 shrink-0 items-center gap-2 border-y border-line px-3 py-1.5">
        <h2 className="font-semibold">Applications</h2>
        <Button icon={Plus} className="ml-auto" disabled={noConnection !== undefined} title={noConnection} onClick={() => go({ add: "application" })}>
          Add application
        </Button>
      </div>
      <div className="flex min-h-0 flex-[2] flex-col">
        {applications.length === 0 ? (
          <Empty icon={Plug} title="No application yet">
            {noConnection ? "An application is one integration of the provider. It needs a connection first." : "An application is one integration of the provider: its address, and the operations behind it."}
          </Empty>
        ) : (
          <Grid
            ref={applicationGrid}
            label="Applications"
            columns={APPLICATION_COLUMNS}
            count={applications.length}
            row={applicationRow}
            rowKey={({ name }) => name}
            cursor={applications.findIndex(({ name }) => name === cursor.application)}
            selected={search.application}
            onCursor={(index) => setCursor((before) => ({ ...before, application: applications[index]?.name }))}
            onOpen={(index) => {
              const next = applications[index]?.name;
              if (next && next !== search.application) go({ application: next });
            }}
          />
        )}
      </div>
    </div>
  );

  const gone = (what: string) => (
    <Empty icon={Database} title={`There is no ${what} of this name`} action={<Button onClick={close}>Close</Button>}>
      It may have been removed, or renamed in the file.
    </Empty>
  );
  const keep = all.keyring ? "keyring" : "file";
  const detail =
    search.add === "connection" ? (
      <ConnectionPane
        key={`add ${search.like ?? ""} ${search.from ?? ""}`}
        all={all}
        row={undefined}
        health={undefined}
        pool={undefined}
        begin={like ? draftOf(freeName(like.name, all.connections.map(({ name }) => name)), like.settings, keep, like.password ? like.name : null) : undefined}
        from={search.from}
        onSaved={(name) => go({ name })}
        onDuplicate={() => undefined}
        onRemove={() => undefined}
        onClose={close}
      />
    ) : search.add === "application" ? (
      <ApplicationPane key="add" all={all} row={undefined} onSaved={(application) => go({ application })} onRemove={() => undefined} onClose={close} />
    ) : search.name !== undefined ? (
      open ? (
        <ConnectionPane key={open.row.name} all={all} {...open} onSaved={() => undefined} onDuplicate={() => go({ add: "connection", like: open.row.name })} onRemove={() => setRemoving(true)} onClose={close} />
      ) : (
        gone("connection")
      )
    ) : search.application !== undefined ? (
      openApplication ? (
        <ApplicationPane key={openApplication.name} all={all} row={openApplication} guard={overview.data?.applications.find(({ name }) => name === openApplication.name)} onSaved={() => undefined} onRemove={() => setRemoving(true)} onClose={close} />
      ) : (
        gone("application")
      )
    ) : null;

  return (
    // Escape closes the pane from anywhere in the screen.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="h-full"
      onKeyDown={(event: KeyboardEvent<HTMLDivElement>) => {
        if (event.defaultPrevented || removing || event.key !== "Escape" || detail === null) return;
        close();
      }}
    >
      <Split name="connections" list={list} listPart={44} detailLabel={search.application !== undefined || search.add === "application" ? "Application" : "Connection"} detail={detail} />
      {removing && (open || openApplication) && (
        <RemoveDialog
          what={open ? { connection: open.row } : { application: openApplication as ApplicationRow, on: all.connections.find(({ name }) => name === openApplication?.settings.connection) }}
          onRemoved={() => {
            setRemoving(false);
            close();
          }}
          onClose={() => setRemoving(false)}
        />
      )}
    </div>
  );
}
