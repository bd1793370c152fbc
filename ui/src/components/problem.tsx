import { ChevronRight, RotateCw, TriangleAlert } from "lucide-react";
import type { Problem } from "@/api/contract";
import { Button } from "./button";
import { CopyIcon } from "./copy";
import { cx } from "./cx";
import { problemText } from "./problem-text";

/** An error where it happened: what failed, what to do, and the details behind a fold. */
export function ProblemCard({ problem, onRetry, className }: { problem: Problem; onRetry?: () => void; className?: string }) {
  const fields = Object.entries(problem.fields);
  return (
    <div role="alert" className={cx("rounded-lg border border-bad-line bg-bad-soft p-3 text-13", className)}>
      <div className="flex items-start gap-2">
        <TriangleAlert size={15} strokeWidth={2} aria-hidden className="mt-0.5 shrink-0 text-bad" />
        <div className="selectable min-w-0 flex-1">
          <p className="font-semibold [overflow-wrap:anywhere]">{problem.message}</p>
          {problem.hint && <p className="mt-1 text-text-2">{problem.hint}</p>}
          {fields.length > 0 && (
            <ul className="mt-1 text-text-2">
              {fields.map(([field, words]) => (
                <li key={field}>
                  <span className="mono text-12">{field}</span>: {words}
                </li>
              ))}
            </ul>
          )}
        </div>
        {onRetry && (
          <Button icon={RotateCw} onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
      <details className="group mt-2 ml-6">
        <summary className="inline-flex min-h-6 list-none items-center gap-1 rounded-sm text-12 text-text-2 hover:text-text">
          <ChevronRight size={13} aria-hidden className="transition-transform duration-100 group-open:rotate-90" />
          Details
        </summary>
        <dl className="selectable mt-1 flex items-center gap-4 text-12 text-text-2">
          <div className="flex gap-1.5">
            <dt>Code</dt>
            <dd className="mono text-text">{problem.code}</dd>
          </div>
          {problem.exchange && (
            <div className="flex gap-1.5">
              <dt>Exchange</dt>
              <dd className="mono text-text">{problem.exchange}</dd>
            </div>
          )}
          <CopyIcon text={problemText(problem)} label="Copy the details" />
        </dl>
      </details>
    </div>
  );
}
