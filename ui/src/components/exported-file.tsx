import { Download, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ExportFile } from "@/api/contract";
import { useExports, useRemoveExport } from "@/api/exports";
import { IconButton } from "./button";
import { CopyIcon } from "./copy";
import { useSave } from "./files";
import { bytes, plural } from "./format";
import { ProblemCard } from "./problem";
import { RelativeTime } from "./relative-time";

/** Where a file is, and the ways to have it. */
export function ExportedFile({ file }: { file: ExportFile }) {
  const save = useSave();
  const remove = useRemoveExport();
  const [busy, setBusy] = useState(false);
  const take = () => {
    setBusy(true);
    void save({ name: file.name, mime: "application/octet-stream", content: { exported: file.name } }).finally(() => setBusy(false));
  };
  return (
    <div className="flex flex-wrap items-center gap-1">
      <span className="min-w-0 flex-1">
        <span className="mono block truncate text-12" title={file.name}>
          {file.name}
        </span>
        <span className="selectable mono block truncate text-11 text-text-3" title={file.path}>
          {file.path}
        </span>
      </span>
      <CopyIcon text={file.path} label={`Copy the path of ${file.name}`} />
      <IconButton icon={Download} label={`Save ${file.name}`} disabled={busy} onClick={take} />
      <IconButton icon={Trash2} label={`Remove ${file.name} from the folder of exports`} disabled={remove.isPending} onClick={() => remove.mutate(file.name)} />
      {remove.error && <ProblemCard problem={remove.error} className="w-full" />}
    </div>
  );
}

/** Files of earlier exports: they hold people's data and stay until somebody removes them. */
export function EarlierExports({ except }: { except: string | undefined }) {
  const exports = useExports(true);
  const files = (exports.data ?? []).filter(({ name }) => name !== except);
  if (exports.error) return <ProblemCard problem={exports.error} onRetry={() => void exports.refetch()} />;
  if (files.length === 0) return null;
  return (
    <details className="group">
      <summary className="num min-h-6 text-12 text-text-2 hover:text-text">{plural(files.length, "earlier export")} in the data folder</summary>
      <ul className="mt-1 flex flex-col gap-1.5 pl-2">
        {files.map((file) => (
          <li key={file.name}>
            <ExportedFile file={file} />
            <span className="num text-11 text-text-3">
              {bytes(file.bytes)}, <RelativeTime at={file.at} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
