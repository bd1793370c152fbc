import { useSyncExternalStore } from "react";
import { showTimesIn } from "@/components/format";
import { remember, remembered, subscribeToRemembered } from "./remembered";

/**
 * How the console looks beside its theme. Sluice keeps it for every browser and window that shows this data folder.
 *
 * To add one more: a key with its default here, where it acts in `paint` or by `useAppearance`, and a line on the screen.
 */
export type Appearance = {
  /** how high a row of a list is */
  density: "compact" | "normal" | "relaxed";
  /** the size of the text, in per cent of the usual */
  text: 90 | 100 | 112 | 125;
  /** whether things move: as the system asks for, or never */
  motion: "system" | "none";
  /** in which zone times are shown */
  zone: "local" | "utc";
};

export const USUAL: Appearance = { density: "normal", text: 100, motion: "system", zone: "local" };
const NAME = "appearance";

const CHOICES: { [K in keyof Appearance]: readonly Appearance[K][] } = {
  density: ["compact", "normal", "relaxed"],
  text: [90, 100, 112, 125],
  motion: ["system", "none"],
  zone: ["local", "utc"],
};

/** What was kept, with the usual in the place of what this version does not know. */
function read(kept: unknown): Appearance {
  const found = (typeof kept === "object" && kept !== null ? kept : {}) as Record<string, unknown>;
  const one = <K extends keyof Appearance>(key: K): Appearance[K] => CHOICES[key].find((choice) => choice === found[key]) ?? USUAL[key];
  return { density: one("density"), text: one("text"), motion: one("motion"), zone: one("zone") };
}

let known: unknown;
let current = USUAL;

/** The same object for as long as nothing changes. */
function snapshot(): Appearance {
  const kept = remembered(NAME);
  if (kept !== known) {
    known = kept;
    current = read(kept);
  }
  return current;
}

function paint(): void {
  const { text, motion, zone } = snapshot();
  const page = document.documentElement;
  page.style.setProperty("--text-size", String(text / 100));
  page.dataset.motion = motion;
  showTimesIn(zone === "utc" ? "UTC" : undefined);
}

/** Shows what is kept, now and whenever it changes. */
export function followAppearance(): () => void {
  paint();
  return subscribeToRemembered(paint);
}

export function useAppearance(): Appearance {
  return useSyncExternalStore(subscribeToRemembered, snapshot);
}

export function changeAppearance(part: Partial<Appearance>): void {
  remember(NAME, { ...snapshot(), ...part });
}

/** Pixels of a row in a list. */
export const ROW_HEIGHTS: Record<Appearance["density"], number> = { compact: 24, normal: 28, relaxed: 34 };
