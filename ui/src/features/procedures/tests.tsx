import { FlaskConical, Pencil, Play, Trash2, X } from "lucide-react";
import { toast } from "sonner";
import type { CaseResult, KeptCase } from "@/api/contract";
import { useKeepCase, useRemoveCase } from "@/api/procedures";
import { Button, IconButton } from "@/components/button";
import { Empty } from "@/components/empty";
import { duration, formatCount } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { tellProblem } from "@/components/problem-toast";
import { Status } from "@/components/status";
import { Value } from "@/components/value";
import type { Tests } from "./use-tests";
import { undoable } from "@/components/undo";

type Props = { application: string; cases: KeptCase[]; tests: Tests; signature: string; onEdit: (kept: KeptCase) => void; onUse: (kept: KeptCase) => void };

/** "2 of 3 as expected" */
export function testWords(cases: KeptCase[], results: Tests["results"]): { tone: "ok" | "bad" | "muted"; words: string } {
  const ran = cases.flatMap(({ name }) => results[name] ?? []);
  const good = ran.filter(({ verdict }) => verdict === "passed").length;
  if (ran.length === 0) return { tone: "muted", words: "not run yet" };
  if (good === cases.length) return { tone: "ok", words: `${formatCount(good)} passed` };
  return { tone: good < ran.length ? "bad" : "muted", words: `${formatCount(good)} of ${formatCount(cases.length)} passed` };
}

/** The test cases of a routine, each green or red with what was different. */
export function TestCases({ application, cases, tests, signature, onEdit, onUse }: Props) {
  const { results, running, problem, run, cancel } = tests;
  if (cases.length === 0) {
    return (
      <Empty icon={FlaskConical} title="No test case yet">
        Dry-run the procedure, look at what it gives, and save that as what it must give again.
      </Empty>
    );
  }
  const { tone, words } = testWords(cases, results);
  return (
    <div className="flex flex-col">
      <div className="flex min-h-11 flex-wrap items-center gap-3 border-b border-line px-3">
        <Status tone={tone}>{words}</Status>
        <span className="ml-auto flex items-center gap-2">
          {running && (
            <span role="status" className="num text-12 text-text-2">
              {formatCount(running.done)} of {formatCount(running.total)}
            </span>
          )}
          {running ? (
            <Button icon={X} onClick={cancel}>
              Cancel
            </Button>
          ) : (
            <Button icon={FlaskConical} onClick={() => run(cases.map(({ name }) => name))}>
              Run all, dry
            </Button>
          )}
        </span>
      </div>
      {problem && <ProblemCard problem={problem} className="m-3" />}
      <ul aria-label="Test cases">
        {cases.map((kept) => (
          <Line key={kept.name} application={application} kept={kept} changed={kept.case.signature !== signature} result={results[kept.name]} busy={running !== null} waiting={running?.names.includes(kept.name) === true && running.names.indexOf(kept.name) >= running.done} tests={tests} onEdit={() => onEdit(kept)} onUse={() => onUse(kept)} />
        ))}
      </ul>
    </div>
  );
}

type LineProps = { application: string; kept: KeptCase; changed: boolean; result: CaseResult | undefined; busy: boolean; waiting: boolean; tests: Tests; onEdit: () => void; onUse: () => void };

function Line({ application, kept, changed, result, busy, waiting, tests, onEdit, onUse }: LineProps) {
  const remove = useRemoveCase();
  const keep = useKeepCase();
  const again = () => keep.mutate({ application, title: kept.title, case: kept.case, replaces: null }, { onError: (problem) => tellProblem(`The test case “${kept.title}” was not brought back`, problem) });
  const take = () =>
    remove.mutate(kept.name, {
      onSuccess: () => toast.success(`Removed the test case “${kept.title}”`, undoable(again)),
      onError: (problem) => tellProblem(`The test case “${kept.title}” was not removed`, problem),
    });
  return (
    <li className="border-b border-line px-3 py-1.5">
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <Verdict result={result} waiting={waiting} />
        <span className="min-w-0 font-medium [overflow-wrap:anywhere]">{kept.title}</span>
        <span className="truncate text-12 text-text-2">{expects(kept)}</span>
        {changed && <Status tone="warn">the signature has changed since</Status>}
        <span className="ml-auto flex items-center gap-0.5">
          {result && <span className="mono mr-2 text-12 text-text-3">{duration(result.durationUs)}</span>}
          <IconButton icon={Play} label={`Run the test case “${kept.title}” dry`} disabled={busy} onClick={() => tests.run([kept.name])} />
          <IconButton icon={Pencil} label={`Change what “${kept.title}” expects`} onClick={onEdit} />
          <Button kind="quiet" onClick={onUse}>
            Use its values
          </Button>
          <IconButton icon={Trash2} label={`Remove the test case “${kept.title}”`} onClick={take} />
        </span>
      </div>
      {result?.problem && <ProblemCard problem={result.problem} className="my-1" />}
      {result && result.mismatches.length > 0 && <Mismatches result={result} title={kept.title} />}
    </li>
  );
}

function Verdict({ result, waiting }: { result: CaseResult | undefined; waiting: boolean }) {
  if (waiting) return <Status tone="muted">waiting</Status>;
  if (!result) return <Status tone="muted">not run</Status>;
  if (result.verdict === "passed") return <Status tone="ok">as expected</Status>;
  return <Status tone={result.verdict === "failed" ? "bad" : "warn"}>{result.verdict === "failed" ? "different" : "could not be run"}</Status>;
}

function expects({ case: { expectation } }: KeptCase): string {
  const { ends, affected, outs, sets, tables } = expectation;
  if (ends.how === "fails") return ["expects an error", ends.sqlstate && `SQLSTATE ${ends.sqlstate}`].filter(Boolean).join(", ");
  const parts = [affected !== null && "rows affected", outs.length > 0 && "out values", sets !== null && "result sets", tables !== null && "rows changed"].filter(Boolean);
  return parts.length === 0 ? "expects no error" : `expects ${parts.join(", ")}`;
}

function Mismatches({ result, title }: { result: CaseResult; title: string }) {
  const head = "h-7 px-3 text-left text-11 font-medium text-text-3";
  const cell = "border-t border-line px-3 py-1 align-top text-12";
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div tabIndex={0} role="group" aria-label={`Differences of “${title}”`} className="my-1 max-h-72 overflow-auto rounded-lg border border-bad-line -outline-offset-2">
      <table aria-label={`What differs from “${title}”`} className="w-full">
        <thead className="sticky top-0 bg-surface-1">
          <tr>
            {["Where", "Expected", "Got"].map((word) => (
              <th key={word} scope="col" className={head}>
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {result.mismatches.map(({ place, expected, got }, index) => (
            <tr key={index}>
              <th scope="row" className={`${cell} text-left font-normal text-text-2`}>{place}</th>
              <td className={`${cell} selectable mono text-ok [overflow-wrap:anywhere]`}>
                <Value value={expected} />
              </td>
              <td className={`${cell} selectable mono text-bad [overflow-wrap:anywhere]`}>
                <Value value={got} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
