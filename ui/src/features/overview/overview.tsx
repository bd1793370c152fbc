import { CircleAlert, CirclePlay, CircleStop, Play, Square } from "lucide-react";
import { useEndpointControl, useOverview } from "@/api/queries";
import type { Overview as Data } from "@/api/contract";
import { Button } from "@/components/button";
import { absoluteTime, since } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { Status } from "@/components/status";
import { useRecalled, useRemembered } from "@/state/remembered";
import { useShell } from "@/state/shell";
import { Applications } from "./applications";
import { Databases } from "./databases";
import { Failures } from "./failures";
import { HandOver } from "./hand-over";
import { ImportsCard } from "./imports";
import { RecordingCard } from "./recording";
import { Tour } from "./tour";

/** What is remembered of the first steps, once somebody closed them. */
const CLOSED = "closed";

export function Overview() {
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
  return (
    <div className="h-full overflow-y-auto px-3.5 pt-3 pb-6">
      <Head data={data} />
      {error && <ProblemCard problem={error} onRetry={() => void refetch()} className="mb-3" />}
      {data.endpoint.problem && <ProblemCard problem={data.endpoint.problem} className="mb-3" />}
      <RecordingCard recording={data.recording} />
      <div className="mt-3 grid items-start gap-3 min-[1180px]:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-3">
          <ImportsCard />
          <Failures failures={data.failures} />
          <Databases connections={data.connections} />
          <Applications applications={data.applications} />
        </div>
        <HandOver overview={data} />
      </div>
    </div>
  );
}

function Head({ data }: { data: Data }) {
  const control = useEndpointControl();
  const askStop = useShell((state) => state.askStop);
  const { endpoint } = data;
  const listening = endpoint.state === "listening";
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
        <span className="ml-auto">
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
