import { createHashHistory, createRootRoute, createRoute, createRouter, Navigate, Outlet, retainSearchParams, type RouterHistory } from "@tanstack/react-router";
import { type ComponentType, useCallback } from "react";
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
import { Overview, readOverview } from "@/features/overview/overview";
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

type Read<Search> = (search: Record<string, unknown>) => Search;
type ScreenProps<Search> = { search: Search; onSearch: (part: Partial<Search>, replace?: boolean) => void };

/** A screen at a path: it is given what the address says, and changes a part of that. */
function screen<const Path extends string, Search extends object>(path: Path, read: Read<Search>, Screen: ComponentType<ScreenProps<Search>>) {
  const route = createRoute({
    getParentRoute: () => root,
    path,
    validateSearch: read,
    component: function ScreenRoute() {
      const navigate = route.useNavigate();
      // Typed by the screen: the router knows the search of a route by its name only, and here it is any of them.
      const onSearch = useCallback<ScreenProps<Search>["onSearch"]>(
        (part, replace = false) => void navigate({ search: ((before: Search) => ({ ...before, ...part })) as never, replace } as never),
        [navigate],
      );
      return <Screen search={route.useSearch() as Search} onSearch={onSearch} />;
    },
  });
  return route;
}

/** A list of the address; left out where nothing of it can be read. */
const list = <T,>(found: T[]): T[] | undefined => (found.length > 0 ? found : undefined);

/** A whole number of the address from `least` on. */
const whole = (value: unknown, least: number): number | undefined => (typeof value === "number" && value >= least ? Math.floor(value) : undefined);

const overview = screen("/", readOverview, Overview);

const traffic = screen(
  "/traffic",
  (search): TrafficSearch => ({
    filter: text(search.filter),
    id: text(search.id),
    tab: text(search.tab),
    compare: text(search.compare),
    cleared: whole(search.cleared, 0),
  }),
  Traffic,
);

const users = screen(
  "/users",
  (search): UsersSearch => ({
    search: text(search.search),
    filters: list(readFilters(search.filters)),
    sort: list(readSort(search.sort)),
    user: text(search.user),
    tab: text(search.tab),
    show: search.show === "chart" ? "chart" : undefined,
    by: text(search.by),
  }),
  Users,
);

const entitlements = screen(
  "/entitlements",
  (search): EntitlementsSearch => ({
    search: text(search.search),
    filters: list(readFilters(search.filters)),
    sort: list(readSort(search.sort)),
    entitlement: text(search.entitlement),
    show: search.show === "usage" ? "usage" : undefined,
  }),
  Entitlements,
);

const operations = screen("/operations", (search): OperationsSearch => ({ op: text(search.op), tab: text(search.tab), generate: search.generate === true || undefined }), Operations);

const connections = screen(
  "/connections",
  (search): ConnectionsSearch => ({
    name: text(search.name),
    application: text(search.application),
    add: search.add === "connection" || search.add === "application" ? search.add : undefined,
    like: text(search.like),
    from: text(search.from),
  }),
  ConnectionsScreen,
);

const data = screen(
  "/data",
  (search): DataSearch => ({
    conn: text(search.conn),
    schema: text(search.schema),
    table: text(search.table),
    tab: text(search.tab),
    sort: list(readSort(search.sort)),
    filters: list(readFilters(search.filters)),
    row: whole(search.row, 0),
  }),
  Data,
);

const procedures = screen(
  "/procedures",
  (search): ProceduresSearch => ({
    schema: text(search.schema),
    search: text(search.search),
    routine: text(search.routine),
    overload: whole(search.overload, 1),
    tab: text(search.tab),
  }),
  Procedures,
);

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

const simulator = screen(
  "/simulator",
  (search): SimulatorSearch => ({
    play: text(search.play),
    target: text(search.target),
    beside: text(search.beside),
    against: text(search.against),
    size: whole(search.size, 1),
    run: text(search.run),
    user: text(search.user),
    list: text(search.list),
  }),
  Simulator,
);

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
