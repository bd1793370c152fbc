import { Check, ChevronRight, FileDown, Stethoscope } from "lucide-react";
import { useState } from "react";
import type { PreviewedFile, SupportPart } from "@/api/contract";
import { useCollectSupport, useSaveSupport } from "@/api/portable";
import { Button } from "@/components/button";
import { EarlierExports, ExportedFile } from "@/components/exported-file";
import { bytes, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";

const PART: Record<SupportPart, { title: string; says: string }> = {
  about: { title: "Versions and machine", says: "Version of Sluice, operating system, memory, kinds of databases." },
  configuration: { title: "Configuration", says: "With statements and columns. Hosts, addresses, users, paths and properties are covered; comments stay." },
  checks: { title: "Findings of the checks", says: "What each application’s mappings lack, compared with its database just now." },
  failures: { title: "The last requests that failed", says: "At most 20: statements, steps, codes and the shape of bodies. Every value is covered." },
  state: { title: "State", says: "What the endpoint and the record are doing." },
  log: { title: "Log", says: "The last lines of the program’s own log. What stands in quotes is covered." },
};

/** What somebody who helps needs to see: collected, shown whole, then saved. */
export function SupportSection() {
  const collecting = useCollectSupport();
  const save = useSaveSupport();
  const [left, setLeft] = useState<SupportPart[]>([]);
  const { preview, progress } = collecting;
  const there = preview?.parts.filter(({ files }) => files.length > 0) ?? [];
  const wanted = there.map(({ part }) => part).filter((part) => !left.includes(part));
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        {collecting.running ? (
          <>
            <div role="status" className="num flex items-center gap-2 text-12">
              <progress aria-label="Parts collected" max={progress?.total ?? 1} value={progress?.done ?? 0} className="h-1.5 w-40 accent-accent" />
              {progress ? `${PART[progress.part].title}, ${progress.done + 1} of ${progress.total}` : "Beginning"}
            </div>
            <Button onClick={collecting.cancel}>Cancel</Button>
          </>
        ) : (
          <Button
            kind={preview ? "plain" : "primary"}
            icon={Stethoscope}
            onClick={() => {
              save.reset();
              collecting.start();
            }}
          >
            {preview ? "Collect anew" : "Collect"}
          </Button>
        )}
        {!preview && !collecting.running && <span className="text-text-2">Nothing is written before you have seen it. The databases are asked for the checks; nothing in them changes.</span>}
      </div>
      {collecting.problem && <ProblemCard problem={collecting.problem} />}
      {preview && (
        <ul aria-label="Parts of the support bundle" className="flex flex-col gap-2">
          {preview.parts.map(({ part, files, problem }) => (
            <li key={part} className="rounded-lg border border-line bg-surface-1 px-3 py-2">
              <label className="flex items-start gap-2.5">
                <input
                  type="checkbox"
                  aria-label={PART[part].title}
                  checked={files.length > 0 && !left.includes(part)}
                  disabled={files.length === 0}
                  onChange={(event) => {
                    save.reset();
                    setLeft((now) => (event.target.checked ? now.filter((other) => other !== part) : [...now, part]));
                  }}
                  className="mt-1 accent-accent"
                />
                <span>
                  <span className="font-medium">{PART[part].title}</span>
                  <span className="block text-12 text-text-2">{PART[part].says}</span>
                </span>
              </label>
              {problem && <ProblemCard problem={problem} className="mt-2" />}
              {files.map((file) => (
                <Shown key={file.name} file={file} />
              ))}
            </li>
          ))}
        </ul>
      )}
      {save.error && <ProblemCard problem={save.error} />}
      {preview && (
        <footer className="flex flex-wrap items-center gap-3">
          <Button kind="primary" icon={FileDown} disabled={wanted.length === 0 || save.isPending} title={wanted.length === 0 ? "Every part is left out" : undefined} onClick={() => save.mutate({ id: preview.id, parts: wanted })}>
            {save.isPending ? "Making the bundle" : `Make the bundle of ${plural(wanted.length, "part")}`}
          </Button>
          <span className="text-12 text-text-2">Its bytes are searched for every secret that Sluice knows; where one is found, nothing is written.</span>
        </footer>
      )}
      {save.data && (
        <div role="status" className="flex flex-col gap-2 rounded-lg border border-line bg-surface-1 p-3">
          <p className="flex items-center gap-2 font-medium">
            <Check size={15} strokeWidth={2} aria-hidden className="text-ok" />
            The bundle is made, and no known secret stands in it.
          </p>
          <ExportedFile file={save.data} />
        </div>
      )}
      <EarlierExports except={save.data?.name} />
    </>
  );
}

function Shown({ file }: { file: PreviewedFile }) {
  return (
    <details className="group mt-1 ml-6">
      <summary className="num flex min-h-6 list-none items-center gap-1.5 text-12 text-text-2 hover:text-text">
        <ChevronRight size={13} aria-hidden className="transition-transform duration-100 group-open:rotate-90" />
        <span className="mono">{file.name}</span> {bytes(file.bytes)}
      </summary>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label={file.name} className="selectable mono mt-1 max-h-90 overflow-auto rounded-md border border-line bg-surface-2 p-2 text-12 -outline-offset-2">
        {file.text}
      </pre>
      {file.cut && <p className="text-12 text-warn">Only the beginning is shown; the file is written whole.</p>}
    </details>
  );
}
