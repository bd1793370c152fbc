import { Check, CircleDashed, type LucideIcon, Minus, Power, TriangleAlert, X } from "lucide-react";
import type { Checked, Coverage, Covered, MappedOperation, Proven } from "@/api/contract";
import { cx } from "@/components/cx";
import { absoluteTime, relativeTime } from "@/components/format";
import type { GridColumn } from "@/components/grid/grid";
import { OPERATIONS } from "@/components/operations";
import { Skeleton } from "@/components/skeleton";
import { Status } from "@/components/status";
import type { Drafts } from "./use-drafts";

/** What an operation is mapped to, in words. */
export function kindWord({ mapping, optional }: MappedOperation): string {
  if (!mapping) return optional ? "Optional, not mapped" : "Not mapped";
  return `${mapping.kind === "sql" ? "SQL statement" : "Stored procedure"}${mapping.enabled ? "" : ", switched off"}`;
}

type Mark = { icon: LucideIcon; look: string; words: string };

const GOOD = "text-ok";
const NONE: Pick<Mark, "icon" | "look"> = { icon: CircleDashed, look: "text-text-3" };

function proven(proof: Proven | null, what: string, never: string): Mark {
  if (!proof) return { ...NONE, words: never };
  const when = relativeTime(proof.at);
  if (proof.stale) return { icon: CircleDashed, look: "text-warn", words: `${what} ${when}, and changed since` };
  if (proof.went === "well") return { icon: Check, look: GOOD, words: `${what} ${when}, well` };
  if (proof.went === "warned") return { icon: TriangleAlert, look: "text-warn", words: `${what} ${when}, with warnings` };
  return { icon: X, look: "text-bad", words: `${what} ${when}, with errors` };
}

/** The five things that are known of an operation, in one line: mapped, switched on, checked, tried, used. */
function marks(mapped: MappedOperation, covered: Covered | undefined): Mark[] {
  const { mapping, optional } = mapped;
  const is: Mark = mapping ? { icon: Check, look: GOOD, words: "mapped" } : { icon: optional ? Minus : X, look: optional ? "text-text-3" : "text-bad", words: optional ? "optional, not mapped" : "not mapped" };
  const on: Mark = mapping?.enabled ? { icon: Power, look: GOOD, words: "switched on" } : { icon: Power, look: "text-text-3", words: mapping ? "switched off" : "nothing to switch on" };
  const { lastUsed = null, lastFailure = null } = covered ?? {};
  // A failure that something newer went well after is history.
  const failing = lastFailure !== null && (lastUsed === null || lastFailure.at >= lastUsed.at);
  const used: Mark = failing
    ? { icon: X, look: "text-bad", words: `failed for the provider ${relativeTime(lastFailure.at)}` }
    : lastUsed
      ? { icon: Check, look: GOOD, words: `used by the provider ${relativeTime(lastUsed.at)}${lastFailure ? `, failed ${relativeTime(lastFailure.at)}` : ""}` }
      : { ...NONE, words: "not used by the provider lately" };
  return [is, on, proven(covered?.checked ?? null, "checked", "not checked"), proven(covered?.tried ?? null, "tried", "not tried"), used];
}

function Picture({ mapped, covered }: { mapped: MappedOperation; covered: Covered | undefined }) {
  return (
    <span className="grid w-full grid-cols-5 justify-items-center">
      {marks(mapped, covered).map(({ icon: Icon, look, words }, index) => (
        <span key={index} title={words[0]?.toUpperCase() + words.slice(1)} className={cx("flex", look)}>
          <Icon size={14} strokeWidth={2} aria-hidden />
          <span className="sr-only">{words}; </span>
        </span>
      ))}
    </span>
  );
}

export function operationColumns(checked: Checked | undefined, coverage: Coverage | undefined, drafts: Drafts): GridColumn<MappedOperation>[] {
  const covered = new Map(coverage?.operations.map((one) => [one.operation, one]));
  return [
    {
      key: "name",
      title: "Operation",
      track: "minmax(120px, 1.6fr)",
      cell: ({ operation }) => (
        <span className="flex min-w-0 items-center gap-1.5">
          <span className="truncate font-medium">{OPERATIONS[operation]}</span>
          {drafts.isChanged(operation) && (
            <span title="Changed and not saved" className="shrink-0 text-accent">
              <span aria-hidden>●</span>
              <span className="sr-only">changed and not saved</span>
            </span>
          )}
        </span>
      ),
    },
    {
      key: "kind",
      title: "Mapped to",
      track: "minmax(92px, 1fr)",
      cell: (mapped) => (mapped.mapping || mapped.optional ? <span className="truncate text-text-2">{kindWord(mapped)}</span> : <Status tone="warn">{kindWord(mapped)}</Status>),
    },
    { key: "coverage", title: "Coverage", track: "minmax(132px, 0.9fr)", cell: (mapped) => <Picture mapped={mapped} covered={covered.get(mapped.operation)} /> },
    { key: "check", title: "Last check", track: "minmax(84px, 0.8fr)", cell: (mapped) => <CheckWord mapped={mapped} checked={checked} covered={covered.get(mapped.operation)} /> },
  ];
}

const WENT: Record<Proven["went"], { tone: "ok" | "warn" | "bad"; word: string }> = { well: { tone: "ok", word: "Nothing found" }, warned: { tone: "warn", word: "Warnings" }, failed: { tone: "bad", word: "Errors" } };

function CheckWord({ mapped, checked, covered }: { mapped: MappedOperation; checked: Checked | undefined; covered: Covered | undefined }) {
  // An operation that nobody mapped is no success.
  if (!mapped.mapping) return <Status tone="muted">{mapped.optional ? "Not needed" : "Not mapped"}</Status>;
  if (checked) {
    const found = checked.findings.filter((finding) => finding.operation === mapped.operation);
    const worst = found.some(({ severity }) => severity === "error") ? "bad" : found.some(({ severity }) => severity === "warning") ? "warn" : found.length > 0 ? "info" : "ok";
    return <Status tone={worst}>{found.length === 0 ? "Nothing found" : `${found.length} found`}</Status>;
  }
  if (!covered?.checked) return <span className="truncate text-text-3">Not checked</span>;
  const { tone, word } = WENT[covered.checked.went];
  return (
    <span title={absoluteTime(covered.checked.at)} className="min-w-0">
      {covered.checked.stale ? <Status tone="muted">Changed since</Status> : <Status tone={tone}>{word}</Status>}
    </span>
  );
}

export function OperationsSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="min-h-0 flex-1">
      <div className="h-7 border-b border-line" />
      {Array.from({ length: 11 }, (_, line) => (
        <div key={line} className="grid h-7 grid-cols-[1.6fr_1fr_0.9fr_0.8fr] items-center gap-x-3 border-b border-line px-3">
          <Skeleton className="w-3/4" />
          <Skeleton className="w-2/3" />
          <Skeleton className="w-2/3" />
          <Skeleton className="w-1/2" />
        </div>
      ))}
    </div>
  );
}
