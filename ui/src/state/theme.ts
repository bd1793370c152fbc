import { create } from "zustand";

export type Theme = "system" | "light" | "dark";
const KEY = "sluice.theme";

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
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
  theme: stored(),
  setTheme: (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Not remembered, but shown.
    }
    paint(theme);
    set({ theme });
  },
}));

/** Follows the system while nothing else is chosen. */
export function followSystemTheme(): () => void {
  const query = systemIsDark();
  const change = () => paint(useTheme.getState().theme);
  query.addEventListener("change", change);
  return () => query.removeEventListener("change", change);
}
