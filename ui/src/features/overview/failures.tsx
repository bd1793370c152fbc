import { Link } from "@tanstack/react-router";
import type { Cause, FailingUser, Range } from "@/api/contract";
import { Card } from "@/components/card";
import { formatCount, plural } from "@/components/format";
import { RelativeTime } from "@/components/relative-time";
import { AnswerStatus, Status } from "@/components/status";
import { aboutUser, askingFor } from "@/components/traffic-filter";
import { IN, LAST } from "./range";

const MORE = "inline-flex min-h-6 items-center rounded-sm px-1 text-12 text-accent hover:underline";

/** What failed, requests that failed alike as one. */
export function Failures({ causes, range }: { causes: Cause[]; range: Range }) {
  return (
    <Card
      title="Needs a look"
      actions={
        causes.length > 0 && (
          <Link to="/traffic" search={{ filter: `not status:ok ${LAST[range]}` } as never} className={MORE}>
            All failures
          </Link>
        )
      }
    >
      {causes.length === 0 ? (
        <p className="px-3 py-2.5">
          <Status tone="ok">Nothing failed {IN[range]}.</Status>
        </p>
      ) : (
        <ul>
          {causes.map((cause) => (
            <li key={cause.exchange} className="border-b border-line last:border-b-0">
              <Link
                to="/traffic"
                search={{ id: cause.exchange, ...(cause.times > 1 && { filter: [askingFor(cause.title), `status:${cause.outcome}`, LAST[range]].join(" ") }) } as never}
                className="grid grid-cols-[76px_52px_minmax(0,0.6fr)_minmax(0,1fr)_auto] gap-x-3 px-3 py-1.5 -outline-offset-2 hover:bg-surface-2"
              >
                <span className="num truncate text-12 leading-5 text-text-3">
                  <RelativeTime at={cause.at} />
                </span>
                <AnswerStatus status={cause.status} outcome={cause.outcome} />
                <span className="truncate font-medium">{cause.title}</span>
                <span className="truncate" title={cause.subject ?? undefined}>
                  {cause.subject}
                  {cause.users > 1 && <span className="text-text-2"> and {plural(cause.users - 1, "other")}</span>}
                </span>
                <span className="num text-right text-text-2" title={`${plural(cause.times, "time")} ${IN[range]}`}>
                  {formatCount(cause.times)}×
                </span>
                {cause.cause && (
                  <span className="col-span-3 col-start-3 line-clamp-2 text-12 text-text-2" title={cause.cause}>
                    {cause.cause}
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

/** Whom requests fail for. Nothing stands here while they go well. */
export function FailingUsers({ users, range, several }: { users: FailingUser[]; range: Range; several: boolean }) {
  if (users.length === 0) return null;
  return (
    <Card title="Failing users" note={IN[range]}>
      <ul>
        {users.map((user) => (
          <li key={`${user.application} ${user.user}`} className="border-b border-line last:border-b-0">
            <Link
              to="/traffic"
              search={{ filter: [`app:${user.application}`, aboutUser(user.user), "status:failed", LAST[range]].join(" ") } as never}
              className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.5fr)_auto] gap-x-3 px-3 py-1.5 -outline-offset-2 hover:bg-surface-2"
            >
              <span className="truncate font-medium" title={user.user}>
                {user.user}
                {several && <span className="font-normal text-text-2"> in {user.application}</span>}
              </span>
              <span className="truncate text-text-2" title={user.cause ?? undefined}>
                {user.cause ?? user.title}
              </span>
              <span className="num text-right text-text-2">{formatCount(user.times)}×</span>
              <span className="col-span-3 text-12">
                {user.mendedAt === null ? (
                  <Status tone="bad">
                    {user.title} failed last, <RelativeTime at={user.at} />
                  </Status>
                ) : (
                  <Status tone="ok">
                    Written well since, <RelativeTime at={user.mendedAt} />
                  </Status>
                )}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
