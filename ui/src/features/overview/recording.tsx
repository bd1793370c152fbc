import { useLive } from "@/api/context";
import type { Recording } from "@/api/contract";
import { cx } from "@/components/cx";
import { formatCount } from "@/components/format";
import { Status } from "@/components/status";

/** What the recorder says of itself; the live stream is fresher than the overview. */
export function RecordingCard({ recording: asked }: { recording: Recording }) {
  const recording = useLive().recording ?? asked;
  const p50 = recording.p50Us;
  return (
    <section aria-label="Recording" className="overflow-hidden rounded-lg border border-line bg-surface-1">
      <dl className="grid grid-cols-4 divide-x divide-line">
        <Figure title="Requests" value={formatCount(recording.requestsPerMinute)} unit="per minute" />
        <Figure title="Duration, p50" value={p50 === null ? "–" : (p50 / 1000).toFixed(p50 < 10_000 ? 1 : 0)} unit={p50 === null ? "nothing measured yet" : "ms"} />
        <Figure title="Recorded" value={formatCount(recording.recorded)} unit="exchanges" />
        <Figure title="Dropped" value={formatCount(recording.dropped)} unit="not recorded" bad={recording.dropped > 0} />
      </dl>
      {recording.failing && (
        <p role="alert" className="border-t border-line bg-bad-soft px-3 py-2">
          <Status tone="bad">Recording fails</Status> <span className="selectable ml-2">{recording.failing}</span>
        </p>
      )}
    </section>
  );
}

function Figure({ title, value, unit, bad = false }: { title: string; value: string; unit: string; bad?: boolean }) {
  return (
    <div className="px-3 py-2.5">
      <dt className="text-12 text-text-2">{title}</dt>
      <dd className="num mt-0.5 flex items-baseline gap-1.5">
        <span className={cx("text-18 font-semibold", bad && "text-bad")}>{value}</span>
        <span className="truncate text-12 text-text-3">{unit}</span>
      </dd>
    </div>
  );
}
