import { Menu } from "@base-ui/react/menu";
import { Download, Ellipsis, Eraser, FileInput, type LucideIcon, Undo2 } from "lucide-react";
import { plural } from "@/components/format";
import { Tooltip } from "@/components/tooltip";

type Props = { cleared: boolean; picked: number; onClear: () => void; onUnclear: () => void; onExport: () => void; onImport: () => void };

/** What can be done with the list as a whole. */
export function ListMenu({ cleared, picked, onClear, onUnclear, onExport, onImport }: Props) {
  return (
    <Menu.Root>
      <Tooltip text="More">
        <Menu.Trigger aria-label="More" className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-text-2 hover:bg-surface-2 hover:text-text">
          <Ellipsis size={15} aria-hidden />
        </Menu.Trigger>
      </Tooltip>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} className="z-50">
          <Menu.Popup className="layer min-w-56 rounded-lg border border-line-2 bg-surface-1 p-1 text-13 shadow-layer outline-none">
            <Item icon={Eraser} title="Clear the view" onClick={onClear} />
            {cleared && <Item icon={Undo2} title="Show all again" onClick={onUnclear} />}
            <Menu.Separator className="my-1 h-px bg-line" />
            <Item icon={Download} title={picked > 0 ? `Export ${plural(picked, "selected exchange")} as HAR…` : "Export what is listed as HAR…"} onClick={onExport} />
            <Item icon={FileInput} title="Open a HAR file…" onClick={onImport} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Item({ icon: Icon, title, onClick }: { icon: LucideIcon; title: string; onClick: () => void }) {
  return (
    <Menu.Item onClick={onClick} className="flex min-h-7 items-center gap-2 rounded-md px-2 outline-none data-highlighted:bg-surface-2">
      <Icon size={14} strokeWidth={1.75} aria-hidden className="text-text-2" />
      {title}
    </Menu.Item>
  );
}
