import { Switch } from "@base-ui/react/switch";
import { RotateCcw, Save, X } from "lucide-react";
import type { ConnectionHealth, MappedOperation, Mapping, Mappings, Problem } from "@/api/contract";
import { Button, IconButton } from "@/components/button";
import { cx } from "@/components/cx";
import { Keys } from "@/components/keys";
import { OPERATIONS } from "@/components/operations";
import { Tabs } from "@/components/tabs";
import { HistoryTab } from "./history";
import { MappingTab } from "./mapping";
import { trialParameters } from "./model";
import { Refused } from "@/components/save";
import { SettingsTab } from "./settings";
import { TryTab } from "./try";
import type { Drafts } from "./use-drafts";
import type { useTrials } from "./use-trials";

/** A change that was asked for: on production it is asked about first. */
export type Guarded = (what: string, run: () => void) => void;

type Shared = {
  application: string;
  mappings: Mappings;
  drafts: Drafts;
  saving: boolean;
  refused: Problem | null;
  onSave: () => void;
  guarded: Guarded;
  tab: string;
  onTab: (tab: string) => void;
  onClose: () => void;
};

function SaveButtons({ changed, saving, onSave, onDiscard }: { changed: boolean; saving: boolean; onSave: () => void; onDiscard: () => void }) {
  return (
    <>
      {changed && <IconButton icon={RotateCcw} label="Discard the changes" onClick={onDiscard} />}
      <Button kind={changed ? "primary" : "plain"} icon={Save} disabled={!changed || saving} title={changed ? undefined : "Nothing was changed"} onClick={onSave}>
        {saving ? "Saving" : changed ? "Save" : "Saved"}
        {changed && <Keys keys="mod+s" />}
      </Button>
    </>
  );
}

type Props = Shared & {
  connection: ConnectionHealth | undefined;
  mapped: MappedOperation;
  trials: ReturnType<typeof useTrials>;
  onSettings: () => void;
};

const KINDS: { kind: Mapping["kind"]; word: string }[] = [
  { kind: "sql", word: "SQL statement" },
  { kind: "procedure", word: "Stored procedure" },
];

export function OperationDetail({ application, mappings, connection, mapped, drafts, saving, refused, onSave, guarded, onSettings, trials, tab, onTab, onClose }: Props) {
  const { operation } = mapped;
  const draft = drafts.of(operation);
  const title = OPERATIONS[operation];
  const settings = drafts.settings ?? mappings.settings;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-line px-3 py-1.5">
        <h2 className="min-w-0 shrink-0 font-semibold">{title}</h2>
        <Switch.Root
          checked={draft.enabled}
          onCheckedChange={(enabled) => drafts.change(operation, { ...draft, enabled })}
          aria-label={`${title} is switched on`}
          title={draft.enabled ? "Switched on: requests use it" : "Switched off: a request that needs it fails"}
          className="flex h-5 w-9 shrink-0 items-center rounded-full border border-line-3 bg-surface-3 p-px transition-colors duration-100 data-checked:border-accent data-checked:bg-accent"
        >
          <Switch.Thumb className="size-4 rounded-full border border-line-3 bg-surface-1 transition-transform duration-100 data-checked:translate-x-4 data-checked:border-transparent" />
        </Switch.Root>
        <div role="group" aria-label="Kind" className="flex overflow-hidden rounded-md border border-line-2">
          {KINDS.map(({ kind, word }) => (
            <button
              key={kind}
              type="button"
              aria-pressed={draft.kind === kind}
              onClick={() => drafts.change(operation, { ...draft, kind, rows: kind === "procedure" ? null : draft.rows })}
              className={cx("h-7 px-2.5 font-medium whitespace-nowrap -outline-offset-2 not-first:border-l not-first:border-line-2", draft.kind === kind ? "bg-surface-3 text-text" : "text-text-2 hover:bg-surface-2")}
            >
              {word}
            </button>
          ))}
        </div>
        <span className="ml-auto flex items-center gap-1">
          <SaveButtons changed={drafts.isChanged(operation) || drafts.settingsChanged} saving={saving} onSave={onSave} onDiscard={() => drafts.discard(operation)} />
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </span>
      </header>
      {refused && <Refused problem={refused} className="border-b border-line p-3" />}
      <Tabs
        label="Parts of the operation"
        value={tab}
        onChange={onTab}
        tabs={[
          {
            id: "mapping",
            title: "Mapping",
            content: <MappingTab key={`${application}/${operation}`} application={application} mappings={mappings} mapped={mapped} drafts={drafts} onRun={() => onTab("try")} onSave={onSave} onSettings={onSettings} />,
          },
          {
            id: "try",
            title: "Try it",
            content: (
              <TryTab
                key={`${application}/${operation}`}
                application={application}
                connection={connection}
                operation={operation}
                writes={mapped.writes}
                draft={draft}
                unsaved={drafts.isChanged(operation) || drafts.settingsChanged}
                settings={drafts.settingsChanged ? settings : undefined}
                parameters={trialParameters(draft.parameters, settings)}
                idColumn={settings.userIdColumn}
                trials={trials}
              />
            ),
          },
          { id: "history", title: "History", content: <HistoryTab key={`${application}/${operation}`} application={application} operation={operation} dirty={drafts.isChanged(operation)} guarded={guarded} /> },
        ]}
      />
    </div>
  );
}

/** What the application says of its columns, with its history. */
export function SettingsDetail({ application, mappings, drafts, saving, refused, onSave, guarded, tab, onTab, onClose }: Shared) {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line px-3">
        <h2 className="min-w-0 shrink-0 font-semibold">Columns and values</h2>
        <span className="min-w-0 truncate text-text-2">of {application}, for all of its operations</span>
        <span className="ml-auto flex items-center gap-1">
          <SaveButtons changed={drafts.settingsChanged} saving={saving} onSave={onSave} onDiscard={() => drafts.discard("settings")} />
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </span>
      </header>
      {refused && <Refused problem={refused} className="border-b border-line p-3" />}
      <Tabs
        label="Parts of the application"
        value={tab === "history" ? "history" : "settings"}
        onChange={(next) => onTab(next === "settings" ? "mapping" : next)}
        tabs={[
          { id: "settings", title: "Columns and values", content: <SettingsTab key={application} application={application} mappings={mappings} drafts={drafts} /> },
          { id: "history", title: "History", content: <HistoryTab key={application} application={application} operation={null} dirty={drafts.settingsChanged} guarded={guarded} /> },
        ]}
      />
    </div>
  );
}
