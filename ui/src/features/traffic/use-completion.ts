import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useApi } from "@/api/context";
import type { FilterCompletion, Kept } from "@/api/contract";
import { filterOf } from "@/api/traffic";
import type { Suggestion } from "@/components/filter-field";
import { shownZone } from "@/components/format";

const NONE: FilterCompletion = { from: 0, to: 0, choices: [], parts: [], pieces: [], problems: [] };

type Reading = { text: string; completion: FilterCompletion };

/** What the server makes of a filter while it is typed: its pieces, and what may stand at the caret. */
export function useCompletion(filter: string, saved: Kept[]) {
  const { host } = useApi();
  const [reading, setReading] = useState<Reading>({ text: "", completion: NONE });
  const latest = useRef("");
  const typed = useCallback(
    (text: string, caret: number) => {
      const asked = `${caret} ${text}`;
      if (latest.current === asked) return;
      latest.current = asked;
      host.call("traffic.complete", { filter: text, caret, zone: shownZone() }).then(
        // An answer that was overtaken is of no use.
        (completion) => latest.current === asked && setReading({ text, completion }),
        // The list itself says what is wrong; typing goes on without help.
        () => undefined,
      );
    },
    [host],
  );
  // A filter that came from elsewhere is read as well: its colours, and what the empty field offers.
  useEffect(() => typed(filter, filter.length), [filter, typed]);

  const suggestions = useMemo(() => {
    const { text, completion } = reading;
    const words: Suggestion[] = completion.choices.map((choice) => ({
      id: choice.text,
      text: choice.text,
      help: choice.help,
      group: saved.length > 0 && text.trim() === "" ? "Words" : undefined,
      apply: () => {
        const after = text.slice(completion.to);
        const put = choice.whole && !after.startsWith(" ") ? `${choice.text} ` : choice.text;
        const head = text.slice(0, completion.from) + put;
        return { text: head + after, caret: head.length };
      },
    }));
    const part = text.trim().toLowerCase();
    const kept: Suggestion[] = saved
      .filter(({ name }) => part === "" || (part.length > 1 && name.toLowerCase().includes(part)))
      .map((item) => ({
        id: `saved ${item.name}`,
        text: item.name,
        help: filterOf(item),
        group: "Saved filters",
        apply: () => ({ text: `${filterOf(item)} `, caret: filterOf(item).length + 1 }),
      }));
    return part === "" ? [...kept, ...words] : [...words, ...kept];
  }, [reading, saved]);

  return { reading, suggestions, typed };
}
