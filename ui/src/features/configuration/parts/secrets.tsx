import { KeyRound } from "lucide-react";
import type { NeededSecret } from "@/api/contract";
import { Card } from "@/components/card";

/** The secrets a configuration needs: none of them stands in it. */
export function Secrets({ secrets, title }: { secrets: NeededSecret[]; title: string }) {
  if (secrets.length === 0) return null;
  return (
    <Card title={title}>
      <ul>
        {secrets.map(({ name, what, how, set }) => (
          <li key={name} className="flex items-start gap-2.5 border-b border-line px-3 py-2 last:border-b-0">
            <KeyRound size={15} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0 text-text-3" />
            <span className="min-w-0">
              <span className="font-medium">{what}</span> <span className="mono text-12 text-text-3">{name}</span>
              <span className="block text-12 text-text-2">{how}</span>
            </span>
            <span className={`ml-auto shrink-0 text-12 ${set ? "text-ok" : "text-warn"}`}>{set ? "set here" : "not set here"}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
