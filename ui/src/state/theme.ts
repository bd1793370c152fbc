import { create } from "zustand";
import { remember, remembered } from "./remembered";

export type Theme = "system" | "light" | "dark";
const KEY = "sluice.theme";

const isTheme = (value: unknown): value is Theme => value === "system" || value === "light" || value === "dark";

/** What this browser shows before anything has answered. */
function stored(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return isTheme(value) ? value : null;
  } catch {
    return null;
  }
}

const systemIsDark = () => matchMedia("(prefers-color-scheme: dark)");

/** The same rule as in public/theme.js, which runs before the first paint. */
function paint(theme: Theme): void {
  const dark = theme === "dark" || (theme === "system" && systemIsDark().matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

type ThemeState = { theme: Theme; setTheme: (theme: Theme) => void };

export const useTheme = create<ThemeState>((set) => ({
  theme: stored() ?? "system",
  setTheme: (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Not remembered, but shown.
    }
    // The browser's storage goes with the console's port, so Sluice keeps it as well.
    remember("theme", theme);
    paint(theme);
    set({ theme });
  },
}));

/** Takes the theme that Sluice has kept, where this browser has none of its own. */
export function adoptTheme(): void {
  const kept = remembered("theme");
  if (stored() === null && isTheme(kept)) useTheme.getState().setTheme(kept);
}

/** Follows the system while nothing else is chosen. */
export function followSystemTheme(): () => void {
  const query = systemIsDark();
  const change = () => paint(useTheme.getState().theme);
  query.addEventListener("change", change);
  return () => query.removeEventListener("change", change);
}
