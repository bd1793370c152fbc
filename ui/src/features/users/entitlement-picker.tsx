import { Popover } from "@base-ui/react/popover";
import { Search, type LucideIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useEntitlements } from "@/api/queries";
import { Button } from "@/components/button";
import { formatCount } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";

const ALL = { search: "", filters: [], sort: [] };
/** So many are drawn; a search finds the others. */
const DRAWN = 200;

type Props = {
  application: string;
  icon: LucideIcon;
  label: string;
  /** what is done with those that are chosen */
  verb: string;
  /** those that are offered; all there are where it is left out */
  only?: { id: string; name: string }[];
  /** ids that are not offered, because they would change nothing */
  without?: ReadonlySet<string>;
  disabled?: string;
  onChoose: (ids: string[], names: Map<string, string>) => void;
  quiet?: boolean;
};

/** Chooses one or several entitlements. */
export function EntitlementPicker(props: Props) {
  const [open, setOpen] = useState(false);
  const { icon, label, disabled, quiet } = props;
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        render={
          <Button icon={icon} kind={quiet ? "quiet" : "plain"} disabled={disabled !== undefined} title={disabled}>
            {label}
          </Button>
        }
      />
      <Popover.Portal>
        <Popover.Positioner align="end" sideOffset={4} className="z-50">
          <Popover.Popup className="layer flex w-88 flex-col rounded-lg border border-line-2 bg-surface-1 text-13 shadow-layer outline-none">
            <Popover.Title className="sr-only">{label}</Popover.Title>
            {open && <Choice {...props} onDone={() => setOpen(false)} />}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Choice({ application, verb, only, without, onChoose, onDone }: Props & { onDone: () => void }) {
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const all = useEntitlements(only ? "" : application, ALL);
  const offered = only ?? all.data?.entitlements.filter(({ listed }) => listed);
  const wanted = search.trim().toLowerCase();
  const found = offered?.filter(({ id, name }) => !without?.has(id) && (name.toLowerCase().includes(wanted) || id.toLowerCase().includes(wanted))) ?? [];
  const toggle = (id: string, name: string) =>
    setChosen((now) => {
      const next = new Map(now);
      if (!next.delete(id)) next.set(id, name);
      return next;
    });
  const go = () => {
    if (chosen.size === 0) return;
    onDone();
    onChoose([...chosen.keys()], new Map(chosen));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const [first] = found;
        // Enter on a search that leaves one entitlement means that one.
        if (chosen.size === 0 && found.length === 1 && first) {
          onDone();
          onChoose([first.id], new Map([[first.id, first.name]]));
        } else go();
      }}
      className="flex flex-col"
    >
      <label className="flex h-9 items-center gap-2 border-b border-line px-3">
        <Search size={14} aria-hidden className="shrink-0 text-text-3" />
        <span className="sr-only">Search entitlements</span>
        <input
          placeholder={offered ? `Search ${formatCount(offered.length)} entitlements` : "Search entitlements"}
          value={search}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setSearch(event.target.value)}
          className="h-full min-w-0 flex-1 bg-transparent outline-none"
        />
      </label>
      {all.error && !only && <ProblemCard problem={all.error} onRetry={() => void all.refetch()} className="m-2" />}
      {!offered && !all.error && <SkeletonLines lines={5} />}
      <ul aria-label="Entitlements" className="max-h-72 overflow-y-auto p-1 empty:hidden">
        {found.slice(0, DRAWN).map(({ id, name }) => (
          <li key={id}>
            <label className="flex min-h-7 items-center gap-2 rounded-md px-2 hover:bg-surface-2">
              <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id, name)} className="size-4 shrink-0 accent-accent" />
              <span className="min-w-0 flex-1 truncate">{name}</span>
              <span className="mono truncate text-11 text-text-3">{id}</span>
            </label>
          </li>
        ))}
      </ul>
      {offered && found.length === 0 && <Nothing>{wanted ? `No entitlement matches “${search.trim()}”.` : "There is none left to choose."}</Nothing>}
      {found.length > DRAWN && <Nothing>{formatCount(found.length - DRAWN)} more; type to find them.</Nothing>}
      <div className="flex items-center gap-2 border-t border-line p-2">
        <span role="status" className="num text-12 text-text-2">
          {chosen.size > 0 ? `${formatCount(chosen.size)} chosen` : "None chosen"}
        </span>
        <Button kind="primary" type="submit" disabled={chosen.size === 0 && found.length !== 1} className="ml-auto">
          {verb}
        </Button>
      </div>
    </form>
  );
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="px-3 py-2 text-text-2">{children}</p>;
}
