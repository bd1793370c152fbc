import { Redo2, Undo2 } from "lucide-react";
import { useState } from "react";
import type { Act, MappingName, Operation, PastVersion, Touched } from "@/api/contract";
import { useHistory, useRedo, useRestore, useUndo, useVersion } from "@/api/operations";
import { Button } from "@/components/button";
import { cx } from "@/components/cx";
import { TextDiff } from "@/components/editor/editor";
import { OPERATIONS } from "@/components/operations";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { SkeletonLines } from "@/components/skeleton";
import { Refused } from "@/components/save";
import { toldInUse } from "@/components/undo";

const ACT: Record<Act, string> = { first: "As it was found", saved: "Saved", undone: "Undone", redone: "Done again", restored: "Brought back", imported: "Imported from a file", promoted: "Promoted from another", outside: "Changed outside of Sluice" };

const touchedWords = (touched: Touched[]): string =>
  touched.map(({ application, operation }) => (operation ? `${OPERATIONS[operation]} of ${application}` : application ? `columns and values of ${application}` : "endpoint, connections or recording")).join(", ") || "comments only";

type Props = { application: string; operation: Operation | null; dirty: boolean; guarded: (what: string, run: () => void) => void };

/** Every version that touched this, what was different, and the way back. */
export function HistoryTab({ application, operation, dirty, guarded }: Props) {
  const [whole, setWhole] = useState(false);
  const only: Touched = { application, operation };
  const history = useHistory(whole ? {} : { only });
  const [chosen, setChosen] = useState<number | null>(null);
  const mapping: MappingName | undefined = operation && !whole ? { application, operation } : undefined;
  const versions = history.data?.versions ?? [];
  const shown = versions.find(({ version }) => version === chosen) ?? versions[0];
  const [undo, redo] = [useUndo("The last change is undone", { shown: true }), useRedo()];
  const problem = undo.error ?? redo.error;
  return (
    <div className="flex flex-col gap-3 p-3">
      <div className="flex flex-wrap items-center gap-2">
        <Button icon={Undo2} disabled={history.data?.undo == null || undo.isPending} title={history.data?.undo == null ? "There is no previous version" : `Brings version ${history.data.undo} of the configuration back`} onClick={() => guarded("Undo the last change", () => undo.mutate())}>
          Undo the last change
        </Button>
        <Button icon={Redo2} disabled={history.data?.redo == null || redo.isPending} title={history.data?.redo == null ? "Nothing was undone" : `Brings version ${history.data.redo} back`} onClick={() => guarded("Redo the change", () => redo.mutate(undefined, { onSuccess: (inUse) => toldInUse("The change is done again", inUse) }))}>
          Redo
        </Button>
        <label className="ml-auto flex items-center gap-2 text-text-2">
          <input type="checkbox" checked={whole} onChange={(event) => setWhole(event.target.checked)} />
          The whole configuration
        </label>
      </div>
      {problem && <Refused problem={problem} />}
      {dirty && <p className="text-12 text-warn">What you changed here is not saved; it stays as it is when a version is brought back.</p>}
      {history.error && <ProblemCard problem={history.error} onRetry={() => void history.refetch()} />}
      {!history.data && !history.error && <SkeletonLines />}
      {history.data && versions.length === 0 && <p className="text-text-2">Nothing of it was changed since the history began.</p>}
      {versions.length > 0 && (
        <ul aria-label="Versions" className="max-h-56 overflow-y-auto rounded-lg border border-line">
          {versions.map((version) => (
            <li key={version.version} className="border-b border-line last:border-b-0">
              <button
                type="button"
                aria-current={shown?.version === version.version || undefined}
                onClick={() => setChosen(version.version)}
                className={cx("flex w-full min-h-8 items-center gap-3 px-3 text-left -outline-offset-2", shown?.version === version.version ? "bg-accent-soft" : "hover:bg-surface-2")}
              >
                <span className="num mono w-8 shrink-0 text-right text-12 text-text-3">{version.version}</span>
                <span className="shrink-0 font-medium">
                  {ACT[version.act]}
                  {version.state !== version.version && ` (as version ${version.state})`}
                </span>
                <span className="min-w-0 truncate text-text-2">{version.act === "first" ? "" : touchedWords(version.touched)}</span>
                <span className="ml-auto shrink-0 text-12 text-text-2">
                  {version.who}, <RelativeTime at={version.at} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {shown && <Shown key={`${shown.version}/${whole}`} version={shown} newest={history.data?.versions[0]?.version === shown.version} mapping={mapping} guarded={guarded} />}
    </div>
  );
}

function Shown({ version, newest, mapping, guarded }: { version: PastVersion; newest: boolean; mapping: MappingName | undefined; guarded: Props["guarded"] }) {
  const [against, setAgainst] = useState<"before" | "now">("before");
  const texts = useVersion(version.version, mapping);
  const restore = useRestore();
  if (texts.error) return <ProblemCard problem={texts.error} onRetry={() => void texts.refetch()} />;
  if (!texts.data || texts.data.version.version !== version.version) return <SkeletonLines />;
  const { before, after, now } = texts.data;
  const what = mapping ? OPERATIONS[mapping.operation] : "the whole configuration";
  const left = against === "before" ? before : after;
  const right = against === "before" ? after : now;
  const labels: [string, string] = against === "before" ? ["Before", `Version ${version.version}`] : [`Version ${version.version}`, "In use now"];
  return (
    <section aria-label={`Version ${version.version}`} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="font-semibold">Version {version.version}</h3>
        <div role="group" aria-label="Compared with" className="flex gap-1">
          <Button kind={against === "before" ? "plain" : "quiet"} aria-pressed={against === "before"} onClick={() => setAgainst("before")}>
            With the previous one
          </Button>
          <Button kind={against === "now" ? "plain" : "quiet"} aria-pressed={against === "now"} onClick={() => setAgainst("now")}>
            With what is in use
          </Button>
        </div>
        <Button
          className="ml-auto"
          disabled={restore.isPending || after === now}
          title={after === now ? "This is what is in use" : undefined}
          onClick={() => guarded(`Bring ${what} back as in version ${version.version}`, () => restore.mutate({ version: version.version, ...(mapping ? { mapping } : {}) }, { onSuccess: (inUse) => toldInUse(`${what} is as in version ${version.version}`, inUse) }))}
        >
          Bring {mapping ? "this mapping" : "all of it"} back
        </Button>
      </div>
      {restore.error && <Refused problem={restore.error} />}
      {left === right ? (
        <p className="rounded-lg border border-line px-3 py-2 text-text-2">{newest || against === "now" ? "It is the same as what is in use." : "Nothing of it is different from the previous version."}</p>
      ) : (
        <TextDiff before={left} after={right} beforeLabel={labels[0]} afterLabel={labels[1]} className="max-h-120" />
      )}
    </section>
  );
}
