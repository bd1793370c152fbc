import { Popover } from "@base-ui/react/popover";
import { Bookmark, Check, Pencil, Trash2, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { filterOf, type useSavedFilters } from "@/api/traffic";
import type { Kept } from "@/api/contract";
import { Button, IconButton } from "@/components/button";
import { ProblemCard } from "@/components/problem";
import { tellProblem } from "@/components/problem-toast";
import { Tooltip } from "@/components/tooltip";
import { undoable } from "@/components/undo";

type Props = { filter: string; onFilter: (filter: string) => void; saved: ReturnType<typeof useSavedFilters> };

/** The longest name that is kept. */
const LONGEST = 200;

/** Filters kept by name: look one up, keep the present one, rename, remove. */
export function SavedFilters({ filter, onFilter, saved }: Props) {
  const [open, setOpen] = useState(false);
  const [renaming, setRenaming] = useState<string | null>(null);
  const known = saved.items.find((item) => filterOf(item) === filter);
  const problem = saved.error ?? saved.save.error ?? saved.rename.error ?? saved.remove.error;
  const remove = (item: Kept) =>
    saved.remove.mutate(item.name, {
      onSuccess: () =>
        toast.success(`Filter “${item.name}” removed`, undoable(() => saved.save.mutate({ name: item.name, filter: filterOf(item) }, { onError: (problem) => tellProblem(`The filter “${item.name}” was not brought back`, problem) }))),
    });
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setRenaming(null);
      }}
    >
      <Tooltip text={known ? `Saved as “${known.name}”` : "Saved filters"}>
        <Popover.Trigger
          aria-label="Saved filters"
          className="inline-flex size-7 shrink-0 items-center justify-center rounded-md border border-line-2 bg-surface-1 text-text-2 hover:bg-surface-2 hover:text-text"
        >
          <Bookmark size={15} strokeWidth={1.75} aria-hidden className={known ? "fill-accent text-accent" : undefined} />
        </Popover.Trigger>
      </Tooltip>
      <Popover.Portal>
        <Popover.Positioner align="end" sideOffset={4} className="z-50">
          <Popover.Popup className="layer w-88 max-w-[92vw] rounded-lg border border-line-2 bg-surface-1 text-13 shadow-layer outline-none">
            <Popover.Title className="px-3 pt-2.5 pb-1 font-semibold">Saved filters</Popover.Title>
            {problem && <ProblemCard problem={problem} className="m-2" />}
            {saved.items.length === 0 && !problem && <p className="px-3 pb-2 text-text-2">None yet. Type a filter, then save it here under a name.</p>}
            <ul className="max-h-72 overflow-y-auto p-1">
              {saved.items.map((item) => (
                <li key={item.name} className="group flex items-center gap-1 rounded-md hover:bg-surface-2 focus-within:bg-surface-2">
                  {renaming === item.name ? (
                    <NameForm
                      label={`New name of ${item.name}`}
                      initial={item.name}
                      action="Rename"
                      taken={(name) => name !== item.name && saved.items.some((other) => other.name === name)}
                      onCancel={() => setRenaming(null)}
                      onName={(name) => {
                        if (name === item.name) setRenaming(null);
                        else saved.rename.mutate({ item, name }, { onSuccess: () => setRenaming(null) });
                      }}
                    />
                  ) : (
                    <>
                      <button
                        type="button"
                        onClick={() => {
                          onFilter(filterOf(item));
                          setOpen(false);
                        }}
                        className="flex min-w-0 flex-1 flex-col items-start rounded-md px-2 py-1 text-left"
                      >
                        <span className="flex max-w-full items-center gap-1.5">
                          <span className="truncate font-medium">{item.name}</span>
                          {item === known && <Check size={13} aria-label="in use" className="shrink-0 text-accent" />}
                        </span>
                        <span className="mono max-w-full truncate text-12 text-text-2">{filterOf(item)}</span>
                      </button>
                      <IconButton icon={Pencil} label={`Rename ${item.name}`} onClick={() => setRenaming(item.name)} />
                      <IconButton icon={Trash2} label={`Remove ${item.name}`} onClick={() => remove(item)} />
                    </>
                  )}
                </li>
              ))}
            </ul>
            {filter !== "" && !known && (
              <div className="border-t border-line p-2">
                <NameForm
                  label="Name of the filter"
                  placeholder="Save this filter as…"
                  action="Save"
                  taken={(name) => saved.items.some((item) => item.name === name)}
                  takenWord="Replace"
                  onName={(name) => saved.save.mutate({ name, filter }, { onSuccess: () => toast.success(`Filter saved as “${name}”`) })}
                />
              </div>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

type FormProps = {
  label: string;
  placeholder?: string;
  initial?: string;
  action: string;
  /** whether another filter has the name */
  taken: (name: string) => boolean;
  /** what the button says then; without it such a name cannot be given */
  takenWord?: string;
  onName: (name: string) => void;
  onCancel?: () => void;
};

function NameForm({ label, placeholder, initial = "", action, taken, takenWord, onName, onCancel }: FormProps) {
  const [name, setName] = useState(initial);
  const clean = name.trim();
  const isTaken = taken(clean);
  const wrong = clean === "" || (isTaken && takenWord === undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong) return;
    // What was typed stays until it is kept: the form goes with it.
    onName(clean);
  };
  return (
    <form onSubmit={submit} className="flex flex-1 items-center gap-1.5 p-1">
      <input
        // It was asked for by a press on its button.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={onCancel !== undefined}
        aria-label={label}
        aria-invalid={isTaken && takenWord === undefined}
        placeholder={placeholder}
        value={name}
        maxLength={LONGEST}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && onCancel) {
            event.stopPropagation();
            onCancel();
          }
        }}
        className="h-7 min-w-0 flex-1 rounded-md border border-line-3 bg-surface-1 px-2 text-13"
      />
      <Tooltip text={isTaken ? "A saved filter has this name" : action}>
        <Button kind="primary" type="submit" disabled={wrong}>
          {isTaken && takenWord ? takenWord : action}
        </Button>
      </Tooltip>
      {onCancel && <IconButton icon={X} label="Keep the old name" onClick={onCancel} />}
    </form>
  );
}
