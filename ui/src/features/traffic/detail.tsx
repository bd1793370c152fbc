import { Pencil, Play, SquareTerminal, X } from "lucide-react";
import { useNavigate } from "@tanstack/react-router";
import { toast } from "sonner";
import { useExchange, useOverview } from "@/api/queries";
import type { Exchange, StatementRecord } from "@/api/contract";
import { Button, IconButton } from "@/components/button";
import { copyText } from "@/components/clipboard";
import { CopyIcon } from "@/components/copy";
import { cx } from "@/components/cx";
import { ProblemCard } from "@/components/problem";
import { tellProblem } from "@/components/problem-toast";
import { SkeletonLines } from "@/components/skeleton";
import { AnswerStatus } from "@/components/status";
import { Tabs } from "@/components/tabs";
import { Tooltip } from "@/components/tooltip";
import { useActions } from "@/state/actions";
import { curlCommand } from "./curl";
import { AnswerTab, RequestTab } from "./messages";
import { ReplayTab } from "./replay/replay";
import { RowsTab, StatementsTab } from "./statements";
import { TraceTab } from "./trace";

type Props = {
  id: string;
  /** a part, or "edit" for the replay with its request open for changes */
  tab: string;
  onTab: (tab: string) => void;
  onClose: () => void;
};

export function ExchangeDetail({ id, tab, onTab, onClose }: Props) {
  const { data, error, isPlaceholderData, refetch } = useExchange(id);
  const navigate = useNavigate();
  const open = (other: string) => void navigate({ to: "/traffic", search: (before) => ({ ...before, id: other, tab: undefined }) });
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
      <Header exchange={data} onTab={onTab} onOpen={open} onClose={onClose} />
      <Body exchange={data} tab={tab} onTab={onTab} onOpen={open} />
    </div>
  );
}

function useCurl(exchange: Exchange): () => string {
  const overview = useOverview().data;
  const baseUrl = overview?.applications.find((application) => application.name === exchange.summary.application)?.baseUrl ?? overview?.applications[0]?.baseUrl ?? null;
  return () => curlCommand(exchange, baseUrl);
}

type PartProps = { exchange: Exchange; onTab: (tab: string) => void; onOpen: (id: string) => void };

function Header({ exchange, onTab, onOpen, onClose }: PartProps & { onClose: () => void }) {
  const { summary, repeats } = exchange;
  const curl = useCurl(exchange);
  useActions([
    { id: "exchange.replay", title: "Replay the request…", group: "Exchange", icon: Play, keys: "r", words: "send again repeat dry run", run: () => onTab("replay") },
    { id: "exchange.edit", title: "Edit the request and send it again…", group: "Exchange", icon: Pencil, keys: "e", words: "change resend", run: () => onTab("edit") },
    {
      id: "exchange.curl",
      title: "Copy the request as cURL, without the token",
      group: "Exchange",
      icon: SquareTerminal,
      keys: "shift+c",
      words: "command line",
      run: () =>
        void copyText(curl()).then(
          () => toast.success("Copied as cURL", { description: "The token is left out." }),
          (cause: unknown) => tellProblem("The request was not copied", cause),
        ),
    },
  ]);
  return (
    <header className="shrink-0 border-b border-line px-3">
      <div className="flex h-11 items-center gap-2">
        <AnswerStatus status={summary.status} outcome={summary.outcome} className="shrink-0 font-medium" />
        <h2 className="shrink-0 font-semibold">{summary.title}</h2>
        <span className="selectable min-w-0 flex-1 truncate text-text-2" title={summary.subject ?? undefined}>
          {summary.subject}
        </span>
        <Tooltip text="Send it again: dry, or for real" keys="r">
          <Button icon={Play} onClick={() => onTab("replay")}>
            Replay
          </Button>
        </Tooltip>
        <IconButton icon={Pencil} label="Edit and send again" keys="e" onClick={() => onTab("edit")} />
        <CopyIcon icon={SquareTerminal} text={curl} label="Copy as cURL" />
        <CopyIcon text={summary.id} label={`Copy the id ${summary.id}`} />
        <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
      </div>
      {repeats && (
        <p className="pb-2 text-12 text-text-2">
          Sent from the console on {repeats.connection}{" "}
          <button type="button" onClick={() => onOpen(repeats.exchange)} className="min-h-6 text-accent hover:underline">
            to repeat an earlier exchange
          </button>
          {repeats.edited && ", with changes"}
        </p>
      )}
    </header>
  );
}

function Body({ exchange, tab, onTab, onOpen }: PartProps & { tab: string }) {
  const statements = exchange.steps.flatMap((step) => (step.statement ? [{ statement: step.statement, durationUs: step.durationUs }] : []));
  const rows = statements.reduce((sum, { statement }) => sum + rowsOf(statement), 0);
  const replay = (
    <ReplayTab key={exchange.summary.id} exchange={exchange} edit={tab === "edit"} onEdit={(edit) => onTab(edit ? "edit" : "replay")} onOpen={onOpen} />
  );
  return (
    <Tabs
      label="Parts of the exchange"
      value={tab === "edit" ? "replay" : tab}
      onChange={onTab}
      tabs={[
        { id: "trace", title: "Trace", content: <TraceTab key={exchange.summary.id} exchange={exchange} onStatements={() => onTab("statements")} /> },
        { id: "request", title: "Request", content: <RequestTab exchange={exchange} /> },
        { id: "statements", title: "Statements", count: statements.length, content: <StatementsTab statements={statements} /> },
        { id: "rows", title: "Rows", count: rows, content: <RowsTab statements={statements.map(({ statement }) => statement)} /> },
        { id: "answer", title: "Answer", content: <AnswerTab exchange={exchange} /> },
        { id: "replay", title: "Replay", content: replay },
      ]}
    />
  );
}

const rowsOf = (statement: StatementRecord) => (statement.columns.length > 0 ? statement.rows : 0);
