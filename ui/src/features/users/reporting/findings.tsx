import { X } from "lucide-react";
import type { ReactNode } from "react";
import type { ReportingNode, ReportingTree } from "@/api/contract";
import { IconButton } from "@/components/button";
import { formatCount, plural } from "@/components/format";
import { Status } from "@/components/status";

export const findingCount = (tree: ReportingTree): number => tree.circleCount + tree.oneselfCount + tree.absentCount + tree.inactiveManagerCount;

type Props = { tree: ReportingTree; onOpen: (id: string) => void; onClose: () => void };

/** What is wrong in the lines of reporting, each with the way to the person. */
export function Findings({ tree, onOpen, onClose }: Props) {
  const { circles, circleCount, oneself, oneselfCount, absent, absentCount, inactiveManagers, inactiveManagerCount } = tree;
  return (
    <section aria-label="Findings" className="max-h-56 shrink-0 overflow-y-auto border-b border-line">
      <header className="sticky top-0 flex h-8 items-center gap-2 bg-surface-1 px-3">
        <h2 className="font-semibold">Findings</h2>
        <IconButton icon={X} label="Close the findings" onClick={onClose} className="ml-auto" />
      </header>
      <ul className="px-3 pb-2">
        {circles.map((circle) => (
          <Finding key={circle.map(({ id }) => id).join()} tone="bad" words={`${plural(circle.length, "user reports", "users report")} to each other in a circle`}>
            {circle.map((node) => (
              <Person key={node.id} node={node} onOpen={onOpen} />
            ))}
          </Finding>
        ))}
        <Left shown={circles.length} all={circleCount} of="circles" />
        {absentCount > 0 && (
          <Finding tone="warn" words={`${plural(absentCount, "manager is", "managers are")} not among these users: gone, inactive and left out, or misspelt`}>
            {absent.map((node) => (
              <Person key={node.id} node={node} onOpen={onOpen} count />
            ))}
            <Left shown={absent.length} all={absentCount} of="managers" />
          </Finding>
        )}
        {inactiveManagerCount > 0 && (
          <Finding tone="warn" words={`${plural(inactiveManagerCount, "inactive user has", "inactive users have")} active people reporting to them`}>
            {inactiveManagers.map((node) => (
              <Person key={node.id} node={node} onOpen={onOpen} count />
            ))}
            <Left shown={inactiveManagers.length} all={inactiveManagerCount} of="managers" />
          </Finding>
        )}
        {oneselfCount > 0 && (
          <Finding tone="warn" words={`${plural(oneselfCount, "user names", "users name")} themselves as manager`}>
            {oneself.map((node) => (
              <Person key={node.id} node={node} onOpen={onOpen} />
            ))}
            <Left shown={oneself.length} all={oneselfCount} of="users" />
          </Finding>
        )}
      </ul>
    </section>
  );
}

function Finding({ tone, words, children }: { tone: "warn" | "bad"; words: string; children: ReactNode }) {
  return (
    <li className="border-t border-line py-1.5">
      <Status tone={tone} className="[&>span]:whitespace-normal">
        {words}
      </Status>
      <span className="ml-5 flex flex-wrap gap-x-3">{children}</span>
    </li>
  );
}

function Person({ node, onOpen, count = false }: { node: ReportingNode; onOpen: (id: string) => void; count?: boolean }) {
  return (
    <button type="button" onClick={() => onOpen(node.id)} title={node.id} className="num inline-flex min-h-6 max-w-full items-center gap-1 text-12 text-accent hover:underline">
      <span className="truncate">{node.name ?? node.id}</span>
      {count && <span className="text-text-3">{formatCount(node.reports)}</span>}
    </button>
  );
}

function Left({ shown, all, of }: { shown: number; all: number; of: string }) {
  if (all <= shown) return null;
  return (
    <span className="num text-12 text-text-3">
      and {formatCount(all - shown)} more {of}
    </span>
  );
}
