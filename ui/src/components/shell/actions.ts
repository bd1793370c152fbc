import { useNavigate } from "@tanstack/react-router";
import { AppWindow, Compass, Copy, Keyboard, ListFilter, LogOut, Play, Search, Square } from "lucide-react";
import { toast } from "sonner";
import { useApi } from "@/api/context";
import { useEndpointControl, useOverview } from "@/api/queries";
import { type Action, useActions } from "@/state/actions";
import { remember } from "@/state/remembered";
import { useShell } from "@/state/shell";
import { useTheme } from "@/state/theme";
import { copyText } from "../clipboard";
import { tellProblem } from "../problem-toast";
import { useApplication } from "./application";
import { leftAt } from "./places";
import { SCREENS } from "./screens";
import { THEMES } from "./title-bar";

/** What can be done from every screen. */
export function useShellActions(): void {
  const navigate = useNavigate();
  const overview = useOverview().data;
  const { application, applications, choose } = useApplication();
  const control = useEndpointControl();
  const setTheme = useTheme((state) => state.setTheme);
  const askStop = useShell((state) => state.askStop);
  const setPalette = useShell((state) => state.setPalette);
  const setSheet = useShell((state) => state.setSheet);
  const { host } = useApi();
  const url = application?.baseUrl;
  const start = () =>
    control.mutate("start", {
      onSuccess: () => toast.success("The endpoint listens"),
      onError: (problem) => tellProblem("The endpoint was not started", problem),
    });
  const copyUrl = () => {
    if (url)
      copyText(url).then(
        () => toast.success("Base URL copied", { description: url }),
        (cause: unknown) => tellProblem("The base URL was not copied", cause),
      );
  };
  const actions: Action[] = [
    ...SCREENS.map((screen) => ({
      id: `go.${screen.path}`,
      title: `Go to ${screen.title}`,
      group: "Go to",
      icon: screen.icon,
      keys: `g ${screen.letter}`,
      words: "open screen",
      run: () => void navigate({ to: screen.path, search: leftAt(screen.path) as never }),
    })),
    {
      id: "endpoint.copy_url",
      title: application ? `Copy the base URL of ${application.name}` : "Copy the base URL",
      group: "Endpoint",
      icon: Copy,
      words: "address",
      disabled: url ? undefined : "The endpoint is stopped",
      run: copyUrl,
    },
  ];
  if (overview?.endpoint.state === "listening") actions.push({ id: "endpoint.stop", title: "Stop the endpoint…", group: "Endpoint", icon: Square, run: () => askStop(true) });
  else if (overview) actions.push({ id: "endpoint.start", title: "Start the endpoint", group: "Endpoint", icon: Play, run: start });
  if (applications.length > 1)
    for (const candidate of applications)
      actions.push({ id: `application.${candidate.name}`, title: `Look at ${candidate.name}`, group: "Application", icon: AppWindow, words: "application switch", run: () => choose(candidate.name) });
  for (const option of THEMES)
    actions.push({ id: `theme.${option.theme}`, title: `Theme: ${option.title.toLowerCase()}`, group: "Everywhere", icon: option.icon, words: "appearance colours", run: () => setTheme(option.theme) });
  actions.push(
    { id: "shell.palette", title: "Search or run a command", group: "Everywhere", icon: Search, keys: "mod+k", run: () => setPalette(!useShell.getState().palette) },
    { id: "shell.filter", title: "Go to the filter of the screen", group: "Everywhere", icon: ListFilter, keys: "/", words: "search find", run: focusFilter },
    { id: "shell.shortcuts", title: "Show the keyboard shortcuts", group: "Everywhere", icon: Keyboard, keys: "?", words: "help keys", run: () => setSheet(!useShell.getState().sheet) },
    {
      id: "shell.tour",
      title: "Show the first steps again",
      group: "Everywhere",
      icon: Compass,
      words: "tour welcome help begin",
      run: () => {
        remember("tour", "open");
        void navigate({ to: "/" });
      },
    },
  );
  const { logOut } = host;
  if (logOut) actions.push({ id: "shell.log_out", title: "Log out of this browser", group: "Everywhere", icon: LogOut, words: "sign out session", run: () => void logOut().catch((cause: unknown) => tellProblem("You are still logged in", cause)) });
  useActions(actions);
}

/** The field that a screen marks as its filter. */
function focusFilter(): void {
  const field = document.querySelector<HTMLElement>("[data-filter-field]");
  field?.focus();
  if (field instanceof HTMLInputElement) field.select();
}
