import { CircleStop } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/button";
import { plural } from "@/components/format";
import { STAGES } from "./statement";
import type { RunState } from "./use-runs";

/** How far a run is, and the way to stop it. */
export function Running({ run, onCancel }: { run: Extract<RunState, { state: "running" }>; onCancel: () => void }) {
  const { startedAt, progress, input } = run;
  const [now, setNow] = useState(startedAt);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.round((now - startedAt) / 1_000));
  return (
    <div className="flex min-h-9 items-center gap-3 border-b border-line bg-info-soft px-3 py-1">
      <span role="status" className="num min-w-0 truncate">
        <span className="font-medium">{input.mode === "dry" ? "Dry run" : "Run"}: </span>
        {progress ? STAGES[progress.stage] : "Taking a connection"}
        {progress && progress.rows > 0 && `, ${plural(progress.rows, "row")} so far`}
        {seconds > 0 && <span className="text-text-2"> for {seconds} s</span>}
      </span>
      <Button icon={CircleStop} className="ml-auto" onClick={onCancel} title="Ends the statement at the database">
        Cancel
      </Button>
    </div>
  );
}
