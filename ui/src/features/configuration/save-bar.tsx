import type { ReactNode } from "react";
import type { Problem } from "@/api/contract";
import { Button } from "@/components/button";
import { Refused } from "@/components/save";

type Props = { dirty: boolean; pending: boolean; problem: Problem | null; yes?: string; says?: ReactNode; onSave: () => void; onDiscard: () => void };

/** What is changed and not saved yet: saved and discarded here, and what went wrong. */
export function SaveBar({ dirty, pending, problem, yes = "Save", says, onSave, onDiscard }: Props) {
  return (
    <div className="flex flex-col gap-2 px-3 py-2.5">
      {problem && <Refused problem={problem} />}
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
