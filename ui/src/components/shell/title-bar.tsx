import { Menu } from "@base-ui/react/menu";
import { Link } from "@tanstack/react-router";
import { Check, ChevronsUpDown, type LucideIcon, Monitor, Moon, Search, Sun } from "lucide-react";
import { useOverview } from "@/api/queries";
import { useWorkstation } from "@/api/workstation";
import { useShell } from "@/state/shell";
import { type Theme, useTheme } from "@/state/theme";
import { EnvironmentLabel } from "../environment";
import { Keys } from "../keys";
import { Skeleton } from "../skeleton";
import { Tooltip } from "../tooltip";
import { useApplication } from "./application";

const BADGE = "rounded-md border border-line-2 px-1.5 text-11 text-text-2";

/** Says that the people are invented. In a window it leads to where a workspace of one's own is begun. */
function DemoBadge() {
  const inWindow = Boolean(useWorkstation().data);
  if (!inWindow) return <span className={BADGE}>Demo data</span>;
  return (
    <Link to="/configuration/$section" params={{ section: "workstation" }} title="Begin a workspace of your own" className={`${BADGE} hover:text-text`}>
      Demo data
    </Link>
  );
}

export function TitleBar() {
  const overview = useOverview().data;
  const { connection } = useApplication();
  const openPalette = useShell((state) => state.setPalette);
  return (
    <header data-tauri-drag-region className="flex h-10 shrink-0 items-center gap-2.5 border-b border-line bg-surface-0 px-3">
      <span className="text-13 font-semibold">Sluice</span>
      {overview ? <EnvironmentLabel environment={overview.workspace.environment} /> : <Skeleton className="h-5 w-16" />}
      <ApplicationMenu />
      {connection && (
        <span className="truncate text-text-2">
          {connection.name}
          {connection.product && ` · ${connection.product}`}
        </span>
      )}
      {overview?.workspace.demo && <DemoBadge />}
      <div className="ml-auto flex items-center gap-2">
        <button
          type="button"
          onClick={() => openPalette(true)}
          aria-keyshortcuts="Control+K Meta+K"
          className="flex h-7 w-85 items-center gap-2 rounded-md border border-line-2 bg-surface-1 px-2 text-13 text-text-3 hover:text-text-2"
        >
          <Search size={15} strokeWidth={1.75} aria-hidden />
          Search or run a command
          <span className="ml-auto">
            <Keys keys="mod+K" />
          </span>
        </button>
        <ThemeMenu />
      </div>
    </header>
  );
}

const POPUP = "layer min-w-44 rounded-lg border border-line-2 bg-surface-1 p-1 text-13 shadow-layer outline-none";
const ITEM = "flex min-h-7 items-center gap-2 rounded-md px-2 outline-none data-highlighted:bg-surface-2";

function ApplicationMenu() {
  const { applications, application, choose } = useApplication();
  const known = useOverview().data !== undefined;
  if (!application) return known ? <span className="px-1.5 text-text-2">No application yet</span> : <Skeleton className="h-4 w-24" />;
  return (
    <Menu.Root>
      <Menu.Trigger
        aria-label={`Application ${application.name}`}
        className="flex h-7 min-w-0 items-center gap-1.5 rounded-md px-1.5 text-13 font-medium hover:bg-surface-2"
      >
        <span className="truncate">{application.name}</span>
        <ChevronsUpDown size={14} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-3" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="start" sideOffset={4} className="z-50">
          <Menu.Popup className={POPUP}>
            <Menu.RadioGroup value={application.name} onValueChange={(name) => choose(String(name))}>
              {applications.map((candidate) => (
                <Menu.RadioItem key={candidate.name} value={candidate.name} closeOnClick className={ITEM}>
                  <span className="inline-flex size-4 items-center justify-center">
                    <Menu.RadioItemIndicator>
                      <Check size={14} aria-hidden />
                    </Menu.RadioItemIndicator>
                  </span>
                  <span className="font-medium">{candidate.name}</span>
                  <span className="ml-auto pl-6 text-12 text-text-3">{candidate.connection ?? "no connection"}</span>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

export const THEMES: { theme: Theme; title: string; icon: LucideIcon }[] = [
  { theme: "system", title: "As the system", icon: Monitor },
  { theme: "light", title: "Light", icon: Sun },
  { theme: "dark", title: "Dark", icon: Moon },
];

function ThemeMenu() {
  const { theme, setTheme } = useTheme();
  const Icon = THEMES.find((candidate) => candidate.theme === theme)?.icon ?? Monitor;
  return (
    <Menu.Root>
      <Tooltip text="Theme">
        <Menu.Trigger aria-label="Theme" className="inline-flex size-7 items-center justify-center rounded-md text-text-2 hover:bg-surface-2 hover:text-text">
          <Icon size={15} strokeWidth={1.75} aria-hidden />
        </Menu.Trigger>
      </Tooltip>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} className="z-50">
          <Menu.Popup className={POPUP}>
            <Menu.RadioGroup value={theme} onValueChange={(next) => setTheme(next as Theme)}>
              {THEMES.map((option) => (
                <Menu.RadioItem key={option.theme} value={option.theme} closeOnClick className={ITEM}>
                  <option.icon size={15} strokeWidth={1.75} aria-hidden className="text-text-2" />
                  {option.title}
                  <Menu.RadioItemIndicator className="ml-auto">
                    <Check size={14} aria-hidden />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
