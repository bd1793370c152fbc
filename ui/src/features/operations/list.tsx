import type { Checked, MappedOperation } from "@/api/contract";
import type { GridColumn } from "@/components/grid/grid";
import { OPERATIONS } from "@/components/operations";
import { Skeleton } from "@/components/skeleton";
import { Status } from "@/components/status";
import { summary } from "./findings";

/** What an operation is mapped to, in words. */
export function kindWord({ mapping, optional }: MappedOperation): string {
  if (!mapping) return optional ? "Optional, not mapped" : "Not mapped";
  return `${mapping.kind === "sql" ? "SQL statement" : "Stored procedure"}${mapping.enabled ? "" : ", switched off"}`;
}

export function operationColumns(checked: Checked | undefined): GridColumn<MappedOperation>[] {
  return [
    { key: "name", title: "Operation", track: "minmax(120px, 1.5fr)", cell: ({ operation }) => <span className="truncate font-medium">{OPERATIONS[operation]}</span> },
    {
      key: "kind",
      title: "Mapped to",
      track: "minmax(96px, 1.1fr)",
      cell: (mapped) =>
        mapped.mapping || mapped.optional ? <span className="truncate text-text-2">{kindWord(mapped)}</span> : <Status tone="warn">{kindWord(mapped)}</Status>,
    },
    { key: "check", title: "Check", track: "minmax(96px, 0.9fr)", cell: (mapped) => <CheckWord mapped={mapped} checked={checked} /> },
  ];
}

function CheckWord({ mapped, checked }: { mapped: MappedOperation; checked: Checked | undefined }) {
  if (!checked) return <span className="truncate text-text-3">Not checked</span>;
  const found = checked.findings.filter((finding) => finding.operation === mapped.operation);
  // An operation that nobody mapped is no success.
  if (found.length === 0 && !mapped.mapping) return <Status tone="muted">{mapped.optional ? "Not needed" : "Not checked"}</Status>;
  const { tone, words } = summary(found);
  return <Status tone={tone}>{words}</Status>;
}

export function OperationsSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="min-h-0 flex-1">
      <div className="h-7 border-b border-line" />
      {Array.from({ length: 11 }, (_, line) => (
        <div key={line} className="grid h-7 grid-cols-[1.5fr_1.1fr_0.9fr] items-center gap-x-3 border-b border-line px-3">
          <Skeleton className="w-3/4" />
          <Skeleton className="w-2/3" />
          <Skeleton className="w-1/2" />
        </div>
      ))}
    </div>
  );
}
