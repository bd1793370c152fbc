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
                className="grid grid-cols-[76px_52px_minmax(0,0.6fr)_minmax(0,1fr)] gap-x-3 px-3 py-1.5 -outline-offset-2 hover:bg-surface-2"
              >
                <span className="num truncate text-12 leading-5 text-text-3">
                  <RelativeTime at={failure.at} />
                </span>
                <AnswerStatus status={failure.status} outcome={failure.outcome} />
                <span className="truncate font-medium">{failure.title}</span>
                <span className="truncate" title={failure.subject ?? undefined}>
                  {failure.subject}
                </span>
                {failure.cause && (
                  <span className="col-span-2 col-start-3 line-clamp-2 text-12 text-text-2" title={failure.cause}>
                    {failure.cause}
                  </span>
                )}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
