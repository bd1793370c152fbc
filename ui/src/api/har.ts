import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Host } from "@/host";
import { useApi } from "./context";
import type { HarExported, HarImported, HarProgress, JsonValue, Problem } from "./contract";
import { isProblem, toProblem } from "./problem";
import { shownZone } from "@/components/format";

type Export = { filter: string; cleared: number | undefined; picked: string[] };
type ExportState = { running: boolean; progress: HarProgress | null; done: HarExported | null; problem: Problem | null };

const IDLE: ExportState = { running: false, progress: null, done: null, problem: null };

/** Exchanges as a HAR file in the folder of exports. It ends with the component that began it. */
export function useExportHar({ filter, cleared, picked }: Export) {
  const { host } = useApi();
  const client = useQueryClient();
  const [state, setState] = useState(IDLE);
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);
  const start = async () => {
    control.current = new AbortController();
    setState({ ...IDLE, running: true });
    try {
      const input = { filter, zone: shownZone(), ids: picked, ...(cleared === undefined ? {} : { cleared }) };
      const done = await host.work("traffic.export", input, (progress) => setState((now) => ({ ...now, progress })), control.current.signal);
      setState({ ...IDLE, done });
      void client.invalidateQueries({ queryKey: ["data.exports"] });
    } catch (cause) {
      const problem = toProblem(cause);
      setState(problem.code === "cancelled" ? IDLE : { ...IDLE, problem });
    }
  };
  return { ...state, start: () => void start(), cancel: () => control.current?.abort() };
}

/** What a file gave. */
export type HarTaken = { file: string; exchanges: number; refused: number; reasons: string[] };

/** Entries of one call, and their letters: no request is large, and progress is seen. */
const ENTRIES = 200;
const LETTERS = 1_000_000;

const unreadable = (message: string, hint: string): Problem => ({ code: "har.unreadable", message, hint, fields: {}, exchange: null });

/** The entries of a HAR file's text. */
export function harEntries(file: string, text: string): JsonValue[] {
  let json: JsonValue;
  try {
    json = JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw unreadable(`${file} is not JSON. ${cause instanceof Error ? `${cause.message}.` : ""}`, "Choose a HAR file: one exported here, or by a browser or a proxy.");
  }
  const log = json !== null && typeof json === "object" && !Array.isArray(json) ? json.log : undefined;
  const entries = log !== null && typeof log === "object" && !Array.isArray(log) ? log.entries : undefined;
  if (!Array.isArray(entries)) throw unreadable(`${file} is JSON, but no HAR file: it has no log.entries.`, "Choose a HAR file: one exported here, or by a browser or a proxy.");
  if (entries.length === 0) throw unreadable(`${file} holds no exchanges.`, "Choose another file.");
  return entries;
}

/** Entries in pieces that one call takes; what is too large for any is told. */
export function* pieces(entries: JsonValue[]): Generator<{ first: number; entries: JsonValue[]; tooLarge: boolean }> {
  let first = 0;
  let piece: JsonValue[] = [];
  let letters = 0;
  for (const [index, entry] of entries.entries()) {
    const size = JSON.stringify(entry).length;
    if (piece.length > 0 && (piece.length >= ENTRIES || letters + size > LETTERS)) {
      yield { first: first + 1, entries: piece, tooLarge: false };
      piece = [];
      letters = 0;
      first = index;
    }
    if (size > LETTERS) {
      yield { first: index + 1, entries: [], tooLarge: true };
      first = index + 1;
      continue;
    }
    piece.push(entry);
    letters += size;
  }
  if (piece.length > 0) yield { first: first + 1, entries: piece, tooLarge: false };
}

/** Hands a file to Sluice piece by piece. Where it is cancelled or fails, nothing of it stays. */
async function takeIn(host: Host, file: string, entries: JsonValue[], told: (done: number) => void, signal: AbortSignal): Promise<HarTaken> {
  const taken: HarTaken = { file, exchanges: 0, refused: 0, reasons: [] };
  let begun: number | null = null;
  try {
    for (const piece of pieces(entries)) {
      signal.throwIfAborted();
      if (piece.tooLarge) {
        taken.refused += 1;
        taken.reasons.push(`Entry ${piece.first} is too large.`);
        continue;
      }
      const answer: HarImported = await host.call("traffic.import", { file, import: begun, first: piece.first, entries: piece.entries });
      begun = answer.import;
      taken.exchanges += answer.exchanges;
      taken.refused += answer.refused;
      taken.reasons = [...taken.reasons, ...answer.reasons].slice(0, 3);
      told(piece.first - 1 + piece.entries.length);
    }
    if (begun === null) throw unreadable(`Nothing of ${file} can be read. ${taken.reasons.join(" ")}`, "Choose another file.");
    return taken;
  } catch (cause) {
    if (begun === null) throw cause;
    const left = await host.call("traffic.import_remove", { file, import: begun }).then(() => null, toProblem);
    if (left === null) throw cause;
    // Both are told: why it ended, and that a part is still there.
    const problem = toProblem(cause);
    throw {
      ...problem,
      message: signal.aborted ? `Part of ${file} is still listed, though you cancelled it.` : `${problem.message} The part of ${file} that was opened before is still listed.`,
      hint: `It could not be removed: ${left.message} ${left.hint ?? ""} Open one of its exchanges to remove the file.`,
    } satisfies Problem;
  }
}

type ImportState = { running: { file: string; done: number; total: number } | null; problem: Problem | null };

export function useImportHar() {
  const { host } = useApi();
  const [state, setState] = useState<ImportState>({ running: null, problem: null });
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);
  const start = async (file: File): Promise<HarTaken | null> => {
    control.current = new AbortController();
    const { signal } = control.current;
    try {
      setState({ running: { file: file.name, done: 0, total: 0 }, problem: null });
      const entries = harEntries(file.name, await file.text());
      const told = (done: number) => setState({ running: { file: file.name, done, total: entries.length }, problem: null });
      told(0);
      const taken = await takeIn(host, file.name, entries, told, signal);
      setState({ running: null, problem: null });
      return taken;
    } catch (cause) {
      setState({ running: null, problem: signal.aborted && !isProblem(cause) ? null : toProblem(cause) });
      return null;
    }
  };
  return { ...state, start, cancel: () => control.current?.abort(), dismiss: () => setState({ running: null, problem: null }) };
}

/** Takes away everything that came from files of a name. */
export function useRemoveImport() {
  const { host } = useApi();
  return useMutation<unknown, Problem, string>({ mutationFn: (file) => host.call("traffic.import_remove", { file, import: null }) });
}
