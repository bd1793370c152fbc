import type { ExchangeSummary } from "@/api/contract";
import { cx } from "@/components/cx";
import { absoluteTime, listMs, logTime } from "@/components/format";
import type { GridColumn } from "@/components/grid/grid";
import { Skeleton } from "@/components/skeleton";
import { AnswerStatus } from "@/components/status";
import { ActionIcon } from "./action-icon";

/** The part of the path that differs from call to call. */
const shortPath = (path: string) => path.replace(/^.*\/scim\/v\d+(?=\/)/, "");

export const COLUMNS: GridColumn<ExchangeSummary>[] = [
  {
    key: "time",
    title: "Time",
    track: "92px",
    cell: (row) => (
      <time dateTime={new Date(row.at).toISOString()} title={absoluteTime(row.at)} className="mono truncate text-text-2">
        {logTime(row.at)}
      </time>
    ),
  },
  {
    key: "operation",
    title: "Operation",
    track: "minmax(132px, 1.15fr)",
    cell: (row) => (
      <>
        <ActionIcon action={row.action} />
        <span className="truncate font-medium">{row.title}</span>
      </>
    ),
  },
  {
    key: "subject",
    title: "Subject",
    track: "minmax(90px, 1.6fr)",
    cell: (row) => (
      <span className={cx("truncate", !row.subject && "mono text-text-3")} title={row.subject ?? row.path}>
        {row.subject ?? shortPath(row.path)}
      </span>
    ),
  },
  { key: "answer", title: "Answer", track: "52px", cell: (row) => <AnswerStatus status={row.status} outcome={row.outcome} /> },
  {
    key: "effect",
    title: "Effect",
    track: "minmax(72px, 0.7fr)",
    align: "right",
    cell: (row) => (
      <span className="truncate text-text-2" title={row.effect ?? undefined}>
        {row.effect}
      </span>
    ),
  },
  { key: "ms", title: "ms", track: "40px", align: "right", cell: (row) => <span className="mono">{listMs(row.durationUs)}</span> },
];

/** The list before its first page: the same columns, no rows. */
export function TrafficSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col">
      <div className="h-7 border-b border-line" />
      {Array.from({ length: 14 }, (_, line) => (
        <div key={line} className="grid h-7 items-center gap-x-3 border-b border-line px-3" style={{ gridTemplateColumns: COLUMNS.map((column) => column.track).join(" ") }}>
          {COLUMNS.map((column, index) => (
            <Skeleton key={column.key} className={index % 2 ? "w-1/2" : "w-3/4"} />
          ))}
        </div>
      ))}
    </div>
  );
}
