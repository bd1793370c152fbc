import { json } from "@codemirror/lang-json";
import { sql } from "@codemirror/lang-sql";
import { MergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useLayoutEffect, useRef } from "react";
import { cx } from "../cx";
import { theme } from "./theme";

export type TextDiffProps = {
  before: string;
  after: string;
  /** what each side is called, for who cannot see that one stands left */
  beforeLabel: string;
  afterLabel: string;
  language?: "sql" | "json" | "text";
  className?: string;
};

const languageOf = (language: TextDiffProps["language"]): Extension => (language === "sql" ? sql() : language === "json" ? json() : []);

/** Two texts side by side, what differs marked, long stretches that are alike folded away. */
export default function TextDiffArea({ before, after, beforeLabel, afterLabel, language = "text", className }: TextDiffProps) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [lineNumbers(), EditorView.lineWrapping, EditorState.readOnly.of(true), EditorView.editable.of(false), EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", role: "textbox", "aria-multiline": "true", "aria-readonly": "true" }), languageOf(language), theme],
    });
    const view = new MergeView({ parent: place.current ?? undefined, a: side(before, beforeLabel), b: side(after, afterLabel), collapseUnchanged: { margin: 3, minSize: 6 }, gutter: true });
    return () => view.destroy();
  }, [before, after, beforeLabel, afterLabel, language]);
  return (
    <div className={cx("overflow-hidden rounded-lg border border-line", className)}>
      <div className="grid grid-cols-2 border-b border-line text-12 font-medium text-text-2" aria-hidden>
        <span className="px-3 py-1.5">{beforeLabel}</span>
        <span className="border-l border-line px-3 py-1.5">{afterLabel}</span>
      </div>
      <div ref={place} className="selectable max-h-[inherit] overflow-auto" />
    </div>
  );
}
