import { useEffect } from "react";
import { ProblemCard } from "../problem";
import { Progress, Results } from "./results";
import { useRun } from "./use-run";
import type { Asked } from "./words";

type Props = { application: string; asked: Asked; onReady: (ready: { can: boolean; why: string | null }) => void };

/** Tries a change with each of several users, and takes each back. */
export function TriedSeveral({ application, asked, onReady }: Props) {
  const { run, begin, stop } = useRun("users.try_all");
  const { change, people } = asked;
  const again = () => void begin({ application, change, users: people.map(({ id }) => id), confirmation: null });
  useEffect(() => {
    void begin({ application, change, users: people.map(({ id }) => id), confirmation: null });
    // Once for what is asked: the dialog is another one when that changes.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [begin]);
  const state = run?.state;
  const counts = run?.counts;
  const willChange = (counts?.changed ?? 0) + (counts?.notTried ?? 0);
  useEffect(() => {
    if (state === "done" && willChange === 0) onReady({ can: false, why: (counts?.failed ?? 0) > 0 ? "Nobody would be changed." : "Nobody needs to be changed." });
    else if (state === "done") onReady({ can: true, why: null });
    else if (state === "stopped") onReady({ can: true, why: null });
    else if (state === "failed") onReady({ can: false, why: "The dry run failed." });
    else onReady({ can: false, why: "The dry runs have not ended yet. Stop them to go on without." });
  }, [state, willChange, counts?.failed, onReady]);
  if (!run) return null;
  return (
    <div className="flex flex-col gap-3">
      {run.state === "running" && <Progress run={run} word="Dry run: each is changed in a transaction that is rolled back" onStop={stop} />}
      {run.state === "failed" && run.problem && <ProblemCard problem={run.problem} onRetry={again} />}
      {run.state === "done" && <p className="text-text-2">Dry run: nothing was kept. This is what would happen.</p>}
      <Results run={run} asked={asked} tried />
    </div>
  );
}
