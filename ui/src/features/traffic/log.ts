import type { ExchangeSummary, FilterProblem, Problem, TrafficPage } from "@/api/contract";
import type { LiveFeed } from "@/api/live";
import { toProblem } from "@/api/problem";
import { bookOf } from "@/api/traffic";
import type { Host } from "@/host";
import { shownZone } from "@/components/format";

/** Rows one call brings. */
export const PAGE = 200;
/** Rows held at once; pages far from the view are let go and called again by their cursor. */
export const HELD = 5_000;
/** Rows kept back while somebody reads further down; beyond it only their number counts. */
const PENDING = 1_000;
/** At most one look at the server in this time while a filter is set. */
const REQUERY_EVERY = 500;
/** ms after which rows that a time in the filter no longer holds have gone */
const AGE_EVERY = 5_000;

type Page = { before: number | null; count: number; rows: ExchangeSummary[] | null; loading: boolean };

export type LogState = {
  /** grows with every change, so that a screen knows to look again */
  version: number;
  /** the first page has come */
  ready: boolean;
  /** rows that can be scrolled to */
  count: number;
  /** there are older ones */
  more: boolean;
  total: number;
  /** the total is the whole number; otherwise there are at least so many */
  counted: boolean;
  /** arrived, not yet in the list */
  waiting: number;
  /** how much of the store a slow filter has looked through, 0 to 1; null when it is done */
  searched: number | null;
  /** what of the filter cannot be read, and takes no part */
  unread: FilterProblem[];
  problem: Problem | null;
};

export const NOTHING: LogState = { version: 0, ready: false, count: 0, more: false, total: 0, counted: true, waiting: 0, searched: null, unread: [], problem: null };

/** `cleared` hides what came up to that place, except what is pinned. */
export type LogQuery = { filter: string; cleared?: number };

/**
 * The list of exchanges for one filter, newest first. It follows the live stream; the server alone decides what
 * matches a filter, so with one set a live row is only a reason to ask again.
 */
export class TrafficLog {
  #host: Host;
  #source: LiveFeed;
  #query: LogQuery;
  /** everything up to this place was asked for */
  #asked = 0;
  /** where the next older page begins */
  #next: number | null = null;
  #stopped = false;
  #pages: Page[] = [];
  #starts: number[] = [];
  #pending: ExchangeSummary[] = [];
  #early: ExchangeSummary[] = [];
  #waiting = 0;
  #following = true;
  #coming: Promise<boolean> | null = null;
  #ended = false;
  #stop: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ageing: ReturnType<typeof setInterval> | undefined;
  #viewed = 0;
  #snapshot: LogState = NOTHING;
  #changes = new Set<() => void>();

  constructor(host: Host, feed: LiveFeed, query: LogQuery) {
    this.#host = host;
    this.#source = feed;
    this.#query = query;
    // Before the first page, so that nothing falls between the two.
    this.#stop = feed.listen((rows, skipped) => this.#receive(rows, skipped));
    if (/(^|[\s(-])last:/.test(query.filter)) this.#ageing = setInterval(() => this.#age(), AGE_EVERY);
    void this.reload();
  }

  end(): void {
    this.#ended = true;
    clearInterval(this.#ageing);
    clearTimeout(this.#timer);
    this.#stop();
  }

  subscribe = (change: () => void): (() => void) => {
    this.#changes.add(change);
    return () => void this.#changes.delete(change);
  };

  snapshot = (): LogState => this.#snapshot;

  row(index: number): ExchangeSummary | undefined {
    const number = this.#pageAt(index);
    const page = this.#pages[number];
    return page?.rows?.[index - (this.#starts[number] ?? 0)];
  }

  indexOf(id: string): number {
    for (const [number, page] of this.#pages.entries()) {
      const at = page.rows?.findIndex((row) => row.id === id) ?? -1;
      if (at >= 0) return (this.#starts[number] ?? 0) + at;
    }
    return -1;
  }

  /** Follow the newest rows, or keep them back and count them. */
  follow(following: boolean): void {
    this.#following = following;
    if (following) this.take();
  }

  /** Brings the waiting rows into the list. */
  take(): void {
    if (this.#waiting === 0) return;
    if (this.#waiting > this.#pending.length) {
      void this.reload();
      return;
    }
    const rows = this.#pending;
    this.#pending = [];
    this.#waiting = 0;
    this.#prepend(rows);
  }

  /** Says which rows are in view: loads what is missing there, and the next older page near the end. */
  view(first: number, last: number): void {
    this.#viewed = first;
    for (let number = this.#pageAt(first); number < this.#pages.length && (this.#starts[number] ?? 0) <= last; number += 1) {
      const page = this.#pages[number];
      if (page && !page.rows && !page.loading) void this.#refill(page);
    }
    const { count, more } = this.#snapshot;
    if (more && last >= count - PAGE / 2) void this.#older();
  }

  async reload(): Promise<void> {
    this.#pending = [];
    this.#waiting = 0;
    this.#stopped = false;
    const asked = this.#source.newest;
    try {
      const page = await this.#list(null, PAGE);
      if (this.#ended) return;
      this.#asked = asked;
      this.#next = page.next;
      this.#pages = page.exchanges.length > 0 ? [{ before: null, count: page.exchanges.length, rows: page.exchanges, loading: false }] : [];
      this.#publish({ ready: true, more: page.more, total: page.total, counted: page.counted, unread: page.problems, problem: null });
      const early = this.#early.filter((row) => row.seq > this.#newest());
      this.#early = [];
      if (early.length > 0) this.#offer(early);
      await this.#lookOn();
    } catch (cause) {
      if (!this.#ended) this.#publish({ problem: toProblem(cause), searched: null });
    }
  }

  /** Ends a search that goes on by itself; what was found stays, and scrolling goes on from there. */
  stopSearch(): void {
    this.#stopped = true;
  }

  /** A slow filter gives what it has after a second: it is asked on until a page is there, or everything was seen. */
  async #lookOn(): Promise<void> {
    const newest = Math.max(this.#source.newest, 1);
    while (this.#next !== null && this.#snapshot.count < PAGE && !this.#snapshot.counted && !this.#ended && !this.#stopped) {
      this.#publish({ searched: Math.min(1, Math.max(0, 1 - this.#next / newest)) });
      if (!(await this.#older())) break;
    }
    if (!this.#ended) this.#publish({ searched: null });
  }

  async #list(before: number | null, limit: number, after?: number): Promise<TrafficPage> {
    const { filter, cleared } = this.#query;
    const page = await this.#host.call("traffic.list", { filter, before, limit, zone: shownZone(), ...(after === undefined ? {} : { after }), ...(cleared === undefined ? {} : { cleared }) });
    bookOf(this.#host).learn(page.exchanges, page.marked);
    return page;
  }

  #newest(): number {
    return this.#pending[0]?.seq ?? this.#pages[0]?.rows?.[0]?.seq ?? (this.#pages[0]?.before ?? 1) - 1;
  }

  #receive(rows: ExchangeSummary[], skipped: number): void {
    if (this.#query.filter !== "") {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.#requery();
      }, REQUERY_EVERY);
      return;
    }
    if (!this.#snapshot.ready) this.#early = [...rows, ...this.#early].slice(0, PENDING);
    else if (skipped > 0) this.#skip(rows.length + skipped);
    else this.#offer(rows.filter((row) => row.seq > this.#newest()));
  }

  /** A filter such as `last:5m` lets rows go as time passes. They are not pulled from under somebody who reads further down. */
  #age(): void {
    if (this.#snapshot.ready && this.#following && this.#snapshot.searched === null) void this.reload();
  }

  /** More came than was sent: the list is asked for anew, at once or when it is wanted. */
  #skip(count: number): void {
    if (this.#following) {
      void this.reload();
      return;
    }
    this.#pending = [];
    this.#waiting += count;
    this.#publish({ total: this.#snapshot.total + count });
  }

  async #requery(): Promise<void> {
    if (!this.#snapshot.ready) return;
    const asked = this.#source.newest;
    try {
      const page = await this.#list(null, PAGE, this.#asked);
      if (this.#ended) return;
      this.#asked = asked;
      const newest = this.#newest();
      const fresh = page.exchanges.filter((row) => row.seq > newest);
      // There are more than one page of them: between them and ours is a gap.
      if (page.more) this.#skip(fresh.length);
      else this.#offer(fresh);
      if (this.#snapshot.problem) this.#publish({ problem: null });
    } catch (cause) {
      if (!this.#ended) this.#publish({ problem: toProblem(cause) });
    }
  }

  #offer(rows: ExchangeSummary[]): void {
    if (rows.length === 0) return;
    const total = this.#snapshot.total + rows.length;
    if (this.#following) this.#prepend(rows);
    else {
      this.#waiting += rows.length;
      this.#pending = [...rows, ...this.#pending].slice(0, PENDING);
    }
    this.#publish({ total });
  }

  #prepend(rows: ExchangeSummary[]): void {
    const newest = rows[0];
    if (!newest) return;
    const head = this.#pages[0];
    if (head?.rows && head.count < PAGE) {
      head.rows = [...rows, ...head.rows];
      head.count = head.rows.length;
      head.before = newest.seq + 1;
    } else this.#pages.unshift({ before: newest.seq + 1, count: rows.length, rows, loading: false });
    this.#publish({});
  }

  /** Brings the next older page, once for all who ask for it; false where it could not. */
  #older(): Promise<boolean> {
    this.#coming ??= this.#bringOlder().finally(() => {
      this.#coming = null;
    });
    return this.#coming;
  }

  async #bringOlder(): Promise<boolean> {
    const before = this.#next;
    if (before === null) return false;
    try {
      const page = await this.#list(before, PAGE);
      if (this.#ended) return false;
      this.#next = page.next;
      if (page.exchanges.length > 0) this.#pages.push({ before, count: page.exchanges.length, rows: page.exchanges, loading: false });
      const total = this.#snapshot.counted ? this.#snapshot.total : this.#snapshot.total + page.exchanges.length;
      this.#publish({ more: page.more, total, counted: this.#snapshot.counted || !page.more, problem: null });
      return true;
    } catch (cause) {
      if (!this.#ended) this.#publish({ problem: toProblem(cause), more: false });
      return false;
    }
  }

  async #refill(page: Page): Promise<void> {
    page.loading = true;
    try {
      const { exchanges } = await this.#list(page.before, page.count);
      if (this.#ended) return;
      page.rows = exchanges;
      page.count = exchanges.length;
      this.#publish({});
    } catch (cause) {
      if (!this.#ended) this.#publish({ problem: toProblem(cause) });
    } finally {
      page.loading = false;
    }
  }

  #pageAt(index: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Lets go of the pages farthest from the view. The first and the last stay: cursors hang on them. */
  #evict(): void {
    let held = this.#pages.reduce((sum, page) => sum + (page.rows ? page.count : 0), 0);
    if (held <= HELD) return;
    const here = this.#pageAt(this.#viewed);
    const far = this.#pages
      .map((page, number) => ({ page, away: Math.abs(number - here), number }))
      .filter(({ page, number }) => page.rows && page.before !== null && number > 0 && number < this.#pages.length - 1)
      .sort((a, b) => b.away - a.away);
    for (const { page } of far) {
      if (held <= HELD) break;
      held -= page.count;
      page.rows = null;
    }
  }

  #publish(part: Partial<LogState>): void {
    this.#measure();
    this.#evict();
    const count = this.#pages.reduce((sum, page) => sum + page.count, 0);
    this.#snapshot = { ...this.#snapshot, ...part, count, waiting: this.#waiting, version: this.#snapshot.version + 1 };
    for (const change of this.#changes) change();
  }

  #measure(): void {
    let start = 0;
    this.#starts = this.#pages.map((page) => {
      const at = start;
      start += page.count;
      return at;
    });
  }
}
