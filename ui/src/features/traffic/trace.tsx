import { Check, type LucideIcon, Undo2, X } from "lucide-react";
import type { Exchange, Step } from "@/api/contract";
import { Button } from "@/components/button";
import { cx } from "@/components/cx";
import { DiagnosisCard } from "@/components/diagnosis";
import { duration } from "@/components/format";
import { StatementCard } from "@/components/statement";

export function TraceTab({ exchange, onStatements }: { exchange: Exchange; onStatements: () => void }) {
  const statements = exchange.steps.filter((step) => step.statement);
  // The statement that failed tells most; otherwise the first one does.
  const shown = statements.find((step) => !step.ok || step.statement?.problem) ?? statements[0];
  return (
    <div className="flex flex-col gap-3 p-3">
      {exchange.diagnosis ? (
        <DiagnosisCard diagnosis={exchange.diagnosis} />
      ) : (
        exchange.summary.cause && <DiagnosisCard diagnosis={{ code: "", cause: exchange.summary.cause, remedy: "", place: null }} />
      )}
      <Waterfall steps={exchange.steps} totalUs={exchange.summary.durationUs} explained={shown?.statement?.problem?.message} />
      {shown?.statement && <StatementCard statement={shown.statement} number={statements.length > 1 ? statements.indexOf(shown) + 1 : undefined} durationUs={shown.durationUs} />}
      {statements.length > 1 && (
        <Button kind="quiet" onClick={onStatements} className="self-start">
          All {statements.length} statements
        </Button>
      )}
    </div>
  );
}

function look(step: Step): { icon: LucideIcon; tone: string; word: string } {
  if (!step.ok) return { icon: X, tone: "text-bad", word: "failed" };
  if (step.kind === "rollback") return { icon: Undo2, tone: "text-warn", word: "rolled back" };
  return { icon: Check, tone: "text-ok", word: "done" };
}

/** The steps of an exchange against its whole time. What is `explained` stands beside its statement already. */
export function Waterfall({ steps, totalUs, explained }: { steps: Step[]; totalUs: number; explained?: string }) {
  const end = Math.max(1, totalUs, ...steps.map((step) => step.startUs + step.durationUs));
  return (
    <ol aria-label="Steps" className="overflow-hidden rounded-lg border border-line">
      {steps.map((step, index) => {
        const { icon: Icon, tone, word } = look(step);
        const from = (step.startUs / end) * 100;
        const width = Math.max(1.2, (step.durationUs / end) * 100);
        return (
          <li key={index} className="grid min-h-7 grid-cols-[16px_minmax(0,1fr)_minmax(80px,1fr)_64px] items-center gap-x-2.5 border-b border-line px-3 last:border-b-0">
            <Icon size={14} strokeWidth={2} aria-label={word} className={tone} />
            <span className="flex min-w-0 items-baseline gap-2 py-1" title={step.detail ? `${step.title}: ${step.detail}` : step.title}>
              <span className="max-w-full shrink-0 truncate">{step.title}</span>
              {step.detail && step.ok && <span className="min-w-0 truncate text-12 text-text-3">{step.detail}</span>}
            </span>
            <span aria-hidden className="relative h-1 rounded-full bg-surface-3">
              <span
                className={cx("absolute inset-y-0 rounded-full", step.ok ? (step.kind === "rollback" ? "bg-warn" : "bg-accent") : "bg-bad")}
                style={{ left: `${Math.min(from, 100 - width)}%`, width: `${width}%` }}
              />
            </span>
            <span className="mono text-right text-12 text-text-2">{duration(step.durationUs)}</span>
            {/* What went wrong is never cut short. */}
            {step.detail && !step.ok && step.detail !== explained && (
              <span className="selectable col-span-3 col-start-2 -mt-0.5 pb-1 text-12 text-bad [overflow-wrap:anywhere]">{step.detail}</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
