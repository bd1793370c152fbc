import { type Extension, Facet, RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, hoverTooltip } from "@codemirror/view";
import type { Severity } from "@/api/contract";

/** Something to be said of a part of the text. */
export type Mark = {
  /** offsets in UTF-16 units, as JavaScript counts; an empty range marks the character behind it */
  from: number;
  to: number;
  severity: Severity;
  text: string;
};

const facet = Facet.define<readonly Mark[], readonly Mark[]>({ combine: (all) => all.flat() });

/** The marks as they fit the text: one that stands beyond its end is about an older text. */
function fitting(marks: readonly Mark[], length: number): Mark[] {
  return marks
    .map((mark) => ({ ...mark, to: Math.max(mark.to, Math.min(mark.from + 1, length)) }))
    .filter(({ from, to }) => from < to && to <= length)
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

const underlines = EditorView.decorations.compute([facet, "doc"], (state): DecorationSet => {
  const set = new RangeSetBuilder<Decoration>();
  for (const { from, to, severity } of fitting(state.facet(facet), state.doc.length)) set.add(from, to, Decoration.mark({ class: `cm-mark-${severity}` }));
  return set.finish();
});

const tips = hoverTooltip((view, at) => {
  const here = fitting(view.state.facet(facet), view.state.doc.length).filter(({ from, to }) => from <= at && at <= to);
  const first = here[0];
  if (!first) return null;
  return {
    pos: first.from,
    end: first.to,
    above: true,
    create: () => {
      const dom = document.createElement("div");
      dom.className = "cm-mark-tip";
      dom.textContent = here.map(({ text }) => text).join("\n");
      return { dom };
    },
  };
});

/** Underlines parts of the text and says on hover what is the matter; who cannot hover reads it beside the editor. */
export const marked = (marks: readonly Mark[]): Extension => [facet.of(marks), underlines, tips];
