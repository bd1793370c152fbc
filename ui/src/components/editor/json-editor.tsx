import { json } from "@codemirror/lang-json";
import { useMemo } from "react";
import { Area, type AreaProps } from "./area";
import { type Mark, marked } from "./marks";

export type JsonEditorProps = Omit<AreaProps, "extensions"> & { marks?: readonly Mark[] };

/** The place and the words of what keeps a text from being JSON; none where it is. */
function jsonFault(text: string): Mark[] {
  if (text.trim() === "") return [];
  try {
    JSON.parse(text);
    return [];
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    const at = Math.min(Number(/at position (\d+)/.exec(words)?.[1] ?? text.length), text.length);
    // At the end of the text there is nothing behind the fault to be underlined.
    const from = at >= text.length ? Math.max(0, text.length - 1) : at;
    return [{ from, to: from + 1, severity: "error", text: words }];
  }
}

/** JSON, with the place pointed out at which it stops being JSON. */
export default function JsonArea({ marks, ...area }: JsonEditorProps) {
  const extensions = useMemo(() => [json(), marked([...(marks ?? []), ...(area.readOnly ? [] : jsonFault(area.value))])], [marks, area.value, area.readOnly]);
  return <Area {...area} extensions={extensions} />;
}
