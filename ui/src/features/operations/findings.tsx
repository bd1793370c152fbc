import type { Finding, Operation } from "@/api/contract";
import { CopyIcon } from "@/components/copy";
import { plural } from "@/components/format";
import { OPERATIONS } from "@/components/operations";
import { SEVERITY } from "@/components/severity";
import { Status, type Tone } from "@/components/status";

/** Findings in a few words, with the tone of the worst. */
export function summary(findings: Finding[]): { tone: Tone; words: string } {
  const count = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings, notes] = [count("error"), count("warning"), count("note")];
  if (findings.length === 0) return { tone: "ok", words: "Nothing found" };
  return {
    tone: errors > 0 ? "bad" : warnings > 0 ? "warn" : "info",
    words: [errors && plural(errors, "error"), warnings && plural(warnings, "warning"), notes && plural(notes, "note")].filter(Boolean).join(", "),
  };
}

export function FindingList({ findings, label }: { findings: Finding[]; label: string }) {
  return (
    <ul aria-label={label}>
      {findings.map((finding, index) => (
        <Row key={index} finding={finding} />
      ))}
    </ul>
  );
}

function Row({ finding }: { finding: Finding }) {
  const { tone, word } = SEVERITY[finding.severity];
  return (
    <li className="grid grid-cols-[84px_minmax(0,1fr)] gap-x-3 border-b border-line px-3 py-2 last:border-b-0">
      <Status tone={tone} className="self-start">
        {word}
      </Status>
      <div className="selectable min-w-0 [overflow-wrap:anywhere]">
        <p>
          {finding.place && <span className="text-text-2">{finding.place}: </span>}
          {finding.cause}
        </p>
        <p className="text-text-2">{finding.remedy}</p>
        {finding.fix && <FixText fix={finding.fix} operation={finding.operation} />}
      </div>
    </li>
  );
}

function FixText({ fix, operation }: { fix: NonNullable<Finding["fix"]>; operation: Operation | null }) {
  const text = fix.kind === "parameters" ? `parameters = [${fix.parameters.join(", ")}]` : fix.text;
  return (
    <div className="mt-1.5 flex items-start gap-1 rounded-md bg-surface-2 py-1 pr-1 pl-2">
      <code className="mono min-w-0 flex-1 self-center text-12 [overflow-wrap:anywhere]">{text}</code>
      <CopyIcon text={text} label={`Copy what mends ${operation ? OPERATIONS[operation] : "it"}`} />
    </div>
  );
}
