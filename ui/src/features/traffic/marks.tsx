import { Check, Pin, PinOff, StickyNote } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import type { Colour, MarkChange } from "@/api/contract";
import { useMark, useMarks } from "@/api/traffic";
import { Button, IconButton } from "@/components/button";
import { cx } from "@/components/cx";
import { plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { tellProblem } from "@/components/problem-toast";
import { Tooltip } from "@/components/tooltip";
import { useNoteAsked } from "./selection";
import { undoable } from "@/components/undo";

/** Typed by the contract: a new colour does not compile without its look. Order and keys are those of the server's list. */
export const COLOURS: Record<Exclude<Colour, "none">, { key: string; title: string; dot: string; row: string }> = {
  red: { key: "1", title: "Red", dot: "bg-mark-red", row: "bg-mark-red/12" },
  orange: { key: "2", title: "Orange", dot: "bg-mark-orange", row: "bg-mark-orange/12" },
  green: { key: "3", title: "Green", dot: "bg-mark-green", row: "bg-mark-green/12" },
  blue: { key: "4", title: "Blue", dot: "bg-mark-blue", row: "bg-mark-blue/12" },
  violet: { key: "5", title: "Violet", dot: "bg-mark-violet", row: "bg-mark-violet/12" },
};
export const COLOUR_NAMES = Object.keys(COLOURS) as (keyof typeof COLOURS)[];

/** The longest note that is kept. */
const LONGEST_NOTE = 2000;

/** Changes marks, tells whether they are changed, and says why not. Where much changes at once, it can be taken back. */
export function useMarkExchanges() {
  const mark = useMark();
  return async (ids: string[], change: MarkChange, done?: string): Promise<boolean> => {
    try {
      const undo = await mark.mutateAsync({ ids, change });
      if (done) toast.success(done, undoable(() => void undo().catch((cause: unknown) => tellProblem("The marks were not taken back", cause))));
      return true;
    } catch (cause) {
      tellProblem(ids.length === 1 ? "The exchange was not marked" : `${plural(ids.length, "exchange")} not marked`, cause);
      return false;
    }
  };
}

/** What an administrator added to an exchange: pin, colour, note. Stands in the pane of the exchange. */
export function Marks({ id }: { id: string }) {
  const { marks, problem, again } = useMarks(id);
  const change = useMarkExchanges();
  // What is there must not be written over by somebody who cannot see it.
  if (problem) {
    return (
      <section aria-label="Marks" className="shrink-0 border-t border-line p-3">
        <ProblemCard problem={problem} onRetry={again} />
      </section>
    );
  }
  return (
    <section aria-label="Marks" className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-3 py-1.5">
      <IconButton
        icon={marks.pinned ? PinOff : Pin}
        label={marks.pinned ? "Unpin the exchange" : "Pin the exchange: it is kept"}
        keys="p"
        aria-pressed={marks.pinned}
        onClick={() => void change([id], { pinned: !marks.pinned })}
        className={marks.pinned ? "text-accent" : undefined}
      />
      <Palette colour={marks.colour} onColour={(colour) => void change([id], { colour })} />
      <Note key={id} id={id} note={marks.note} onNote={(note) => change([id], { note }, note === "" ? "Note removed" : undefined)} />
    </section>
  );
}

/** The five colours. Pressing the one it has takes it away. */
function Palette({ colour, onColour }: { colour: Colour; onColour: (colour: Colour) => void }) {
  return (
    <div role="group" aria-label="Colour" className="flex items-center">
      {COLOUR_NAMES.map((name) => (
        <Tooltip key={name} text={colour === name ? `${COLOURS[name].title}: remove it` : COLOURS[name].title} keys={COLOURS[name].key}>
          <button
            type="button"
            aria-label={COLOURS[name].title}
            aria-pressed={colour === name}
            onClick={() => onColour(colour === name ? "none" : name)}
            className="group/dot inline-flex size-6 items-center justify-center rounded-sm hover:bg-surface-2"
          >
            <span className={cx("inline-flex size-3.5 items-center justify-center rounded-full", COLOURS[name].dot)}>
              {colour === name && <Check size={11} strokeWidth={3} aria-hidden className="text-surface-1" />}
            </span>
          </button>
        </Tooltip>
      ))}
    </div>
  );
}

function Note({ id, note, onNote }: { id: string; note: string; /** tells whether it is kept */ onNote: (note: string) => Promise<boolean> }) {
  const [text, setText] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const asked = useNoteAsked((state) => state.id === id);
  if (asked && text === null) setText(note);
  useEffect(() => {
    if (text !== null && document.activeElement !== area.current) area.current?.focus();
  }, [text]);
  const end = () => {
    setText(null);
    useNoteAsked.setState({ id: null });
    // Back to where the writing was begun: the list, or the button.
    const grid = document.querySelector<HTMLElement>("[role=grid]");
    if (asked) grid?.focus();
    else opener.current?.focus();
  };
  const save = async () => {
    if (busy) return;
    if (text !== null && text.trim() !== note) {
      setBusy(true);
      const kept = await onNote(text.trim());
      setBusy(false);
      // What was typed stays until it is kept.
      if (!kept) return;
    }
    end();
  };
  if (text === null) {
    return (
      <Tooltip text={note ? "Change the note" : "Write a note"} keys="n">
        <button
          ref={opener}
          type="button"
          onClick={() => setText(note)}
          className="flex min-h-7 min-w-0 flex-1 items-center gap-1.5 rounded-md px-1.5 text-left hover:bg-surface-2"
        >
          <StickyNote size={14} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-3" />
          <span className={cx("line-clamp-3 [overflow-wrap:anywhere]", !note && "text-text-3")}>{note || "Note"}</span>
        </button>
      </Tooltip>
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      end();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void save();
    }
  };
  return (
    <div className="flex w-full flex-col gap-1.5">
      <textarea
        ref={area}
        aria-label="Note"
        value={text}
        rows={2}
        maxLength={LONGEST_NOTE}
        placeholder="A ticket, a cause, who looks after it"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className="w-full resize-y rounded-md border border-line-3 bg-surface-1 px-2 py-1 text-13"
      />
      <div className="flex items-center gap-2">
        <Button kind="primary" disabled={busy} onClick={() => void save()}>
          Save
        </Button>
        <Button kind="quiet" onClick={end}>
          Cancel
        </Button>
        <span className="ml-auto text-12 text-text-3">Shift and Enter begin a new line</span>
      </div>
    </div>
  );
}
