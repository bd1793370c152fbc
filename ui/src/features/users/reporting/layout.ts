import type { ReportingNode } from "@/api/contract";

/** What is unfolded below a node, as far as it has come. */
export type Below = ReadonlyMap<string | null, { nodes: ReportingNode[]; total: number }>;

/** A box of the picture, or the line that stands for those not drawn yet. */
export type Placed = {
  key: string;
  /** columns from the left, and lines from the top; a box in the middle of its reports stands between two lines */
  depth: number;
  line: number;
  parent: string | null;
} & ({ kind: "node"; node: ReportingNode; open: boolean } | { kind: "more"; of: string | null; left: number } | { kind: "waiting"; of: string });

export type Picture = { boxes: Placed[]; lines: number; columns: number };

const idOf = (of: string | null) => of ?? "";

/**
 * Lays the unfolded part of the tree out from left to right: each level is a column, each leaf a line, and a box stands in the
 * middle of those who report to it. Nobody's place depends on what is folded away, so the work is that of what is unfolded.
 */
export function layOut(below: Below, open: ReadonlySet<string>): Picture {
  const boxes: Placed[] = [];
  let line = 0;
  let columns = 0;
  /** Draws those below a node and returns their middle; null where there are none. */
  const walk = (of: string | null, depth: number, above: string | null): number | null => {
    const page = below.get(of);
    columns = Math.max(columns, depth + 1);
    if (!page) {
      boxes.push({ kind: "waiting", key: `waiting ${idOf(of)}`, of: idOf(of), depth, line, parent: above });
      line += 1;
      return line - 1;
    }
    let first: number | null = null;
    let last = 0;
    const note = (at: number) => {
      first ??= at;
      last = at;
    };
    for (const node of page.nodes) {
      const unfolded = open.has(node.id) && node.reports > 0;
      const index = boxes.length;
      // Its place is known only when those below it are drawn; the order of boxes is that of reading.
      boxes.push({ kind: "node", key: node.id, node, open: unfolded, depth, line: 0, parent: above });
      let at: number;
      if (unfolded) at = walk(node.id, depth + 1, node.id) ?? line;
      else {
        at = line;
        line += 1;
      }
      const box = boxes[index];
      if (box) box.line = at;
      note(at);
    }
    if (page.nodes.length < page.total) {
      boxes.push({ kind: "more", key: `more ${idOf(of)}`, of, left: page.total - page.nodes.length, depth, line, parent: above });
      note(line);
      line += 1;
    }
    return first === null ? null : (first + last) / 2;
  };
  walk(null, 0, null);
  return { boxes, lines: line, columns };
}
