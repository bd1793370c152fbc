import { ArrowRightLeft, ListChecks } from "lucide-react";
import { useCheck } from "@/api/queries";
import type { ApplicationSummary, Checked, Finding, Operation } from "@/api/contract";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CopyIcon } from "@/components/copy";
import { Empty } from "@/components/empty";
import { duration, plural } from "@/components/format";
import { OPERATIONS } from "@/components/operations";
import { ProblemCard } from "@/components/problem";
import { useApplication } from "@/components/shell/application";
import { SkeletonLines } from "@/components/skeleton";
import { Status, type Tone } from "@/components/status";

const SEVERITY: Record<Finding["severity"], { tone: Tone; word: string }> = {
  error: { tone: "bad", word: "Error" },
  warning: { tone: "warn", word: "Warning" },
  note: { tone: "info", word: "Note" },
};

/** The mappings beside what a check against the live database found of each. */
export function Operations() {
  const { application } = useApplication();
  const check = useCheck(application?.name ?? "");
  if (!application) return <SkeletonLines lines={10} />;
  const checked = check.data;
  return (
    <div className="h-full overflow-y-auto px-3.5 pt-3 pb-6">
      <div className="mb-3 flex min-h-8 items-center gap-3">
        <h1 className="text-18 font-semibold">Operations</h1>
        <span className="min-w-0 truncate text-text-2">{application.name}</span>
        {checked && !check.isFetching && <Summary checked={checked} />}
        <span className="ml-auto">
          <Button icon={ListChecks} kind="primary" disabled={check.isFetching} onClick={() => void check.refetch()}>
            {check.isFetching ? "Checking" : checked ? "Check again" : "Check the mappings"}
          </Button>
        </span>
      </div>
      {check.error && <ProblemCard problem={check.error} onRetry={() => void check.refetch()} className="mb-3" />}
      {checked?.problem && <ProblemCard problem={checked.problem} onRetry={() => void check.refetch()} className="mb-3" />}
      {check.isFetching ? (
        <SkeletonLines lines={10} />
      ) : checked && !checked.problem ? (
        <Findings application={application} checked={checked} />
      ) : (
        !checked &&
        !check.error && (
          <div className="h-80">
            <Empty icon={ArrowRightLeft} title="Not checked yet">
              A check compares each mapping with the live database: objects, parameters, types, columns, indexes. It runs the reading operations up to
              their first row and changes nothing.
            </Empty>
          </div>
        )
      )}
    </div>
  );
}

function Summary({ checked }: { checked: Checked }) {
  const count = (severity: Finding["severity"]) => checked.findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings] = [count("error"), count("warning")];
  const tone: Tone = errors > 0 || checked.problem ? "bad" : warnings > 0 ? "warn" : "ok";
  const words = checked.problem
    ? "Could not be checked"
    : checked.findings.length === 0
      ? "Nothing found"
      : [errors && plural(errors, "error"), warnings && plural(warnings, "warning"), count("note") && plural(count("note"), "note")].filter(Boolean).join(", ");
  return (
    <span role="status">
      <Status tone={tone}>
        {words} in {duration(checked.durationUs)}
      </Status>
    </span>
  );
}

function Findings({ application, checked }: { application: ApplicationSummary; checked: Checked }) {
  return (
    <div className="flex flex-col gap-3">
      {application.operations.map(({ operation, optional, enabled, kind }) => {
        const found = checked.findings.filter((finding) => finding.operation === operation);
        return (
          <Card
            key={operation}
            title={OPERATIONS[operation]}
            note={kind === null ? (optional ? "optional, not mapped" : "not mapped") : `${kind === "sql" ? "SQL statement" : "stored procedure"}${enabled ? "" : ", switched off"}`}
            actions={found.length === 0 && (kind !== null || !optional) && <Status tone="ok">Nothing found</Status>}
          >
            {found.length > 0 && (
              <ul>
                {found.map((finding, index) => (
                  <Row key={index} finding={finding} operation={operation} />
                ))}
              </ul>
            )}
          </Card>
        );
      })}
    </div>
  );
}

function Row({ finding, operation }: { finding: Finding; operation: Operation }) {
  const { tone, word } = SEVERITY[finding.severity];
  return (
    <li className="grid grid-cols-[96px_minmax(0,1fr)] gap-x-3 border-b border-line px-3 py-2 last:border-b-0">
      <Status tone={tone} className="self-start">
        {word}
      </Status>
      <div className="selectable min-w-0">
        <p>
          {finding.place && <span className="text-text-2">{finding.place}: </span>}
          {finding.cause}
        </p>
        <p className="text-text-2">{finding.remedy}</p>
        {finding.fix && <FixText finding={finding} operation={operation} />}
      </div>
    </li>
  );
}

function FixText({ finding, operation }: { finding: Finding; operation: Operation }) {
  const { fix } = finding;
  if (!fix) return null;
  const text = fix.kind === "parameters" ? `parameters = [${fix.parameters.join(", ")}]` : fix.text;
  return (
    <div className="mt-1.5 flex items-start gap-1 rounded-md bg-surface-2 py-1 pr-1 pl-2">
      <code className="mono min-w-0 flex-1 self-center text-12 [overflow-wrap:anywhere]">{text}</code>
      <CopyIcon text={text} label={`Copy what mends ${OPERATIONS[operation]}`} />
    </div>
  );
}
