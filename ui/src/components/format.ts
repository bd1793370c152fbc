const count = new Intl.NumberFormat("en-US");

/** The formats of a zone; `undefined` is the one of this machine. */
const formatsIn = (timeZone: string | undefined) => ({
  clock: new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone }),
  shortClock: new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone }),
  day: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone }),
  date: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone }),
  full: new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long", timeZone }),
});

/** The zone of this machine, by its name. */
export const machineZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

let shown: string | undefined;
let formats = formatsIn(shown);

/** Shows every time from here on in this zone; `undefined` for the one of this machine. */
export function showTimesIn(timeZone: string | undefined): void {
  if (timeZone === shown) return;
  shown = timeZone;
  formats = formatsIn(timeZone);
}

/** The zone that times are shown in: what is typed as a time is meant in the same one. */
export const shownZone = (): string => shown ?? machineZone();

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

export const formatCount = (value: number): string => count.format(value);

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** In a list: whole milliseconds, one decimal below one. */
export function listMs(us: number): string {
  const ms = us / 1000;
  return ms < 0.95 ? ms.toFixed(1) : formatCount(Math.round(ms));
}

/** On its own: with its unit, and as exact as it is useful. */
export function duration(us: number): string {
  const ms = us / 1000;
  if (ms > 0 && ms < 0.01) return "<0.01 ms";
  if (ms > 0 && ms < 0.095) return `${ms.toFixed(2)} ms`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 10_000) return `${formatCount(Math.round(ms))} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

const sameDay = (a: Date, b: Date) => formats.date.format(a) === formats.date.format(b);

/** A log's time: to the millisecond today, with its day before that. */
export function logTime(at: number, now = Date.now()): string {
  const date = new Date(at);
  if (sameDay(date, new Date(now))) return `${formats.clock.format(date)}.${String(date.getMilliseconds()).padStart(3, "0")}`;
  return `${formats.day.format(date)} ${formats.shortClock.format(date)}`;
}

export function since(at: number, now = Date.now()): string {
  const date = new Date(at);
  return sameDay(date, new Date(now)) ? formats.shortClock.format(date) : `${formats.day.format(date)}, ${formats.shortClock.format(date)}`;
}

export const absoluteTime = (at: number): string => formats.full.format(new Date(at));

/** A day on its own: `3 Mar 2026`. */
export const dayOf = (at: number): string => formats.date.format(new Date(at));

export function relativeTime(at: number, now = Date.now()): string {
  const seconds = Math.round((at - now) / 1000);
  if (Math.abs(seconds) < 5) return "now";
  if (Math.abs(seconds) < 60) return relative.format(seconds, "second");
  if (Math.abs(seconds) < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (Math.abs(seconds) < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

export function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  if (value < 1024 * 1024) return `${(value / 1024).toFixed(1)} KB`;
  return `${(value / 1024 / 1024).toFixed(1)} MB`;
}

/** Keeps both ends, which is where identifiers differ. */
export function middle(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`;
}
