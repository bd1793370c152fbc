import { Equal, EyeOff, Minus, PencilLine, Plus, type LucideIcon } from "lucide-react";
import type { Likeness } from "@/api/contract";
import { cx } from "@/components/cx";
import type { Sides } from "./sides";

const LOOK: Record<Likeness, { icon: LucideIcon; word: string; tone: string }> = {
  same: { icon: Equal, word: "the same", tone: "text-text-3" },
  changed: { icon: PencilLine, word: "different", tone: "text-warn" },
  left: { icon: Minus, word: "on one side only", tone: "text-bad" },
  right: { icon: Plus, word: "on one side only", tone: "text-ok" },
  hidden: { icon: EyeOff, word: "secret, not compared", tone: "text-text-3" },
};

/** How the two sides stand to each other: sign, and the word for who cannot see it. */
export function LikenessMark({ likeness, sides, word = false }: { likeness: Likeness; sides: Sides; /** with its word beside it */ word?: boolean }) {
  const { icon: Icon, word: plain, tone } = LOOK[likeness];
  const words = likeness === "left" ? sides.onlyLeft : likeness === "right" ? sides.onlyRight : plain;
  return (
    <span title={words} className={cx("inline-flex shrink-0 items-center gap-1.5 text-12", tone)}>
      <Icon size={13} strokeWidth={2} aria-hidden />
      <span className={word ? undefined : "sr-only"}>{words}</span>
    </span>
  );
}

export const differs = (likeness: Likeness) => likeness !== "same" && likeness !== "hidden";

/** What a value of the left and of the right looks like where they differ. */
export const SIDE = { left: "bg-bad-soft text-bad", right: "bg-ok-soft text-ok" } as const;
