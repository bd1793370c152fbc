import type { ImportInput, Source } from "@/api/contract";
import { useHistory } from "@/api/operations";
import { absoluteTime } from "@/components/format";
import { ChooseFile } from "./choose-file";
import { Select } from "./fields";

/** A source as it stands in the address: `in_use`, `v12`, `file`. */
export function sourceOf(id: string | undefined, file: ImportInput | null, usual: string): Source | null {
  const wanted = id ?? usual;
  if (wanted === "file") return file ? { kind: "file", file } : null;
  const version = /^v(\d+)$/.exec(wanted)?.[1];
  return version ? { kind: "version", version: Number(version) } : { kind: "in_use" };
}

type Props = { label: string; value: string; onChange: (value: string) => void; file: ImportInput | null; onFile: (file: ImportInput | null) => void };

/** Which configuration is meant: the one in use, an earlier one, a file. */
export function SourceField({ label, value, onChange, file, onFile }: Props) {
  const history = useHistory({});
  const versions = history.data?.versions ?? [];
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-2 rounded-lg border border-line bg-surface-1 p-3">
      <Select label={label} value={value} onChange={onChange}>
        <option value="in_use">In use</option>
        <option value="file">A file</option>
        {value.startsWith("v") && !versions.some(({ version }) => `v${version}` === value) && <option value={value}>Version {value.slice(1)}</option>}
        {versions.map(({ version, at, who }) => (
          <option key={version} value={`v${version}`}>
            Version {version}, {absoluteTime(at)}, {who}
          </option>
        ))}
      </Select>
      {value === "file" && <ChooseFile label={`${label}: the file`} file={file} onChange={onFile} />}
    </div>
  );
}
