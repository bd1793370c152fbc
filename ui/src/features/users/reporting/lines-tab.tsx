import { GitFork } from "lucide-react";
import type { ReportingNode } from "@/api/contract";
import { useLine, useReports, useReportingTree } from "@/api/users";
import { Button } from "@/components/button";
import { cx } from "@/components/cx";
import { Empty } from "@/components/empty";
import { formatCount } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { StateWord } from "@/components/status";

type Props = { application: string; column: string | null; id: string; onOpen: (user: string) => void };

/** Whom a user reports to, up to the top, and who reports to the user. */
export function LinesTab({ application, column, id, onOpen }: Props) {
  const tree = useReportingTree(application, column);
  const line = useLine(application, column, id);
  const here = line.data?.nodes.at(-1);
  const reports = useReports(application, column, here && here.reports > 0 ? id : undefined);
  const error = tree.error ?? line.error;
  if (error) return <ProblemCard problem={error} onRetry={() => void (tree.error ? tree : line).refetch()} className="m-3" />;
  if (!tree.data || !line.data) return <SkeletonLines />;
  if (!tree.data.column) return <Empty icon={GitFork} title="No column of these users names a manager" />;
  if (!here) {
    return (
      <Empty icon={GitFork} title="The import does not have this user">
        Get users leaves this user out, so nothing is known of manager and reports.
      </Empty>
    );
  }
  const above = line.data.nodes.slice(0, -1);
  const below = here.reports > 0 ? (reports.data?.pages.flatMap(({ nodes }) => nodes) ?? null) : [];
  return (
    <div className="pb-3">
      <section aria-label="Above">
        <h3 className="px-3 pt-2.5 pb-1.5 font-semibold">Reports to</h3>
        {above.length === 0 ? (
          <p className="px-3 text-text-2">{here.cut ? "The managers form a circle here; Who reports to whom shows it." : "Nobody: this user stands at the top."}</p>
        ) : (
          <ol className="border-t border-line">
            {above.map((node, depth) => (
              <Person key={node.id} node={node} depth={depth} onOpen={onOpen} />
            ))}
          </ol>
        )}
      </section>
      <section aria-label="Below">
        <h3 className="flex items-baseline gap-2 px-3 pt-3 pb-1.5 font-semibold">
          Reports <span className="num font-normal text-text-2">{formatCount(here.reports)}</span>
          {here.below > here.reports && <span className="num font-normal text-text-3">{formatCount(here.below)} in all levels</span>}
        </h3>
        {here.reports === 0 && <p className="px-3 text-text-2">Nobody reports to this user.</p>}
        {reports.error && here.reports > 0 && <ProblemCard problem={reports.error} onRetry={() => void reports.refetch()} className="m-3" />}
        {below === null && !reports.error && <SkeletonLines lines={3} />}
        {below && below.length > 0 && (
          <ul className="border-t border-line">
            {below.map((node) => (
              <Person key={node.id} node={node} depth={0} onOpen={onOpen} />
            ))}
          </ul>
        )}
        {here.reports > 0 && reports.hasNextPage && (
          <Button className="m-3" disabled={reports.isFetchingNextPage} onClick={() => void reports.fetchNextPage()}>
            {formatCount(here.reports - (below?.length ?? 0))} more
          </Button>
        )}
      </section>
      <p className="px-3 pt-3 text-12 text-text-3">
        By the column <span className="mono">{tree.data.column.name}</span>
        {tree.data.column.source === "values" && ", found by its values: they are ids of other users"}.
      </p>
    </div>
  );
}

/** So far are levels set apart; a chain of fifty would leave the pane. */
const DEEPEST = 8;

function Person({ node, depth, onOpen }: { node: ReportingNode; depth: number; onOpen: (user: string) => void }) {
  return (
    <li>
      <button
        type="button"
        disabled={!node.user}
        onClick={() => onOpen(node.id)}
        style={{ paddingLeft: 12 + Math.min(depth, DEEPEST) * 14 }}
        className="grid min-h-7 w-full grid-cols-[minmax(0,1fr)_minmax(0,1.3fr)_48px_84px] items-center gap-x-3 border-b border-line pr-3 text-left text-12 -outline-offset-2 enabled:hover:bg-surface-2"
      >
        <span className={cx("truncate", node.user ? "font-medium" : "mono text-warn")}>{node.name ?? node.id}</span>
        <span className="truncate text-text-2">{node.user ? (node.title ?? node.id) : "not among these users"}</span>
        <span className="num text-right text-text-3" title={node.reports > 0 ? `${formatCount(node.reports)} direct, ${formatCount(node.below)} in all` : undefined}>
          {node.reports > 0 && formatCount(node.reports)}
        </span>
        {node.user ? <StateWord active={node.active} /> : <span />}
      </button>
    </li>
  );
}
