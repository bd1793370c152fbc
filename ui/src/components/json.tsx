import { type ReactNode, useMemo } from "react";
import type { JsonValue } from "@/api/contract";
import { SECRET } from "./secret";

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false)\b|\bnull\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Beyond this, marking would cost more than it tells. */
const MARKED_UP_TO = 200_000;

export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function mark(text: string): ReactNode[] {
  const out: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > end) out.push(text.slice(end, match.index));
    const [whole, string, colon] = match;
    const look = colon ? "text-text" : string ? (string.includes(SECRET) ? "text-text-3" : "text-info") : whole === "null" ? "text-text-3" : "text-accent";
    out.push(
      <span key={match.index} className={look}>
        {colon ? string : whole}
      </span>,
    );
    if (colon) out.push(colon);
    end = match.index + whole.length;
  }
  out.push(text.slice(end));
  return out;
}

/** JSON as it reads best. Text that is not JSON is shown as it came. */
export function Json({ text, value, label }: { text?: string; value?: JsonValue; label: string }) {
  const pretty = useMemo(() => (text === undefined ? JSON.stringify(value, null, 2) : prettyJson(text)), [text, value]);
  const marked = useMemo(() => (pretty.length > MARKED_UP_TO ? pretty : mark(pretty)), [pretty]);
  return (
    // A region that scrolls must be reachable by the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre aria-label={label} tabIndex={0} className="selectable mono overflow-x-auto p-3 text-12 leading-[18px] whitespace-pre-wrap text-text-2 -outline-offset-2 [overflow-wrap:anywhere]">
      {marked}
    </pre>
  );
}
