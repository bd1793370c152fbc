import { Link } from "@tanstack/react-router";
import { Check, ChevronRight, EyeOff, TriangleAlert, X } from "lucide-react";
import type { SimulatorCall, SimulatorSeverity } from "@/api/contract";
import { CopyIcon } from "@/components/copy";
import { cx } from "@/components/cx";
import { bytes, duration } from "@/components/format";
import { Json, prettyJson } from "@/components/json";
import { SECRET } from "@/components/secret";

const LOOK = { good: { icon: Check, tone: "text-ok", word: "Good" }, warning: { icon: TriangleAlert, tone: "text-warn", word: "Warning" }, bad: { icon: X, tone: "text-bad", word: "Wrong" } } as const;

/** Icon, word and sentence of something that was looked at. */
export function FindingLine({ severity, children, className }: { severity: SimulatorSeverity; children: React.ReactNode; className?: string }) {
  const { icon: Icon, tone, word } = LOOK[severity];
  return (
    <span className={cx("flex items-start gap-2", className)}>
      <Icon size={14} strokeWidth={2} aria-hidden className={cx("mt-[3px] shrink-0", tone)} />
      <span className="selectable min-w-0 [overflow-wrap:anywhere]">
        <span className="sr-only">{word}: </span>
        {children}
      </span>
    </span>
  );
}

const worst = (call: SimulatorCall): SimulatorSeverity | "shown" => {
  if (!call.sent) return "shown";
  if (call.problem || call.findings.some(({ severity }) => severity === "bad")) return "bad";
  return call.findings.some(({ severity }) => severity === "warning") ? "warning" : "good";
};

/** Calls in their order, each with its request, its answer and what the provider would say to it. */
export function Calls({ calls, label }: { calls: SimulatorCall[]; label: string }) {
  return (
    <ol aria-label={label} className="divide-y divide-line">
      {calls.map((call, index) => (
        <li key={index}>
          <CallLine call={call} />
        </li>
      ))}
    </ol>
  );
}

function CallLine({ call }: { call: SimulatorCall }) {
  const how = worst(call);
  const { icon: Icon, tone, word } = how === "shown" ? { icon: EyeOff, tone: "text-text-3", word: "Not sent" } : LOOK[how];
  return (
    <details className="group">
      <summary className="flex min-h-9 list-none items-center gap-2.5 px-3 py-1 -outline-offset-2 hover:bg-surface-2">
        <ChevronRight size={13} aria-hidden className="shrink-0 text-text-3 transition-transform duration-100 group-open:rotate-90" />
        <Icon size={14} strokeWidth={2} aria-hidden className={cx("shrink-0", tone)} />
        <span className="sr-only">{word}: </span>
        <span className="shrink-0 font-medium">{call.title}</span>
        <span className="mono min-w-0 truncate text-12 text-text-2">
          {call.method} {call.path}
        </span>
        <span className="num ml-auto shrink-0 text-12 text-text-2">
          {call.sent ? (
            <>
              <span className={cx("mono mr-2.5", call.status === null && "text-bad")}>{call.status ?? "no answer"}</span>
              {duration(call.durationUs)}
            </>
          ) : (
            "not sent"
          )}
        </span>
      </summary>
      <div className="flex flex-col gap-2 px-3 pt-1 pb-3 pl-9">
        {call.problem && (
          <FindingLine severity="bad">
            {call.problem.cause} <span className="text-text-2">{call.problem.remedy}</span>
          </FindingLine>
        )}
        {call.findings.map(({ severity, text }, index) => (
          <FindingLine key={index} severity={severity}>
            {text}
          </FindingLine>
        ))}
        {call.exchange && (
          <Link to="/traffic" search={{ id: call.exchange } as never} className="inline-flex min-h-6 items-center self-start rounded-sm text-accent hover:underline">
            Open its exchange in Traffic
          </Link>
        )}
        <Message title="Request" message={call.request} />
        {call.sent && call.status !== null && <Message title="Answer" message={call.answer} />}
      </div>
    </details>
  );
}

function Message({ title, message }: { title: string; message: SimulatorCall["request"] }) {
  return (
    // A group and no landmark: each call has these parts, and landmarks have names of their own.
    <div role="group" aria-label={title} className="overflow-hidden rounded-lg border border-line">
      <header className="flex min-h-8 items-center gap-2 px-3 not-last:border-b not-last:border-line">
        <h3 className="font-semibold">{title}</h3>
        {message.body && <span className="num text-12 text-text-2">{bytes(message.body.bytes)}</span>}
        {message.body?.truncated && <span className="text-12 text-warn">only its beginning is kept</span>}
        {message.body && (
          <span className="ml-auto">
            <CopyIcon text={() => prettyJson(message.body?.text ?? "")} label={`Copy the ${title.toLowerCase()}`} />
          </span>
        )}
      </header>
      {message.headers.length > 0 && (
        <dl className="selectable grid grid-cols-[minmax(110px,auto)_minmax(0,1fr)] gap-x-4 gap-y-0.5 px-3 py-2 text-12">
          {message.headers.map(([name, value], index) => (
            <div key={index} className="col-span-2 grid grid-cols-subgrid">
              <dt className="mono text-text-3">{name}</dt>
              <dd className="mono [overflow-wrap:anywhere]">{value.endsWith(SECRET) ? <Hidden value={value} /> : value}</dd>
            </div>
          ))}
        </dl>
      )}
      {message.body && (
        <div className="max-h-80 overflow-auto border-t border-line">
          <Json text={message.body.text} label={`${title} as JSON`} />
        </div>
      )}
    </div>
  );
}

function Hidden({ value }: { value: string }) {
  return (
    <span className="text-text-2">
      {value.slice(0, -SECRET.length)}
      <span aria-hidden>{SECRET}</span>
      <span className="sr-only">secret</span>
    </span>
  );
}
