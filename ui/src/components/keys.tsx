const apple = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES: Record<string, string> = { mod: apple ? "⌘" : "Ctrl", shift: apple ? "⇧" : "Shift", alt: apple ? "⌥" : "Alt", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc" };

/** "mod+k" is Ctrl K, or ⌘K on a Mac; "g t" is g, then t. */
function keyNames(keys: string): string {
  return keys
    .split(" ")
    .map((step) =>
      step
        // A plus that stands last is the key itself.
        .split(/\+(?=.)/)
        .map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key))
        .join(apple ? "" : " "),
    )
    .join(" ");
}

export function Keys({ keys }: { keys: string }) {
  return (
    <kbd className="mono shrink-0 rounded-sm border border-line-2 bg-surface-2 px-1 text-11 text-text-2">{keyNames(keys)}</kbd>
  );
}
