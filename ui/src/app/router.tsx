import { createHashHistory, createRootRoute, createRoute, createRouter, Navigate, Outlet, retainSearchParams, type RouterHistory } from "@tanstack/react-router";
import { useCallback } from "react";
import { Button } from "@/components/button";
import { readFilters } from "@/components/grid/filters";
import { readSort } from "@/components/grid/view";
import { ProblemCard } from "@/components/problem";
import { Shell } from "@/components/shell/shell";
import { toProblem } from "@/api/problem";
import { ConfigurationScreen, type ConfigurationSearch, firstSection } from "@/features/configuration/configuration";
import { ConnectionsScreen, type ConnectionsSearch } from "@/features/connections/connections";
import { Data, type DataSearch } from "@/features/data/data";
import { Entitlements, type EntitlementsSearch } from "@/features/entitlements/entitlements";
import { Guide, readGuide } from "@/features/guide/guide";
import { Operations, type OperationsSearch } from "@/features/operations/operations";
import { Overview, type OverviewSearch, readOverview } from "@/features/overview/overview";
import { Procedures, type ProceduresSearch } from "@/features/procedures/procedures";
import { Simulator, type SimulatorSearch } from "@/features/simulator/simulator";
import { Traffic, type TrafficSearch } from "@/features/traffic/traffic";
import { Users, type UsersSearch } from "@/features/users/users";

type RootSearch = { app?: string };

const text = (value: unknown): string | undefined => {
  if (typeof value === "string") return value === "" ? undefined : value;
  // A filter such as 404 is read from the address as a number.
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
};

const root = createRootRoute({
  validateSearch: (search: Record<string, unknown>): RootSearch => ({ app: text(search.app) }),
  search: { middlewares: [retainSearchParams<RootSearch>(["app"])] },
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
});

const overview = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: readOverview,
  component: function OverviewRoute() {
    const navigate = overview.useNavigate();
    const onSearch = useCallback((part: Partial<OverviewSearch>) => void navigate({ search: (before) => ({ ...before, ...part }) }), [navigate]);
    return <Overview search={overview.useSearch()} onSearch={onSearch} />;
  },
});

const traffic = createRoute({
  getParentRoute: () => root,
  path: "/traffic",
  validateSearch: (search: Record<string, unknown>): TrafficSearch => ({
    filter: text(search.filter),
    id: text(search.id),
    tab: text(search.tab),
    compare: text(search.compare),
    cleared: typeof search.cleared === "number" && search.cleared >= 0 ? Math.floor(search.cleared) : undefined,
  }),
  component: function TrafficRoute() {
    const navigate = traffic.useNavigate();
    const onSearch = useCallback(
      (part: Partial<TrafficSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...part }), replace }),
      [navigate],
    );
    return <Traffic search={traffic.useSearch()} onSearch={onSearch} />;
  },
});

const users = createRoute({
  getParentRoute: () => root,
  path: "/users",
  validateSearch: (search: Record<string, unknown>): UsersSearch => {
    const filters = readFilters(search.filters);
    const sort = readSort(search.sort);
    return {
      search: text(search.search),
      filters: filters.length > 0 ? filters : undefined,
      sort: sort.length > 0 ? sort : undefined,
      user: text(search.user),
      tab: text(search.tab),
      show: search.show === "chart" ? "chart" : undefined,
      by: text(search.by),
    };
  },
  component: function UsersRoute() {
    const navigate = users.useNavigate();
    const onSearch = useCallback(
      (part: Partial<UsersSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...part }), replace }),
      [navigate],
    );
    return <Users search={users.useSearch()} onSearch={onSearch} />;
  },
});

const entitlements = createRoute({
  getParentRoute: () => root,
  path: "/entitlements",
  validateSearch: (search: Record<string, unknown>): EntitlementsSearch => {
    const filters = readFilters(search.filters);
    const sort = readSort(search.sort);
    return {
      search: text(search.search),
      filters: filters.length > 0 ? filters : undefined,
      sort: sort.length > 0 ? sort : undefined,
      entitlement: text(search.entitlement),
      show: search.show === "usage" ? "usage" : undefined,
    };
  },
  component: function EntitlementsRoute() {
    const navigate = entitlements.useNavigate();
    const onSearch = useCallback(
      (part: Partial<EntitlementsSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...part }), replace }),
      [navigate],
    );
    return <Entitlements search={entitlements.useSearch()} onSearch={onSearch} />;
  },
});

const operations = createRoute({
  getParentRoute: () => root,
  path: "/operations",
  validateSearch: (search: Record<string, unknown>): OperationsSearch => ({ op: text(search.op), tab: text(search.tab), generate: search.generate === true || undefined }),
  component: function OperationsRoute() {
    const navigate = operations.useNavigate();
    const onSearch = useCallback(
      (part: Partial<OperationsSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...part }), replace }),
      [navigate],
    );
    return <Operations search={operations.useSearch()} onSearch={onSearch} />;
  },
});

const connections = createRoute({
  getParentRoute: () => root,
  path: "/connections",
  validateSearch: (search: Record<string, unknown>): ConnectionsSearch => ({
    name: text(search.name),
    application: text(search.application),
    add: search.add === "connection" || search.add === "application" ? search.add : undefined,
    like: text(search.like),
    from: text(search.from),
  }),
  component: function ConnectionsRoute() {
    const navigate = connections.useNavigate();
    const onSearch = useCallback(
      (part: Partial<ConnectionsSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...part }), replace }),
      [navigate],
    );
    return <ConnectionsScreen search={connections.useSearch()} onSearch={onSearch} />;
  },
});

/** A list of the address; left out where nothing of it can be read. */
const list = <T,>(found: T[]): T[] | undefined => (found.length > 0 ? found : undefined);

const data = createRoute({
  getParentRoute: () => root,
  path: "/data",
  validateSearch: (search: Record<string, unknown>): DataSearch => ({
    conn: text(search.conn),
    schema: text(search.schema),
    table: text(search.table),
    tab: text(search.tab),
    sort: list(readSort(search.sort)),
    filters: list(readFilters(search.filters)),
    row: typeof search.row === "number" && search.row >= 0 ? Math.floor(search.row) : undefined,
  }),
  component: function DataRoute() {
    const navigate = data.useNavigate();
    const onSearch = useCallback(
      (part: Partial<DataSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...part }), replace }),
      [navigate],
    );
    return <Data search={data.useSearch()} onSearch={onSearch} />;
  },
});

const procedures = createRoute({
  getParentRoute: () => root,
  path: "/procedures",
  validateSearch: (search: Record<string, unknown>): ProceduresSearch => ({
    schema: text(search.schema),
    search: text(search.search),
    routine: text(search.routine),
    overload: typeof search.overload === "number" && search.overload >= 1 ? Math.floor(search.overload) : undefined,
    tab: text(search.tab),
  }),
  component: function ProceduresRoute() {
    const navigate = procedures.useNavigate();
    const onSearch = useCallback(
      (part: Partial<ProceduresSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...part }), replace }),
      [navigate],
    );
    return <Procedures search={procedures.useSearch()} onSearch={onSearch} />;
  },
});

const guide = createRoute({
  getParentRoute: () => root,
  path: "/guide",
  validateSearch: readGuide,
  component: function GuideRoute() {
    return <Guide search={guide.useSearch()} />;
  },
});

const configuration = createRoute({
  getParentRoute: () => root,
  path: "/configuration",
  component: function ConfigurationRoute() {
    return <Navigate to="/configuration/$section" params={{ section: firstSection() }} replace />;
  },
});

const configurationSection = createRoute({
  getParentRoute: () => root,
  path: "/configuration/$section",
  validateSearch: (search: Record<string, unknown>): ConfigurationSearch => ({ tab: text(search.tab), left: text(search.left), right: text(search.right) }),
  component: function ConfigurationSectionRoute() {
    const navigate = configurationSection.useNavigate();
    const onSearch = useCallback(
      (part: Partial<ConfigurationSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...part }), replace }),
      [navigate],
    );
    return <ConfigurationScreen section={configurationSection.useParams().section} search={configurationSection.useSearch()} onSearch={onSearch} />;
  },
});

const simulator = createRoute({
  getParentRoute: () => root,
  path: "/simulator",
  validateSearch: (search: Record<string, unknown>): SimulatorSearch => ({
    play: text(search.play),
    target: text(search.target),
    beside: text(search.beside),
    against: text(search.against),
    size: typeof search.size === "number" && search.size >= 1 ? Math.floor(search.size) : undefined,
    run: text(search.run),
    user: text(search.user),
    list: text(search.list),
  }),
  component: function SimulatorRoute() {
    const navigate = simulator.useNavigate();
    const onSearch = useCallback(
      (part: Partial<SimulatorSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...part }), replace }),
      [navigate],
    );
    return <Simulator search={simulator.useSearch()} onSearch={onSearch} />;
  },
});

const tree = root.addChildren([overview, traffic, simulator, users, entitlements, operations, data, procedures, connections, guide, configuration, configurationSection]);

/** The history is in the fragment: the app's address is a file in the window and a single page on the server. */
export function makeRouter(history: RouterHistory = createHashHistory()) {
  return createRouter({
    routeTree: tree,
    history,
    defaultErrorComponent: ({ error, reset }) => (
      <div className="mx-auto max-w-150 p-6">
        <ProblemCard problem={toProblem(error)} onRetry={reset} />
      </div>
    ),
    defaultNotFoundComponent: () => (
      <div className="flex h-full flex-col items-center justify-center gap-3">
        <p>There is no such screen.</p>
        <Button onClick={() => window.location.replace("#/")}>Go to the Overview</Button>
      </div>
    ),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
