import { create } from "zustand";

/** The exchanges picked in the list, in the order of picking, for as long as the screen is open. */
export const useSelection = create<{ ids: string[] }>(() => ({ ids: [] }));

export function togglePicked(id: string): void {
  useSelection.setState(({ ids }) => ({ ids: ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id] }));
}

export function pick(ids: string[]): void {
  useSelection.setState({ ids });
}

/** The exchange for which somebody asked to write a note from the list. */
export const useNoteAsked = create<{ id: string | null }>(() => ({ id: null }));
