import { useSyncExternalStore } from "react";

/**
 * What the interface remembers of itself: sizes of panes, the last screen, what was run lately, the theme.
 *
 * It is kept by Sluice and not by the browser, whose storage goes with the console's port. Reading is at once; writing waits a
 * moment and never disturbs: what could not be written is still so until the page closes. To remember one more thing, choose a name
 * that begins with what it belongs to (`split.traffic`) and read it with `useRemembered`.
 */
export type Keeper = { list(): Promise<{ name: string; body: unknown }[]>; put(name: string, body: unknown): Promise<unknown> };

/** ms between a change and its writing: a pane that is dragged changes with every frame */
const SETTLED = 400;

let values: Record<string, unknown> = {};
let keeper: Keeper | null = null;
let recalled = false;
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

const tell = () => listeners.forEach((listener) => listener());

/** Reads what was kept, once for each keeper that answers. What has been changed meanwhile stays as it is. */
export async function recall(from: Keeper): Promise<void> {
  if (keeper === from) return;
  keeper = from;
  try {
    const kept = await from.list();
    values = { ...Object.fromEntries(kept.map(({ name, body }) => [name, body])), ...values };
    recalled = true;
    tell();
  } catch {
    // Nobody is logged in yet, or nothing answers: the interface works without, and asks again when it may.
    keeper = null;
  }
}

/** Forgets everything of this page, and keeps nothing from here on: another host, or the next test. */
export function forget(): void {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  values = {};
  keeper = null;
  recalled = false;
  tell();
}

export function remembered<T>(name: string): T | undefined {
  return values[name] as T | undefined;
}

export function remember(name: string, value: unknown): void {
  if (values[name] === value) return;
  values = { ...values, [name]: value };
  tell();
  clearTimeout(timers.get(name));
  timers.set(
    name,
    setTimeout(() => {
      timers.delete(name);
      keeper?.put(name, value).catch(() => undefined);
    }, SETTLED),
  );
}

/** Tells whenever something that is remembered changes. */
export const subscribeToRemembered = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** A remembered value and the way to change it. `initial` must be the same object at each render. */
export function useRemembered<T>(name: string, initial: T): [T, (value: T) => void] {
  const value = useSyncExternalStore(subscribeToRemembered, () => (values[name] as T | undefined) ?? initial);
  return [value, (next) => remember(name, next)];
}

/** Whether what was kept is known. Before that, nothing can be said to be the first time. */
export function useRecalled(): boolean {
  return useSyncExternalStore(subscribeToRemembered, () => recalled);
}
