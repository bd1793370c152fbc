import { create } from "zustand";

type ShellState = {
  palette: boolean;
  setPalette: (open: boolean) => void;
  /** what had the focus before the palette or the sheet of shortcuts, and gets it back */
  opener: HTMLElement | null;
  /** the sheet of shortcuts */
  sheet: boolean;
  setSheet: (open: boolean) => void;
  /** asks before the endpoint stops; opened from the Overview and from the palette */
  stopAsked: boolean;
  askStop: (asked: boolean) => void;
  /** asks before the program ends; in the window only */
  quitAsked: boolean;
  askQuit: (asked: boolean) => void;
};

const openedFrom = (state: Pick<ShellState, "palette" | "sheet">) =>
  // One layer that opens another one gives its own opener on.
  !state.palette && !state.sheet && document.activeElement instanceof HTMLElement ? { opener: document.activeElement } : {};

export const useShell = create<ShellState>((set) => ({
  palette: false,
  opener: null,
  setPalette: (palette) => set((state) => (palette ? { palette, sheet: false, ...openedFrom(state) } : { palette })),
  sheet: false,
  setSheet: (sheet) => set((state) => (sheet ? { sheet, palette: false, ...openedFrom(state) } : { sheet })),
  stopAsked: false,
  askStop: (stopAsked) => set({ stopAsked }),
  quitAsked: false,
  askQuit: (quitAsked) => set({ quitAsked }),
}));

/** Where the focus goes when a layer of the shell closes: back to where it was, unless it has moved on already. */
export function focusAfter(): HTMLElement | false {
  const { opener } = useShell.getState();
  const idle = document.activeElement === document.body || document.activeElement?.closest("[role=dialog]");
  return idle && opener?.isConnected && opener !== document.body ? opener : false;
}
