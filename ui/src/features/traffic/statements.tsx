import { Database, Rows3 } from "lucide-react";
import type { StatementRecord } from "@/api/contract";
import { Empty } from "@/components/empty";
import { ResultSet, resultSets, StatementWhole } from "@/components/statement";

export function StatementsTab({ statements }: { statements: { statement: StatementRecord; durationUs: number }[] }) {
  if (statements.length === 0) return <Empty icon={Database} title="No statement ran for this exchange" />;
  return (
    <div className="flex flex-col gap-3 p-3">
      {statements.map(({ statement, durationUs }, index) => (
        <StatementWhole key={index} statement={statement} number={index + 1} durationUs={durationUs} />
      ))}
    </div>
  );
}

export function RowsTab({ statements }: { statements: StatementRecord[] }) {
  const sets = resultSets(statements);
  if (sets.length === 0) return <Empty icon={Rows3} title="No statement of this exchange returned rows" />;
  return (
    <div className="flex flex-col gap-3 p-3">
      {sets.map(({ set, number }) => (
        <ResultSet key={number} set={set} number={number} />
      ))}
    </div>
  );
}
