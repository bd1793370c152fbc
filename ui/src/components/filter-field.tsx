import { type LucideIcon, Search, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { cx } from "./cx";
import { Keys } from "./keys";
import { Tooltip } from "./tooltip";

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
};

/** The field that `/` reaches. The text is handed on when the typing rests, at once on Enter. */
export function FilterField({ label, placeholder, value, onChange, icon: Icon = Search, delay = 200, mono = false, onDown, marked }: Props) {
  const [text, setText] = useState(value);
  const [given, setGiven] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const overlay = useRef<HTMLDivElement>(null);
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
  const clear = () => {
    setText("");
    onChange("");
    input.current?.focus();
  };
  const scroll = () => {
    if (overlay.current && input.current) overlay.current.scrollLeft = input.current.scrollLeft;
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
          role="searchbox"
          aria-label={label}
          placeholder={placeholder}
          value={text}
          spellCheck={false}
          autoComplete="off"
          data-filter-field
          onChange={(event) => setText(event.target.value)}
          onScroll={scroll}
          onKeyUp={scroll}
          onKeyDown={(event) => {
            if (event.key === "Enter") onChange(text.trim());
            if (event.key === "ArrowDown") {
              event.preventDefault();
              onDown?.();
            }
            if (event.key === "Escape") {
              // The first Escape empties the field, the next leaves it; neither closes the pane.
              event.stopPropagation();
              if (text) clear();
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
    </div>
  );
}
