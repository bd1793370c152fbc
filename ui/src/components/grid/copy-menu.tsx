import { Menu } from "@base-ui/react/menu";
import { ChevronDown, Copy } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { copyText } from "../clipboard";
import { plural } from "../format";
import { tellProblem } from "../problem-toast";
import { LAYER } from "./column-menu";

/** A way to copy rows: its name, and the text of the rows. `leftOut` names columns that are not in it. */
export type CopyForm = { id: string; title: string; text: () => Promise<{ text: string; leftOut?: string[] }> };

/** Copies rows in one of the forms that the screen offers, and says how many and what is not in them. */
export async function copyRows(form: CopyForm, count: number): Promise<void> {
  try {
    const { text, leftOut = [] } = await form.text();
    await copyText(text);
    toast.success(`${plural(count, "row")} copied as ${form.title}`, leftOut.length > 0 ? { description: `Left out, because secret: ${leftOut.join(", ")}` } : undefined);
  } catch (cause) {
    tellProblem(`${plural(count, "row")} not copied`, cause);
  }
}

/** The forms in which the selected rows can be copied. */
export function CopyMenu({ count, forms }: { count: number; forms: CopyForm[] }) {
  const [busy, setBusy] = useState(false);
  const run = (form: CopyForm) => {
    setBusy(true);
    void copyRows(form, count).finally(() => setBusy(false));
  };
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger disabled={busy} className="inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md border border-line-2 bg-surface-1 px-2 text-13 font-medium hover:bg-surface-2 disabled:opacity-50">
        <Copy size={14} strokeWidth={1.75} aria-hidden />
        Copy {plural(count, "row")}
        <ChevronDown size={13} aria-hidden className="text-text-3" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} className="z-50">
          <Menu.Popup className={LAYER}>
            {forms.map((form) => (
              <Menu.Item key={form.id} onClick={() => run(form)} className="flex min-h-7 items-center rounded-md px-2 outline-none data-highlighted:bg-surface-2">
                as {form.title}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
