import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import { formatCount } from "./format";

export type Tab = { id: string; title: string; count?: number; content: ReactNode };

/** Tabs of a detail pane. Only the open one is in the page. The panel is `relative`, else what is only spoken would stretch the page below it. */
export function Tabs({ label, tabs, value, onChange }: { label: string; tabs: Tab[]; value: string; onChange: (id: string) => void }) {
  const open = tabs.some((tab) => tab.id === value) ? value : tabs[0]?.id;
  return (
    <Base.Root value={open} onValueChange={(next) => onChange(String(next))} className="flex min-h-0 flex-1 flex-col">
      <Base.List aria-label={label} className="relative flex h-9 shrink-0 items-stretch gap-0.5 overflow-x-auto border-b border-line px-2">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.id}
            value={tab.id}
            className="flex items-center gap-1 rounded-sm px-2.5 text-13 font-medium whitespace-nowrap text-text-2 -outline-offset-2 hover:text-text data-active:text-text"
          >
            {tab.title}
            {tab.count !== undefined && <span className="num font-normal text-text-3">{formatCount(tab.count)}</span>}
          </Base.Tab>
        ))}
        <Base.Indicator className="absolute bottom-0 left-0 h-0.5 w-[var(--active-tab-width)] translate-x-[var(--active-tab-left)] bg-accent transition-[translate,width] duration-120" />
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.id} value={tab.id} className="relative min-h-0 flex-1 overflow-auto -outline-offset-2">
          {tab.id === open && tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
