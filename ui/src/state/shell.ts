import { create } from "zustand";

type ShellState = {
  palette: boolean;
  setPalette: (open: boolean) => void;
  /** what had the focus before the palette, and gets it back */
  opener: HTMLElement | null;
  /** asks before the endpoint stops; opened from the Overview and from the palette */
  stopAsked: boolean;
  setStopAsked: (asked: boolean) => void;
};

export const useShell = create<ShellState>((set) => ({
  palette: false,
  opener: null,
  setPalette: (palette) => set(palette && document.activeElement instanceof HTMLElement ? { palette, opener: document.activeElement } : { palette }),
  stopAsked: false,
  setStopAsked: (stopAsked) => set({ stopAsked }),
}));
