import { sqlTokens } from "@/components/sql-tokens";
import type { Source } from "./model";

/** A place (`?`) of a statement: where it stands, and the column or parameter that the text around it names. */
export type TextPlace = { at: number; hint: string | null };

const WORD = /^[\p{L}_][\p{L}\d_$]*$/u;
const bare = (name: string) => name.replace(/^["`[@:]+|["`\]]+$/g, "");

/**
 * The places of a statement, with what the text says each is for: `COLUMN = ?`, `name => ?`, and the columns of an INSERT. A hint
 * only helps to find a place again and to propose a field; what is bound is what the table of parameters says.
 */
export function placesOf(text: string): TextPlace[] {
  const places: TextPlace[] = [];
  // The tokens as words: names and signs one by one, places with their offset.
  const words: { text: string; at: number; place: boolean }[] = [];
  let offset = 0;
  for (const token of sqlTokens(text)) {
    if (token.kind === "place") words.push({ text: "?", at: offset, place: true });
    else if (token.kind !== "comment" && token.kind !== "string") {
      for (const match of token.text.matchAll(/"[^"]*"|`[^`]*`|\[[^\]]*\]|@?[\p{L}_][\p{L}\d_$]*|[(),]|[^\s\p{L}\d_(),]+/gu)) words.push({ text: match[0], at: offset + match.index, place: false });
    }
    offset += token.text.length;
  }
  const columns = insertColumns(words.map(({ text }) => text));
  let depth = 0;
  let index = 0;
  let inValues = false;
  words.forEach((word, at) => {
    if (/^values$/i.test(word.text)) {
      inValues = true;
      index = 0;
    }
    if (word.text === "(") depth += 1;
    if (word.text === ")") depth -= 1;
    if (word.text === "," && inValues && depth === 1) index += 1;
    if (!word.place) return;
    const sign = words[at - 1]?.text ?? "";
    const before = words[at - 2]?.text ?? "";
    const named = /^(=|<>|!=|<|>|<=|>=|=>|:=|like)$/i.test(sign) && WORD.test(bare(before)) ? bare(before) : null;
    places.push({ at: word.at, hint: named ?? (inValues && depth === 1 ? (columns[index] ?? null) : null) });
  });
  return places;
}

function insertColumns(words: string[]): string[] {
  const into = words.findIndex((word) => /^into$/i.test(word));
  if (into < 0) return [];
  const open = words.indexOf("(", into);
  const close = words.indexOf(")", open);
  const values = words.findIndex((word) => /^values$/i.test(word));
  if (open < 0 || close < 0 || values < close) return [];
  return words.slice(open + 1, close).filter((word) => word !== ",").map(bare);
}

const same = (one: string | null, other: string | null) => one !== null && other !== null && one.toUpperCase() === other.toUpperCase();

/**
 * The sources of a changed statement's places. Each place that is still there keeps its source: it is found by the column the text
 * names for it where only one place has that name, else by where the edit moved it (`moved` gives null for what was deleted). A new
 * place is proposed what its hint says where `known` knows such a field, and nothing otherwise.
 */
export function follow(before: string, after: string, sources: Source[], moved: (offset: number) => number | null, known: (name: string) => string | null): Source[] {
  const old = placesOf(before);
  const now = placesOf(after);
  const taken = new Set<number>();
  const result: (Source | null)[] = now.map(() => null);
  const only = (places: TextPlace[], hint: string | null) => hint !== null && places.filter((place) => same(place.hint, hint)).length === 1;
  const take = (target: number, source: number) => {
    const found = sources[source];
    if (found === undefined || taken.has(source) || result[target]) return;
    taken.add(source);
    result[target] = found;
  };
  now.forEach((place, target) => {
    if (!only(now, place.hint) || !only(old, place.hint)) return;
    take(target, old.findIndex((candidate) => same(candidate.hint, place.hint)));
  });
  old.forEach((place, source) => {
    const at = moved(place.at);
    if (at === null) return;
    const target = now.findIndex((candidate) => candidate.at === at);
    if (target >= 0) take(target, source);
  });
  return result.map((source, index) => {
    if (source) return source;
    const hint = now[index]?.hint ?? null;
    return { source: "field", text: (hint === null ? null : known(hint)) ?? "" };
  });
}
