import { Popover } from "@base-ui/react/popover";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Problem } from "@/api/contract";
import { cx } from "./cx";
import { ProblemCard } from "./problem";

/** A failure where there is room for a word only, of something that the rest of the screen does without. Pressing the word tells the whole. */
export function ProblemWord({ problem, onRetry, className, children }: { problem: Problem; onRetry?: () => void; className?: string; children: ReactNode }) {
  return (
    <Popover.Root>
      <Popover.Trigger className={cx("inline-flex min-h-6 min-w-0 items-center gap-1 rounded-sm font-medium text-bad underline-offset-2 hover:underline", className)}>
        <TriangleAlert size={13} strokeWidth={2} aria-hidden className="shrink-0" />
        <span className="truncate">{children}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} className="z-50">
          <Popover.Popup className="layer w-96 max-w-[92vw] rounded-lg bg-surface-1 shadow-layer outline-none">
            <Popover.Title className="sr-only">{children}</Popover.Title>
            <ProblemCard problem={problem} onRetry={onRetry} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
