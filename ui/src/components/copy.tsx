import { Check, Copy, type LucideIcon, X } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./button";
import { copyText } from "./clipboard";

/** The text may be made on the press only: what is secret need not wait in the page. */
type Source = string | (() => string | Promise<string>);
type State = "idle" | "copied" | "failed";

function useCopy(source: Source): [State, () => void] {
  const [state, setState] = useState<State>("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 1500);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    void (async () => {
      try {
        await copyText(typeof source === "string" ? source : await source());
        setState("copied");
      } catch {
        setState("failed");
      }
    })();
  };
  return [state, copy];
}

const icons = (idle: LucideIcon): Record<State, LucideIcon> => ({ idle, copied: Check, failed: X });

export function CopyIcon({ text, label, icon = Copy, disabled }: { text: Source; label: string; icon?: LucideIcon; disabled?: boolean }) {
  const [state, copy] = useCopy(text);
  return (
    <>
      <IconButton
        icon={icons(icon)[state]}
        label={label}
        disabled={disabled}
        onClick={copy}
        className={state === "copied" ? "text-ok" : state === "failed" ? "text-bad" : undefined}
      />
      <Spoken state={state} />
    </>
  );
}

function Spoken({ state }: { state: State }) {
  return (
    <span role="status" className="sr-only">
      {state === "copied" ? "Copied" : state === "failed" ? "The clipboard cannot be reached" : ""}
    </span>
  );
}
