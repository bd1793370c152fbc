import { CircleAlert, CircleCheck, CircleMinus, KeyRound, type LucideIcon } from "lucide-react";
import { useState } from "react";
import type { FileForm, FileRemark, ImportInput, Verdict } from "@/api/contract";
import { useUndo } from "@/api/operations";
import { useImportPreview, useTakeFile } from "@/api/portable";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { cx } from "@/components/cx";
import { plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { Refused } from "@/components/save";
import { SkeletonLines } from "@/components/skeleton";
import { toldInUse } from "@/components/undo";
import { Changes } from "@/features/configuration/parts/changes";
import { ChooseFile } from "@/features/configuration/parts/choose-file";
import { TextField, TypedName } from "@/features/configuration/parts/fields";
import { Secrets } from "@/features/configuration/parts/secrets";

const FORM: Record<FileForm, string> = { toml: "a configuration of Sluice", bundle: "a bundle of Sluice", properties: "a properties file of the vendor’s server", header: "a connector header" };
const VERDICT: Record<Verdict, { word: string; icon: LucideIcon; look: string }> = {
  taken: { word: "Taken", icon: CircleCheck, look: "text-ok" },
  same: { word: "As it is anyway", icon: CircleMinus, look: "text-text-3" },
  secret: { word: "Secret, left out", icon: KeyRound, look: "text-warn" },
  left: { word: "Not taken", icon: CircleAlert, look: "text-warn" },
};

/** A configuration into Sluice: chosen or pasted, looked at, taken over. */
export function ImportSection() {
  const [file, setFile] = useState<ImportInput | null>(null);
  const [application, setApplication] = useState("");
  const [typed, setTyped] = useState("");
  const preview = useImportPreview(file && { ...file, ...(application.trim() ? { application: application.trim() } : {}) });
  const take = useTakeFile();
  const undo = useUndo("The configuration before the import is in use again");
  const shown = file ? preview.data : undefined;
  const choose = (next: ImportInput | null) => {
    take.reset();
    setTyped("");
    setFile(next);
  };
  const takeOver = () => {
    if (!file || !shown) return;
    take.mutate(
      { file: { ...file, ...(application.trim() ? { application: application.trim() } : {}) }, before: shown.before, ...(shown.confirm ? { typed } : {}) },
      {
        onSuccess: (inUse) => {
          choose(null);
          toldInUse("The imported configuration is in use", inUse, () => undo.mutate());
        },
      },
    );
  };
  const nothing = shown !== undefined && shown.before === shown.after;
  return (
    <>
      <ChooseFile label="The file to import" file={file} onChange={choose} />
      {!file && <p className="text-text-2">A configuration (TOML), a bundle (ZIP), the vendor’s config-&lt;customer&gt;.properties, or a connector header. Nothing changes before you have seen what would.</p>}
      {file && preview.error && <ProblemCard problem={preview.error} onRetry={() => void preview.refetch()} />}
      {file && !shown && !preview.error && <SkeletonLines />}
      {shown && !preview.error && (
        <>
          <p>
            It is {FORM[shown.form]}. {shown.form === "toml" || shown.form === "bundle" ? "It takes the place of the whole configuration." : "It is laid over the configuration in use; what it does not say stays."}
          </p>
          {shown.form === "header" && <TextField label="For the application" value={application} placeholder="the first one" onChange={setApplication} />}
          {shown.problem && <ProblemCard problem={shown.problem} />}
          <Remarks remarks={shown.remarks} />
          {!shown.problem && <Changes changes={shown.changes} before={{ title: "In use", text: shown.before }} after={{ title: "After the import", text: shown.after }} />}
          <Secrets secrets={shown.secrets.filter(({ set }) => !set)} title="Must be set afterwards" />
          {take.error && <Refused problem={take.error} />}
          <footer className="flex flex-wrap items-center gap-3">
            {shown.confirm && !nothing && <TypedName name={shown.confirm} value={typed} onChange={setTyped} />}
            <Button
              kind="primary"
              disabled={shown.problem !== null || nothing || take.isPending || preview.isPlaceholderData || (shown.confirm !== null && typed !== shown.confirm)}
              title={nothing ? "It changes nothing" : shown.problem ? "It cannot be used as it is" : undefined}
              onClick={takeOver}
            >
              {take.isPending ? "Taking it over" : "Take it over"}
            </Button>
            <Button kind="quiet" onClick={() => choose(null)}>
              Leave it
            </Button>
          </footer>
        </>
      )}
    </>
  );
}

/** What becomes of each thing the file says. */
function Remarks({ remarks }: { remarks: FileRemark[] }) {
  if (remarks.length === 0) return null;
  const taken = remarks.filter(({ verdict }) => verdict === "taken").length;
  return (
    <Card title="What the file says" note={`${plural(taken, "line")} taken of ${remarks.length}`}>
      <ul className="max-h-90 overflow-y-auto">
        {remarks.map(({ line, key, verdict, says, remedy }, index) => {
          const { word, icon: Icon, look } = VERDICT[verdict];
          return (
            <li key={`${index} ${key}`} className="grid grid-cols-[36px_150px_minmax(0,1fr)] items-start gap-2 border-b border-line px-3 py-1.5 last:border-b-0">
              <span className="num mono text-right text-12 text-text-3">{line ?? ""}</span>
              <span className={cx("flex items-center gap-1.5 text-12 font-medium", look)}>
                <Icon size={14} aria-hidden />
                {word}
              </span>
              <span className="min-w-0">
                <span className="selectable mono text-12 [overflow-wrap:anywhere]">{key}</span>
                <span className="block text-12 text-text-2">
                  {says} {remedy}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
