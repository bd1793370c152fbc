import type { ReactNode } from "react";
import type { InUse, Problem } from "@/api/contract";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { ProblemCard } from "@/components/problem";
import { undoable } from "@/components/undo";

type Props = { dirty: boolean; pending: boolean; problem: Problem | null; yes?: string; says?: ReactNode; onSave: () => void; onDiscard: () => void };

/** What is changed and not saved yet: saved and discarded here, and what went wrong. */
export function SaveBar({ dirty, pending, problem, yes = "Save", says, onSave, onDiscard }: Props) {
  return (
    <div className="flex flex-col gap-2 px-3 py-2.5">
      {problem && <ProblemCard problem={problem} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button kind="primary" disabled={!dirty || pending} onClick={onSave}>
          {pending ? "Saving" : yes}
        </Button>
        <Button kind="quiet" disabled={!dirty || pending} onClick={onDiscard}>
          Discard
        </Button>
        <span className="min-w-0 flex-1 text-12 text-text-2">{dirty ? says : "Nothing is changed."}</span>
      </div>
    </div>
  );
}

/** Says that settings are in use, and offers the way back. */
export function toldSaved(what: string, { restart }: InUse, undo: () => void): void {
  if (restart.length > 0) toast.warning(what, { description: `${restart.join(", ")} will be in use after a start without --listen.`, ...undoable(undo) });
  else toast.success(what, { description: "It is in use.", ...undoable(undo) });
}
