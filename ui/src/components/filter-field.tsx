import { type LucideIcon, Search, X } from "lucide-react";
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { cx } from "./cx";
import { Keys } from "./keys";
import { Tooltip } from "./tooltip";

/** Something that can be put into the field. */
export type Suggestion = {
  id: string;
  text: ReactNode;
  help?: string;
  /** the heading it stands under */
  group?: string;
  /** what the field holds once it is taken, and where the caret stands then */
  apply: () => { text: string; caret: number };
};

type Props = {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  icon?: LucideIcon;
  /** ms of stillness before the text is handed on */
  delay?: number;
  mono?: boolean;
  /** the way into the list below */
  onDown?: () => void;
  /** the same text with its parts marked; must take exactly the same room */
  marked?: (text: string) => ReactNode;
  /** what may stand at the caret; makes the field a combobox */
  suggestions?: Suggestion[];
  /** told at once of every change of text or caret */
  onTyped?: (text: string, caret: number) => void;
};

/** The field that `/` reaches. The text is handed on when the typing rests, at once on Enter. */
export function FilterField({ label, placeholder, value, onChange, icon: Icon = Search, delay = 200, mono = false, onDown, marked, suggestions, onTyped }: Props) {
  const [text, setText] = useState(value);
  const [given, setGiven] = useState(value);
  const [open, setOpen] = useState(false);
  // By its id: the suggestions change while somebody types.
  const [active, setActive] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const overlay = useRef<HTMLDivElement>(null);
  const caretTo = useRef<number | null>(null);
  const list = useId();
  // A value from outside (back, a link, "clear the filter") wins over what was typed.
  if (value !== given) {
    setGiven(value);
    if (value !== text.trim()) setText(value);
  }
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), delay);
    return () => clearTimeout(timer);
  }, [text, value, onChange, delay]);
  useLayoutEffect(() => {
    if (caretTo.current === null || !input.current) return;
    input.current.setSelectionRange(caretTo.current, caretTo.current);
    caretTo.current = null;
  });
  const shown = open && suggestions !== undefined && suggestions.length > 0 ? suggestions : null;
  const activeIndex = shown?.findIndex(({ id }) => id === active) ?? -1;
  const type = (next: string, caret: number) => {
    setText(next);
    setOpen(true);
    setActive(null);
    onTyped?.(next, caret);
  };
  const take = (suggestion: Suggestion) => {
    const next = suggestion.apply();
    caretTo.current = next.caret;
    type(next.text, next.caret);
    // A condition that is whole needs no further word.
    if (/\s$/.test(next.text)) {
      setOpen(false);
      onChange(next.text.trim());
    }
    input.current?.focus();
  };
  const clear = () => {
    type("", 0);
    setOpen(false);
    onChange("");
    input.current?.focus();
  };
  const scroll = () => {
    if (overlay.current && input.current) overlay.current.scrollLeft = input.current.scrollLeft;
  };
  const moved = () => {
    scroll();
    if (input.current) onTyped?.(input.current.value, input.current.selectionStart ?? input.current.value.length);
  };
  const move = (by: number) => {
    if (!shown) return;
    // Past either end it is the text again.
    const next = activeIndex + by;
    const wrapped = next < -1 ? shown.length - 1 : next;
    setActive(shown[wrapped]?.id ?? null);
  };
  return (
    <div className="relative flex h-7 min-w-0 flex-1 items-center rounded-md border border-line-3 bg-surface-1 focus-within:border-accent focus-within:outline focus-within:outline-accent">
      <Icon size={15} strokeWidth={1.75} aria-hidden className="pointer-events-none ml-2 shrink-0 text-text-3" />
      <div className="relative h-full min-w-0 flex-1">
        {marked && (
          <div
            ref={overlay}
            aria-hidden
            className={cx("pointer-events-none absolute inset-0 overflow-hidden px-2 leading-[26px] whitespace-pre", mono ? "mono text-12" : "text-13")}
          >
            {marked(text)}
          </div>
        )}
        <input
          ref={input}
          type="text"
          aria-label={label}
          {...(suggestions
            ? { role: "combobox", "aria-expanded": shown !== null, "aria-controls": list, "aria-autocomplete": "list" as const, "aria-activedescendant": activeIndex >= 0 ? `${list}-${activeIndex}` : undefined }
            : { role: "searchbox" })}
          placeholder={placeholder}
          value={text}
          spellCheck={false}
          autoComplete="off"
          data-filter-field
          onChange={(event) => type(event.target.value, event.target.selectionStart ?? event.target.value.length)}
          onScroll={scroll}
          onSelect={moved}
          onKeyUp={scroll}
          onClick={() => {
            // A click into the empty field asks what could stand there.
            if (text === "") setOpen(true);
          }}
          onBlur={() => setOpen(false)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if ((event.key === " " && event.ctrlKey) || (event.key === "ArrowDown" && event.altKey)) {
              event.preventDefault();
              moved();
              setOpen(true);
              return;
            }
            if (event.key === "Enter" || (event.key === "Tab" && shown && activeIndex >= 0)) {
              const chosen = shown?.[activeIndex];
              if (chosen) {
                event.preventDefault();
                take(chosen);
                return;
              }
              setOpen(false);
              onChange(text.trim());
            }
            if (event.key === "ArrowDown") {
              event.preventDefault();
              if (shown) move(1);
              else onDown?.();
            }
            if (event.key === "ArrowUp" && shown) {
              event.preventDefault();
              move(-1);
            }
            if (event.key === "Escape") {
              // First the suggestions go, then the text, then the focus; none of them closes the pane.
              event.stopPropagation();
              if (shown) setOpen(false);
              else if (text) clear();
              else event.currentTarget.blur();
            }
          }}
          className={cx(
            "relative h-full w-full bg-transparent px-2 outline-none placeholder:font-sans placeholder:text-13",
            mono ? "mono text-12" : "text-13",
            marked && "text-transparent caret-text",
          )}
        />
      </div>
      {text ? (
        <Tooltip text="Clear the filter" keys="Esc">
          <button
            type="button"
            aria-label="Clear the filter"
            onClick={clear}
            className="mr-0.5 inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-text-3 hover:bg-surface-2 hover:text-text"
          >
            <X size={14} aria-hidden />
          </button>
        </Tooltip>
      ) : (
        <span className="pointer-events-none mr-1.5">
          <Keys keys="/" />
        </span>
      )}
      {shown && <Suggestions id={list} label={label} suggestions={shown} active={activeIndex} onTake={take} onActive={(index) => setActive(shown[index]?.id ?? null)} />}
    </div>
  );
}

type ListProps = { id: string; label: string; suggestions: Suggestion[]; active: number; onTake: (suggestion: Suggestion) => void; onActive: (index: number) => void };

function Suggestions({ id, label, suggestions, active, onTake, onActive }: ListProps) {
  useEffect(() => {
    if (active >= 0) document.getElementById(`${id}-${active}`)?.scrollIntoView?.({ block: "nearest" });
  }, [id, active]);
  return (
    <div
      id={id}
      role="listbox"
      aria-label={`Suggestions for ${label.toLowerCase()}`}
      className="layer absolute left-0 w-full max-w-150 top-[calc(100%+4px)] z-30 max-h-80 overflow-y-auto rounded-lg border border-line-2 bg-surface-1 p-1 text-13 shadow-layer"
    >
      {suggestions.map((suggestion, index) => (
        <div key={suggestion.id} role="presentation">
          {suggestion.group && suggestion.group !== suggestions[index - 1]?.group && (
            <div role="presentation" className="px-2 pt-1.5 pb-0.5 text-11 font-medium text-text-3">
              {suggestion.group}
            </div>
          )}
          {/* The keyboard's way is the field's own, which keeps the focus. */}
          {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus */}
          <div
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => index !== active && onActive(index)}
            onClick={() => onTake(suggestion)}
            className="flex min-h-7 items-baseline gap-3 rounded-md px-2 py-1 aria-selected:bg-surface-2"
          >
            <span className="mono min-w-0 truncate text-12">{suggestion.text}</span>
            {suggestion.help && <span className="min-w-0 flex-1 truncate text-right text-12 text-text-2">{suggestion.help}</span>}
          </div>
        </div>
      ))}
    </div>
  );
}
