import { useId } from "react";
import type { EntitlementUse } from "@/api/contract";
import { cx } from "@/components/cx";
import { formatCount, plural } from "@/components/format";
import { percent } from "@/features/entitlements/columns";

/** Units of a bar's own width; it stretches to the room there is. */
const FULL = 1000;
/** A part that is there is seen, however small it is. */
const LEAST = 4;

type Props = { entitlements: EntitlementUse[]; users: number; selected: string | undefined; onOpen: (entitlement: string) => void };

type Part = { key: "active" | "inactive" | "outside"; count: number; look: string; words: [one: string, many: string] };

function partsOf({ holders, inactive, outside }: EntitlementUse): Part[] {
  const parts: Part[] = [
    { key: "active", count: (holders ?? 0) - (inactive ?? 0), look: "text-accent", words: inactive === null ? ["user", "users"] : ["active user", "active users"] },
    { key: "inactive", count: inactive ?? 0, look: "text-warn", words: ["inactive user", "inactive users"] },
    { key: "outside", count: outside ?? 0, look: "text-text-3", words: ["person left out of the import", "people left out of the import"] },
  ];
  return parts.filter(({ count }) => count > 0);
}

const words = (entitlement: EntitlementUse, users: number) =>
  `${partsOf(entitlement)
    .map((part) => plural(part.count, ...part.words))
    .join(", ")}; ${percent(entitlement.holders ?? 0, users)} of ${plural(users, "user")}`;

/** A bar for each entitlement: active holders, inactive ones, and those whom the import leaves out. */
export function Bars({ entitlements, users, selected, onOpen }: Props) {
  const stripes = useId();
  const longest = Math.max(1, ...entitlements.map(({ holders, outside }) => (holders ?? 0) + (outside ?? 0)));
  const outside = entitlements.some((each) => (each.outside ?? 0) > 0);
  if (entitlements.length === 0) return <p className="px-3 py-4 text-text-2">Nobody holds any of these entitlements.</p>;
  return (
    <section aria-label="How many hold each" className="px-3 py-3">
      <div className="mb-1.5 flex flex-wrap items-baseline gap-x-4">
        <h2 className="font-semibold">How many hold each</h2>
        <span className="flex flex-wrap gap-x-3 text-12 text-text-2">
          <Key look="text-accent" words="active" />
          <Key look="text-warn" words="inactive" />
          {outside && <Key look="text-text-3" words="left out of the import" striped={stripes} />}
        </span>
      </div>
      <svg aria-hidden width={0} height={0} className="absolute">
        <defs>
          <pattern id={stripes} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)" className="text-text-3">
            <rect width={3} height={6} fill="currentColor" />
          </pattern>
        </defs>
      </svg>
      <ul>
        {entitlements.map((entitlement) => {
          const parts = partsOf(entitlement);
          let start = 0;
          return (
            <li key={entitlement.id}>
              <button
                type="button"
                title={`${entitlement.name}: ${words(entitlement, users)}`}
                aria-current={entitlement.id === selected || undefined}
                onClick={() => onOpen(entitlement.id)}
                className={cx("grid min-h-7 w-full grid-cols-[minmax(96px,180px)_minmax(0,1fr)_64px] items-center gap-x-3 rounded-md px-2 text-left text-12 hover:bg-surface-2", entitlement.id === selected && "bg-accent-soft")}
              >
                <span className="truncate font-medium">{entitlement.name}</span>
                <svg aria-hidden width="100%" height={12} viewBox={`0 0 ${FULL} 12`} preserveAspectRatio="none">
                  {parts.map(({ key, count, look }) => {
                    const width = Math.max(LEAST, (count / longest) * FULL);
                    const x = start;
                    start += width;
                    return <rect key={key} x={x} width={width} height={12} className={look} fill={key === "outside" ? `url(#${stripes})` : "currentColor"} />;
                  })}
                </svg>
                <span aria-hidden className="num text-right text-text-2">
                  {formatCount((entitlement.holders ?? 0) + (entitlement.outside ?? 0))}
                </span>
                <span className="sr-only">: {words(entitlement, users)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Key({ look, words, striped }: { look: string; words: string; striped?: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg aria-hidden width={10} height={10} className={look}>
        <rect width={10} height={10} rx={2} fill={striped ? `url(#${striped})` : "currentColor"} />
      </svg>
      {words}
    </span>
  );
}
