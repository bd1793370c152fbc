import type { JsonValue } from "@/api/contract";
import { cx } from "./cx";
import { SECRET } from "./secret";

/** A NULL is a tag: never blank, never the plain word. */
export function NullTag({ flowing = false }: { /** part of a text: the comma after it stays on its line */ flowing?: boolean }) {
  return (
    <span className={cx("mono rounded-sm border border-dashed border-line-2 px-1 text-11 leading-[15px] text-text-3", !flowing && "inline-block")}>
      NULL
    </span>
  );
}

export function SecretDots({ note }: { note?: string }) {
  return (
    <span className="text-text-2">
      <span aria-hidden>{SECRET}</span>
      <span className="sr-only">secret</span>
      {note && <span className="ml-2 font-sans text-12 text-text-3">{note}</span>}
    </span>
  );
}

export function plainValue(value: JsonValue): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** One cell of a row. */
export function Value({ value, secret = false }: { value: JsonValue; secret?: boolean }) {
  if (value === null || value === undefined) return <NullTag />;
  if (secret || value === SECRET) return <SecretDots />;
  if (value === "") return <span className="text-text-3">empty text</span>;
  return <>{plainValue(value)}</>;
}
