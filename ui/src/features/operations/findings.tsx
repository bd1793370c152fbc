import { Wand } from "lucide-react";
import type { Finding, Operation, Parameter } from "@/api/contract";
import { Button } from "@/components/button";
import { CopyIcon } from "@/components/copy";
import { plural } from "@/components/format";
import { OPERATIONS } from "@/components/operations";
import { SEVERITY } from "@/components/severity";
import { Status, type Tone } from "@/components/status";
import { type Source, sourceOf } from "./model";

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

type Props = {
  findings: Finding[];
  label: string;
  /** where in the statement each is, in words */
  where?: (finding: Finding) => string | null;
  /** takes what mends the list of parameters */
  onParameters?: (parameters: Source[]) => void;
  /** shows the place of a finding in the statement */
  onShow?: (finding: Finding) => void;
};

export function FindingList({ findings, label, where, onParameters, onShow }: Props) {
  return (
    <ul aria-label={label}>
      {findings.map((finding, index) => (
        <Row key={index} finding={finding} where={where?.(finding) ?? null} onParameters={onParameters} onShow={onShow} />
      ))}
    </ul>
  );
}

function Row({ finding, where, onParameters, onShow }: { finding: Finding; where: string | null } & Pick<Props, "onParameters" | "onShow">) {
  const { tone, word } = SEVERITY[finding.severity];
  return (
    <li className="grid grid-cols-[84px_minmax(0,1fr)] gap-x-3 border-b border-line px-3 py-2 last:border-b-0">
      <Status tone={tone} className="self-start">
        {word}
      </Status>
      <div className="selectable min-w-0 [overflow-wrap:anywhere]">
        <p>
          {where !== null && onShow ? (
            <button type="button" onClick={() => onShow(finding)} className="mr-1 rounded-sm text-accent underline underline-offset-2">
              {where}
            </button>
          ) : (
            finding.place && <span className="text-text-2">{finding.place}: </span>
          )}
          {finding.cause}
        </p>
        <p className="text-text-2">{finding.remedy}</p>
        {finding.fix && <FixText fix={finding.fix} operation={finding.operation} onParameters={onParameters} />}
      </div>
    </li>
  );
}

/** A parameter as it would stand in the file: `"TITLE"`, `{ out = "P_ID" }`. */
function readParameter(text: string): Source {
  const named = /^\{\s*(constant|out|cursor)\s*=\s*("(?:[^"\\]|\\.)*")\s*\}$/.exec(text);
  const plain = (quoted: string) => JSON.parse(quoted) as string;
  try {
    if (named?.[1] && named[2]) return sourceOf({ [named[1]]: plain(named[2]) } as Parameter);
    return { source: "field", text: plain(text) };
  } catch {
    return { source: "field", text };
  }
}

function FixText({ fix, operation, onParameters }: { fix: NonNullable<Finding["fix"]>; operation: Operation | null; onParameters: Props["onParameters"] }) {
  const text = fix.kind === "parameters" ? `parameters = [${fix.parameters.join(", ")}]` : fix.text;
  return (
    <div className="mt-1.5 flex items-start gap-1 rounded-md bg-surface-2 py-1 pr-1 pl-2">
      <code className="mono min-w-0 flex-1 self-center text-12 [overflow-wrap:anywhere]">{text}</code>
      {fix.kind === "parameters" && onParameters && (
        <Button icon={Wand} onClick={() => onParameters(fix.parameters.map(readParameter))}>
          Use these parameters
        </Button>
      )}
      <CopyIcon text={text} label={`Copy the fix for ${operation ? OPERATIONS[operation] : "it"}`} />
    </div>
  );
}
