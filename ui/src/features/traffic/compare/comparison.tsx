import { type ReactNode, useState } from "react";
import type { Comparison } from "@/api/contract";
import { plural } from "@/components/format";
import { Status } from "@/components/status";
import { differs } from "@/components/compare/likeness";
import { Bodies, Lines } from "@/components/compare/lines";
import type { Sides } from "@/components/compare/sides";
import { StatementPair } from "./statements";

/** What is different between two exchanges, side by side: request, statements with values and rows, answer. */
export function ComparisonView({ comparison, sides }: { comparison: Comparison; sides: Sides }) {
  const [onlyDifferences, setOnly] = useState(true);
  const { request, statements, answer } = comparison;
  const shown = onlyDifferences ? statements.filter((pair) => differs(pair.likeness)) : statements;
  const common = { sides, onlyDifferences };
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Summary comparison={comparison} />
        <label className="ml-auto flex min-h-6 items-center gap-2 text-text-2">
          <input type="checkbox" checked={onlyDifferences} onChange={(event) => setOnly(event.target.checked)} className="size-4 accent-accent" />
          Only differences
        </label>
      </div>
      <Part title="Answer" differences={comparison.answerDifferences} hidden={onlyDifferences}>
        <Lines heading="h4" title="Status" lines={answer.head} {...common} />
        <Lines heading="h4" title="Headers of the answer" lines={answer.headers} {...common} />
        <Bodies heading="h4" title="Body of the answer" body={answer.body} {...common} />
      </Part>
      <Part title="Statements" differences={comparison.statementDifferences} hidden={onlyDifferences} empty={statements.length === 0 ? "Neither ran a statement." : undefined}>
        {shown.map((pair, index) => (
          <StatementPair key={index} pair={pair} {...common} />
        ))}
      </Part>
      <Part title="Request" differences={comparison.requestDifferences} hidden={onlyDifferences}>
        <Lines heading="h4" title="Method and path" lines={request.head} {...common} />
        <Lines heading="h4" title="Headers of the request" lines={request.headers} {...common} />
        <Bodies heading="h4" title="Body of the request" body={request.body} {...common} />
      </Part>
    </div>
  );
}

function Summary({ comparison: { same, requestDifferences, statementDifferences, answerDifferences } }: { comparison: Comparison }) {
  if (same) return <Status tone="ok">No difference in request, statements, rows and answer</Status>;
  const parts = [
    answerDifferences > 0 && plural(answerDifferences, "difference in the answer", "differences in the answer"),
    statementDifferences > 0 && plural(statementDifferences, "statement differs", "statements differ"),
    requestDifferences > 0 && plural(requestDifferences, "difference in the request", "differences in the request"),
  ];
  return (
    <Status tone="warn" className="num [&>span]:whitespace-normal">
      {parts.filter(Boolean).join(", ")}
    </Status>
  );
}

function Part({ title, differences, hidden, empty, children }: { title: string; differences: number; /** whether what is the same is left out */ hidden: boolean; empty?: string; children: ReactNode }) {
  return (
    <section aria-label={`${title}, compared`} className="flex flex-col gap-2">
      <h3 className="text-12 font-semibold text-text-2">{title}</h3>
      {differences === 0 && hidden ? <p className="text-text-2">{empty ?? "No difference."}</p> : empty ? <p className="text-text-2">{empty}</p> : children}
    </section>
  );
}
