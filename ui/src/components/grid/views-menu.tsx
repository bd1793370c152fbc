import { Popover } from "@base-ui/react/popover";
import { Bookmark, Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { toast } from "sonner";
import { useViews } from "@/api/views";
import { Button, IconButton } from "../button";
import { ProblemCard } from "../problem";
import { tellProblem } from "../problem-toast";
import { Tooltip } from "../tooltip";
import { type GridView, NO_VIEW } from "./view";
import { undoable } from "../undo";

const same = (one: GridView, other: GridView) => JSON.stringify(one) === JSON.stringify(other);

/** Filters, order and columns under a name, for the next time. */
export function ViewsMenu({ place, view, onView }: { /** what the grid shows; views are kept for it alone */ place: string; view: GridView; onView: (view: GridView) => void }) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const field = useId();
  const { views, keep, remove } = useViews(place);
  const known = views.data ?? [];
  const current = known.find((kept) => same(kept.view, view));
  const wanted = name.trim();
  const replaces = known.some((kept) => kept.name === wanted);
  const refused = keep.error ?? remove.error;
  const save = () => {
    if (wanted === "") return;
    remove.reset();
    keep.mutate({ name: wanted, view }, { onSuccess: () => setName("") });
  };
  const drop = (kept: (typeof known)[number]) => {
    keep.reset();
    remove.mutate(kept.name, {
      onSuccess: () => toast(`View “${kept.name}” removed`, undoable(() => keep.mutate(kept, { onError: (problem) => tellProblem(`The view “${kept.name}” was not brought back`, problem) }))),
    });
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Tooltip text="Saved views">
        <Popover.Trigger
          aria-label={current ? `Saved views, ${current.name}` : "Saved views"}
          className="inline-flex h-7 max-w-40 shrink-0 items-center gap-1.5 rounded-md px-1.5 text-12 text-text-2 hover:bg-surface-2 hover:text-text data-popup-open:bg-surface-2"
        >
          <Bookmark size={15} strokeWidth={1.75} aria-hidden className="shrink-0" />
          {current && <span className="truncate">{current.name}</span>}
        </Popover.Trigger>
      </Tooltip>
      <Popover.Portal>
        <Popover.Positioner align="end" sideOffset={4} className="z-50">
          <Popover.Popup className="layer flex w-80 flex-col rounded-lg border border-line-2 bg-surface-1 text-13 shadow-layer outline-none">
            <Popover.Title className="sr-only">Saved views</Popover.Title>
            {views.error && <ProblemCard problem={views.error} onRetry={() => void views.refetch()} className="m-2" />}
            {known.length === 0 && !views.error && <p className="px-3 pt-3 text-text-2">Filters, order and columns can be saved under a name.</p>}
            {refused && <ProblemCard problem={refused} className="m-2" />}
            <ul className="max-h-64 overflow-y-auto p-1 empty:hidden">
              {known.map((kept) => (
                <li key={kept.name} className="group/line flex items-center gap-1 rounded-md hover:bg-surface-2">
                  <button
                    type="button"
                    aria-current={kept === current || undefined}
                    onClick={() => {
                      onView(kept.view);
                      setOpen(false);
                    }}
                    className="min-h-7 min-w-0 flex-1 truncate rounded-md px-2 text-left aria-[current]:font-medium"
                  >
                    {kept.name}
                  </button>
                  <IconButton icon={Trash2} label={`Remove the view ${kept.name}`} onClick={() => drop(kept)} className="opacity-0 group-focus-within/line:opacity-100 group-hover/line:opacity-100" />
                </li>
              ))}
            </ul>
            <form
              className="flex flex-col gap-2 border-t border-line p-3"
              onSubmit={(event) => {
                event.preventDefault();
                save();
              }}
            >
              <label htmlFor={field} className="text-12 text-text-2">
                Save the present view as
              </label>
              <div className="flex gap-2">
                <input id={field} value={name} maxLength={80} spellCheck={false} autoComplete="off" onChange={(event) => setName(event.target.value)} className="h-7 min-w-0 flex-1 rounded-md border border-line-3 bg-surface-1 px-2" />
                <Button type="submit" disabled={wanted === "" || keep.isPending}>
                  {replaces ? "Replace" : "Save"}
                </Button>
              </div>
            </form>
            <div className="border-t border-line p-2">
              <Button
                kind="quiet"
                disabled={same(view, NO_VIEW)}
                onClick={() => {
                  onView(NO_VIEW);
                  setOpen(false);
                }}
              >
                Reset: no filter, no order, all columns
              </Button>
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
