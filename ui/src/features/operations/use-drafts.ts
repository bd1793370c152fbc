import { useCallback, useMemo, useState } from "react";
import type { ChangedMapping, MappedOperation, Mapping, Mappings, Operation, SaveInput, Settings } from "@/api/contract";
import { draftOf, type MappingDraft, mappingOf, sameDraft } from "./model";

type Kept = { mappings: Partial<Record<Operation, MappingDraft>>; settings?: Settings };

const NOTHING: Kept = { mappings: {} };
const sameSettings = (one: Settings, other: Settings) => JSON.stringify(one) === JSON.stringify(other);

export type Drafts = ReturnType<typeof useDrafts>;

/** What was changed and is not saved yet, for as long as the screen is open; each application has its own. */
export function useDrafts(application: string, mappings: Mappings | undefined) {
  const [all, setAll] = useState<Record<string, Kept>>({});
  const kept = all[application] ?? NOTHING;
  const set = useCallback((change: (before: Kept) => Kept) => setAll((before) => ({ ...before, [application]: change(before[application] ?? NOTHING) })), [application]);

  const saved = useCallback((operation: Operation) => draftOf(mappings?.operations.find((mapped) => mapped.operation === operation)?.mapping ?? null), [mappings]);
  const of = useCallback((operation: Operation): MappingDraft => kept.mappings[operation] ?? saved(operation), [kept, saved]);
  /** A draft that says what is saved is none: what was typed and taken back leaves nothing to be saved. */
  const change = useCallback(
    (operation: Operation, next: MappingDraft) =>
      set((before) => {
        const { [operation]: _, ...others } = before.mappings;
        return { ...before, mappings: sameDraft(next, saved(operation)) ? others : { ...others, [operation]: next } };
      }),
    [saved, set],
  );
  const settings = kept.settings ?? mappings?.settings;
  const changeSettings = useCallback(
    (next: Settings) => set((before) => ({ ...before, settings: mappings && sameSettings(next, mappings.settings) ? undefined : next })),
    [mappings, set],
  );
  const discard = useCallback(
    (what: Operation | "settings" | "all") =>
      set((before) => {
        if (what === "all") return NOTHING;
        if (what === "settings") return { ...before, settings: undefined };
        const { [what]: _, ...others } = before.mappings;
        return { ...before, mappings: others };
      }),
    [set],
  );

  const changed = useMemo(() => Object.keys(kept.mappings) as Operation[], [kept]);
  /** What saving sends: the changed mappings with what they were when the change began. */
  const input = useCallback(
    (only?: Operation | "settings"): SaveInput => {
      const find = (operation: Operation): MappedOperation | undefined => mappings?.operations.find((mapped) => mapped.operation === operation);
      const list = changed.filter((operation) => only === undefined || only === operation);
      const entries = list.map((operation): ChangedMapping => {
        const mapped = find(operation);
        const was = mapped?.mapping ? wire(draftOf(mapped.mapping), mapped) : null;
        return { operation, was, mapping: wire(of(operation), mapped) };
      });
      const both = kept.settings && mappings && (only === undefined || only === "settings") ? { was: mappings.settings, settings: kept.settings } : undefined;
      return { application, mappings: entries, ...(both ? { settings: both } : {}) };
    },
    [application, changed, kept, mappings, of],
  );

  return { of, saved, change, discard, changed, isChanged: (operation: Operation) => operation in kept.mappings, settings, settingsChanged: kept.settings !== undefined, changeSettings, input, dirty: changed.length > 0 || kept.settings !== undefined };
}

const wire = (draft: MappingDraft, mapped: MappedOperation | undefined): Mapping => mappingOf(draft, mapped?.writes ?? false);
