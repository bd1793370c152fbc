import { Link } from "@tanstack/react-router";
import { UserX, X } from "lucide-react";
import type { ReactNode } from "react";
import type { EntitlementUse, Holder } from "@/api/contract";
import { useHolders } from "@/api/queries";
import { Button, IconButton } from "@/components/button";
import { CopyIcon } from "@/components/copy";
import { cx } from "@/components/cx";
import { Empty } from "@/components/empty";
import { formatCount, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { StateWord } from "@/components/status";
import { NullTag } from "@/components/value";
import { Bar, NotListed, percent } from "./columns";

type Props = { application: string; id: string; /** how many users were looked at */ users: number | null; onClose: () => void };

export function EntitlementDetail({ application, id, users, onClose }: Props) {
  const { data, error, isPlaceholderData, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useHolders(application, id);
  const entitlement = data?.pages[0]?.entitlement;
  if (error && !entitlement) {
    return (
      <>
        <div className="flex h-11 shrink-0 items-center justify-end border-b border-line px-3">
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </div>
        <ProblemCard problem={error} onRetry={() => void refetch()} className="m-3" />
      </>
    );
  }
  if (!data || !entitlement) return <SkeletonLines lines={10} />;
  const holders = data.pages.flatMap((page) => page.holders);
  return (
    <div className={cx("flex min-h-0 flex-1 flex-col", isPlaceholderData && "opacity-60")}>
      <header className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line px-3">
        <h2 className="min-w-0 truncate font-semibold">{entitlement.name}</h2>
        {!entitlement.listed && <NotListed />}
        <span className="ml-auto flex items-center gap-1">
          <CopyIcon text={entitlement.id} label={`Copy the id ${entitlement.id}`} />
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </span>
      </header>
      <div className="min-h-0 flex-1 overflow-auto">
        <Facts entitlement={entitlement} users={users} />
        {entitlement.holders === null ? (
          <p className="px-3 py-2.5 text-text-2">{data.pages[0]?.counting === "unmapped" ? "It is not known who holds it." : "Who holds it is not known without asking for each user."}</p>
        ) : (
          <Holders entitlement={entitlement} holders={holders} />
        )}
        {error && <ProblemCard problem={error} onRetry={() => void fetchNextPage()} className="m-3" />}
        {hasNextPage && !error && (
          <div className="flex items-center gap-3 px-3 py-2.5">
            <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {isFetchingNextPage ? "Loading" : "Show more"}
            </Button>
            <span className="num text-text-3">
              {formatCount(holders.length)} of {formatCount(entitlement.holders ?? 0)}
            </span>
          </div>
        )}
      </div>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-text-3">{name}</dt>
      <dd className="selectable min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

function Facts({ entitlement, users }: { entitlement: EntitlementUse; users: number | null }) {
  const { holders, inactive, outside } = entitlement;
  return (
    <div className="border-b border-line px-3 py-2.5">
      <dl className="grid grid-cols-[88px_minmax(0,1fr)] gap-x-3 gap-y-1">
        <Fact name="ID">
          <span className="mono text-12">{entitlement.id}</span>
        </Fact>
        <Fact name="Description">{entitlement.description ?? <NullTag />}</Fact>
        {holders !== null && users !== null && (
          <Fact name="Usage">
            <span className="num flex items-center gap-3">
              <span className="shrink-0">
                {formatCount(holders)} of {plural(users, "user")}, {percent(holders, users)}
              </span>
              <span className="flex max-w-40 flex-1">
                <Bar holders={holders} users={users} />
              </span>
            </span>
          </Fact>
        )}
        {inactive !== null && inactive > 0 && (
          <Fact name="Inactive">
            <span className="num text-warn">{plural(inactive, "holder")}</span>
          </Fact>
        )}
        {outside !== null && outside > 0 && (
          <Fact name="Others">
            <span className="num">{plural(outside, "row gives", "rows give")}</span> it to somebody whom Get users leaves out.
          </Fact>
        )}
      </dl>
      {!entitlement.listed && (
        <p className="mt-2 text-text-2">Users hold it, but Get all entitlements does not return it: the provider cannot assign it.</p>
      )}
    </div>
  );
}

function Holders({ entitlement, holders }: { entitlement: EntitlementUse; holders: Holder[] }) {
  if (entitlement.holders === 0) return <Empty icon={UserX} title="No user of this import holds it" />;
  return (
    <section aria-label="Holders">
      <h3 className="flex items-baseline gap-2 px-3 pt-2.5 pb-1.5 font-semibold">
        Holders <span className="num font-normal text-text-2">{formatCount(entitlement.holders ?? 0)}</span>
      </h3>
      <ul className="border-t border-line">
        {holders.map((holder) => (
          <li key={holder.id}>
            <Link
              to="/users"
              search={{ user: holder.id } as never}
              className="grid min-h-7 grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)_84px] items-center gap-x-3 border-b border-line px-3 text-12 -outline-offset-2 hover:bg-surface-2"
            >
              {holder.display === null ? <NullTag /> : <span className="truncate font-medium">{holder.display}</span>}
              <span className="mono truncate text-text-2" title={holder.id}>
                {holder.id}
              </span>
              <StateWord active={holder.active} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
