import { Ban, Check, Minus, TriangleAlert, X, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

export type Tone = "ok" | "warn" | "bad" | "muted" | "info";

const TEXT: Record<Tone, string> = { ok: "text-ok", warn: "text-warn", bad: "text-bad", muted: "text-text-3", info: "text-info" };
const ICON: Record<Tone, LucideIcon> = { ok: Check, warn: TriangleAlert, bad: X, muted: Minus, info: Minus };

/** Icon, word and colour together: never colour alone. */
export function Status({ tone, icon, children, className }: { tone: Tone; icon?: LucideIcon; children: ReactNode; className?: string }) {
  const Icon = icon ?? ICON[tone];
  return (
    <span className={cx("inline-flex min-w-0 items-center gap-1.5", TEXT[tone], className)}>
      <Icon size={14} strokeWidth={2} aria-hidden className="shrink-0" />
      <span className="truncate">{children}</span>
    </span>
  );
}

/** How an answer went, told by its outcome; the number alone would hide a refusal that looks like a success. */
export function AnswerStatus({ status, outcome, className }: { status: number; outcome: "ok" | "failed" | "refused"; className?: string }) {
  const tone: Tone = outcome === "ok" ? (status >= 300 ? "warn" : "ok") : "bad";
  const word = outcome === "ok" ? "Answered" : outcome === "failed" ? "Failed" : "Refused";
  return (
    <Status tone={tone} icon={outcome === "refused" ? Ban : undefined} className={cx("num", className)}>
      <span className="sr-only">{word} </span>
      {status}
    </Status>
  );
}

/** Whether a user is active. */
export function StateWord({ active }: { active: boolean | null }) {
  if (active === null) return <Status tone="muted">Unknown</Status>;
  return active ? <Status tone="ok">Active</Status> : <Status tone="warn" icon={Minus}>Inactive</Status>;
}
