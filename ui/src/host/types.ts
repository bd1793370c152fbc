import type { Commands, Problem, Streams, Works } from "@/api/contract";

export type StreamState = "open" | "lost";

/** A file for the administrator. Its content is at hand, or lies in the folder of exports under the name `exported`. */
export type FileToSave = { name: string; mime: string; content: string | Blob | { exported: string } };

/** Where a file was put; the path is null where only the browser knows it. */
export type SavedFile = { name: string; path: string | null };

/** Which files may be chosen: what they are called ("HAR file"), and how their names end, without the dot. */
export type Accept = { what: string; extensions: string[] };

/** A stream's input may be computed anew at each connection, so that a reconnect resumes instead of repeating. */
export type StreamInput<T> = T | (() => T);

/** The way to the Rust side. Every rejection is a `Problem`. */
export interface Host {
  call<C extends keyof Commands>(command: C, input: Commands[C]["input"]): Promise<Commands[C]["output"]>;
  /** Returns the function that ends the stream. It is opened again by itself; where it was refused, `onState` is told why. */
  stream<S extends keyof Streams>(
    name: S,
    input: StreamInput<Streams[S]["input"]>,
    onItem: (item: Streams[S]["item"]) => void,
    onState?: (state: StreamState, refused?: Problem) => void,
  ): () => void;
  /**
   * Long work. Aborting the signal ends it, with whatever statement it runs, and rejects with the code "cancelled".
   * It is never begun a second time by itself.
   */
  work<W extends keyof Works>(
    name: W,
    input: Works[W]["input"],
    onProgress: (progress: Works[W]["progress"]) => void,
    signal?: AbortSignal,
  ): Promise<Works[W]["output"]>;
  /** Gives the administrator a file, where he wants it; null where he cancelled. */
  save(file: FileToSave): Promise<SavedFile | null>;
  /** Lets the administrator choose a file; null where he cancelled. */
  open(accept: Accept): Promise<File | null>;
  /** Ends the session of this browser; absent where there is none to end. */
  logOut?(): Promise<void>;
  /** Why this browser is not logged in; absent where nobody has to log in. */
  loggedOut?: { subscribe(change: () => void): () => void; why(): Problem | null };
}

/** What a work sends: how far it is, any number of times, then once how it ended. */
export type Told<P, O> = { progress: P } | { done: O } | { failed: Problem };

export function currentInput<T>(input: StreamInput<T>): T {
  return typeof input === "function" ? (input as () => T)() : input;
}
