import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { Keys } from "./keys";

type Props = { text: ReactNode; keys?: string; side?: "top" | "bottom" | "left" | "right"; children: ReactElement };

/** Names a control and its shortcut. The control carries its accessible name itself. */
export function Tooltip({ text, keys, side = "bottom", children }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-50">
          <Base.Popup className="layer flex max-w-80 items-center gap-2 rounded-md border border-line-2 bg-surface-1 px-2 py-1 text-12 text-text shadow-layer">
            <span className="[overflow-wrap:anywhere]">{text}</span>
            {keys && <Keys keys={keys} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export const TooltipProvider = Base.Provider;
