import { Menu } from "@base-ui/react/menu";
import { Check, ChevronDown, Eye, History, Trash2, X } from "lucide-react";
import type { SimulatorRunLine } from "@/api/contract";
import { Button } from "@/components/button";
import { cx } from "@/components/cx";
import { formatCount } from "@/components/format";
import { RelativeTime } from "@/components/relative-time";

const words = ({ users }: SimulatorRunLine) => users && `${formatCount(users.seen)} users: ${formatCount(users.new)} new, ${formatCount(users.changed)} changed, ${formatCount(users.inactive)} inactive, ${formatCount(users.missing)} missing`;

/** Earlier runs against a server; each is opened again as it was. */
export function Runs({ runs, chosen, onRun, onForget }: { runs: SimulatorRunLine[]; chosen: string | undefined; onRun: (run: SimulatorRunLine) => void; onForget: () => void }) {
  if (runs.length === 0) return null;
  return (
    <Menu.Root>
      <Menu.Trigger
        render={
          <Button icon={History}>
            Runs <span className="num text-text-3">{runs.length}</span>
            <ChevronDown size={13} aria-hidden className="text-text-3" />
          </Button>
        }
      />
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-50">
          <Menu.Popup className="layer max-h-[60vh] w-110 max-w-[92vw] overflow-y-auto rounded-lg border border-line-2 bg-surface-1 p-1 shadow-layer outline-none">
            {runs.map((run) => {
              const Icon = run.preview ? Eye : run.passed ? Check : X;
              return (
                <Menu.Item key={run.id} onClick={() => onRun(run)} className={cx("flex items-start gap-2.5 rounded-md px-2 py-1.5 outline-none data-highlighted:bg-surface-2", run.id === chosen && "bg-accent-soft")}>
                  <Icon size={14} strokeWidth={2} aria-hidden className={cx("mt-[3px] shrink-0", run.preview ? "text-text-3" : run.passed ? "text-ok" : "text-bad")} />
                  <span className="sr-only">{run.preview ? "Preview" : run.passed ? "Success" : "Failed"}: </span>
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium">
                      {run.title}
                      {run.beside && <span className="font-normal text-text-2"> beside {run.beside}</span>}
                    </span>
                    {run.users && <span className="num block text-12 text-text-2">{words(run)}</span>}
                    {run.whole && <span className="block text-12 text-text-3">the next import is compared with this one</span>}
                  </span>
                  <span className="shrink-0 text-12 text-text-2">
                    <RelativeTime at={run.at} />
                  </span>
                </Menu.Item>
              );
            })}
            <Menu.Separator className="my-1 border-t border-line" />
            <Menu.Item onClick={onForget} className="flex min-h-7 items-center gap-2.5 rounded-md px-2 text-text-2 outline-none data-highlighted:bg-surface-2">
              <Trash2 size={14} strokeWidth={1.75} aria-hidden />
              Remove all runs of this server…
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
