import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useApi } from "./context";
import { useChange } from "./operations";
import type { Bundled, CompareInput, ComparedTexts, ExportedText, ExportFile, ImportInput, ImportPreview, Problem, PromoteInput, PromotionInput, PromotionPlan, SaveSupport, Source, SourceParts, SupportPreview, SupportProgress, TakeFile, TextInput } from "./contract";
import { toProblem } from "./problem";

/** The largest file, in bytes; Sluice refuses a larger one as well. */
const LARGEST = 1024 * 1024;

/** A file as the commands take it. */
export async function toImport(file: File): Promise<ImportInput> {
  if (file.size > LARGEST) throw toProblem({ code: "import.large", message: `${file.name} is larger than 1 MB, and no configuration is.`, hint: "Choose the configuration itself, or a bundle without its history." });
  const bytes = new Uint8Array(await file.arrayBuffer());
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return { name: file.name, content: btoa(letters) };
}

/** A text that was pasted, as the commands take a file. */
export function pasted(text: string): ImportInput {
  let letters = "";
  for (const byte of new TextEncoder().encode(text)) letters += String.fromCharCode(byte);
  return { name: "", content: btoa(letters) };
}

/** Where what came from a file is one and the same question. */
const keyOf = (source: Source) => (source.kind === "file" ? ["file", source.file.name, source.file.content, source.file.application] : [source.kind, "version" in source ? source.version : null]);

export function useExportedText(input: TextInput | null) {
  const { host } = useApi();
  return useQuery<ExportedText, Problem>({
    queryKey: ["configuration.export", input],
    queryFn: () => host.call("configuration.export", input as TextInput),
    enabled: input !== null,
    placeholderData: keepPreviousData,
  });
}

export function useBundle() {
  const { host } = useApi();
  const client = useQueryClient();
  return useMutation<Bundled, Problem, { history: boolean }>({
    mutationFn: (input) => host.call("configuration.bundle", input),
    onSuccess: () => client.invalidateQueries({ queryKey: ["data.exports"] }),
  });
}

export function useImportPreview(file: ImportInput | null) {
  const { host } = useApi();
  return useQuery<ImportPreview, Problem>({
    queryKey: ["configuration.preview_file", file],
    queryFn: () => host.call("configuration.preview_file", file as ImportInput),
    enabled: file !== null,
    placeholderData: keepPreviousData,
  });
}

export const useTakeFile = () => useChange<TakeFile>((host, input) => host.call("configuration.take_file", input));
export const usePromote = () => useChange<PromoteInput>((host, input) => host.call("configuration.promote", input));

export function useCompared(input: CompareInput | null) {
  const { host } = useApi();
  return useQuery<ComparedTexts, Problem>({
    queryKey: ["configuration.compare", input && [keyOf(input.left), keyOf(input.right)]],
    queryFn: () => host.call("configuration.compare", input as CompareInput),
    enabled: input !== null,
    placeholderData: keepPreviousData,
  });
}

/** The applications and connections of a configuration. */
export function useParts(source: Source | null) {
  const { host } = useApi();
  return useQuery<SourceParts, Problem>({
    queryKey: ["configuration.parts", source && keyOf(source)],
    queryFn: () => host.call("configuration.parts", { source: source as Source }),
    enabled: source !== null,
  });
}

export function usePromotion(input: PromotionInput | null) {
  const { host } = useApi();
  return useQuery<PromotionPlan, Problem>({
    queryKey: ["configuration.promotion", input && [keyOf(input.source), input.from, input.to, input.connection, input.pool]],
    queryFn: () => host.call("configuration.promotion", input as PromotionInput),
    enabled: input !== null,
    placeholderData: keepPreviousData,
  });
}

type Collecting = { running: boolean; progress: SupportProgress | null; preview: SupportPreview | null; problem: Problem | null };
const IDLE: Collecting = { running: false, progress: null, preview: null, problem: null };

/** Collects what helps somebody who helps. It ends with the component that began it. */
export function useCollectSupport() {
  const { host } = useApi();
  const [state, setState] = useState(IDLE);
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);
  const start = async () => {
    control.current = new AbortController();
    setState({ ...IDLE, running: true });
    try {
      const preview = await host.work("support.collect", {}, (progress) => setState((now) => ({ ...now, progress })), control.current.signal);
      setState({ ...IDLE, preview });
    } catch (cause) {
      const problem = toProblem(cause);
      setState(problem.code === "cancelled" ? IDLE : { ...IDLE, problem });
    }
  };
  return { ...state, start: () => void start(), cancel: () => control.current?.abort() };
}

export function useSaveSupport() {
  const { host } = useApi();
  const client = useQueryClient();
  return useMutation<ExportFile, Problem, SaveSupport>({
    mutationFn: (input) => host.call("support.save", input),
    onSuccess: () => client.invalidateQueries({ queryKey: ["data.exports"] }),
  });
}
