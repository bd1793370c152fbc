import { Dialog } from "@base-ui/react/dialog";
import { Check, FileDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Exporting } from "@/api/exports";
import { Button } from "./button";
import { EarlierExports, ExportedFile } from "./exported-file";
import { bytes, duration, formatCount, plural } from "./format";
import { ProblemCard } from "./problem";

export type ExportFormat<F> = { id: F; title: string; note: string };

type Props<F> = {
  title: string;
  /** what is exported of what, in which order */
  children: ReactNode;
  formats: ExportFormat<F>[];
  work: Exporting<F>;
  /** what is counted: "row" */
  noun: string;
  /** how many there are, as far as that is known */
  total: number | null;
  /** columns that are left out */
  secret: string[];
  onClose: () => void;
};

/** Frames an export. What stands in it is made anew each time it opens. */
export function ExportFrame({ open, onClose, children }: { open: boolean; onClose: () => void; children: ReactNode }) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup className="layer fixed top-[14vh] left-1/2 z-50 flex max-h-[76vh] w-130 max-w-[92vw] -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line-2 bg-surface-1 text-13 shadow-layer outline-none">
          {open && children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The choice of a format, how far the export is, and the file it left. */
export function ExportSteps<F extends string>({ title, children, formats, work, noun, total, secret, onClose }: Props<F>) {
  const [format, setFormat] = useState(formats[0]?.id);
  const { progress } = work;
  return (
    <>
      <div className="flex flex-col gap-3 overflow-y-auto p-4">
        <Dialog.Title className="text-15 font-semibold">{title}</Dialog.Title>
        <Dialog.Description className="text-text-2">
          {children}
          {secret.length > 0 && ` Left out, because secret: ${secret.join(", ")}.`}
        </Dialog.Description>
        {!work.done && (
          <fieldset disabled={work.running} className="flex flex-col gap-1">
            <legend className="sr-only">Format</legend>
            {formats.map(({ id, title, note }) => (
              <label key={id} className="flex items-start gap-2.5 rounded-md px-2 py-1.5 hover:bg-surface-2 has-checked:bg-accent-soft">
                <input type="radio" name="format" aria-label={title} value={id} checked={format === id} onChange={() => setFormat(id)} className="mt-1 accent-accent" />
                <span>
                  <span className="font-medium">{title}</span>
                  <span className="block text-12 text-text-2">{note}</span>
                </span>
              </label>
            ))}
          </fieldset>
        )}
        {work.running && (
          <div role="status" className="num flex flex-col gap-1.5">
            <progress aria-label={`${noun.charAt(0).toUpperCase()}${noun.slice(1)}s exported`} max={total ?? undefined} value={total === null ? undefined : Math.min(total, progress?.rows ?? 0)} className="h-1.5 w-full accent-accent" />
            <p className="text-12 text-text-2">
              {formatCount(progress?.rows ?? 0)}
              {total !== null && ` of ${formatCount(total)}`} {noun}s, {bytes(progress?.bytes ?? 0)}
            </p>
          </div>
        )}
        {work.problem && <ProblemCard problem={work.problem} />}
        {work.done && (
          <div role="status" className="flex flex-col gap-2 rounded-lg border border-line p-3">
            <p className="num flex items-center gap-2 font-medium">
              <Check size={15} strokeWidth={2} aria-hidden className="text-ok" />
              {plural(work.done.rows, noun)}, {bytes(work.done.file.bytes)}, in {duration(work.done.durationUs)}
            </p>
            <ExportedFile file={work.done.file} />
          </div>
        )}
        <EarlierExports except={work.done?.file.name} />
      </div>
      <footer className="flex items-center gap-2 border-t border-line p-3">
        {work.running ? (
          <Button onClick={work.cancel}>Cancel</Button>
        ) : work.done ? (
          <Button onClick={work.again}>Export again</Button>
        ) : (
          <Button kind="primary" icon={FileDown} onClick={() => format && work.start(format)}>
            Export
          </Button>
        )}
        <Button kind="quiet" onClick={onClose} className="ml-auto">
          {work.running ? "Close and cancel" : "Close"}
        </Button>
      </footer>
    </>
  );
}
