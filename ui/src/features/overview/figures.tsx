import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import { useLive } from "@/api/context";
import type { Figures, Range } from "@/api/contract";
import { cx } from "@/components/cx";
import { formatCount, listMs, plural, since } from "@/components/format";
import { between } from "@/components/traffic-filter";
import { Chart, type Line } from "./chart";
import { IN } from "./range";

/** Requests, failures and durations over time; the same moment is read in all three. */
export function FiguresRow({ figures }: { figures: Figures }) {
  const navigate = useNavigate();
  const [at, setAt] = useState<number | null>(null);
  const now = useLive().recording;
  const { course, range } = figures;
  const { from, step, points } = course;
  const lines = useMemo(
    (): Record<"requests" | "failures" | "p95", Line> => ({
      requests: { values: points.map((point) => point.requests), colour: "--accent" },
      failures: { values: points.map((point) => point.failed + point.refused), colour: "--bad" },
      p95: { values: points.map((point) => (point.p95Us === null ? null : point.p95Us / 1000)), colour: "--ok" },
    }),
    [points],
  );
  const sum = (of: (point: (typeof points)[number]) => number) => points.reduce((total, point) => total + of(point), 0);
  const requests = sum((point) => point.requests);
  const failed = sum((point) => point.failed);
  const refused = sum((point) => point.refused);
  const looked = at === null ? null : (points[at] ?? null);
  const moment = (index: number) => `${since(from + index * step)}${index === points.length - 1 ? " up to now" : ""}`;
  const open = (index: number, filter = "") => void navigate({ to: "/traffic", search: { filter: [filter, between(from + index * step, from + (index + 1) * step)].filter(Boolean).join(" ") } as never });
  const common = { at, onAt: setAt };
  const ends = { from, range };
  return (
    <section aria-label="Figures" className="grid gap-3 min-[900px]:grid-cols-3">
      <Figure title="Requests" {...ends} note={looked && at !== null ? moment(at) : now && `${formatCount(now.requestsPerMinute)} per minute now`} value={formatCount(looked ? looked.requests : requests)} unit={looked ? "requests" : IN[range]}>
        <Chart {...common} label="Requests over time" line={lines.requests} says={(index) => `${moment(index)}: ${plural(points[index]?.requests ?? 0, "request")}`} onOpen={(index) => open(index)} />
      </Figure>
      <Figure
        title="Failures"
        {...ends}
        bad={(looked ? looked.failed + looked.refused : failed + refused) > 0}
        note={looked && at !== null ? moment(at) : refused > 0 ? `${formatCount(refused)} of them refused` : requests > 0 && `${share(failed, requests)} of the requests`}
        value={formatCount(looked ? looked.failed + looked.refused : failed + refused)}
        unit={looked ? (looked.refused > 0 ? `${formatCount(looked.refused)} refused` : "failed") : IN[range]}
      >
        <Chart {...common} label="Failures over time" line={lines.failures} says={(index) => `${moment(index)}: ${formatCount(points[index]?.failed ?? 0)} failed, ${formatCount(points[index]?.refused ?? 0)} refused`} onOpen={(index) => open(index, "not status:ok")} />
      </Figure>
      <Figure
        title="Duration, p95"
        {...ends}
        note={looked && at !== null ? moment(at) : course.p50Us !== null && `half of them in ${listMs(course.p50Us)} ms`}
        value={milliseconds(looked ? looked.p95Us : course.p95Us)}
        unit={(looked ? looked.p95Us : course.p95Us) === null ? "nothing measured" : "ms"}
      >
        <Chart {...common} label="Duration over time, 95 of 100 requests" line={lines.p95} says={(index) => `${moment(index)}: ${points[index]?.p95Us == null ? "nothing measured" : `${milliseconds(points[index].p95Us)} ms`}`} onOpen={(index) => open(index)} />
      </Figure>
    </section>
  );
}

const milliseconds = (us: number | null) => (us === null ? "–" : listMs(us));

/** Of a whole, in per cent; never nought where there is something. */
function share(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  return `${percent > 0 && percent < 0.1 ? "<0.1" : percent.toFixed(percent > 0 && percent < 10 ? 1 : 0)} %`;
}

type FigureProps = { title: string; note?: ReactNode; value: string; unit: string; bad?: boolean; from: number; range: Range; children: ReactNode };

function Figure({ title, note, value, unit, bad = false, from, range, children }: FigureProps) {
  return (
    <section aria-label={title} className="min-w-0 overflow-hidden rounded-lg border border-line bg-surface-1">
      <header className="flex h-10 items-center gap-2 px-3">
        <h2 className="text-13 text-text-2">{title}</h2>
        {note && <span className="num min-w-0 truncate text-12 text-text-3">{note}</span>}
        <p className="num ml-auto flex shrink-0 items-baseline gap-1.5">
          <span className={cx("text-15 font-semibold", bad && "text-bad")}>{value}</span>
          <span className="text-12 text-text-2">{unit}</span>
        </p>
      </header>
      {children}
      <p aria-hidden className="num flex justify-between px-3 py-0.5 text-11 text-text-3">
        <span>{range === "week" ? since(from).split(",")[0] : since(from)}</span>
        <span>now</span>
      </p>
    </section>
  );
}
