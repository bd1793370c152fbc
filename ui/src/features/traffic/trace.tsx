import { useState } from "react";
import type { Exchange } from "@/api/contract";
import { Button } from "@/components/button";
import { DiagnosisCard } from "@/components/diagnosis";
import { StatementCard } from "@/components/statement";
import { Waterfall } from "./waterfall";

export function TraceTab({ exchange, onStatements }: { exchange: Exchange; onStatements: () => void }) {
  const [chosen, setChosen] = useState<number | null>(null);
  const statements = exchange.steps.filter((step) => step.statement);
  // The statement that failed tells most; otherwise the first one does.
  const telling = Math.max(0, statements.findIndex((step) => !step.ok || step.statement?.problem));
  const at = chosen !== null && chosen < statements.length ? chosen : telling;
  const shown = statements[at];
  return (
    <div className="flex flex-col gap-3 p-3">
      {exchange.diagnosis ? (
        <DiagnosisCard diagnosis={exchange.diagnosis} />
      ) : (
        exchange.summary.cause && <DiagnosisCard diagnosis={{ code: "", cause: exchange.summary.cause, remedy: "", place: null }} />
      )}
      <Waterfall steps={exchange.steps} totalUs={exchange.summary.durationUs} explained={shown?.statement?.problem?.message} onStatement={setChosen} />
      {shown?.statement && <StatementCard statement={shown.statement} number={statements.length > 1 ? at + 1 : undefined} durationUs={shown.durationUs} />}
      {statements.length > 1 && (
        <Button kind="quiet" onClick={onStatements} className="self-start">
          All {statements.length} statements
        </Button>
      )}
    </div>
  );
}
