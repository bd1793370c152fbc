import { SquareTerminal, X } from "lucide-react";
import { useExchange, useOverview } from "@/api/queries";
import type { Exchange, StatementRecord } from "@/api/contract";
import { IconButton } from "@/components/button";
import { CopyButton, CopyIcon } from "@/components/copy";
import { cx } from "@/components/cx";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { AnswerStatus } from "@/components/status";
import { Tabs } from "@/components/tabs";
import { curlCommand } from "./curl";
import { AnswerTab, RequestTab } from "./messages";
import { RowsTab, StatementsTab } from "./statements";
import { TraceTab } from "./trace";

type Props = { id: string; tab: string; onTab: (tab: string) => void; onClose: () => void };

export function ExchangeDetail({ id, tab, onTab, onClose }: Props) {
  const { data, error, isPlaceholderData, refetch } = useExchange(id);
  if (error) {
    return (
      <>
        <div className="flex h-11 shrink-0 items-center justify-end border-b border-line px-3">
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </div>
        <ProblemCard problem={error} onRetry={() => void refetch()} className="m-3" />
      </>
    );
  }
  if (!data) return <SkeletonLines lines={10} />;
  return (
    <div className={cx("flex min-h-0 flex-1 flex-col", isPlaceholderData && "opacity-60")}>
      <Header exchange={data} onClose={onClose} />
      <Body exchange={data} tab={tab} onTab={onTab} />
    </div>
  );
}

function Header({ exchange, onClose }: { exchange: Exchange; onClose: () => void }) {
  const { summary } = exchange;
  const overview = useOverview().data;
  const baseUrl = overview?.applications.find((application) => application.name === summary.application)?.baseUrl ?? overview?.applications[0]?.baseUrl ?? null;
  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-3">
      <AnswerStatus status={summary.status} outcome={summary.outcome} className="shrink-0 font-medium" />
      <h2 className="shrink-0 font-semibold">{summary.title}</h2>
      <span className="selectable min-w-0 flex-1 truncate text-text-2" title={summary.subject ?? undefined}>
        {summary.subject}
      </span>
      <CopyButton icon={SquareTerminal} label="Copy as cURL" text={() => curlCommand(exchange, baseUrl)} />
      <CopyIcon text={summary.id} label={`Copy the id ${summary.id}`} />
      <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
    </header>
  );
}

function Body({ exchange, tab, onTab }: { exchange: Exchange; tab: string; onTab: (tab: string) => void }) {
  const statements = exchange.steps.flatMap((step) => (step.statement ? [{ statement: step.statement, durationUs: step.durationUs }] : []));
  const rows = statements.reduce((sum, { statement }) => sum + rowsOf(statement), 0);
  return (
    <Tabs
      label="Parts of the exchange"
      value={tab}
      onChange={onTab}
      tabs={[
        { id: "trace", title: "Trace", content: <TraceTab exchange={exchange} onStatements={() => onTab("statements")} /> },
        { id: "request", title: "Request", content: <RequestTab exchange={exchange} /> },
        { id: "statements", title: "Statements", count: statements.length, content: <StatementsTab statements={statements} /> },
        { id: "rows", title: "Rows", count: rows, content: <RowsTab statements={statements.map(({ statement }) => statement)} /> },
        { id: "answer", title: "Answer", content: <AnswerTab exchange={exchange} /> },
      ]}
    />
  );
}

const rowsOf = (statement: StatementRecord) => (statement.columns.length > 0 ? statement.rows : 0);
