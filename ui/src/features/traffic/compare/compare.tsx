import { ArrowLeftRight, X } from "lucide-react";
import { useCompared } from "@/api/replay";
import type { Exchange } from "@/api/contract";
import { IconButton } from "@/components/button";
import { cx } from "@/components/cx";
import { absoluteTime, duration, logTime } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { AnswerStatus } from "@/components/status";
import { ComparisonView } from "./comparison";

const SIDES = { left: "Left", right: "Right", onlyLeft: "only on the left", onlyRight: "only on the right" };

type Props = {
  /** two ids with a comma between them, as they stand in the address */
  pair: string;
  onPair: (pair: string) => void;
  /** opens one of the two */
  onOpen: (id: string) => void;
  onClose: () => void;
};

/** Any two recorded exchanges side by side. */
export function CompareView({ pair, onPair, onOpen, onClose }: Props) {
  const [left = "", right = ""] = pair.split(",");
  const { data, error, isPlaceholderData, refetch } = useCompared(left, right);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-3">
        <h2 className="min-w-0 flex-1 truncate font-semibold">Compare two exchanges</h2>
        <IconButton icon={ArrowLeftRight} label="Swap the sides" onClick={() => onPair(`${right},${left}`)} />
        <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
      </header>
      <div className={cx("relative min-h-0 flex-1 overflow-auto p-3", isPlaceholderData && "opacity-60")}>
        {error ? (
          <ProblemCard problem={error} onRetry={() => void refetch()} />
        ) : data ? (
          <div className="flex flex-col gap-4">
            <div className="grid grid-cols-2 gap-2">
              <Side exchange={data.left} label="Left" onOpen={onOpen} />
              <Side exchange={data.right} label="Right" onOpen={onOpen} />
            </div>
            <ComparisonView comparison={data.comparison} sides={SIDES} />
          </div>
        ) : (
          <SkeletonLines lines={10} />
        )}
      </div>
    </div>
  );
}

function Side({ exchange: { summary }, label, onOpen }: { exchange: Exchange; label: string; onOpen: (id: string) => void }) {
  return (
    <section aria-label={`${label} exchange`} className="min-w-0 rounded-lg border border-line px-3 py-2">
      <p className="text-11 text-text-3">{label}</p>
      <p className="flex min-w-0 items-baseline gap-2">
        <AnswerStatus status={summary.status} outcome={summary.outcome} className="shrink-0 font-medium" />
        <button type="button" onClick={() => onOpen(summary.id)} className="truncate font-semibold hover:underline">
          {summary.title}
        </button>
      </p>
      <p className="selectable truncate text-text-2" title={summary.subject ?? undefined}>
        {summary.subject ?? summary.application}
      </p>
      <p className="num mono text-12 text-text-3" title={absoluteTime(summary.at)}>
        {logTime(summary.at)} · {duration(summary.durationUs)}
      </p>
    </section>
  );
}
