import type { Problem } from "./contract";

export function isProblem(value: unknown): value is Problem {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Problem).code === "string" &&
    typeof (value as Problem).message === "string"
  );
}

/** The one translator: whatever a transport throws becomes a Problem that a screen can show. */
export function toProblem(cause: unknown): Problem {
  if (isProblem(cause)) {
    return {
      code: cause.code,
      message: cause.message,
      hint: cause.hint ?? null,
      fields: cause.fields ?? {},
      exchange: cause.exchange ?? null,
    };
  }
  if (typeof cause === "object" && cause !== null && "status" in cause) {
    return problem("transport", `The console answered ${String(cause.status)} without an explanation`, "Look into Sluice’s own log, then try again.");
  }
  const words = cause instanceof Error ? cause.message : typeof cause === "string" ? cause : "";
  return problem("unexpected", words || "Something unexpected happened", "Try again; if it stays, restart Sluice.");
}

export function unreachable(): Problem {
  return problem("unreachable", "Sluice does not answer", "Check that sluice-server still runs on this machine, then try again.");
}

/** What a work rejects with when the administrator ended it: no fault, and shown as none. */
export function cancelled(): Problem {
  return problem("cancelled", "Cancelled", "");
}

/** A work whose way broke off: whether it came to its end is not known here. */
export function brokenOff(): Problem {
  return problem("broken_off", "The connection broke off before the work had ended", "Look at what it changed or wrote before you start it again.");
}

function problem(code: string, message: string, hint: string): Problem {
  return { code, message, hint, fields: {}, exchange: null };
}
