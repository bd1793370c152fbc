import type { LucideIcon } from "lucide-react";
import { useEffect, useLayoutEffect, useRef } from "react";
import { create } from "zustand";

/**
 * Something an administrator can do, listed in the palette and, with its keys, on the sheet of shortcuts.
 *
 * A screen offers its own with `useActions([...])` for as long as it is open. To add one: give it an `id` that no other has
 * (`traffic.pin`; the recent ones are remembered by it) and take the button's and the menu's words from the same object.
 */
export type Action = {
  id: string;
  /** what it does, beginning with a verb; with … where it asks something first */
  title: string;
  /** the heading it stands under, mostly the screen's name */
  group: string;
  icon?: LucideIcon;
  /** `p`, `mod+s`, `mod+Enter`, `shift+?`, or one after the other: `g t`. Pressed outside of a field, it runs the action; with `mod` in a field as well. */
  keys?: string;
  /** the keys are listened for by the field or grid itself and are only shown here */
  local?: boolean;
  /** further words it is found by */
  words?: string;
  /** why it cannot be done now; said beside it */
  disabled?: string;
  run: () => void;
};

/** `looks` is all of it that is shown. */
type Offer = { order: number; looks: string; actions: readonly Action[] };
type Offers = { offers: Offer[] };

/** Who offers what at the moment. Only `useActions` writes here. */
const useOffers = create<Offers>(() => ({ offers: [] }));
let count = 0;

const shape = (actions: readonly Action[]) =>
  actions.map(({ id, title, group, keys, local, words, disabled }) => [id, title, group, keys, local, words, disabled].join("\u0000")).join("\u0001");

/** Offers actions while the component is mounted. What they run is always that of the last render. */
export function useActions(actions: readonly Action[]): void {
  const latest = useRef(actions);
  const looks = shape(actions);
  useLayoutEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const through = latest.current.map((action) => ({ ...action, run: () => latest.current.find(({ id }) => id === action.id)?.run() }));
    count += 1;
    const offer = { order: count, looks, actions: through };
    useOffers.setState(({ offers }) => ({ offers: [...offers, offer] }));
    return () => useOffers.setState(({ offers }) => ({ offers: offers.filter((other) => other !== offer) }));
  }, [looks]);
}

/** All actions offered now; of two with one id the later one, so that a pane may take the place of its screen's. */
export function offered(offers: readonly Offer[] = useOffers.getState().offers): Action[] {
  const found = new Map<string, Action>();
  for (const { actions } of [...offers].sort((a, b) => a.order - b.order)) for (const action of actions) found.set(action.id, action);
  return [...found.values()];
}

/** The same for a component, which is drawn again when they change. */
export function useOffered(): Action[] {
  return offered(useOffers((state) => state.offers));
}

const apple = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

/** Whether a pressed key is the one meant: `mod+s` is Ctrl S, or ⌘S on a Mac. A letter's shift matters only where it is named. */
export function isKey(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split("+");
  const key = parts.at(-1) === "" ? "+" : (parts.at(-1) ?? "");
  const wants = (modifier: string) => parts.slice(0, -1).includes(modifier);
  const mod = apple ? event.metaKey : event.ctrlKey;
  const other = apple ? event.ctrlKey : event.metaKey;
  if (mod !== wants("mod") || other || event.altKey !== wants("alt")) return false;
  // Signs such as ? are typed with shift on some keyboards only.
  if (/^[a-z]$/i.test(key) || key.length > 1) {
    if (event.shiftKey !== wants("shift")) return false;
  }
  return event.key.toLowerCase() === key.toLowerCase();
}

/** The steps of keys that are pressed one after the other, each as `isKey` reads it. */
export function steps(keys: string): string[] {
  return keys.split(" ");
}
