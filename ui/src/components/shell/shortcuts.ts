import { useEffect } from "react";
import { type Action, isKey, offered, steps } from "@/state/actions";

/** ms in which the second key of two has to follow */
const TOGETHER = 1_200;

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** A question is open: the keys belong to it. The palette and the sheet close by their own key. */
const asked = () => document.querySelector("[role=dialog]:not([data-closed]), [role=alertdialog]:not([data-closed]), [role=menu]") !== null;

const anywhere = (action: Action) => /^(mod|alt)\+/.test(action.keys ?? "");
const EVERYWHERE = new Set(["shell.palette", "shell.shortcuts"]);

/** Runs the action whose keys are pressed. A field, a grid or a screen that took the key itself comes first. */
export function useShortcuts(): void {
  useEffect(() => {
    let begun: { actions: Action[]; depth: number; at: number } | null = null;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || ["Control", "Shift", "Alt", "Meta"].includes(event.key)) return;
      const inField = typing(event.target);
      const open = asked();
      const earlier = begun !== null && Date.now() - begun.at < TOGETHER ? begun : null;
      const depth = earlier?.depth ?? 0;
      begun = null;
      const meant = (earlier?.actions ?? offered()).filter(
        (action) =>
          action.keys !== undefined &&
          !action.local &&
          (!open || EVERYWHERE.has(action.id)) &&
          (!inField || anywhere(action)) &&
          isKey(event, steps(action.keys)[depth] ?? ""),
      );
      const action = meant.findLast((candidate) => steps(candidate.keys ?? "").length === depth + 1);
      if (action) {
        event.preventDefault();
        if (action.disabled === undefined) action.run();
      } else if (meant.length > 0) {
        begun = { actions: meant, depth: depth + 1, at: Date.now() };
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
