import { Dialog } from "@base-ui/react/dialog";
import { Check, FileDown } from "lucide-react";
import { useState } from "react";
import type { DocumentFormat, RowQuery } from "@/api/contract";
import { useExport } from "@/api/data";
import { Button } from "@/components/button";
import { EarlierExports, ExportedFile } from "@/components/exported-file";
import { bytes, duration, formatCount, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";

const FORMATS: { id: DocumentFormat; title: string; note: string }[] = [
  { id: "csv", title: "CSV", note: "For spreadsheets. A text that a spreadsheet would run as a formula gets an apostrophe before it." },
  { id: "json", title: "JSON", note: "One array of objects. Large numbers and decimals are texts, so that they stay exact." },
  { id: "ndjson", title: "JSON, one object a line", note: "For programs that read as they go." },
  { id: "insert", title: "INSERT statements", note: "In the words of this database." },
];

type Props = { open: boolean; connection: string; table: string; query: RowQuery; /** rows as far as known */ rows: number | null; secret: string[]; onClose: () => void };

/** Takes all rows of the grid to a file, with its filters and its order. */
export function ExportDialog({ open, onClose, ...rest }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup className="layer fixed top-[14vh] left-1/2 z-50 flex max-h-[76vh] w-130 max-w-[92vw] -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line-2 bg-surface-1 text-13 shadow-layer outline-none">
          {open && <Content {...rest} onClose={onClose} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ connection, table, query, rows, secret, onClose }: Omit<Props, "open">) {
  const [format, setFormat] = useState<DocumentFormat>("csv");
  const work = useExport(connection, query);
  const conditions = query.conditions.length;
  const progress = work.progress;
  return (
    <>
      <div className="flex flex-col gap-3 overflow-y-auto p-4">
        <Dialog.Title className="text-15 font-semibold">Export the rows of {table}</Dialog.Title>
        <Dialog.Description className="text-text-2">
          {rows === null ? "All rows" : plural(rows, "row")}
          {conditions > 0 && ` under ${plural(conditions, "filter")}`}, from {connection}
          {query.sort.length > 0 && ", in the order of the grid"}.{secret.length > 0 && ` Left out, because secret: ${secret.join(", ")}.`}
        </Dialog.Description>
        {!work.done && (
          <fieldset disabled={work.running} className="flex flex-col gap-1">
            <legend className="sr-only">Format</legend>
            {FORMATS.map(({ id, title, note }) => (
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
            <progress aria-label="Rows exported" max={rows ?? undefined} value={rows === null ? undefined : Math.min(rows, progress?.rows ?? 0)} className="h-1.5 w-full accent-accent" />
            <p className="text-12 text-text-2">
              {formatCount(progress?.rows ?? 0)}
              {rows !== null && ` of ${formatCount(rows)}`} rows, {bytes(progress?.bytes ?? 0)}
            </p>
          </div>
        )}
        {work.problem && <ProblemCard problem={work.problem} />}
        {work.done && (
          <div role="status" className="flex flex-col gap-2 rounded-lg border border-line p-3">
            <p className="num flex items-center gap-2 font-medium">
              <Check size={15} strokeWidth={2} aria-hidden className="text-ok" />
              {plural(work.done.rows, "row")}, {bytes(work.done.file.bytes)}, in {duration(work.done.durationUs)}
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
          <Button kind="primary" icon={FileDown} onClick={() => work.start(format)}>
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
