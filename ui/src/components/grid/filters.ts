import type { JsonValue } from "@/api/contract";

/** What a condition on a column compares with. Each is one comparison that the server makes; the words of the screens are below. */
export const OPERATORS = [
  "contains",
  "not_contains",
  "starts_with",
  "ends_with",
  "equals",
  "not_equals",
  "one_of",
  "none_of",
  "less",
  "at_most",
  "greater",
  "at_least",
  "between",
  "is_null",
  "is_not_null",
] as const;

export type Operator = (typeof OPERATORS)[number];

/** One condition. It takes as many values as its operator says; a value is text, as it was typed. */
export type GridFilter = { column: string; operator: Operator; values: string[] };

/** What a column holds, as far as conditions care. */
export type FilterKind = "text" | "number" | "date" | "moment" | "time" | "boolean" | "choice" | "other";

const ORDERED: Operator[] = ["equals", "not_equals", "less", "at_most", "greater", "at_least", "between", "one_of", "none_of", "is_null", "is_not_null"];

/** What is offered for each kind, the usual one first. */
const OFFERED: Record<FilterKind, Operator[]> = {
  text: ["contains", "not_contains", "equals", "not_equals", "starts_with", "ends_with", "one_of", "none_of", "is_null", "is_not_null"],
  number: ORDERED,
  date: ["equals", "less", "at_most", "greater", "at_least", "between", "not_equals", "is_null", "is_not_null"],
  moment: ["between", "less", "greater", "at_most", "at_least", "equals", "is_null", "is_not_null"],
  time: ["between", "less", "greater", "equals", "is_null", "is_not_null"],
  boolean: ["equals", "is_null", "is_not_null"],
  choice: ["one_of", "none_of", "equals", "is_null", "is_not_null"],
  other: ["is_null", "is_not_null"],
};

export const operatorsOf = (kind: FilterKind, only?: readonly Operator[]): Operator[] => OFFERED[kind].filter((operator) => !only || only.includes(operator));

const WORDS: Record<Operator, string> = {
  contains: "contains",
  not_contains: "does not contain",
  starts_with: "begins with",
  ends_with: "ends with",
  equals: "is",
  not_equals: "is not",
  one_of: "is one of",
  none_of: "is none of",
  less: "is less than",
  at_most: "is at most",
  greater: "is more than",
  at_least: "is at least",
  between: "is between",
  is_null: "is NULL",
  is_not_null: "is not NULL",
};

const IN_TIME: Partial<Record<Operator, string>> = { less: "is before", at_most: "is not after", greater: "is after", at_least: "is not before" };

/** The operator as a screen says it: times are before and after, numbers less and more. */
export function operatorWord(operator: Operator, kind: FilterKind): string {
  return (kind === "date" || kind === "moment" || kind === "time" ? IN_TIME[operator] : undefined) ?? WORDS[operator];
}

/** How many values an operator takes; "many" is a list with at least one. */
export function arity(operator: Operator): 0 | 1 | 2 | "many" {
  if (operator === "is_null" || operator === "is_not_null") return 0;
  if (operator === "between") return 2;
  return operator === "one_of" || operator === "none_of" ? "many" : 1;
}

/** What is missing or wrong in the values, in words; null where the condition can be sent. */
export function fault(kind: FilterKind, operator: Operator, values: string[]): string | null {
  const wanted = arity(operator);
  if (wanted === 0) return null;
  const given = wanted === "many" ? values : values.slice(0, wanted);
  if (given.length < (wanted === "many" ? 1 : wanted)) return "Type a value.";
  const text = kind === "text" || kind === "choice";
  if (given.some((value) => value.trim() === "") && !(text && (operator === "equals" || operator === "not_equals"))) return "Type a value.";
  if (kind === "number" && given.some((value) => !/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value.trim()))) return "Type a number, such as 42 or -1.5.";
  if (kind === "date" && given.some((value) => !/^\d{4}-\d{2}-\d{2}$/.test(value.trim()))) return "Type a date as 2024-12-31.";
  if (kind === "moment" && given.some((value) => !/^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?$/.test(value.trim()))) return "Type a date and a time as 2024-12-31 23:59:00.";
  if (kind === "time" && given.some((value) => !/^\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$/.test(value.trim()))) return "Type a time as 23:59:00.";
  return null;
}

/** A condition in words, without its column. */
export function filterWords(filter: GridFilter, kind: FilterKind): string {
  const shown = filter.values.map((value) => (value === "" ? "empty text" : kind === "boolean" ? (value === "1" ? "yes" : "no") : kind === "number" ? value : `“${value}”`));
  const word = operatorWord(filter.operator, kind);
  const takes = arity(filter.operator);
  if (takes === 0) return word;
  if (takes === 2) return `${word} ${shown[0]} and ${shown[1]}`;
  if (takes === "many" && shown.length > 3) return `${word} ${shown.slice(0, 2).join(", ")} and ${shown.length - 2} more`;
  return `${word} ${shown.join(", ")}`;
}

/** The condition that finds rows with this very value in a column; null where none would be true to it. */
export function filterFor(column: string, kind: FilterKind, value: JsonValue): GridFilter | null {
  if (value === null) return { column, operator: "is_null", values: [] };
  if (kind === "other" || typeof value === "object") return null;
  const text = typeof value === "boolean" ? (value ? "1" : "0") : String(value);
  const operator = operatorsOf(kind).includes("equals") ? "equals" : "one_of";
  return fault(kind, operator, [text]) === null ? { column, operator, values: [text] } : null;
}

/** Conditions from an address or from what was kept; what is no condition is left out. */
export function readFilters(from: unknown): GridFilter[] {
  if (!Array.isArray(from)) return [];
  return from.flatMap((each: unknown) => {
    const { column, operator, values } = (typeof each === "object" && each !== null ? each : {}) as Partial<Record<string, unknown>>;
    if (typeof column !== "string" || !OPERATORS.includes(operator as Operator)) return [];
    const texts = Array.isArray(values) ? values.map(String) : [];
    return [{ column, operator: operator as Operator, values: texts }];
  });
}
