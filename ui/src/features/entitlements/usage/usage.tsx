import { useState } from "react";
import type { EntitlementList, EntitlementUse } from "@/api/contract";
import { Button } from "@/components/button";
import { formatCount, plural } from "@/components/format";
import type { GridFilter } from "@/components/grid/filters";
import type { Asked } from "@/components/user-change/words";
import { Bars } from "./bars";
import { Idle } from "./idle";

type Props = {
  application: string;
  data: EntitlementList;
  selected: string | undefined;
  onOpen: (entitlement: string) => void;
  /** to the list, under these filters */
  onList: (filters: GridFilter[]) => void;
  onAsk: (asked: Asked) => void;
};

/** Bars of one picture; the list has them all. */
const DRAWN = 40;

const number = (column: string, operator: GridFilter["operator"], value: string): GridFilter => ({ column, operator, values: [value] });
const ONLY_INACTIVE = [number("active", "equals", "0"), number("inactive", "greater", "0")];
const NOBODY = [number("holders", "equals", "0"), number("outside", "equals", "0")];
const NOT_LISTED = [number("listed", "equals", "0")];

const onlyInactive = ({ holders, inactive }: EntitlementUse) => (inactive ?? 0) > 0 && holders === inactive;
const nobody = ({ holders, outside }: EntitlementUse) => holders === 0 && (outside ?? 0) === 0;

/** How entitlements are used, as a picture: who holds how many, what is held for nothing, and by whom. */
export function Usage({ application, data, selected, onOpen, onList, onAsk }: Props) {
  const [most, setMost] = useState(DRAWN);
  const { entitlements, users } = data;
  if (data.counting !== "counted" || users === null) return <p className="p-3 text-text-2">Without counts there is nothing to draw.</p>;
  const sorted = entitlements.toSorted((one, other) => (other.holders ?? 0) + (other.outside ?? 0) - (one.holders ?? 0) - (one.outside ?? 0));
  const held = sorted.filter((each) => !nobody(each));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div tabIndex={0} role="group" aria-label="Usage of entitlements" className="min-h-0 flex-1 overflow-auto -outline-offset-2">
      <ul className="flex flex-wrap gap-2 px-3 pt-3">
        <Figure count={entitlements.filter(onlyInactive).length} words="only inactive users hold" onList={() => onList(ONLY_INACTIVE)} />
        <Figure count={entitlements.filter(nobody).length} words="nobody holds" onList={() => onList(NOBODY)} />
        <Figure count={entitlements.filter(({ listed }) => !listed).length} words="are held and not listed" onList={() => onList(NOT_LISTED)} />
      </ul>
      <Bars entitlements={held.slice(0, most)} users={users} selected={selected} onOpen={onOpen} />
      {held.length > most && (
        <Button kind="quiet" className="mx-3 mb-3" onClick={() => setMost(most + DRAWN * 5)}>
          {formatCount(held.length - most)} more
        </Button>
      )}
      <Idle application={application} onAsk={onAsk} onOpen={onOpen} />
    </div>
  );
}

function Figure({ count, words, onList }: { count: number; words: string; onList: () => void }) {
  return (
    <li>
      <button
        type="button"
        disabled={count === 0}
        onClick={onList}
        className="num flex min-h-11 flex-col items-start justify-center rounded-lg border border-line-2 px-3 py-1 text-left enabled:hover:bg-surface-2 disabled:text-text-3"
      >
        <span className={count > 0 ? "text-15 font-semibold text-warn" : "text-15 font-semibold"}>{formatCount(count)}</span>
        <span className="text-12 text-text-2">
          <span className="sr-only">{plural(count, "entitlement")} </span>
          {words}
        </span>
      </button>
    </li>
  );
}
