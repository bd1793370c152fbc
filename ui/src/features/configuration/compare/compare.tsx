import { useState } from "react";
import type { ImportInput } from "@/api/contract";
import { useCompared } from "@/api/portable";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { Changes } from "@/features/configuration/parts/changes";
import { SourceField, sourceOf } from "@/features/configuration/parts/source-field";
import type { SectionProps } from "@/features/configuration/sections";

/** Two configurations beside each other. */
export function CompareSection({ search, onSearch }: SectionProps) {
  const [leftFile, setLeftFile] = useState<ImportInput | null>(null);
  const [rightFile, setRightFile] = useState<ImportInput | null>(null);
  const left = sourceOf(search.left, leftFile, "in_use");
  const right = sourceOf(search.right, rightFile, "file");
  const compared = useCompared(left && right && { left, right });
  return (
    <>
      <div className="flex gap-3">
        <SourceField label="First" value={search.left ?? "in_use"} onChange={(value) => onSearch({ left: value })} file={leftFile} onFile={setLeftFile} />
        <SourceField label="Second" value={search.right ?? "file"} onChange={(value) => onSearch({ right: value })} file={rightFile} onFile={setRightFile} />
      </div>
      {!left || !right ? (
        <p className="text-text-2">Choose the file to compare with.</p>
      ) : compared.error ? (
        <ProblemCard problem={compared.error} onRetry={() => void compared.refetch()} />
      ) : compared.data ? (
        <Changes changes={compared.data.changes} before={compared.data.left} after={compared.data.right} />
      ) : (
        <SkeletonLines />
      )}
    </>
  );
}
