import { Link } from "@tanstack/react-router";
import { Minus, UserCheck } from "lucide-react";
import { useState } from "react";
import type { IdleStanding, IdleUser } from "@/api/contract";
import { useIdle } from "@/api/users";
import { Button } from "@/components/button";
import { cx } from "@/components/cx";
import { formatCount, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { Status, type Tone } from "@/components/status";
import type { Asked } from "@/components/user-change/words";

const STANDING: Record<IdleStanding, { tone: Tone; words: string }> = {
  inactive: { tone: "warn", words: "Inactive" },
  inactive_left_out: { tone: "warn", words: "Inactive" },
  left_out: { tone: "muted", words: "Left out" },
  unknown: { tone: "bad", words: "No such user" },
};

/** Beyond this many columns the dots are named in words. */
const COLUMNS = 40;

type Props = { application: string; onAsk: (asked: Asked) => void; onOpen: (entitlement: string) => void };

/** Who still holds what without being an active user: a dot for each, and the way to take it away. */
export function Idle({ application, onAsk, onOpen }: Props) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useIdle(application);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const holders = data?.pages.flatMap((page) => page.holders) ?? [];
  const total = data?.pages[0]?.total ?? 0;
  // Only those that can be found can be changed.
  const changeable = holders.filter(({ standing }) => standing !== "unknown");
  const picked = changeable.filter(({ id }) => chosen.has(id));
  const names = new Map<string, string>();
  for (const { entitlements } of holders) for (const { value, display } of entitlements) names.set(value, display ?? value);
  const columns = [...names].toSorted((a, b) => a[1].localeCompare(b[1])).slice(0, COLUMNS);
  const revoke = (from: IdleUser[]) =>
    onAsk({
      change: { what: "revoke", entitlements: [...new Set(from.flatMap(({ entitlements }) => entitlements.map(({ value }) => value)))] },
      people: from.map(({ id, display }) => ({ id, name: display })),
      names,
    });
  const toggle = (id: string) =>
    setChosen((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <section aria-label="Held but not needed" className="border-t border-line px-3 py-3">
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <h2 className="font-semibold">Held but not needed</h2>
        <span className="num text-12 text-text-2">
          {data && (total === 0 ? "Nobody holds anything who is not an active user." : `${plural(total, "person holds", "people hold")} something without being an active user of the import`)}
        </span>
        {changeable.length > 0 && (
          <Button icon={Minus} className="ml-auto" onClick={() => revoke(picked.length > 0 ? picked : changeable)}>
            Revoke all from {plural(picked.length > 0 ? picked.length : changeable.length, "person", "people")}…
          </Button>
        )}
      </div>
      {error && <ProblemCard problem={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonLines lines={4} />}
      {holders.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div tabIndex={0} role="group" aria-label="Who still holds what" className="overflow-x-auto rounded-lg border border-line -outline-offset-2 [&_tbody_tr:last-child>*]:border-b-0">
          <table aria-label="Who still holds what">
            <thead>
              <tr>
                <th scope="col" className="w-8 border-b border-line">
                  <span className="sr-only">Selected</span>
                </th>
                <th scope="col" className="min-w-44 border-b border-line px-2 text-left align-bottom text-11 font-medium text-text-3">
                  Person
                </th>
                <th scope="col" className="border-b border-line px-2 text-left align-bottom text-11 font-medium text-text-3">
                  State
                </th>
                {columns.map(([id, name]) => (
                  <th key={id} scope="col" aria-label={name} className="h-28 w-7 border-b border-line align-bottom">
                    <button type="button" onClick={() => onOpen(id)} title={name} className="mx-auto flex max-h-26 min-h-6 w-6 items-end text-11 font-medium text-text-2 [writing-mode:vertical-rl] hover:text-accent">
                      <span className="max-h-26 rotate-180 truncate">{name}</span>
                    </button>
                  </th>
                ))}
                <th scope="col" className="border-b border-line px-2 text-right align-bottom text-11 font-medium text-text-3">
                  Holds
                </th>
              </tr>
            </thead>
            <tbody>
              {holders.map((holder) => (
                <Line key={holder.id} holder={holder} columns={columns} chosen={chosen.has(holder.id)} onToggle={() => toggle(holder.id)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hasNextPage && (
        <Button className="mt-2" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? "Loading" : `${formatCount(total - holders.length)} more`}
        </Button>
      )}
    </section>
  );
}

function Line({ holder, columns, chosen, onToggle }: { holder: IdleUser; columns: [string, string][]; chosen: boolean; onToggle: () => void }) {
  const { id, display, standing, entitlements } = holder;
  const held = new Set(entitlements.map(({ value }) => value));
  const { tone, words } = STANDING[standing];
  const cell = "h-7 border-b border-line text-12";
  return (
    <tr className={cx(chosen ? "bg-accent-soft" : "hover:bg-surface-2")}>
      <td className={cx(cell, "text-center")}>
        <input type="checkbox" aria-label={`Select ${display ?? id}`} checked={chosen} disabled={standing === "unknown"} onChange={onToggle} className="size-4 align-middle accent-accent" />
      </td>
      <th scope="row" className={cx(cell, "px-2 text-left font-medium")}>
        <Link to="/users" search={{ user: id } as never} title={id} className="inline-block max-w-60 truncate align-middle leading-6 hover:text-accent hover:underline">
          {display ?? <span className="mono">{id}</span>}
        </Link>
      </th>
      <td className={cx(cell, "px-2 whitespace-nowrap")}>
        <Status tone={tone} icon={standing === "left_out" ? UserCheck : undefined}>
          {words}
        </Status>
      </td>
      {columns.map(([entitlement, name]) => (
        <td key={entitlement} className={cx(cell, "text-center")}>
          {held.has(entitlement) && (
            <svg role="img" aria-label={`holds ${name}`} width={10} height={10} className="inline-block text-warn">
              <circle cx={5} cy={5} r={4} fill="currentColor" />
            </svg>
          )}
        </td>
      ))}
      <td className={cx(cell, "num px-2 text-right")}>{formatCount(entitlements.length)}</td>
    </tr>
  );
}
