import { toast } from "sonner";
import type { InUse } from "@/api/contract";

/** What a toast offers after something that can be taken back: long enough to read it, reach it and decide. */
export const undoable = (onClick: () => void) => ({ action: { label: "Undo", onClick }, duration: 12_000 });

/** Says that a change is in use, and what of it waits for a restart. With `undo` it can be taken back from there. */
export function toldInUse(what: string, { restart }: InUse, undo?: () => void): void {
  const more = undo ? undoable(undo) : {};
  if (restart.length > 0) toast.warning(what, { description: `${restart.join(", ")} will be in use after a restart of Sluice.`, ...more });
  else toast.success(what, { description: "Requests that come from now on use it.", ...more });
}
