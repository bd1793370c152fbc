import { Dialog } from "@base-ui/react/dialog";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { AppWindow, Copy, type LucideIcon, ListFilter, Play, Square, UserSearch } from "lucide-react";
import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { toast } from "sonner";
import { useEndpointControl, useOverview } from "@/api/queries";
import { useShell } from "@/state/shell";
import { useTheme } from "@/state/theme";
import { copyText } from "../clipboard";
import { Keys } from "../keys";
import { useApplication } from "./application";
import { SCREENS } from "./screens";
import { THEMES } from "./title-bar";

const GROUP = "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-11 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-text-3";

/** Go anywhere, run anything: what has no button on the screen at hand is one word away. */
export function Palette() {
  const { palette, setPalette } = useShell();
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog.Root open={palette} onOpenChange={setPalette}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup initialFocus={input} finalFocus={focusAfter} className="layer fixed top-[12vh] left-1/2 z-50 w-140 max-w-[92vw] -translate-x-1/2 overflow-hidden rounded-xl border border-line-2 bg-surface-1 text-13 shadow-layer outline-none">
          <Dialog.Title className="sr-only">Search or run a command</Dialog.Title>
          {/* It goes when the popup has gone: a field taken away while the popup fades would draw the focus to the popup, even one opened again. */}
          <Content open={palette} close={() => setPalette(false)} input={input} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Back to where the focus was, unless it has moved on already. */
function focusAfter(): HTMLElement | false {
  const { opener } = useShell.getState();
  const idle = document.activeElement === document.body || document.activeElement?.closest("[role=dialog]");
  return idle && opener?.isConnected && opener !== document.body ? opener : false;
}

type Entry = { title: string; icon: LucideIcon; keys?: string; disabled?: boolean; words?: string; run: () => void };
type Section = { heading: string; entries: Entry[] };

/** Every typed word has to begin a word of the entry. The order stays: what a hand has learnt is where it was. */
function matches(entry: Entry, typed: string): boolean {
  const words = `${entry.title} ${entry.words ?? ""}`.toLowerCase().split(/[\s:.…]+/);
  return typed.toLowerCase().split(/\s+/).every((part) => words.some((word) => word.startsWith(part)));
}

function useSections(): Section[] {
  const navigate = useNavigate();
  const overview = useOverview().data;
  const { application, applications, choose } = useApplication();
  const control = useEndpointControl();
  const setTheme = useTheme((state) => state.setTheme);
  const askStop = useShell((state) => state.setStopAsked);
  const start = () =>
    control.mutate("start", {
      onSuccess: () => toast.success("The endpoint listens"),
      onError: (problem) => toast.error(problem.message, { description: problem.hint ?? undefined }),
    });
  const url = application?.baseUrl;
  const copyUrl = () => {
    if (url)
      copyText(url).then(
        () => toast.success("Base URL copied", { description: url }),
        () => toast.error("The clipboard cannot be reached"),
      );
  };
  const endpoint: Entry[] = [
    { title: url ? `Copy the base URL of ${application.name}` : "Copy the base URL: the endpoint is stopped", icon: Copy, disabled: !url, words: "address", run: copyUrl },
  ];
  if (overview?.endpoint.state === "listening") endpoint.unshift({ title: "Stop the endpoint…", icon: Square, run: () => askStop(true) });
  else if (overview) endpoint.unshift({ title: "Start the endpoint", icon: Play, run: start });
  return [
    {
      heading: "Go to",
      entries: SCREENS.map((screen) => ({ title: screen.title, icon: screen.icon, keys: `g+${screen.letter}`, words: "go to open", run: () => void navigate({ to: screen.path }) })),
    },
    { heading: "Endpoint", entries: endpoint },
    {
      heading: "Application",
      entries: applications.length > 1 ? applications.map((candidate) => ({ title: `Look at ${candidate.name}`, icon: AppWindow, words: "application switch", run: () => choose(candidate.name) })) : [],
    },
    { heading: "Theme", entries: THEMES.map((option) => ({ title: `Theme: ${option.title.toLowerCase()}`, icon: option.icon, run: () => setTheme(option.theme) })) },
  ];
}

function Content({ open, close, input }: { open: boolean; close: () => void; input: RefObject<HTMLInputElement | null> }) {
  // At once: the dialog's own focus comes a frame later, and a quick hand's first letter would be lost.
  useLayoutEffect(() => {
    if (open) input.current?.select();
    // While it fades, the keys belong to the screen again.
    else input.current?.blur();
  }, [open, input]);
  const [text, setText] = useState("");
  const navigate = useNavigate();
  const typed = text.trim();
  const sections = useSections().map((section) => ({ ...section, entries: typed ? section.entries.filter((entry) => matches(entry, typed)) : section.entries }));
  if (typed) {
    // Always offered, and after what goes by that name: here the text is the argument.
    sections.push({
      heading: "Look for it",
      entries: [
        { title: `Users that match “${typed}”`, icon: UserSearch, run: () => void navigate({ to: "/users", search: { search: typed } as never }) },
        { title: `Traffic that matches “${typed}”`, icon: ListFilter, run: () => void navigate({ to: "/traffic", search: { filter: typed } as never }) },
      ],
    });
  }
  return (
    <Command label="Search or run a command" shouldFilter={false}>
      <Command.Input ref={input} value={text} onValueChange={setText} placeholder="Search or run a command" className="h-11 w-full border-b border-line bg-transparent px-4 text-15 outline-none" />
      <Command.List className="max-h-90 overflow-y-auto p-1">
        {sections
          .filter((section) => section.entries.length > 0)
          .map((section) => (
            <Command.Group key={section.heading} heading={section.heading} className={GROUP}>
              {section.entries.map((entry) => (
                <Command.Item
                  key={entry.title}
                  value={entry.title}
                  disabled={entry.disabled}
                  onSelect={() => {
                    close();
                    entry.run();
                  }}
                  className="flex min-h-8 items-center gap-2.5 rounded-md px-2 data-[disabled=true]:text-text-3 data-[selected=true]:bg-surface-2"
                >
                  <entry.icon size={15} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-2" />
                  <span className="truncate">{entry.title}</span>
                  {entry.keys && (
                    <span className="ml-auto">
                      <Keys keys={entry.keys} />
                    </span>
                  )}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
      </Command.List>
    </Command>
  );
}
