import { TriangleAlert } from "lucide-react";
import { toast } from "sonner";
import { toProblem } from "@/api/problem";
import { copyText } from "./clipboard";
import { problemText } from "./problem-text";

/** ms: long enough to read a cause and a remedy, and to reach the button that copies them */
const SHOWN_FOR = 20_000;

/**
 * Says that something failed whose place on the screen is gone: a menu that closed, a key, a wish to take something back.
 * `what` names what was not done; the rest is what a card in place would say. What was cancelled is no failure.
 */
export function tellProblem(what: string, cause: unknown): void {
  const problem = toProblem(cause);
  if (problem.code === "cancelled") return;
  toast.error(what, {
    duration: SHOWN_FOR,
    closeButton: true,
    icon: <TriangleAlert size={16} aria-hidden className="text-bad" />,
    description: (
      <>
        <span className="block [overflow-wrap:anywhere]">
          {problem.message} {problem.hint}
        </span>
        <span className="mono mt-0.5 block text-12">{problem.code}</span>
      </>
    ),
    action: {
      label: "Copy details",
      onClick: (event) => {
        // It stays: the words are still needed.
        event.preventDefault();
        void copyText(problemText(problem)).catch(() => undefined);
      },
    },
  });
}
