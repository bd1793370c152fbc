import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { Host } from "@/host";
import { useApi } from "./context";
import type { ExchangeSummary, FilterCompletion, Kept, MarkChange, Marked, Marks, Problem } from "./contract";
import { toProblem } from "./problem";
import { shownZone } from "@/components/format";

const NO_MARKS: Marks = { pinned: false, colour: "none", note: "" };

/**
 * The marks of the exchanges that were listed, in one place, so that the list and the pane beside it always say the same.
 * An exchange that was never listed is asked for.
 */
export class MarkBook {
  #host: Host;
  #known = new Map<string, Marked | null>();
  #listeners = new Set<() => void>();

  constructor(host: Host) {
    this.#host = host;
  }

  subscribe = (change: () => void): (() => void) => {
    this.#listeners.add(change);
    return () => void this.#listeners.delete(change);
  };

  /** null for none; undefined while it is not known */
  get(id: string): Marked | null | undefined {
    return this.#known.get(id);
  }

  /** What a page of the list told. */
  learn(rows: ExchangeSummary[], marked: Marked[]): void {
    if (marked.length === 0 && rows.every(({ id }) => !this.#known.get(id))) return;
    for (const { id } of rows) this.#known.delete(id);
    this.#put(marked);
  }

  async ask(id: string): Promise<void> {
    const { marked } = await this.#host.call("traffic.marks", { ids: [id] });
    this.#known.set(id, null);
    this.#put(marked);
  }

  /** Changes marks; gives the way back. */
  async change(ids: string[], change: MarkChange): Promise<() => Promise<unknown>> {
    const before = ids.map((id) => ({ id, marks: this.#known.get(id)?.marks ?? NO_MARKS }));
    await this.#write(ids, change);
    // One call for each way back that differs: mostly one for all.
    const ways = new Map<string, { ids: string[]; marks: Marks }>();
    for (const { id, marks } of before) {
      const key = JSON.stringify(marks);
      const way = ways.get(key) ?? { ids: [], marks };
      way.ids.push(id);
      ways.set(key, way);
    }
    return () => Promise.all([...ways.values()].map((way) => this.#write(way.ids, way.marks)));
  }

  async #write(ids: string[], change: MarkChange): Promise<void> {
    const { marked } = await this.#host.call("traffic.mark", { ids, change });
    for (const id of ids) this.#known.set(id, null);
    this.#put(marked);
  }

  #put(marked: Marked[]): void {
    for (const one of marked) this.#known.set(one.id, one);
    for (const listener of this.#listeners) listener();
  }
}

const books = new WeakMap<Host, MarkBook>();

/** The one book of a host. */
export function bookOf(host: Host): MarkBook {
  const book = books.get(host) ?? new MarkBook(host);
  books.set(host, book);
  return book;
}

/** The marks of an exchange as far as they are known, and the file it came from. */
export function useMarked(id: string): Marked | null | undefined {
  const book = bookOf(useApi().host);
  return useSyncExternalStore(book.subscribe, () => book.get(id));
}

/** The same, asked for where the list did not tell. Where that fails, `problem` says why, and nobody knows whether there are any. */
export function useMarks(id: string): { marks: Marks; imported: string | null; problem: Problem | null; again: () => void } {
  const { host } = useApi();
  const marked = useMarked(id);
  const unknown = marked === undefined;
  const [failed, setFailed] = useState<{ id: string; problem: Problem } | null>(null);
  const ask = useCallback(() => {
    bookOf(host)
      .ask(id)
      .catch((cause: unknown) => setFailed({ id, problem: toProblem(cause) }));
  }, [host, id]);
  useEffect(() => {
    if (unknown) ask();
  }, [ask, unknown]);
  return { marks: marked?.marks ?? NO_MARKS, imported: marked?.imported ?? null, problem: unknown && failed?.id === id ? failed.problem : null, again: ask };
}

/** Marks exchanges. What it gives takes the change back. */
export function useMark() {
  const { host } = useApi();
  return useMutation<() => Promise<unknown>, Problem, { ids: string[]; change: MarkChange }>({
    mutationFn: ({ ids, change }) => bookOf(host).change(ids, change),
  });
}

/** How a filter reads. */
export function useReading(filter: string) {
  const { host } = useApi();
  return useQuery<FilterCompletion, Problem>({
    queryKey: ["traffic.complete", filter],
    queryFn: () => host.call("traffic.complete", { filter, caret: 0, zone: shownZone() }),
    enabled: filter !== "",
    // "today" moves on.
    staleTime: 60_000,
    placeholderData: (reading) => reading,
  });
}

/** The filters an administrator kept by name, and what can be done with them. */
export function useSavedFilters() {
  const { host } = useApi();
  const client = useQueryClient();
  const key = ["kept.list", "traffic_filter"];
  const query = useQuery<Kept[], Problem>({
    queryKey: key,
    queryFn: async () => (await host.call("kept.list", { kind: "traffic_filter" })).items.filter((item) => filterOf(item) !== ""),
    staleTime: 60_000,
  });
  const refresh = useCallback(() => client.invalidateQueries({ queryKey: ["kept.list", "traffic_filter"] }), [client]);
  const save = useMutation<unknown, Problem, { name: string; filter: string }>({
    mutationFn: ({ name, filter }) => host.call("kept.put", { kind: "traffic_filter", name, body: { filter } }),
    onSettled: refresh,
  });
  const remove = useMutation<unknown, Problem, string>({
    mutationFn: (name) => host.call("kept.remove", { kind: "traffic_filter", name }),
    onSettled: refresh,
  });
  const rename = useMutation<unknown, Problem, { item: Kept; name: string }>({
    // Kept under its new name first: whatever fails, it is not lost.
    mutationFn: async ({ item, name }) => {
      await host.call("kept.put", { kind: "traffic_filter", name, body: item.body });
      await host.call("kept.remove", { kind: "traffic_filter", name: item.name });
    },
    onSettled: refresh,
  });
  return { items: query.data ?? [], error: query.error, save, remove, rename };
}

/** The filter of a saved one; empty where it holds none. */
export function filterOf(item: Kept): string {
  const body = item.body;
  return body !== null && typeof body === "object" && !Array.isArray(body) && typeof body.filter === "string" ? body.filter : "";
}
