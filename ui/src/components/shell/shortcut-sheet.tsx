import { Dialog } from "@base-ui/react/dialog";
import { useLocation } from "@tanstack/react-router";
import { X } from "lucide-react";
import { type RefObject, useRef } from "react";
import { useOffered } from "@/state/actions";
import { focusAfter, useShell } from "@/state/shell";
import { IconButton } from "../button";
import { Keys } from "../keys";
import { SCREENS } from "./screens";

/** Keys that lists and layers take themselves, everywhere alike. */
const LISTS: [string, string][] = [
  ["ArrowDown", "Next row; also J"],
  ["ArrowUp", "Previous row; also K"],
  ["Enter", "Open the row"],
  ["Escape", "Close the pane, or empty the filter"],
];

/** Every key there is on this screen. It is made of what the palette offers, so it cannot be out of date. */
export function ShortcutSheet() {
  const { sheet, setSheet } = useShell();
  const list = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open={sheet} onOpenChange={setSheet}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup initialFocus={list} finalFocus={focusAfter} className="layer fixed top-[8vh] left-1/2 z-50 flex max-h-[84vh] w-180 max-w-[92vw] -translate-x-1/2 flex-col rounded-xl border border-line-2 bg-surface-1 text-13 shadow-layer outline-none">
          <div className="flex items-center border-b border-line py-2 pr-2 pl-4">
            <Dialog.Title className="text-15 font-semibold">Keyboard shortcuts</Dialog.Title>
            <Dialog.Close render={<IconButton icon={X} label="Close" keys="Esc" className="ml-auto" />} />
          </div>
          <Content list={list} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ list }: { list: RefObject<HTMLDivElement | null> }) {
  const path = useLocation({ select: (location) => location.pathname });
  const here = SCREENS.find((screen) => screen.path === path)?.title;
  const groups = new Map<string, { keys: string; words: string }[]>();
  for (const { group, keys, title } of useOffered()) {
    if (!keys) continue;
    groups.set(group, [...(groups.get(group) ?? []), { keys, words: title }]);
  }
  groups.set("Lists", LISTS.map(([keys, words]) => ({ keys, words })));
  const first = (group: string) => (group === here ? 0 : group === "Lists" ? 1 : 2);
  const sorted = [...groups].sort(([a], [b]) => first(a) - first(b));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard has to reach it
    <div ref={list} tabIndex={0} role="group" aria-label="Shortcuts by screen" className="min-h-0 columns-1 gap-8 overflow-y-auto px-4 py-3 outline-none sm:columns-2">
      {sorted.map(([group, entries]) => (
        <section key={group} aria-label={group} className="mb-4 break-inside-avoid">
          <h3 className="mb-1 text-11 font-medium text-text-3">{group}</h3>
          <dl>
            {entries.map(({ keys, words }) => (
              <div key={`${keys} ${words}`} className="flex min-h-6 items-center gap-3">
                <dt className="min-w-0 flex-1 truncate">{words}</dt>
                <dd>
                  <Keys keys={keys} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
