import { Link } from "@tanstack/react-router";
import { ChevronRight, Circle, CircleCheck, CircleX, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useSetup } from "@/api/overview";
import { useOverview } from "@/api/queries";
import type { Milestone, SetupStep, SetupState } from "@/api/contract";
import { Card } from "@/components/card";
import { cx } from "@/components/cx";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { useApplication } from "@/components/shell/application";
import { SkeletonLines } from "@/components/skeleton";

const LOOK: Record<SetupState, { icon: LucideIcon; colour: string; word: string }> = {
  done: { icon: CircleCheck, colour: "text-ok", word: "Done" },
  warned: { icon: TriangleAlert, colour: "text-warn", word: "Done, with a warning" },
  failed: { icon: CircleX, colour: "text-bad", word: "Failed" },
  open: { icon: Circle, colour: "text-text-3", word: "To do" },
};

const isDone = ({ state }: SetupStep) => state === "done" || state === "warned";

type Place = { to: string; params?: { section: string }; search?: Record<string, unknown> };

/** Where a step is done, or what shows that it is. A connection is at hand, or an application of the workspace waits for one. */
const PLACE: Record<Milestone, (step: SetupStep, has: { connection?: string; application?: string; any: boolean }) => Place> = {
  connection: (_, { connection, application, any }) => ({
    to: "/connections",
    search: connection !== undefined ? { name: connection } : !any ? { add: "connection" } : application === undefined ? { add: "application" } : { application },
  }),
  mapped: ({ operation, state }, { connection }) => ({ to: "/operations", search: operation !== null ? { op: operation } : state === "open" && connection !== undefined ? { generate: true } : {} }),
  checked: ({ operation }) => ({ to: "/operations", search: { op: operation ?? undefined } }),
  tried: ({ operation }) => ({ to: "/operations", search: { op: operation ?? undefined, tab: operation === null ? undefined : "try" } }),
  rehearsed: ({ exchange }) => (exchange === null ? { to: "/simulator" } : { to: "/traffic", search: { id: exchange } }),
  endpoint: () => ({ to: "/configuration/$section", params: { section: "endpoint" } }),
  certificate: () => ({ to: "/configuration/$section", params: { section: "certificate" } }),
  request: ({ exchange }) => (exchange === null ? { to: "/guide", search: { doc: "handover" } } : { to: "/traffic", search: { id: exchange } }),
  import: ({ exchange }) => (exchange === null ? { to: "/guide", search: { doc: "handover" } } : { to: "/traffic", search: { id: exchange } }),
};

/** What is left until the provider can be served. Nobody ticks a step: Sluice finds out. */
export function Checklist() {
  const { application } = useApplication();
  const any = (useOverview().data?.connections.length ?? 0) > 0;
  const has = { application: application?.name, connection: application?.connection ?? undefined, any };
  const { data, error, refetch } = useSetup(application?.name ?? null);
  const steps = data?.steps ?? [];
  const done = steps.filter(isDone).length;
  const whole = data !== undefined && done === steps.length;
  const list = (
    <ol>
      {steps.map((step) => (
        <Row key={step.step} step={step} place={PLACE[step.step](step, has)} next={step === steps.find((one) => !isDone(one))} />
      ))}
    </ol>
  );
  return (
    <Card title="Ready for the provider" note={application?.name} actions={data && <span className="num text-text-2">{`${done} of ${steps.length}`}</span>}>
      {error && !data ? (
        <ProblemCard problem={error} onRetry={() => void refetch()} className="m-3" />
      ) : !data ? (
        <SkeletonLines lines={9} />
      ) : whole ? (
        <details className="group">
          <summary className="flex min-h-9 list-none items-center gap-2 px-3 -outline-offset-2 hover:bg-surface-2">
            <CircleCheck size={15} strokeWidth={2} aria-hidden className="shrink-0 text-ok" />
            Set up: the provider calls and imports.
            <ChevronRight size={14} aria-hidden className="ml-auto shrink-0 text-text-3 transition-transform duration-100 group-open:rotate-90" />
          </summary>
          <div className="border-t border-line">{list}</div>
        </details>
      ) : (
        list
      )}
    </Card>
  );
}

function Row({ step, place, next }: { step: SetupStep; place: Place; next: boolean }) {
  const { icon: Icon, colour, word } = LOOK[step.state];
  const said: ReactNode = (
    <>
      <span className={cx("[overflow-wrap:anywhere]", !isDone(step) && !next && step.state === "open" && "text-text-2", next && "font-medium")}>{step.said}</span>
      {(step.hint !== null || step.at !== null) && (
        <span className="text-12 text-text-2 [overflow-wrap:anywhere]">
          {step.hint}
          {step.at !== null && <RelativeTime at={step.at} />}
        </span>
      )}
    </>
  );
  return (
    <li className="border-b border-line last:border-b-0" aria-current={next ? "step" : undefined}>
      <Link to={place.to} params={place.params as never} search={(place.search ?? {}) as never} className="flex min-h-9 items-start gap-2 px-3 py-2 -outline-offset-2 hover:bg-surface-2">
        <Icon size={15} strokeWidth={2} aria-hidden className={cx("mt-0.5 shrink-0", colour)} />
        <span className="sr-only">{word}: </span>
        <span className="flex min-w-0 flex-col">{said}</span>
        <ChevronRight size={14} aria-hidden className="mt-0.5 ml-auto shrink-0 text-text-3" />
      </Link>
    </li>
  );
}
