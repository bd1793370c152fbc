import { useImports } from "@/api/queries";
import type { ImportFigures } from "@/api/contract";
import { Card } from "@/components/card";
import { bytes, plural, since } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { Status } from "@/components/status";

/** Imports under way. Nothing stands here while nobody imports. */
export function ImportsCard() {
  const { data, error, refetch } = useImports();
  const imports = data?.imports ?? [];
  if (error) return <ProblemCard problem={error} onRetry={() => void refetch()} />;
  if (imports.length === 0) return null;
  return (
    <Card title="Imports">
      <ul>
        {imports.map((one) => (
          <Row key={`${one.application} ${one.address} ${one.since} ${one.console} ${one.search} ${one.started}`} one={one} />
        ))}
      </ul>
    </Card>
  );
}

function Row({ one }: { one: ImportFigures }) {
  const reading = one.state === "reading";
  return (
    <li className="grid min-h-8 grid-cols-[minmax(0,1.5fr)_minmax(0,1.1fr)_minmax(0,1.8fr)_auto] items-center gap-x-3 border-b border-line px-3 last:border-b-0">
      <span className="truncate font-medium" title={[one.address, one.since && `changed after ${one.since} UTC`].filter(Boolean).join(", ") || undefined}>
        {one.application}
        {one.since && <span className="font-normal text-text-2"> (changed after {one.since} UTC)</span>}
        {one.console && <span className="font-normal text-text-2"> (this console)</span>}
        {one.search && <span className="font-normal text-text-2"> (search)</span>}
      </span>
      {reading ? (
        <Status tone="info">Reading since {since(one.started)}</Status>
      ) : (
        <Status tone="ok">
          <span className="num">{plural(one.pages, "page")} served</span>
        </Status>
      )}
      <span className="num truncate text-text-2" title={one.bytes === null ? undefined : `${bytes(one.bytes)} kept for later pages`}>
        {plural(one.rows, "user")}, {plural(one.pairs, "entitlement")}
      </span>
      <span className="truncate text-right text-text-2">
        used <RelativeTime at={one.lastUsed} />
      </span>
    </li>
  );
}
