import { EyeOff } from "lucide-react";
import { useState } from "react";
import type { SimulatorPair, SimulatorPerformProgress, SimulatorRun } from "@/api/contract";
import { Card } from "@/components/card";
import { Bodies, Lines } from "@/components/compare/lines";
import { cx } from "@/components/cx";
import { plural } from "@/components/format";
import { Status } from "@/components/status";
import { Calls } from "./calls";

/** The calls of a task that is under way. */
export function TaskUnderWay({ told, name }: { told: SimulatorPerformProgress[]; name: string }) {
  return (
    <Card title={`Calls to ${name}`} note={told.length === 0 ? "the first one is under way" : plural(told.length, "call")}>
      <Calls calls={told.map(({ call }) => call)} label="Calls so far" />
    </Card>
  );
}

/** What came of a task: the calls, and those of the server beside it with what differs. */
export function TaskResult({ run, actions }: { run: SimulatorRun; actions: React.ReactNode }) {
  const { task } = run;
  if (!task) return null;
  const { performed, beside, preview } = task;
  const last = performed.calls.at(-1);
  const verdict = preview ? (
    <Status tone="muted" icon={EyeOff}>
      Preview: the writes were not sent
    </Status>
  ) : performed.passed ? (
    <Status tone="ok">The provider would call it a success</Status>
  ) : (
    <Status tone="bad">{task.task.kind === "look" ? "Not everything is as the provider needs it" : `The provider would report a failure${last ? ` at “${last.title}”` : ""}`}</Status>
  );
  return (
    <div className="flex flex-col gap-3">
      {beside && <SideBySide pairs={run.pairs} left={run.target} right={beside.name} />}
      <Card title={`Calls to ${run.target}`} note={verdict} actions={actions}>
        <Calls calls={performed.calls} label={`Calls to ${run.target}`} />
      </Card>
      {beside && (
        <Card title={`Calls to ${beside.name}`} note={beside.performed.passed ? <Status tone="ok">The same went through here</Status> : <Status tone="bad">Here the provider would report a failure</Status>}>
          <Calls calls={beside.performed.calls} label={`Calls to ${beside.name}`} />
        </Card>
      )}
    </div>
  );
}

function SideBySide({ pairs, left, right }: { pairs: SimulatorPair[]; left: string; right: string }) {
  const [onlyDifferences, setOnly] = useState(true);
  const different = pairs.filter(({ differences }) => differences > 0).length;
  // Two servers may have one name.
  const sides = { left: left === right ? `${left}, this one` : left, right: left === right ? `${right}, beside` : right, onlyLeft: `only at ${left}`, onlyRight: `only at ${right}` };
  return (
    <Card
      title="Side by side"
      note={different === 0 ? <Status tone="ok">All answers are the same</Status> : <Status tone="warn">{`${different} of ${plural(pairs.length, "answer")} differ`}</Status>}
      actions={
        <label className="flex min-h-6 items-center gap-2 text-12">
          <input type="checkbox" checked={onlyDifferences} onChange={(event) => setOnly(event.target.checked)} className="accent-accent" />
          Only differences
        </label>
      }
    >
      <p className="border-b border-line px-3 py-2 text-text-2">Each server’s address reads {"{base}"} before the answers are compared.</p>
      <ul className="divide-y divide-line">
        {pairs.map(({ title, differences, answer, left: one, right: other }, index) => (
          <li key={index}>
            <details open={differences > 0 && different <= 3}>
              <summary className="flex min-h-9 items-center gap-2.5 px-3 -outline-offset-2 hover:bg-surface-2">
                <span className="font-medium">{title}</span>
                <span className={cx("num ml-auto text-12", differences > 0 ? "text-warn" : "text-text-2")}>{one === null ? sides.onlyRight : other === null ? sides.onlyLeft : differences === 0 ? "the same" : plural(differences, "difference")}</span>
              </summary>
              <div className="flex flex-col gap-2 px-3 pt-1 pb-3">
                {differences === 0 && onlyDifferences && <p className="text-text-2">Nothing differs.</p>}
                <Lines title="Status" heading="h3" lines={answer.head} sides={sides} onlyDifferences={onlyDifferences} />
                <Lines title="Headers" heading="h3" lines={answer.headers} sides={sides} onlyDifferences={onlyDifferences} />
                <Bodies title="Body" heading="h3" body={answer.body} sides={sides} onlyDifferences={onlyDifferences} />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </Card>
  );
}
