import type { Step } from "@/api/contract";

/** A step with its place in the recorded order. */
type Placed = { step: Step; index: number };
/** Steps that belong together, or one that stands alone. */
export type Phase = { title: string; steps: Placed[]; startUs: number; endUs: number; ok: boolean };

const end = (step: Step) => step.startUs + step.durationUs;
/** What is done before it is known what the request wants. */
const REQUEST = new Set<Step["kind"]>(["receive", "authorise", "parse"]);

function phase(title: string, steps: Placed[]): Phase {
  return {
    title,
    steps,
    startUs: Math.min(...steps.map(({ step }) => step.startUs)),
    endUs: Math.max(...steps.map(({ step }) => end(step))),
    ok: steps.every(({ step }) => step.ok),
  };
}

/** Groups steps as they happened: the request, each transaction with all that was done in it, each connection that was only read from. */
export function phases(steps: readonly Step[]): Phase[] {
  const found: Phase[] = [];
  let open: { title: string; steps: Placed[]; until: "request" | "transaction" | "reading" } | undefined;
  const close = () => {
    if (open) found.push(phase(open.title, open.steps));
    open = undefined;
  };
  for (const [index, step] of steps.entries()) {
    const placed = { step, index };
    if (open?.until === "request" && !REQUEST.has(step.kind)) close();
    if (open?.until === "reading" && !["statement", "plan"].includes(step.kind)) close();
    if (REQUEST.has(step.kind) && !open) open = { title: "Request", steps: [], until: "request" };
    else if (step.kind === "begin") {
      close();
      open = { title: "Transaction", steps: [], until: "transaction" };
    } else if (step.kind === "connect") {
      close();
      open = { title: "Reading", steps: [], until: "reading" };
    }
    if (!open || step.kind === "answer") {
      close();
      found.push(phase(step.title, [placed]));
      continue;
    }
    open.steps.push(placed);
    if (open.until === "transaction" && (step.kind === "commit" || step.kind === "rollback")) close();
  }
  close();
  return found;
}

const DATABASE = new Set<Step["kind"]>(["connect", "begin", "statement", "commit", "rollback"]);

/** How long the database, or the way to it, was waited for. Steps that overlap count once. Microseconds. */
export function databaseUs(steps: readonly Step[]): number {
  const spans = steps.filter((step) => DATABASE.has(step.kind)).map((step) => [step.startUs, end(step)] as const);
  let [sum, reached] = [0, Number.NEGATIVE_INFINITY];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    sum += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return sum;
}

/** Round times below the whole for the axis, about four of them; microseconds. */
export function ticks(totalUs: number): number[] {
  const rough = totalUs / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? power * 10;
  return Array.from({ length: Math.floor(totalUs / step) }, (_, index) => (index + 1) * step).filter((at) => at < totalUs * 0.96);
}
