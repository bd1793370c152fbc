import { useId, useState } from "react";
import type { RecordSettings, RecordSetup, WouldGo } from "@/api/contract";
import { useUndo } from "@/api/operations";
import { useRecordSetup, useRemoval, useSaveRecord, useWouldGo } from "@/api/settings";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { bytes, dayOf, formatCount, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { toldInUse } from "@/components/undo";
import { Confirm } from "./confirm";
import { NumberField } from "./field";
import { SaveBar } from "./save-bar";
import { Choice, Setting } from "./setting";

/** What is recorded, for how long, and what goes by that. */
export function RecordSection() {
  const { data, error, refetch } = useRecordSetup();
  // Above the form, which begins anew once its settings are saved: what came of it is told, and the removal goes on.
  const removal = useRemoval();
  const save = useSaveRecord();
  if (!data) return error ? <ProblemCard problem={error} onRetry={() => void refetch()} /> : <SkeletonLines lines={10} />;
  return <Form key={JSON.stringify(data.settings)} setup={data} removal={removal} save={save} />;
}

function says({ exchanges, bytes: size, oldest, newest, pinned }: WouldGo): string {
  const from = oldest === null || newest === null ? "" : dayOf(oldest) === dayOf(newest) ? `, of ${dayOf(oldest)}` : `, from ${dayOf(oldest)} to ${dayOf(newest)}`;
  const stay = pinned === 0 ? "" : ` ${pinned === 1 ? "One that is pinned stays." : `${formatCount(pinned)} that are pinned stay.`}`;
  return `${plural(exchanges, "exchange")}, about ${bytes(size)}${from}.${stay}`;
}

function Form({ setup, removal, save }: { setup: RecordSetup; removal: ReturnType<typeof useRemoval>; save: ReturnType<typeof useSaveRecord> }) {
  const { settings, usual, excess } = setup;
  const [draft, setDraft] = useState(settings);
  const [going, setGoing] = useState<WouldGo | null>(null);
  const wouldGo = useWouldGo();
  const undo = useUndo("The record’s settings are as they were");
  const id = useId();
  const set = (part: Partial<RecordSettings>) => setDraft((now) => ({ ...now, ...part }));
  const dirty = JSON.stringify(draft) !== JSON.stringify(settings);
  const fields = save.error?.fields ?? {};
  const back = () => undo.mutate();
  const go = (remove: boolean) =>
    save.mutate(
      { was: settings, settings: draft },
      {
        onSuccess: (inUse) => {
          toldInUse("The record’s settings are saved", inUse, back);
          if (remove) removal.start();
        },
        onSettled: () => setGoing(null),
      },
    );
  // Counted before it goes.
  const ask = () => wouldGo.mutate(draft, { onSuccess: (found) => (found.exchanges > 0 ? setGoing(found) : go(false)) });
  const bound = (key: "keepDays" | "keepMb" | "keepExchanges", value: number | null) => set({ [key]: value === 0 ? null : value });
  return (
    <>
      <Card title="What there is">
        <dl className="num grid grid-cols-2 gap-x-6 gap-y-2 px-3 py-3 min-[1100px]:grid-cols-4">
          <Figure title="Exchanges" value={formatCount(setup.exchanges)} note={setup.pinned > 0 ? `${formatCount(setup.pinned)} pinned` : undefined} />
          <Figure title="They take about" value={bytes(setup.bytes)} />
          <Figure title="The file" value={bytes(setup.fileBytes)} note="with free space in it" />
          <Figure title="The oldest" value={setup.oldest === null ? "none yet" : dayOf(setup.oldest)} />
        </dl>
        <p className="selectable mono border-t border-line px-3 py-2 text-11 text-text-3 [overflow-wrap:anywhere]">{setup.path}</p>
      </Card>
      <Card title="How long it is kept" note="Whichever limit is reached first counts. Pinned exchanges stay and are not counted.">
        <Setting label="By age" htmlFor={`${id}-days`} says="Older exchanges are removed." usual="no limit" toml="log.keep_days">
          <NumberField id={`${id}-days`} label="By age" unit="days" placeholder="no limit" value={draft.keepDays} onChange={(value) => bound("keepDays", value)} />
        </Setting>
        <Setting label="By size" htmlFor={`${id}-mb`} says="The oldest are removed when all of them take more." usual="no limit" toml="log.keep_mb">
          <NumberField id={`${id}-mb`} label="By size" unit="MiB" placeholder="no limit" value={draft.keepMb} onChange={(value) => bound("keepMb", value)} />
        </Setting>
        <Setting label="By number" htmlFor={`${id}-count`} says="The oldest are removed when there are more." usual="no limit" toml="log.keep_exchanges">
          <NumberField id={`${id}-count`} label="By number" unit="exchanges" placeholder="no limit" value={draft.keepExchanges} onChange={(value) => bound("keepExchanges", value)} />
        </Setting>
        {(excess.exchanges > 0 || removal.running || removal.removed !== null || removal.problem) && (
          <div className="flex flex-wrap items-center gap-3 px-3 py-2.5">
            {removal.running ? (
              <>
                <progress aria-label="Removing exchanges" className="h-1.5 w-48" max={removal.progress?.of || 1} value={removal.progress?.removed ?? 0} />
                <span className="num text-text-2" role="status">
                  {formatCount(removal.progress?.removed ?? 0)} of {formatCount(removal.progress?.of ?? 0)} removed
                </span>
                <Button onClick={removal.cancel}>Cancel</Button>
              </>
            ) : excess.exchanges > 0 ? (
              <>
                <span className="min-w-0 flex-1 text-text-2">Over the limits now: {says(excess)} They go within ten minutes.</span>
                <Button onClick={removal.start}>Remove them now</Button>
              </>
            ) : (
              removal.removed !== null && (
                <span role="status" className="text-text-2">
                  {plural(removal.removed, "exchange")} removed.
                </span>
              )
            )}
            {removal.problem && <ProblemCard problem={removal.problem} className="basis-full" />}
          </div>
        )}
      </Card>
      <Card title="What is recorded">
        <Setting
          label="When it cannot be recorded"
          says="Strict refuses writes while the record cannot be written, and waits for the disk with each: then no change of a user is ever without its record."
          usual="writes are answered, and the loss is counted"
          toml="log.audit"
        >
          <Choice
            label="When it cannot be recorded"
            options={[
              { value: "normal", title: "Answer and count" },
              { value: "strict", title: "Refuse writes" },
            ]}
            value={draft.audit}
            onChange={(audit) => set({ audit })}
          />
        </Setting>
        <Setting label="Bodies" htmlFor={`${id}-body`} says="A longer body is cut in the record, never on its way." usual={`${usual.bodyLimitKb} KiB`} toml="log.body_limit_kb">
          <NumberField id={`${id}-body`} label="Bodies" unit="KiB" value={draft.bodyLimitKb} onChange={(value) => set({ bodyLimitKb: value ?? 0 })} error={fields.bodyLimitKb} />
        </Setting>
        <Setting label="Rows of a result" htmlFor={`${id}-rows`} says="How many are kept with a statement; 0 keeps none." usual={`${usual.sampleRows} rows`} toml="log.sample_rows">
          <NumberField id={`${id}-rows`} label="Rows of a result" unit="rows" value={draft.sampleRows} onChange={(value) => set({ sampleRows: value ?? 0 })} error={fields.sampleRows} />
        </Setting>
      </Card>
      <div className="sticky bottom-0 z-10 rounded-lg border border-line bg-surface-1">
        <SaveBar
          dirty={dirty}
          pending={save.isPending || wouldGo.isPending}
          problem={save.error ?? wouldGo.error}
          says="In use with the next exchange. What would go is counted first."
          onSave={ask}
          onDiscard={() => {
            save.reset();
            setDraft(settings);
          }}
        />
      </div>
      {going && (
        <Confirm title={`Remove ${plural(going.exchanges, "exchange")} from the record?`} yes="Save and remove them" no="Leave it as it is" danger pending={save.isPending} problem={null} onYes={() => go(true)} onClose={() => setGoing(null)}>
          <p>With these limits these go: {says(going)} They cannot be brought back; undoing the setting brings back the setting alone.</p>
        </Confirm>
      )}
    </>
  );
}

function Figure({ title, value, note }: { title: string; value: string; note?: string }) {
  return (
    <div>
      <dt className="text-12 text-text-2">{title}</dt>
      <dd className="text-15 font-semibold">{value}</dd>
      {note && <dd className="text-11 text-text-3">{note}</dd>}
    </div>
  );
}
