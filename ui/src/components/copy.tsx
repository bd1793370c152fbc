import { Check, Copy, type LucideIcon, X } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./button";
import { copyText } from "./clipboard";
import { tellProblem } from "./problem-toast";

/** The text may be made on the press only: what is secret need not wait in the page. */
type Source = string | (() => string | Promise<string>);
type State = "idle" | "copied" | "failed";

function useCopy(source: Source, label: string): [State, () => void] {
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
      } catch (cause) {
        setState("failed");
        tellProblem(`${label}: not done`, cause);
      }
    })();
  };
  return [state, copy];
}

const icons = (idle: LucideIcon): Record<State, LucideIcon> => ({ idle, copied: Check, failed: X });

export function CopyIcon({ text, label, icon = Copy, disabled }: { text: Source; label: string; icon?: LucideIcon; disabled?: boolean }) {
  const [state, copy] = useCopy(text, label);
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
      {state === "copied" ? "Copied" : ""}
    </span>
  );
}
