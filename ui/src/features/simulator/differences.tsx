import { FilterX, X } from "lucide-react";
import { useState } from "react";
import type { Difference, DifferenceKind, SimulatorResources, SimulatorTargetRef } from "@/api/contract";
import { useDifferences } from "@/api/simulator";
import { Button, IconButton } from "@/components/button";
import { CopyIcon } from "@/components/copy";
import { Empty } from "@/components/empty";
import { FilterField } from "@/components/filter-field";
import { formatCount, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { Value } from "@/components/value";
import { KINDS, shortPath } from "./words";

type Props = { target: SimulatorTargetRef; run: string; resources: SimulatorResources; kind: DifferenceKind; onClose: () => void };

/** One list of an import: who is new, changed and so on, with what changed attribute by attribute. */
export function Differences({ target, run, resources, kind, onClose }: Props) {
  const [search, setSearch] = useState("");
  const list = useDifferences(target, run, resources, kind, search);
  const words = KINDS.find((one) => one.kind === kind);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const noun = resources === "users" ? "user" : "entitlement";
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex min-h-11 shrink-0 items-center gap-2 border-b border-line px-3">
        <h2 className="font-semibold">{words?.title}</h2>
        <span className="min-w-0 truncate text-text-2">{words?.effect}</span>
        <IconButton icon={X} label="Close" keys="Esc" className="ml-auto" onClick={onClose} />
      </header>
      <div className="flex shrink-0 items-center gap-2 border-b border-line px-3 py-2">
        <FilterField label={`Search ${noun}s of this list`} placeholder="Search ids and names" value={search} onChange={setSearch} />
        <span className="num shrink-0 text-12 text-text-2">{list.data && plural(total, noun)}</span>
      </div>
      {list.error && <ProblemCard problem={list.error} onRetry={() => void list.refetch()} className="m-3" />}
      {!list.data && !list.error && <SkeletonLines lines={8} />}
      {list.data && items.length === 0 && (
        <Empty icon={FilterX} title={search ? `Nobody matches “${search}”` : "Nobody is in this list"} action={search ? <Button onClick={() => setSearch("")}>Clear the search</Button> : undefined} />
      )}
      {items.length > 0 && (
        // A region that scrolls must be reachable by the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div tabIndex={0} role="region" aria-label={`${words?.title ?? ""}, the list`} className="min-h-0 flex-1 overflow-auto -outline-offset-2">
          <ul className="divide-y divide-line">
            {items.map((item) => (
              <Item key={item.id} item={item} />
            ))}
          </ul>
          {list.hasNextPage && (
            <p className="flex justify-center p-3">
              <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                Show more, {formatCount(total - items.length)} left
              </Button>
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function Item({ item }: { item: Difference }) {
  const { id, name, active, changes } = item;
  return (
    <li className="px-3 py-1.5">
      <div className="flex min-h-6 items-center gap-2">
        <span className="selectable mono min-w-0 truncate text-12">{id}</span>
        {name !== id && <span className="selectable min-w-0 truncate text-text-2">{name}</span>}
        {!active && <span className="shrink-0 text-12 text-warn">inactive</span>}
        <span className="ml-auto">
          <CopyIcon text={id} label={`Copy the id ${id}`} />
        </span>
      </div>
      {changes.length > 0 && (
        <table aria-label={`What changed of ${id}`} className="mt-1 w-full table-fixed text-12">
          <thead className="sr-only">
            <tr>
              <th>Attribute</th>
              <th>Before</th>
              <th>Now</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ path, before, after }) => (
              <tr key={path} className="align-top">
                <th scope="row" title={path} className="mono w-[34%] py-0.5 pr-2 text-left font-normal [overflow-wrap:anywhere] text-text-2">
                  {shortPath(path)}
                </th>
                <td className="selectable mono py-0.5 pr-2 [overflow-wrap:anywhere]">
                  <Side value={before} look="bg-bad-soft text-bad" />
                </td>
                <td className="selectable mono py-0.5 [overflow-wrap:anywhere]">
                  <Side value={after} look="bg-ok-soft text-ok" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  );
}

function Side({ value, look }: { value: Difference["changes"][number]["before"]; look: string }) {
  if (value === undefined) return <span className="font-sans text-text-3">not there</span>;
  return <span className={`rounded-sm px-1 py-px ${look}`}>{typeof value === "object" && value !== null ? JSON.stringify(value) : <Value value={value} />}</span>;
}
