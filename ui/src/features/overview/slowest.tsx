import { Link } from "@tanstack/react-router";
import type { Range, SlowKind } from "@/api/contract";
import { Card } from "@/components/card";
import { duration, formatCount } from "@/components/format";
import { OPERATIONS } from "@/components/operations";
import { IN } from "./range";

/** What takes longest, by the kind of request, with the statement that took longest in the slowest one. */
export function Slowest({ slowest, range, several }: { slowest: SlowKind[]; range: Range; several: boolean }) {
  if (slowest.length === 0) return null;
  return (
    <Card title="Slowest operations" note={IN[range]}>
      <ul>
        {slowest.map((kind) => (
          <li key={`${kind.application} ${kind.title}`} className="border-b border-line last:border-b-0">
            <Link to="/traffic" search={{ id: kind.exchange, tab: kind.statement === null ? undefined : "statements" } as never} className="grid grid-cols-[minmax(0,1fr)_repeat(3,auto)] gap-x-4 px-3 py-1.5 -outline-offset-2 hover:bg-surface-2">
              <span className="truncate font-medium">
                {kind.title}
                {several && <span className="font-normal text-text-2"> in {kind.application}</span>}
                <span className="num font-normal text-text-3"> {formatCount(kind.times)}×</span>
              </span>
              <Time title="half" us={kind.p50Us} />
              <Time title="p95" us={kind.p95Us} />
              <Time title="slowest" us={kind.slowestUs} />
              {kind.statement && (
                <span className="col-span-4 flex min-w-0 gap-2 text-12 text-text-2" title={kind.statement.text}>
                  <span className="shrink-0">
                    {kind.statement.operation === null ? "Statement" : OPERATIONS[kind.statement.operation]}, <span className="num">{duration(kind.statement.durationUs)}</span> of the slowest:
                  </span>
                  <code className="mono truncate">{kind.statement.text.replace(/\s+/g, " ")}</code>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Time({ title, us }: { title: string; us: number }) {
  return (
    <span className="num text-right whitespace-nowrap">
      <span className="text-12 text-text-3">{title} </span>
      {duration(us)}
    </span>
  );
}
