import type { Severity } from "@/api/contract";
import type { Tone } from "./status";

/** How serious a message of a database or a finding of a check is, in a word and a tone. */
export const SEVERITY: Record<Severity, { tone: Tone; word: string }> = {
  error: { tone: "bad", word: "Error" },
  warning: { tone: "warn", word: "Warning" },
  note: { tone: "info", word: "Note" },
};
