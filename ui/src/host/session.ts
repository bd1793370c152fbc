import { isProblem, toProblem, unreachable } from "@/api/problem";
import type { Problem } from "@/api/contract";

const KEY = "sluice.key";
/** What the console answers a call of somebody who is not logged in. */
const OUTSIDE = "console.session";

/**
 * The session of a browser. It is a cookie that no script can read, and a key that belongs to it: cookies go to every
 * port of a host, so a program on another port could collect them, while this storage belongs to this origin alone.
 */
export class Session {
  #ended: Problem | null = null;
  #changes = new Set<() => void>();
  #request: typeof fetch;
  #storage: Storage;

  constructor(request: typeof fetch, storage: Storage) {
    this.#request = request;
    this.#storage = storage;
    // A login in another tab is one for this tab as well.
    window.addEventListener("storage", (event) => {
      if (event.key === KEY && event.newValue) this.#set(null);
    });
  }

  headers(): Record<string, string> {
    return { "content-type": "application/json", "x-sluice-key": this.#storage.getItem(KEY) ?? "" };
  }

  /**
   * A login link brings its code in the fragment (`#login=…`), which a browser never sends. It is taken out of the address
   * before anything else, so that neither history nor a shared link holds it, and becomes a session.
   */
  async begin(location: Location, history: History): Promise<void> {
    const code = /^#\/?login=(\w+)/.exec(location.hash)?.[1];
    if (code === undefined) return;
    history.replaceState(null, "", location.pathname + location.search);
    try {
      const response = await this.#request("/session", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ code }) });
      const body: unknown = await response.json().catch(() => ({ status: response.status }));
      if (response.ok) {
        this.#storage.setItem(KEY, String((body as { key: unknown }).key));
        return;
      }
      // Somebody who is logged in may open an old link again; only the first call tells.
      this.#refused = toProblem(body);
    } catch {
      this.#refused = unreachable();
    }
  }

  #refused: Problem | null = null;

  async end(): Promise<void> {
    const response = await this.#request("/session/end", { method: "POST", headers: this.headers(), body: "{}" }).catch(() => {
      throw unreachable();
    });
    if (!response.ok && response.status !== 401) throw toProblem({ status: response.status });
    this.#storage.removeItem(KEY);
    this.#set(toProblem({ code: "console.logged_out", message: "You are logged out of this console.", hint: "To come back, run sluice-server console with the data folder of this Sluice, and open the link that it prints." }));
  }

  /** Looks at what a call was answered, and remembers when it was that nobody is logged in. */
  notice(problem: unknown): void {
    if (isProblem(problem) && problem.code === OUTSIDE) this.#set(this.#refused ?? problem);
  }

  /** A call was answered: whoever was logged out is in again. */
  works(): void {
    this.#refused = null;
    if (this.#ended?.code === OUTSIDE) this.#set(null);
  }

  ended = (): Problem | null => this.#ended;

  subscribe = (change: () => void): (() => void) => {
    this.#changes.add(change);
    return () => void this.#changes.delete(change);
  };

  #set(ended: Problem | null): void {
    if (this.#ended?.code === ended?.code && (ended === null || this.#ended !== null)) return;
    this.#ended = ended;
    for (const change of this.#changes) change();
  }
}
