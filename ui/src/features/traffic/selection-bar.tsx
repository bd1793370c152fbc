import { Download, GitCompareArrows, Pin, X } from "lucide-react";
import type { MarkChange } from "@/api/contract";
import { Button, IconButton } from "@/components/button";
import { cx } from "@/components/cx";
import { formatCount } from "@/components/format";
import { Tooltip } from "@/components/tooltip";
import { COLOUR_NAMES, COLOURS } from "./marks";

type Props = { count: number; onCompare: () => void; onExport: () => void; onMark: (change: MarkChange, done: string) => void; onNone: () => void };

/** What can be done with the selected exchanges. */
export function SelectionBar({ count, onCompare, onExport, onMark, onNone }: Props) {
  const them = count === 1 ? "the exchange" : `${formatCount(count)} exchanges`;
  const done = count === 1 ? "Exchange" : `${formatCount(count)} exchanges`;
  return (
    <section aria-label="Selected exchanges" className="flex min-h-10 shrink-0 flex-wrap items-center gap-1.5 border-t border-line bg-surface-0 px-3 py-1.5">
      <span role="status" className="num mr-1 font-medium">
        {formatCount(count)} selected
      </span>
      <Tooltip text={count === 2 ? "Compare the two" : "Select exactly two to compare them"} keys="c">
        {/* Stays reachable, so that its reason can be read. */}
        <Button icon={GitCompareArrows} aria-disabled={count !== 2} onClick={() => count === 2 && onCompare()} className={cx(count !== 2 && "opacity-50")}>
          Compare
        </Button>
      </Tooltip>
      <Button icon={Download} onClick={onExport}>
        Export
      </Button>
      <IconButton icon={Pin} label={`Pin ${them}`} keys="p" onClick={() => onMark({ pinned: true }, `${done} pinned`)} />
      <span role="group" aria-label="Colour of the selected exchanges" className="flex items-center">
        {COLOUR_NAMES.map((name) => (
          <Tooltip key={name} text={COLOURS[name].title} keys={COLOURS[name].key}>
            <button
              type="button"
              aria-label={`${COLOURS[name].title} for ${them}`}
              onClick={() => onMark({ colour: name }, `${done} coloured ${name}`)}
              className="inline-flex size-6 items-center justify-center rounded-sm hover:bg-surface-2"
            >
              <span className={cx("size-3.5 rounded-full", COLOURS[name].dot)} />
            </button>
          </Tooltip>
        ))}
      </span>
      <IconButton icon={X} label="Select none" keys="Esc" onClick={onNone} className="ml-auto" />
    </section>
  );
}
