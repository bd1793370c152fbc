import type { ReactNode } from "react";
import { cx } from "./cx";

export function Card({ title, note, actions, children, className }: { title: string; note?: ReactNode; actions?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section aria-label={title} className={cx("min-w-0 overflow-hidden rounded-lg border border-line bg-surface-1", className)}>
      <header className="flex min-h-10 items-center gap-2 border-b border-line px-3 py-1">
        <h2 className="text-13 font-semibold">{title}</h2>
        {note && <span className="min-w-0 truncate text-text-2">{note}</span>}
        {actions && <div className="ml-auto flex items-center gap-1">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
