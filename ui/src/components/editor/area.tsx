import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { type ChangeDesc, Compartment, EditorState, type Extension, Prec, Transaction } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder as placeholderText } from "@codemirror/view";
import { useEffect, useEffectEvent, useLayoutEffect, useRef } from "react";
import { cx } from "../cx";
import { theme } from "./theme";

/** What an edit was: how offsets of the old text move, and whether it took an earlier edit back or made it again. */
export type Edit = { changes: ChangeDesc; restores: boolean };

export type AreaProps = {
  /** the accessible name */
  label: string;
  value: string;
  onChange?: (value: string, edit: Edit) => void;
  /** language, marks, and what else the kind of text brings; a new array replaces the old one */
  extensions: Extension;
  readOnly?: boolean;
  placeholder?: string;
  /** Mod-Enter */
  onRun?: () => void;
  /** Mod-S */
  onSave?: () => void;
  /** where the cursor came to rest */
  onCursor?: (offset: number) => void;
  /** the editor, for who must move its cursor */
  onReady?: (view: EditorView) => void;
  autoFocus?: boolean;
  className?: string;
};

/** A text editor. The text is the caller's: what comes from outside goes into the same undo history as what is typed. */
export function Area({ label, value, onChange, extensions, readOnly = false, placeholder, onRun, onSave, onCursor, onReady, autoFocus = false, className }: AreaProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const given = useRef(new Compartment());
  const changed = useEffectEvent((text: string, edit: Edit) => onChange?.(text, edit));
  const moved = useEffectEvent((offset: number) => onCursor?.(offset));
  const run = useEffectEvent(() => {
    onRun?.();
    return onRun !== undefined;
  });
  const save = useEffectEvent(() => {
    onSave?.();
    return onSave !== undefined;
  });
  const begin = useEffectEvent((): EditorView => {
    const made = new EditorView({
      parent: place.current ?? undefined,
      state: EditorState.create({
        doc: value,
        extensions: [
          Prec.highest(
            keymap.of([
              { key: "Mod-Enter", run: () => run() },
              { key: "Mod-s", run: () => save() },
            ]),
          ),
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: false }),
          highlightActiveLine(),
          highlightSelectionMatches({ minSelectionLength: 3 }),
          search({ top: false }),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.lineWrapping,
          theme,
          given.current.of([]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !update.transactions.some((one) => one.annotation(Transaction.userEvent) === FROM_OUTSIDE)) {
              changed(update.state.doc.toString(), { changes: update.changes, restores: update.transactions.some((one) => one.isUserEvent("undo") || one.isUserEvent("redo")) });
            }
            if (update.selectionSet || update.docChanged) moved(update.state.selection.main.head);
          }),
        ],
      }),
    });
    if (autoFocus) made.focus();
    onReady?.(made);
    return made;
  });

  useLayoutEffect(() => {
    const made = begin();
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, []);

  useEffect(() => {
    const now = view.current;
    if (!now || now.state.doc.toString() === value) return;
    now.dispatch({ changes: { from: 0, to: now.state.doc.length, insert: value }, userEvent: FROM_OUTSIDE });
  }, [value]);

  // Before it is painted: an editor without its name is none.
  useLayoutEffect(() => {
    view.current?.dispatch({
      effects: given.current.reconfigure([
        extensions,
        EditorState.readOnly.of(readOnly),
        EditorView.editable.of(!readOnly),
        EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": String(readOnly), ...(readOnly ? { tabindex: "0" } : {}) }),
        placeholder ? placeholderText(placeholder) : [],
      ]),
    });
  }, [extensions, readOnly, label, placeholder]);

  return (
    // Escape closes a list of completions or the search, never the pane around the editor.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={place} onKeyDown={(event) => event.key === "Escape" && event.stopPropagation()} className={cx("selectable min-h-0 min-w-0 overflow-hidden [&_.cm-editor]:max-h-[inherit] [&_.cm-scroller]:overflow-auto", className)} />
  );
}

const FROM_OUTSIDE = "input.outside";
