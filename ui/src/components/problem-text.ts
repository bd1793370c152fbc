import type { Problem } from "@/api/contract";

/** A problem as text to be passed on: into a ticket, to a colleague. */
export function problemText(problem: Problem): string {
  return [
    problem.message,
    problem.hint,
    `Code: ${problem.code}`,
    problem.exchange && `Exchange: ${problem.exchange}`,
    ...Object.entries(problem.fields).map(([field, words]) => `${field}: ${words}`),
  ]
    .filter(Boolean)
    .join("\n");
}
