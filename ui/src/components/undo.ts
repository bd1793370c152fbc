/** What a toast offers after something that can be taken back: long enough to read it, reach it and decide. */
export const undoable = (onClick: () => void) => ({ action: { label: "Undo", onClick }, duration: 12_000 });
