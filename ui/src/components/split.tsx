import type { ReactNode } from "react";
import { Group, Panel, Separator, useDefaultLayout } from "react-resizable-panels";
import { remember, remembered } from "@/state/remembered";

/** The library puts a name of its own before ours. */
const nameOf = (key: string) => key.replace(/^react-resizable-panels:/, "");
const KEPT = {
  getItem: (key: string) => remembered<string>(nameOf(key)) ?? null,
  setItem: (key: string, layout: string) => remember(nameOf(key), layout),
};

/** List and detail side by side. Every split drags, and is remembered under its name. */
export function Split({ name, list, detail, detailLabel, listPart = 53, listMin = 320 }: { name: string; list: ReactNode; detail: ReactNode | null; detailLabel: string; /** per cent, before anybody drags */ listPart?: number; /** pixels */ listMin?: number }) {
  const open = detail !== null;
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({
    id: `split.${name}`,
    panelIds: open ? ["list", "detail"] : ["list"],
    storage: KEPT,
  });
  return (
    <Group orientation="horizontal" defaultLayout={defaultLayout} onLayoutChanged={onLayoutChanged} className="h-full">
      <Panel id="list" minSize={listMin} defaultSize={open ? `${listPart}%` : "100%"} className="h-full bg-surface-1">
        {list}
      </Panel>
      {open && (
        <>
          <Separator className="relative w-px bg-line outline-none after:absolute after:inset-y-0 after:-inset-x-1 after:z-10 hover:bg-line-3 focus-visible:bg-accent data-[separator=active]:bg-accent" />
          <Panel id="detail" minSize={340} defaultSize={`${100 - listPart}%`} className="h-full bg-surface-1">
            <section aria-label={detailLabel} className="flex h-full min-w-0 flex-col">
              {detail}
            </section>
          </Panel>
        </>
      )}
    </Group>
  );
}

/** A form above what comes of it. The edge between them drags, and is remembered under its name. */
export function Stack({ name, top, bottom, topPart = 46 }: { name: string; top: ReactNode; bottom: ReactNode; /** per cent, before anybody drags */ topPart?: number }) {
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({ id: `split.${name}`, panelIds: ["top", "bottom"], storage: KEPT });
  return (
    <Group orientation="vertical" defaultLayout={defaultLayout} onLayoutChanged={onLayoutChanged} className="min-h-0 flex-1">
      <Panel id="top" minSize={96} defaultSize={`${topPart}%`} className="flex min-h-0 flex-col">
        {top}
      </Panel>
      <Separator className="relative h-px bg-line outline-none after:absolute after:inset-x-0 after:-inset-y-1 after:z-10 hover:bg-line-3 focus-visible:bg-accent data-[separator=active]:bg-accent" />
      <Panel id="bottom" minSize={120} defaultSize={`${100 - topPart}%`} className="flex min-h-0 flex-col">
        {bottom}
      </Panel>
    </Group>
  );
}
