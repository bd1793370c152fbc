import { Menu } from "@base-ui/react/menu";
import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Copy, EyeOff, ListFilter, type LucideIcon, MoveHorizontal, Pin, PinOff, X } from "lucide-react";
import type { RefObject } from "react";
import { Keys } from "../keys";
import { columnName, type GridColumn } from "./columns";
import { type GridView, moveColumn, pinColumn, resizeColumn, setFilter, setSort, showColumn } from "./view";

export const LAYER = "layer z-50 min-w-52 rounded-lg border border-line-2 bg-surface-1 p-1 text-13 shadow-layer outline-none";
const ITEM = "flex min-h-7 items-center gap-2 rounded-md px-2 outline-none data-disabled:text-text-3 data-highlighted:bg-surface-2";

type Props = {
  column: GridColumn<unknown> | null;
  anchor: Element | null;
  all: string[];
  view: GridView;
  /** one column alone cannot be hidden */
  last: boolean;
  /** pixels it has now */
  width: number;
  canPin: boolean;
  back: RefObject<HTMLElement | null>;
  onView: (view: GridView) => void;
  onFilter: (key: string) => void;
  onCopyName: (name: string) => void;
  onClose: () => void;
};

/** One press of Wider or Narrower. */
const STEP = 32;

/** Everything that can be done with a column; what a pointer does by dragging, too. */
export function ColumnMenu({ column, anchor, all, view, last, width, canPin, back, onView, onFilter, onCopyName, onClose }: Props) {
  const { sort, filters, layout } = view;
  const key = column?.key ?? "";
  const order = sort.find((each) => each.column === key);
  const filtered = filters.some((each) => each.column === key);
  const pinned = layout.pinned.includes(key);
  const arrange = (next: GridView["layout"]) => onView({ ...view, layout: next });
  const by = (descending: boolean | null, add: boolean) => onView({ ...view, sort: setSort(sort, key, descending, add) });
  const among = sort.length > 0 && !(sort.length === 1 && order);
  return (
    <Menu.Root open={column !== null} onOpenChange={(open) => !open && onClose()} modal={false}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align="start" sideOffset={2} className="z-50">
          <Menu.Popup className={LAYER} finalFocus={back} aria-label={column ? `Column ${columnName(column)}` : undefined}>
            {column?.locked && <p className="max-w-60 px-2 pt-1 pb-1.5 text-12 text-text-2">{column.locked}</p>}
            <Item icon={ArrowUp} disabled={!column?.sortable} on={order?.descending === false} run={() => by(false, false)}>
              Sort ascending
            </Item>
            <Item icon={ArrowDown} disabled={!column?.sortable} on={order?.descending === true} run={() => by(true, false)}>
              Sort descending
            </Item>
            {among && column?.sortable && (
              <>
                <Item icon={ArrowUp} run={() => by(false, true)}>
                  Then by this, ascending
                </Item>
                <Item icon={ArrowDown} run={() => by(true, true)}>
                  Then by this, descending
                </Item>
              </>
            )}
            {order && (
              <Item icon={X} run={() => by(null, true)}>
                Do not sort by this
              </Item>
            )}
            <Menu.Separator className="my-1 h-px bg-line" />
            <Item icon={ListFilter} disabled={!column?.filter} run={() => onFilter(key)} keys="f">
              Filter…
            </Item>
            {filtered && (
              <Item icon={X} run={() => onView({ ...view, filters: setFilter(filters, key, null) })}>
                Clear the filter
              </Item>
            )}
            <Menu.Separator className="my-1 h-px bg-line" />
            {canPin && (
              <Item icon={pinned ? PinOff : Pin} run={() => arrange(pinColumn(layout, key, !pinned))}>
                {pinned ? "Unpin" : "Pin to the left"}
              </Item>
            )}
            <Item icon={ArrowLeft} keys="Shift+←" stay run={() => arrange(moveColumn(layout, all, key, -1))}>
              Move left
            </Item>
            <Item icon={ArrowRight} keys="Shift+→" stay run={() => arrange(moveColumn(layout, all, key, 1))}>
              Move right
            </Item>
            <Item icon={MoveHorizontal} keys="Alt+→" stay run={() => arrange(resizeColumn(layout, key, width + STEP))}>
              Wider
            </Item>
            <Item icon={MoveHorizontal} keys="Alt+←" stay run={() => arrange(resizeColumn(layout, key, width - STEP))}>
              Narrower
            </Item>
            <Item icon={EyeOff} disabled={last} run={() => arrange(showColumn(layout, key, false))}>
              Hide
            </Item>
            <Menu.Separator className="my-1 h-px bg-line" />
            <Item icon={Copy} run={() => column && onCopyName(columnName(column))}>
              Copy the name
            </Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

type ItemProps = { icon: LucideIcon; run: () => void; disabled?: boolean; on?: boolean; keys?: string; /** open for the next press */ stay?: boolean; children: string | string[] };

function Item({ icon: Icon, run, disabled, on, keys, stay, children }: ItemProps) {
  return (
    <Menu.Item className={ITEM} disabled={disabled} closeOnClick={!stay} onClick={run}>
      <Icon size={14} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-2" />
      <span>{children}</span>
      <span className="ml-auto flex items-center pl-4">
        {on && <span className="text-12 text-accent">on</span>}
        {keys && <Keys keys={keys} />}
      </span>
    </Menu.Item>
  );
}
