import { Dialog } from "@base-ui/react/dialog";
import { Check, Download, FileDown } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { ExportFile, UserChoice, UserFormat } from "@/api/contract";
import { useExportParts } from "@/api/data";
import { toProblem } from "@/api/problem";
import { useUserExport } from "@/api/users";
import { Button, IconButton } from "@/components/button";
import { CopyIcon } from "@/components/copy";
import { saveFile } from "@/components/download";
import { bytes, duration, formatCount, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";

const FORMATS: { id: UserFormat; title: string; note: string }[] = [
  { id: "csv", title: "CSV", note: "The raw rows, for spreadsheets. A text that a spreadsheet would run as a formula gets an apostrophe before it." },
  { id: "json", title: "JSON", note: "The raw rows as one array of objects." },
  { id: "ndjson", title: "JSON, one object a line", note: "The raw rows for programs that read as they go." },
  { id: "insert", title: "INSERT statements", note: "For the table that Get user by ID reads, in the words of this database." },
  { id: "scim", title: "SCIM users", note: "As the provider gets them, with their entitlements." },
];

type Props = { open: boolean; application: string; choice: UserChoice; users: number; /** columns that are left out */ secret: string[]; onClose: () => void };

/** Takes all users of the list to a file, with its search, its filters and its order. */
export function ExportDialog({ open, onClose, ...rest }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup className="layer fixed top-[14vh] left-1/2 z-50 flex max-h-[76vh] w-130 max-w-[92vw] -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line-2 bg-surface-1 text-13 shadow-layer outline-none">
          {open && <Content {...rest} onClose={onClose} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ application, choice, users, secret, onClose }: Omit<Props, "open">) {
  const [format, setFormat] = useState<UserFormat>("csv");
  const work = useUserExport(application, choice);
  const narrowed = choice.search !== "" || choice.filters.length > 0;
  return (
    <>
      <div className="flex flex-col gap-3 overflow-y-auto p-4">
        <Dialog.Title className="text-15 font-semibold">Export {plural(users, "user")}</Dialog.Title>
        <Dialog.Description className="text-text-2">
          {narrowed ? "Those that the search and the filters leave" : "All of them"}, of the application {application}
          {choice.sort.length > 0 && ", in the order of the list"}.{secret.length > 0 && ` Left out, because secret: ${secret.join(", ")}.`}
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
            <progress aria-label="Users exported" max={users} value={Math.min(users, work.progress?.rows ?? 0)} className="h-1.5 w-full accent-accent" />
            <p className="text-12 text-text-2">
              {formatCount(work.progress?.rows ?? 0)} of {formatCount(users)} users, {bytes(work.progress?.bytes ?? 0)}
            </p>
          </div>
        )}
        {work.problem && <ProblemCard problem={work.problem} />}
        {work.done && (
          <div role="status" className="flex flex-col gap-2 rounded-lg border border-line p-3">
            <p className="num flex items-center gap-2 font-medium">
              <Check size={15} strokeWidth={2} aria-hidden className="text-ok" />
              {plural(work.done.rows, "user")}, {bytes(work.done.file.bytes)}, in {duration(work.done.durationUs)}
            </p>
            <FileLine file={work.done.file} />
          </div>
        )}
      </div>
      <footer className="flex items-center gap-2 border-t border-line p-3">
        {work.running ? (
          <Button onClick={work.cancel}>Cancel</Button>
        ) : (
          !work.done && (
            <Button kind="primary" icon={FileDown} onClick={() => work.start(format)}>
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

/** Where the file is, and the ways to have it. */
function FileLine({ file }: { file: ExportFile }) {
  const parts = useExportParts();
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
        <span className="mono block truncate text-12">{file.name}</span>
        <span className="selectable mono block truncate text-11 text-text-3" title={file.path}>
          {file.path}
        </span>
      </span>
      <CopyIcon text={file.path} label={`Copy the path of ${file.name}`} />
      <IconButton icon={Download} label={`Download ${file.name}`} disabled={busy} onClick={download} />
    </div>
  );
}
