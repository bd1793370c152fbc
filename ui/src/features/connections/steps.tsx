import { Check, CircleDashed, LoaderCircle, type LucideIcon, Minus, TriangleAlert, X } from "lucide-react";
import { useState } from "react";
import type { ProbeResult, ProbeState, ServerCertificate } from "@/api/contract";
import type { ConnectionTest } from "@/api/connections";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CopyIcon } from "@/components/copy";
import { cx } from "@/components/cx";
import { absoluteTime, duration } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { Status } from "@/components/status";
import { STEPS } from "./words";

const LOOKS: Record<ProbeState, { icon: LucideIcon; word: string; look: string }> = {
  waiting: { icon: CircleDashed, word: "waits", look: "text-text-3" },
  running: { icon: LoaderCircle, word: "runs", look: "text-info motion-safe:animate-spin" },
  passed: { icon: Check, word: "passed", look: "text-ok" },
  warned: { icon: TriangleAlert, word: "passed, with a warning", look: "text-warn" },
  failed: { icon: X, word: "failed", look: "text-bad" },
  skipped: { icon: Minus, word: "not taken", look: "text-text-3" },
};

type Props = { test: ConnectionTest & { cancel: () => void; forget: () => void } };

/** What a test did, step by step: how each went, how long it took, and what to do. */
export function TestCard({ test }: Props) {
  const { running, steps, result, problem } = test;
  if (!running && steps.length === 0 && !problem) return null;
  const cancelled = problem?.code === "cancelled";
  const warned = steps.some(({ state }) => state === "warned");
  return (
    <Card
      title="Test"
      note={
        <span role="status">
          {running ? (
            "Running"
          ) : cancelled ? (
            <Status tone="muted">Cancelled</Status>
          ) : problem ? (
            <Status tone="bad">Not run</Status>
          ) : result?.passed ? (
            <Status tone={warned ? "warn" : "ok"}>{warned ? "It works, with something to know" : "It works"}</Status>
          ) : (
            <Status tone="bad">It does not work</Status>
          )}
        </span>
      }
      actions={
        running ? (
          <Button onClick={test.cancel}>Cancel</Button>
        ) : (
          <Button kind="quiet" onClick={test.forget}>
            Close
          </Button>
        )
      }
      className="shrink-0"
    >
      {problem && !cancelled && <ProblemCard problem={problem} className="m-3" />}
      {steps.length > 0 && (
        <ol aria-label="Steps of the test">
          {steps.map((step) => (
            <StepLine key={step.step} step={step} cancelled={cancelled} />
          ))}
        </ol>
      )}
      {result?.certificate && <Certificate certificate={result.certificate} />}
      <p className="border-t border-line px-3 py-1.5 text-11 text-text-3">A test uses what the form holds, the password included, keeps nothing of it, and writes nothing to the database.</p>
    </Card>
  );
}

function StepLine({ step: { step, state, words, remedy, said, durationUs }, cancelled }: { step: ProbeResult; cancelled: boolean }) {
  // What ran when somebody cancelled did not go on.
  const { icon: Icon, word, look } = LOOKS[cancelled && state === "running" ? "skipped" : state];
  return (
    <li className="grid grid-cols-[16px_92px_minmax(0,1fr)_72px] items-start gap-x-2.5 border-b border-line px-3 py-1.5 last:border-b-0">
      <Icon size={14} strokeWidth={2} aria-hidden className={cx("mt-[3px]", look)} />
      <span className={cx("font-medium", (state === "waiting" || state === "skipped") && "text-text-2")}>
        {STEPS[step]}
        <span className="sr-only"> {word}</span>
      </span>
      <div className="selectable min-w-0 [overflow-wrap:anywhere]">
        <p className={state === "skipped" ? "text-text-2" : undefined}>{words}</p>
        {remedy && <p className="text-12 text-text-2">{remedy}</p>}
        {said && <p className="mono mt-0.5 text-12 text-text-2">{said}</p>}
      </div>
      <span className="num text-right text-12 text-text-2">{durationUs === null ? "" : duration(durationUs)}</span>
    </li>
  );
}

const DAY = 86_400_000;

function Certificate({ certificate }: { certificate: ServerCertificate }) {
  const [now] = useState(() => Date.now());
  const days = Math.floor((certificate.notAfter - now) / DAY);
  const lines: [string, string][] = [
    ["Subject", certificate.subject],
    ["Issued by", certificate.issuer],
    ["Made out to", certificate.names.length > 0 ? certificate.names.join(", ") : "no name or address"],
  ];
  return (
    <section aria-label="Certificate of the server" className="border-t border-line px-3 py-2">
      <h3 className="mb-1 flex items-center gap-2 font-medium">
        Certificate of the server
        {certificate.version && <span className="font-normal text-text-2">{certificate.version}</span>}
      </h3>
      <dl className="selectable grid grid-cols-[92px_minmax(0,1fr)] gap-x-2.5 gap-y-0.5 text-12">
        {lines.map(([term, words]) => (
          <div key={term} className="contents">
            <dt className="text-text-2">{term}</dt>
            <dd className="[overflow-wrap:anywhere]">{words}</dd>
          </div>
        ))}
        <dt className="text-text-2">Valid</dt>
        <dd className="num flex flex-wrap items-center gap-x-2">
          {absoluteTime(certificate.notBefore)} to {absoluteTime(certificate.notAfter)}
          {days < 0 ? <Status tone="bad">expired</Status> : days < 30 && <Status tone="warn">{days} days left</Status>}
        </dd>
        <dt className="text-text-2">SHA-256</dt>
        <dd className="flex items-start gap-1">
          <span className="mono text-11 [overflow-wrap:anywhere]">{certificate.fingerprint}</span>
          <CopyIcon text={certificate.fingerprint} label="Copy the fingerprint" />
        </dd>
      </dl>
    </section>
  );
}
