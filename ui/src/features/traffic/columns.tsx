import { FileInput, Pin, SquareCheckBig } from "lucide-react";
import type { ExchangeSummary } from "@/api/contract";
import { useMarked } from "@/api/traffic";
import { cx } from "@/components/cx";
import { absoluteTime, listMs, logTime } from "@/components/format";
import type { GridColumn } from "@/components/grid/grid";
import { Skeleton } from "@/components/skeleton";
import { AnswerStatus } from "@/components/status";
import { ActionIcon } from "./action-icon";
import { COLOURS } from "./marks";
import { useSelection } from "./selection";

/** The part of the path that differs from call to call. */
const shortPath = (path: string) => path.replace(/^.*\/scim\/v\d+(?=\/)/, "");

/** What was added to the exchange: picked, pinned, coloured, imported. The colour lies behind the whole line. */
function MarksCell({ id }: { id: string }) {
  const marked = useMarked(id);
  const picked = useSelection((state) => state.ids.includes(id));
  const colour = marked && marked.marks.colour !== "none" ? COLOURS[marked.marks.colour] : null;
  return (
    <>
      {colour && <span title={colour.title} className={cx("pointer-events-none absolute inset-0 -z-10", colour.row)} />}
      {colour && <span aria-hidden className={cx("pointer-events-none absolute inset-y-0 right-0 w-[3px]", colour.dot)} />}
      {colour && <span className="sr-only">{colour.title}</span>}
      {picked ? (
        <SquareCheckBig size={14} aria-label="picked" className="shrink-0 text-accent" />
      ) : marked?.marks.pinned ? (
        <Pin size={13} aria-label="pinned" className="shrink-0 fill-accent text-accent" />
      ) : marked?.imported ? (
        <FileInput size={13} aria-label={`from the file ${marked.imported}`} className="shrink-0 text-info" />
      ) : null}
    </>
  );
}

/** Whom or what it is about, and the administrator's note on it. */
function SubjectCell({ row }: { row: ExchangeSummary }) {
  const note = useMarked(row.id)?.marks.note;
  return (
    <>
      <span className={cx("truncate", !row.subject && "mono text-text-2", note && "max-w-[65%] shrink-0")} title={row.subject ?? row.path}>
        {row.subject ?? shortPath(row.path)}
      </span>
      {note && (
        <span className="min-w-0 truncate text-text-2 italic" title={note}>
          {note}
        </span>
      )}
    </>
  );
}

const MARKS: GridColumn<ExchangeSummary> = { key: "marks", title: <span className="sr-only">Marks</span>, name: "Marks", track: "14px", cell: (row) => <MarksCell id={row.id} /> };

const MEANING: GridColumn<ExchangeSummary>[] = [
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
    track: "minmax(112px, 1.15fr)",
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
    track: "minmax(84px, 1.6fr)",
    cell: (row) => <SubjectCell row={row} />,
  },
  { key: "answer", title: "Answer", track: "52px", cell: (row) => <AnswerStatus status={row.status} outcome={row.outcome} /> },
  {
    key: "effect",
    title: "Effect",
    track: "minmax(64px, 0.7fr)",
    align: "right",
    cell: (row) => (
      <span className="truncate text-text-2" title={row.effect ?? undefined}>
        {row.effect}
      </span>
    ),
  },
  { key: "ms", title: "ms", track: "40px", align: "right", cell: (row) => <span className="mono">{listMs(row.durationUs)}</span> },
];

const APPLICATION: GridColumn<ExchangeSummary> = {
  key: "application",
  title: "Application",
  track: "minmax(72px, 0.6fr)",
  cell: (row) => <span className="truncate text-text-2">{row.application}</span>,
};

const REQUEST: GridColumn<ExchangeSummary> = {
  key: "request",
  title: "Request",
  track: "minmax(120px, 1.3fr)",
  cell: (row) => (
    <span className="mono truncate text-text-2" title={`${row.method} ${row.path}`}>
      {row.method} {shortPath(row.path)}
    </span>
  ),
};

/** What it meant comes first; how it was asked, last, and where there is room for it. */
export const COLUMNS: GridColumn<ExchangeSummary>[] = [MARKS, ...MEANING];
export const WIDE_COLUMNS: GridColumn<ExchangeSummary>[] = [MARKS, ...MEANING.slice(0, 3), APPLICATION, ...MEANING.slice(3), REQUEST];

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
