import { cx } from "./cx";

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx("skeleton block h-3", className)} />;
}

/** Lines where text will stand. */
export function SkeletonLines({ lines = 6, className }: { lines?: number; className?: string }) {
  return (
    <div role="status" aria-label="Loading" className={cx("flex flex-col gap-3 p-4", className)}>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} className={["w-2/3", "w-1/2", "w-3/4", "w-2/5"][index % 4] ?? "w-1/2"} />
      ))}
    </div>
  );
}
