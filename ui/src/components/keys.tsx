const apple = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

/** "mod+k" is Ctrl K, or ⌘K on a Mac; "g t" is g, then t. */
export function keyNames(keys: string): string {
  return keys
    .split("+")
    .map((key) => (key === "mod" ? (apple ? "⌘" : "Ctrl") : key.length === 1 ? key.toUpperCase() : key))
    .join(apple ? "" : " ");
}

export function Keys({ keys }: { keys: string }) {
  return (
    <kbd className="mono shrink-0 rounded-sm border border-line-2 bg-surface-2 px-1 text-11 text-text-2">{keyNames(keys)}</kbd>
  );
}
