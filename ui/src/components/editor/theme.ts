import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/* The library's own pictures are data: addresses, which the content security policy refuses; and its colours know one theme.
   Everything here names the tokens, so that both themes come from one source. */
const look = EditorView.theme({
  "&": { backgroundColor: "var(--surface-2)", color: "var(--text)", fontSize: "12px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-1px" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "20px", fontVariantLigatures: "none" },
  ".cm-content": { caretColor: "var(--text)", padding: "8px 0", userSelect: "text", cursor: "text" },
  ".cm-line": { padding: "0 12px 0 8px" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in oklab, var(--accent) 28%, transparent)" },
  ".cm-content ::selection, .cm-line::selection": { backgroundColor: "transparent", color: "inherit" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "color-mix(in oklab, var(--surface-3) 60%, transparent)" },
  ".cm-gutters": { backgroundColor: "var(--surface-2)", color: "var(--text-3)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "32px", padding: "0 4px 0 8px" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--text-2)" },
  ".cm-placeholder": { color: "var(--text-3)", fontFamily: "var(--font-sans)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--line-3)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--bad-soft)" },
  ".cm-tooltip": { backgroundColor: "var(--surface-1)", color: "var(--text)", border: "1px solid var(--line-2)", borderRadius: "6px", boxShadow: "var(--shadow-layer)", zIndex: "50" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-mono)", fontSize: "12px", maxHeight: "264px", padding: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 8px", minHeight: "24px", borderRadius: "4px", display: "flex", alignItems: "center", gap: "8px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--text)" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent)", fontWeight: "600" },
  ".cm-completionDetail": { color: "var(--text-2)", fontStyle: "normal", marginLeft: "auto", paddingLeft: "16px" },
  ".cm-completionIcon": { color: "var(--text-3)", opacity: "1", padding: "0" },
  ".cm-panels": { backgroundColor: "var(--surface-1)", color: "var(--text)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": { fontFamily: "var(--font-sans)", fontSize: "12px", padding: "6px 8px" },
  ".cm-panel.cm-search label": { fontSize: "12px", color: "var(--text-2)" },
  ".cm-textfield": { backgroundColor: "var(--surface-1)", color: "var(--text)", border: "1px solid var(--line-3)", borderRadius: "6px", fontSize: "12px", height: "24px" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface-1)", color: "var(--text)", border: "1px solid var(--line-2)", borderRadius: "6px", fontSize: "12px", height: "24px" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)" },
  ".cm-searchMatch.cm-searchMatch-selected": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)" },
  ".cm-selectionMatch": { backgroundColor: "var(--surface-3)" },
  ".cm-place": { color: "var(--warn)", fontWeight: "600" },
  ".cm-place-chosen": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)", borderRadius: "2px" },
  ".cm-mark-error, .cm-mark-warning, .cm-mark-note": { textDecorationLine: "underline", textDecorationStyle: "wavy", textDecorationThickness: "1px", textUnderlineOffset: "4px" },
  ".cm-mark-error": { textDecorationColor: "var(--bad)", backgroundColor: "var(--bad-soft)" },
  ".cm-mark-warning": { textDecorationColor: "var(--warn)" },
  ".cm-mark-note": { textDecorationColor: "var(--info)" },
  ".cm-mark-tip": { padding: "6px 10px", maxWidth: "420px", fontSize: "12px", lineHeight: "16px", fontFamily: "var(--font-sans)" },
  ".cm-changedLine": { backgroundColor: "color-mix(in oklab, var(--ok-soft) 70%, transparent)" },
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--bad-soft)" },
  "&.cm-merge-b .cm-changedLine, .cm-insertedLine": { backgroundColor: "var(--ok-soft)" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": { background: "color-mix(in oklab, var(--bad) 22%, transparent)" },
  "&.cm-merge-b .cm-changedText, .cm-changedText": { background: "color-mix(in oklab, var(--ok) 22%, transparent)" },
  ".cm-deletedLine, .cm-deletedLine del": { textDecoration: "none" },
  ".cm-changedLineGutter": { backgroundColor: "var(--ok)" },
  ".cm-deletedLineGutter": { backgroundColor: "var(--bad)" },
  ".cm-collapsedLines": { background: "var(--surface-3)", color: "var(--text-2)", fontFamily: "var(--font-sans)", fontSize: "12px", padding: "2px 12px" },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--accent)", fontWeight: "500" },
  { tag: [tags.string, tags.special(tags.string), tags.number, tags.bool, tags.null], color: "var(--info)" },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: "var(--text-3)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--text)", fontWeight: "500" },
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.special(tags.name), color: "var(--warn)" },
]);

/** How every editor and every difference looks. */
export const theme: Extension = [look, syntaxHighlighting(colours)];
