import { CircleAlert, CirclePlay, CircleStop, Play, Square } from "lucide-react";
import { useFigures } from "@/api/overview";
import { useEndpointControl, useOverview } from "@/api/queries";
import type { Overview as Data, Range } from "@/api/contract";
import { Button } from "@/components/button";
import { absoluteTime, since } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { Skeleton, SkeletonLines } from "@/components/skeleton";
import { Status } from "@/components/status";
import { useRecalled, useRemembered } from "@/state/remembered";
import { useShell } from "@/state/shell";
import { useActions } from "@/state/actions";
import { Applications } from "./applications";
import { Checklist } from "./checklist";
import { Databases } from "./databases";
import { FailingUsers, Failures } from "./failures";
import { FiguresRow } from "./figures";
import { HandOver } from "./hand-over";
import { ImportsCard } from "./imports";
import { isRange, RangeChoice } from "./range";
import { RecordingTrouble } from "./recording";
import { Slowest } from "./slowest";
import { Tour } from "./tour";

export type OverviewSearch = { range?: Range };

/** What the address says of the Overview; a day is looked at where it says nothing. */
export const readOverview = (search: Record<string, unknown>): OverviewSearch => ({ range: isRange(search.range) && search.range !== "day" ? search.range : undefined });

/** What is remembered of the first steps, once somebody closed them. */
const CLOSED = "closed";

type Props = { search: OverviewSearch; onSearch: (part: Partial<OverviewSearch>) => void };

export function Overview({ search, onSearch }: Props) {
  const { data, error, refetch } = useOverview();
  const recalled = useRecalled();
  const [tour, setTour] = useRemembered("tour", "first");
  if (!data) {
    return error ? (
      <div className="mx-auto max-w-150 p-6">
        <ProblemCard problem={error} onRetry={() => void refetch()} />
      </div>
    ) : (
      <SkeletonLines lines={12} />
    );
  }
  // Only once it is known that nobody closed it.
  if (recalled && tour !== CLOSED) return <Tour overview={data} onClose={() => setTour(CLOSED)} />;
  const range = search.range ?? "day";
  return (
    <div className="h-full overflow-y-auto px-3.5 pt-3 pb-6">
      <Head data={data} range={range} onRange={(next) => onSearch({ range: next === "day" ? undefined : next })} />
      {error && <ProblemCard problem={error} onRetry={() => void refetch()} className="mb-3" />}
      {data.endpoint.problem && <ProblemCard problem={data.endpoint.problem} className="mb-3" />}
      <RecordingTrouble recording={data.recording} />
      <Dashboard data={data} range={range} />
    </div>
  );
}

function Dashboard({ data, range }: { data: Data; range: Range }) {
  const { data: figures, error, refetch } = useFigures(range);
  const several = data.applications.length > 1;
  return (
    <>
      {error && <ProblemCard problem={error} onRetry={() => void refetch()} className="mb-3" />}
      {figures ? <FiguresRow figures={figures} /> : !error && <FiguresToCome />}
      <div className="mt-3 grid items-start gap-3 min-[1180px]:grid-cols-[minmax(0,1.35fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-3">
          {figures && (
            <>
              <Failures causes={figures.causes} range={figures.range} />
              <FailingUsers users={figures.users} range={figures.range} several={several} />
            </>
          )}
          <ImportsCard />
          <Databases connections={data.connections} />
          {figures && <Slowest slowest={figures.slowest} range={figures.range} several={several} />}
          <Applications applications={data.applications} />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <Checklist />
          <HandOver overview={data} />
        </div>
      </div>
    </>
  );
}

/** Three charts that are being counted, in the room that they will take. */
const FiguresToCome = () => (
  <div role="status" aria-label="Loading" className="grid gap-3 min-[900px]:grid-cols-3">
    {[0, 1, 2].map((one) => (
      <div key={one} className="h-[126px] rounded-lg border border-line bg-surface-1 p-3">
        <Skeleton className="w-1/3" />
      </div>
    ))}
  </div>
);

function Head({ data, range, onRange }: { data: Data; range: Range; onRange: (range: Range) => void }) {
  const control = useEndpointControl();
  const askStop = useShell((state) => state.askStop);
  const { endpoint } = data;
  const listening = endpoint.state === "listening";
  useActions(
    (["hour", "day", "week"] as const).map((one) => ({
      id: `overview.${one}`,
      title: `Show the last ${one}`,
      group: "Overview",
      words: "range time figures chart",
      disabled: one === range ? "Shown now" : undefined,
      run: () => onRange(one),
    })),
  );
  return (
    <>
      <div className="mb-3 flex min-h-8 items-center gap-3">
        <h1 className="text-18 font-semibold">Overview</h1>
        {listening ? (
          <Status tone="ok" icon={CirclePlay}>
            <span className="num font-medium" title={endpoint.since === null ? undefined : absoluteTime(endpoint.since)}>
              Listening{endpoint.since !== null && ` since ${since(endpoint.since)}`}
            </span>
          </Status>
        ) : endpoint.state === "failed" ? (
          <Status tone="bad" icon={CircleAlert}>
            <span className="font-medium">Could not start</span>
          </Status>
        ) : (
          <Status tone="muted" icon={CircleStop}>
            <span className="font-medium">Stopped</span>
          </Status>
        )}
        <span className="selectable min-w-0 truncate text-text-2" title={data.workspace.configuration}>
          {data.workspace.name} · <span className="mono text-12">{data.workspace.configuration}</span>
        </span>
        <span className="ml-auto flex items-center gap-3">
          <RangeChoice value={range} onChange={onRange} />
          {listening ? (
            <Button icon={Square} onClick={() => askStop(true)}>
              Stop…
            </Button>
          ) : (
            <Button icon={Play} kind="primary" disabled={control.isPending} onClick={() => control.mutate("start")}>
              {control.isPending ? "Starting" : "Start"}
            </Button>
          )}
        </span>
      </div>
      {control.error && <ProblemCard problem={control.error} className="mb-3" />}
    </>
  );
}
