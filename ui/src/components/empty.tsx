import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** One sentence and at most one action. */
export function Empty({ icon: Icon, title, children, action }: { icon: LucideIcon; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 p-8 text-center">
      <Icon size={22} strokeWidth={1.5} aria-hidden className="text-text-3" />
      <p className="font-medium">{title}</p>
      {children && <p className="max-w-96 text-balance text-text-2">{children}</p>}
      {action && <div className="mt-1">{action}</div>}
    </div>
  );
}
