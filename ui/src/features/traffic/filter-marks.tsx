import type { ReactNode } from "react";

/** The words the server understands, with what excludes them; anything else is looked for as it stands. */
const PART = /(?<=^|\s)(not\s+|-)?(?:(app|op|user|status)(:)|(ms)([<>]))((?:"[^"]*"?|[^\s"])*)/gi;

/** Marks the parts of a filter. Only colours and edges change: the field on top must stay in step. */
export function markFilter(text: string): ReactNode {
  const out: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(PART)) {
    out.push(text.slice(end, match.index));
    const [whole, not = "", name, colon, ms, than, value] = match;
    out.push(
      <span key={match.index} className="rounded-xs bg-surface-3 shadow-[0_0_0_2px_var(--surface-3)]">
        <span className="text-bad">{not}</span>
        <span className="text-accent">{name ?? ms}</span>
        {colon ?? than}
        {value}
      </span>,
    );
    end = match.index + whole.length;
  }
  out.push(text.slice(end));
  return out;
}
