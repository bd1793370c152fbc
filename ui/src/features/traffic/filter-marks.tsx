import type { ReactNode } from "react";
import type { FilterPiece, FilterPieceKind } from "@/api/contract";
import { cx } from "@/components/cx";

/** Typed by the contract: a new kind does not compile without its colour. */
const LOOKS: Record<FilterPieceKind, string> = {
  not: "text-bad",
  join: "text-text-3",
  word: "rounded-l-xs bg-surface-3 text-accent shadow-[-2px_0_0_var(--surface-3)]",
  value: "rounded-r-xs bg-surface-3 shadow-[2px_0_0_var(--surface-3)]",
  text: "",
  bad: "text-bad underline decoration-wavy underline-offset-2",
};

/**
 * Marks the parts of a filter as the server read them. `read` is the text it read last: what has been typed since is
 * shown plain until the next reading, and what stands before the change keeps its marks. Only colours and edges change:
 * the field on top must stay in step.
 */
export function markFilter(text: string, read: string, pieces: FilterPiece[]): ReactNode {
  let same = 0;
  while (same < text.length && text[same] === read[same]) same += 1;
  const out: ReactNode[] = [];
  let end = 0;
  for (const piece of pieces) {
    // A piece that touches the change may have become another.
    if (text !== read && piece.to >= same) break;
    out.push(text.slice(end, piece.from));
    out.push(
      <span key={piece.from} className={cx(LOOKS[piece.kind])}>
        {text.slice(piece.from, piece.to)}
      </span>,
    );
    end = piece.to;
  }
  out.push(text.slice(end));
  return out;
}
