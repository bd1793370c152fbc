import { create } from "zustand";

type ShellState = {
  palette: boolean;
  setPalette: (open: boolean) => void;
  /** asks before the endpoint stops; opened from the Overview and from the palette */
  stopAsked: boolean;
  setStopAsked: (asked: boolean) => void;
};

export const useShell = create<ShellState>((set) => ({
  palette: false,
  setPalette: (palette) => set({ palette }),
  stopAsked: false,
  setStopAsked: (stopAsked) => set({ stopAsked }),
}));
