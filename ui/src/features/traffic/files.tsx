import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog } from "@base-ui/react/dialog";
import { Check, FileDown, Loader } from "lucide-react";
import { type ReactNode, useState } from "react";
import { toast } from "sonner";
import { useApi } from "@/api/context";
import { useExportHar, useImportHar, useRemoveImport } from "@/api/har";
import { Button } from "@/components/button";
import { EarlierExports, ExportedFile } from "@/components/exported-file";
import { bytes, formatCount, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { tellProblem } from "@/components/problem-toast";

type Listed = { filter: string; cleared: number | undefined; picked: string[] };
type Props = Listed & { /** the filter that lists what came from the file */ onImported: (filter: string) => void };

/** Exchanges as HAR files, out and in: the ways to ask for it, what shows how far it is, and what it asks. */
export function useTrafficFiles({ onImported, ...listed }: Props): { askExport: () => void; askImport: () => void; progress: ReactNode; dialogs: ReactNode } {
  const [exporting, setExporting] = useState(false);
  const { host } = useApi();
  const work = useImportHar();
  const take = async () => {
    const file = await host.open({ what: "HAR file", extensions: ["har", "json"] }).catch((cause: unknown) => tellProblem("The file was not opened", cause));
    const done = file && (await work.start(file));
    if (!done) return;
    onImported(`file:"${done.file}"`);
    toast.success(`${plural(done.exchanges, "exchange")} opened from ${done.file}`, {
      description: done.refused > 0 ? `${plural(done.refused, "entry", "entries")} could not be read. ${done.reasons.join(" ")}` : "They stand apart from what was recorded here.",
    });
  };
  const progress = (
    <>
      {work.running && (
        <div role="status" className="num flex min-h-9 shrink-0 items-center gap-2 border-b border-line px-3 text-12">
          <Loader size={14} aria-hidden className="shrink-0 text-text-3 motion-safe:animate-spin" />
          <span className="truncate">
            Opening {work.running.file}: {formatCount(work.running.done)} of {formatCount(work.running.total)} exchanges
          </span>
          <progress aria-label="Exchanges opened" max={Math.max(1, work.running.total)} value={work.running.done} className="h-1.5 w-24 accent-accent" />
          <Button kind="quiet" onClick={work.cancel} className="ml-auto h-6 px-1.5 text-12">
            Cancel
          </Button>
        </div>
      )}
      {work.problem && (
        <div className="m-3 flex shrink-0 flex-col items-start gap-2">
          <ProblemCard problem={work.problem} className="w-full" />
          <Button onClick={work.dismiss}>Close</Button>
        </div>
      )}
    </>
  );
  const dialogs = (
      <Dialog.Root open={exporting} onOpenChange={setExporting}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil" />
          <Dialog.Popup className="layer fixed top-[14vh] left-1/2 z-50 flex max-h-[76vh] w-130 max-w-[92vw] -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line-2 bg-surface-1 text-13 shadow-layer outline-none">
            {exporting && <ExportContent {...listed} onClose={() => setExporting(false)} />}
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
  );
  return { askExport: () => setExporting(true), askImport: () => void take(), progress, dialogs };
}

function ExportContent({ filter, cleared, picked, onClose }: Listed & { onClose: () => void }) {
  const work = useExportHar({ filter, cleared, picked });
  const done = work.progress?.done ?? 0;
  const total = work.progress?.total ?? null;
  return (
    <>
      <div className="flex flex-col gap-3 overflow-y-auto p-4">
        <Dialog.Title className="text-15 font-semibold">Export as HAR</Dialog.Title>
        <Dialog.Description className="text-text-2">
          {picked.length > 0 ? (
            `The ${plural(picked.length, "selected exchange")}, with traces, statements and your notes.`
          ) : (
            <>
              Every exchange {filter ? "that the filter " : "recorded here"}
              {filter && <code className="mono rounded-sm bg-surface-2 px-1 text-12 [overflow-wrap:anywhere]">{filter}</code>}
              {filter && " finds"}
              {cleared !== undefined && ", since the view was cleared"}, with traces, statements and your notes.
            </>
          )}{" "}
          Tokens, passwords and secret columns were masked when they were recorded; the file says so. It holds people’s data all the same.
        </Dialog.Description>
        {work.running && (
          <div role="status" className="num flex flex-col gap-1.5">
            <progress aria-label="Exchanges exported" max={total ?? undefined} value={total === null ? undefined : Math.min(total, done)} className="h-1.5 w-full accent-accent" />
            <p className="text-12 text-text-2">
              {formatCount(done)}
              {total !== null && ` of ${formatCount(total)}`} exchanges
            </p>
          </div>
        )}
        {work.problem && <ProblemCard problem={work.problem} />}
        {work.done && (
          <div role="status" className="flex flex-col gap-2 rounded-lg border border-line p-3">
            <p className="num flex items-center gap-2 font-medium">
              <Check size={15} strokeWidth={2} aria-hidden className="text-ok" />
              {plural(work.done.exchanges, "exchange")}, {bytes(work.done.file.bytes)}
            </p>
            <ExportedFile file={work.done.file} />
          </div>
        )}
        <EarlierExports except={work.done?.file.name} />
      </div>
      <footer className="flex items-center gap-2 border-t border-line p-3">
        {work.running ? (
          <Button onClick={work.cancel}>Cancel</Button>
        ) : (
          !work.done && (
            <Button kind="primary" icon={FileDown} onClick={work.start}>
              Export
            </Button>
          )
        )}
        <Button kind="quiet" onClick={onClose} className="ml-auto">
          {work.running ? "Close and cancel" : "Close"}
        </Button>
      </footer>
    </>
  );
}

/** Says that an exchange came from a file, and takes the file away again. */
export function ImportedFrom({ file, onRemoved }: { file: string; onRemoved: () => void }) {
  const remove = useRemoveImport();
  return (
    <div className="flex min-h-9 shrink-0 items-center gap-2 border-t border-line bg-info-soft px-3 text-12">
      <span className="min-w-0 truncate" title={file}>
        From the file {file}, not recorded here
      </span>
      <AlertDialog.Root>
        <AlertDialog.Trigger className="ml-auto inline-flex h-6 shrink-0 items-center rounded-md px-1.5 font-medium hover:bg-surface-2">Remove the file…</AlertDialog.Trigger>
        <AlertDialog.Portal>
          <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-veil" />
          <AlertDialog.Popup className="layer fixed top-[20vh] left-1/2 z-50 w-110 max-w-[92vw] -translate-x-1/2 rounded-xl border border-line-2 bg-surface-1 p-4 text-13 shadow-layer outline-none">
            <AlertDialog.Title className="text-15 font-semibold">Remove what came from {file}?</AlertDialog.Title>
            <AlertDialog.Description className="mt-1 text-text-2">Its exchanges go, with their pins, colours and notes. What this endpoint recorded stays. You can open the file again.</AlertDialog.Description>
            {remove.error && <ProblemCard problem={remove.error} className="mt-3" />}
            <div className="mt-4 flex justify-end gap-2">
              <AlertDialog.Close className="inline-flex h-7 items-center rounded-md border border-line-2 px-2.5 font-medium hover:bg-surface-2">Keep it</AlertDialog.Close>
              <Button kind="danger" disabled={remove.isPending} onClick={() => remove.mutate(file, { onSuccess: onRemoved })}>
                Remove {file}
              </Button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Portal>
      </AlertDialog.Root>
    </div>
  );
}
