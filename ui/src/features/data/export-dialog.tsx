import { Dialog } from "@base-ui/react/dialog";
import { Check, Download, FileDown, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { DocumentFormat, ExportFile, RowQuery } from "@/api/contract";
import { useExport, useExportParts, useExports, useRemoveExport } from "@/api/data";
import { toProblem } from "@/api/problem";
import { Button, IconButton } from "@/components/button";
import { CopyIcon } from "@/components/copy";
import { saveFile } from "@/components/download";
import { bytes, duration, formatCount, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";

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
            <FileLine file={work.done.file} />
          </div>
        )}
        <Earlier except={work.done?.file.name} />
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

/** Where a file is, and the ways to have it. */
function FileLine({ file }: { file: ExportFile }) {
  const parts = useExportParts();
  const remove = useRemoveExport();
  const [busy, setBusy] = useState(false);
  const download = () => {
    setBusy(true);
    parts(file.name)
      .then((found) => saveFile(file.name, "application/octet-stream", found))
      .catch((cause: unknown) => toast.error(toProblem(cause).message))
      .finally(() => setBusy(false));
  };
  return (
    <div className="flex items-center gap-1">
      <span className="min-w-0 flex-1">
        <span className="mono block truncate text-12" title={file.name}>
          {file.name}
        </span>
        <span className="selectable mono block truncate text-11 text-text-3" title={file.path}>
          {file.path}
        </span>
      </span>
      <CopyIcon text={file.path} label={`Copy the path of ${file.name}`} />
      <IconButton icon={Download} label={`Download ${file.name}`} disabled={busy} onClick={download} />
      <IconButton icon={Trash2} label={`Remove ${file.name} from the folder of exports`} disabled={remove.isPending} onClick={() => remove.mutate(file.name, { onError: (problem) => toast.error(problem.message) })} />
    </div>
  );
}

/** Files of earlier exports: they hold people's data and stay until somebody removes them. */
function Earlier({ except }: { except: string | undefined }) {
  const files = (useExports(true).data ?? []).filter(({ name }) => name !== except);
  if (files.length === 0) return null;
  return (
    <details className="group">
      <summary className="num min-h-6 text-12 text-text-2 hover:text-text">{plural(files.length, "earlier export")} in the data folder</summary>
      <ul className="mt-1 flex flex-col gap-1.5 pl-2">
        {files.map((file) => (
          <li key={file.name}>
            <FileLine file={file} />
            <span className="num text-11 text-text-3">
              {bytes(file.bytes)}, <RelativeTime at={file.at} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
