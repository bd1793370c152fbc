import { TriangleAlert } from "lucide-react";
import type { Diagnosis } from "@/api/contract";
import { CopyIcon } from "./copy";

/** Why something failed, where, and what to do. */
export function DiagnosisCard({ diagnosis }: { diagnosis: Diagnosis }) {
  const { code, cause, remedy, place } = diagnosis;
  return (
    <section aria-label="Diagnosis" className="rounded-lg border border-bad-line bg-bad-soft p-3">
      <div className="flex items-start gap-2">
        <TriangleAlert size={15} strokeWidth={2} aria-hidden className="mt-0.5 shrink-0 text-bad" />
        <div className="selectable min-w-0 flex-1">
          <p className="font-semibold [overflow-wrap:anywhere]">{cause}</p>
          {remedy && <p className="mt-0.5 [overflow-wrap:anywhere]">{remedy}</p>}
          {(place || code) && (
            <p className="mt-1.5 flex flex-wrap gap-x-3 text-12 text-text-2">
              {place && <span>{place}</span>}
              {code && <span className="mono">{code}</span>}
            </p>
          )}
        </div>
        <CopyIcon text={[cause, remedy, place, code].filter(Boolean).join("\n")} label="Copy the diagnosis" />
      </div>
    </section>
  );
}
