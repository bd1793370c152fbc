import { Popover } from "@base-ui/react/popover";
import { ArrowDown, ArrowUp, Columns3, Pin, PinOff } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../button";
import { Tooltip } from "../tooltip";
import { columnName, type GridColumn, isFixed, useColumns } from "./columns";
import { moveColumn, NO_LAYOUT, pinColumn, showColumn, type GridView } from "./view";

type Props = { columns: GridColumn<never>[]; view: GridView; onView: (view: GridView) => void };

/** Which columns a grid shows, in which order, and which of them stay in sight. */
export function ColumnsButton({ columns, view, onView }: Props) {
  const { layout } = view;
  const { all } = useColumns(columns, layout);
  const [search, setSearch] = useState("");
  const of = new Map(columns.map((column) => [column.key, column]));
  const canPin = isFixed(columns);
  const hidden = columns.filter(({ key }) => layout.hidden.includes(key)).length;
  const arrange = (next: GridView["layout"]) => onView({ ...view, layout: next });
  // The order of the list is that of the grid: pinned columns stand first.
  const pinned = layout.pinned.filter((key) => of.has(key));
  const keys = [...pinned, ...all.filter((key) => !pinned.includes(key))];
  const wanted = search.trim().toLowerCase();
  const listed = keys.flatMap((key) => of.get(key) ?? []).filter((column) => columnName(column).toLowerCase().includes(wanted));
  const changed = layout !== NO_LAYOUT && (layout.order.length > 0 || layout.hidden.length > 0 || layout.pinned.length > 0 || Object.keys(layout.widths).length > 0);
  return (
    <Popover.Root onOpenChange={(open) => !open && setSearch("")}>
      <Tooltip text={hidden > 0 ? `Columns, ${hidden} hidden` : "Columns"}>
        <Popover.Trigger
          aria-label={hidden > 0 ? `Columns, ${columns.length - hidden} of ${columns.length} shown` : "Columns"}
          className="inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md px-1.5 text-12 text-text-2 hover:bg-surface-2 hover:text-text data-popup-open:bg-surface-2"
        >
          <Columns3 size={15} strokeWidth={1.75} aria-hidden />
          {hidden > 0 && (
            <span className="num">
              {columns.length - hidden} of {columns.length}
            </span>
          )}
        </Popover.Trigger>
      </Tooltip>
      <Popover.Portal>
        <Popover.Positioner align="end" sideOffset={4} className="z-50">
          <Popover.Popup className="layer flex w-80 flex-col rounded-lg border border-line-2 bg-surface-1 text-13 shadow-layer outline-none">
            <Popover.Title className="sr-only">Columns</Popover.Title>
            <input
              aria-label="Search columns"
              placeholder={`Search ${columns.length} columns`}
              value={search}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setSearch(event.target.value)}
              className="h-9 rounded-t-lg border-b border-line bg-transparent px-3 -outline-offset-2"
            />
            <ul className="max-h-80 overflow-y-auto p-1">
              {listed.map((column) => {
                const { key } = column;
                const name = columnName(column);
                const shown = !layout.hidden.includes(key);
                const stays = layout.pinned.includes(key);
                return (
                  <li key={key} className="group/line flex min-h-7 items-center gap-1 rounded-md pl-2 hover:bg-surface-2">
                    <label className="flex min-w-0 flex-1 items-center gap-2">
                      <input
                        type="checkbox"
                        checked={shown}
                        disabled={shown && columns.length - hidden <= 1}
                        onChange={(event) => arrange(showColumn(layout, key, event.target.checked))}
                        className="size-4 shrink-0 accent-accent"
                      />
                      <span className="mono truncate text-12">{name}</span>
                    </label>
                    <span className="flex opacity-0 group-focus-within/line:opacity-100 group-hover/line:opacity-100">
                      <IconButton icon={ArrowUp} label={`Move ${name} up`} onClick={() => arrange(moveColumn(layout, all, key, -1))} disabled={!shown} />
                      <IconButton icon={ArrowDown} label={`Move ${name} down`} onClick={() => arrange(moveColumn(layout, all, key, 1))} disabled={!shown} />
                    </span>
                    {canPin && <IconButton icon={stays ? PinOff : Pin} label={stays ? `Unpin ${name}` : `Pin ${name} to the left`} aria-pressed={stays} onClick={() => arrange(pinColumn(layout, key, !stays))} className={stays ? "text-accent" : "opacity-0 group-focus-within/line:opacity-100 group-hover/line:opacity-100"} />}
                  </li>
                );
              })}
              {listed.length === 0 && <li className="px-2 py-1.5 text-text-2">No column matches “{search.trim()}”.</li>}
            </ul>
            <div className="flex items-center gap-2 border-t border-line p-2">
              <Button kind="quiet" onClick={() => arrange({ ...layout, hidden: [] })} disabled={hidden === 0}>
                Show all
              </Button>
              <Button kind="quiet" onClick={() => arrange(NO_LAYOUT)} disabled={!changed} className="ml-auto">
                As they came
              </Button>
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
