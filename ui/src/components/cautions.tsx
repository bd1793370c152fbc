import { type LucideIcon, OctagonAlert, TriangleAlert } from "lucide-react";
import type { Caution, CautionKind } from "@/api/contract";
import { Status, type Tone } from "./status";

const CAUTION: Record<CautionKind, { tone: Tone; icon: LucideIcon; word: string }> = {
  cannot_hold: { tone: "bad", icon: OctagonAlert, word: "Cannot be taken back" },
  leaves: { tone: "warn", icon: TriangleAlert, word: "Leaves something" },
  unknown: { tone: "muted", icon: TriangleAlert, word: "Not known" },
};

/** What a rollback does not take back, each with how much it matters. */
export function Cautions({ cautions }: { cautions: Caution[] }) {
  return (
    <ul aria-label="What a rollback does not take back" className="overflow-hidden rounded-lg border border-line">
      {cautions.map(({ kind, text }, index) => (
        <li key={index} className="grid grid-cols-[160px_minmax(0,1fr)] gap-x-3 border-b border-line px-3 py-1.5 last:border-b-0">
          <Status tone={CAUTION[kind].tone} icon={CAUTION[kind].icon} className="self-start">
            {CAUTION[kind].word}
          </Status>
          <span className="selectable [overflow-wrap:anywhere]">{text}</span>
        </li>
      ))}
    </ul>
  );
}
