import type { Remark } from "@/api/contract";
import { Status } from "@/components/status";

/** What to know about something that was generated. */
export function Remarks({ remarks }: { remarks: Remark[] }) {
  if (remarks.length === 0) return null;
  return (
    <ul aria-label="Remarks" className="rounded-lg border border-line">
      {remarks.map((remark, index) => (
        <li key={index} className="flex items-start gap-2 border-b border-line px-3 py-1.5 last:border-b-0">
          <Status tone={remark.warning ? "warn" : "info"}>{remark.warning ? "Warning" : "Note"}</Status>
          <span className="selectable [overflow-wrap:anywhere]">{remark.text}</span>
        </li>
      ))}
    </ul>
  );
}
