import { Link } from "@tanstack/react-router";
import type { ExchangeSummary } from "@/api/contract";
import { Card } from "@/components/card";
import { RelativeTime } from "@/components/relative-time";
import { AnswerStatus, Status } from "@/components/status";

export function Failures({ failures }: { failures: ExchangeSummary[] }) {
  return (
    <Card
      title="Needs a look"
      actions={
        failures.length > 0 && (
          <Link to="/traffic" search={{ filter: "not status:ok" } as never} className="inline-flex min-h-6 items-center rounded-sm px-1 text-12 text-accent hover:underline">
            All failures
          </Link>
        )
      }
    >
      {failures.length === 0 ? (
        <p className="px-3 py-2.5">
          <Status tone="ok">Nothing recorded has failed.</Status>
        </p>
      ) : (
        <ul>
          {failures.map((failure) => (
            <li key={failure.id} className="border-b border-line last:border-b-0">
              <Link
                to="/traffic"
                search={{ id: failure.id } as never}
                className="grid min-h-8 grid-cols-[76px_52px_minmax(0,0.75fr)_minmax(0,0.95fr)_minmax(0,2.1fr)] items-center gap-x-3 px-3 -outline-offset-2 hover:bg-surface-2"
              >
                <span className="num truncate text-12 text-text-3">
                  <RelativeTime at={failure.at} />
                </span>
                <AnswerStatus status={failure.status} outcome={failure.outcome} />
                <span className="truncate font-medium">{failure.title}</span>
                <span className="truncate" title={failure.subject ?? undefined}>
                  {failure.subject}
                </span>
                <span className="truncate text-text-2" title={failure.cause ?? undefined}>
                  {failure.cause}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
