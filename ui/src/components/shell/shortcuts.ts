import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useShell } from "@/state/shell";
import { SCREENS } from "./screens";

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The keys that work everywhere: the palette, the filter, and g with a screen's letter. */
export function useShortcuts(): void {
  const navigate = useNavigate();
  useEffect(() => {
    let waiting = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      const { palette, stopAsked, setPalette } = useShell.getState();
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setPalette(!palette);
        return;
      }
      if (palette || stopAsked || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (event.key === "/") {
        const field = document.querySelector<HTMLInputElement>("[data-filter-field]");
        if (field) {
          event.preventDefault();
          field.focus();
          field.select();
        }
        return;
      }
      if (event.key === "g") {
        waiting = Date.now();
        return;
      }
      const screen = Date.now() - waiting < 1200 ? SCREENS.find((candidate) => candidate.letter === event.key) : undefined;
      waiting = 0;
      if (screen) {
        event.preventDefault();
        void navigate({ to: screen.path });
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [navigate]);
}
