import { Dialog } from "@base-ui/react/dialog";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { Command, useCommandState } from "cmdk";
import { Circle, ListFilter, UserSearch } from "lucide-react";
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Action, useOffered } from "@/state/actions";
import { useRemembered } from "@/state/remembered";
import { focusAfter, useShell } from "@/state/shell";
import { Keys } from "../keys";
import { type Section, sectionsOf } from "./ranking";
import { SCREENS } from "./screens";

const GROUP = "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-11 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-text-3";
/** How many of the latest actions are remembered. */
const RECENT = 6;
const NONE: string[] = [];

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

function Content({ open, close, input }: { open: boolean; close: () => void; input: RefObject<HTMLInputElement | null> }) {
  // At once: the dialog's own focus comes a frame later, and a quick hand's first letter would be lost.
  useLayoutEffect(() => {
    if (open) input.current?.select();
    // While it fades, the keys belong to the screen again.
    else input.current?.blur();
  }, [open, input]);
  const [text, setText] = useState("");
  const [recent, setRecent] = useRemembered<string[]>("palette.recent", NONE);
  const navigate = useNavigate();
  const path = useLocation({ select: (location) => location.pathname });
  const here = SCREENS.find((screen) => screen.path === path)?.title;
  const typed = text.trim();
  const sections: Section[] = sectionsOf(
    useOffered().filter((action) => action.id !== "shell.palette"),
    typed,
    { here, recent },
  );
  if (typed) {
    // Always offered, and after what goes by that name: here the text is the argument.
    sections.push({
      heading: "Look for it",
      actions: [
        { id: "look.users", group: "Look for it", title: `Users that match “${typed}”`, icon: UserSearch, run: () => void navigate({ to: "/users", search: { search: typed } as never }) },
        { id: "look.traffic", group: "Look for it", title: `Traffic that matches “${typed}”`, icon: ListFilter, run: () => void navigate({ to: "/traffic", search: { filter: typed } as never }) },
      ],
    });
  }
  const run = (action: Action) => {
    if (!action.id.startsWith("look.")) setRecent([action.id, ...recent.filter((id) => id !== action.id)].slice(0, RECENT));
    close();
    action.run();
  };
  return (
    <Command label="Search or run a command" shouldFilter={false}>
      <Command.Input ref={input} value={text} onValueChange={setText} placeholder="Search or run a command" className="h-11 w-full border-b border-line bg-transparent px-4 text-15 outline-none" />
      <Command.List className="max-h-90 overflow-y-auto p-1">
        {sections.map((section) => (
          <Command.Group key={section.heading} heading={section.heading} className={GROUP}>
            {section.actions.map((action) => (
              <Entry key={`${section.heading} ${action.id}`} value={`${section.heading} ${action.id}`} action={action} onRun={() => run(action)} />
            ))}
          </Command.Group>
        ))}
      </Command.List>
      <Chosen input={input} />
    </Command>
  );
}

/** Names the chosen entry to whoever hears the screen. cmdk looks for it before its entries are drawn anew, and names the one before. */
function Chosen({ input }: { input: RefObject<HTMLInputElement | null> }) {
  useCommandState(({ value }) => value);
  useCommandState(({ selectedItemId }) => selectedItemId);
  // With each drawing: other entries may stand there although the chosen one has the name it had.
  useEffect(() => {
    const all = input.current?.closest("[cmdk-root]");
    const entry = all?.querySelector("[cmdk-item][aria-selected=true]");
    for (const element of all?.querySelectorAll("[cmdk-input], [cmdk-list]") ?? []) {
      if (entry) element.setAttribute("aria-activedescendant", entry.id);
      else element.removeAttribute("aria-activedescendant");
    }
  });
  return null;
}

function Entry({ action, value, onRun }: { action: Action; value: string; onRun: () => void }) {
  const Icon = action.icon ?? Circle;
  return (
    <Command.Item
      value={value}
      disabled={action.disabled !== undefined}
      onSelect={onRun}
      className="flex min-h-8 items-center gap-2.5 rounded-md px-2 data-[disabled=true]:text-text-3 data-[selected=true]:bg-surface-2"
    >
      <Icon size={15} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-2" />
      <span className="truncate">{action.title}</span>
      {(action.disabled ?? action.keys) && (
        <span className="ml-auto shrink-0 pl-3 text-12">{action.disabled ?? <Keys keys={action.keys ?? ""} />}</span>
      )}
    </Command.Item>
  );
}
