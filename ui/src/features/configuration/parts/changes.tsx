import { useState } from "react";
import type { ChangedKey, ChangedPart } from "@/api/contract";
import { Button } from "@/components/button";
import { cx } from "@/components/cx";
import { TextDiff } from "@/components/editor/editor";
import { plural } from "@/components/format";
import { OPERATIONS } from "@/components/operations";

const STATE = { added: { word: "new", look: "bg-ok-soft text-ok" }, removed: { word: "removed", look: "bg-bad-soft text-bad" }, changed: { word: "changed", look: "bg-info-soft text-info" } } as const;

/** What a table of the configuration is, in words. */
const titleOf = ({ kind, name, operation, table }: ChangedPart): string =>
  kind === "connection" ? `Connection ${name}` : kind === "application" ? `Application ${name}` : kind === "operation" ? `${operation ? OPERATIONS[operation] : (table.split(".").pop() ?? table)} of ${name}` : `[${table}]`;

type Props = {
  changes: ChangedPart[];
  before: { title: string; text: string };
  after: { title: string; text: string };
};

/** What differs between two configurations: by table and key, or as text. */
export function Changes({ changes, before, after }: Props) {
  const [text, setText] = useState(false);
  const keys = changes.reduce((sum, part) => sum + part.keys.length, 0);
  return (
    <section aria-label="What differs" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="num font-semibold">{changes.length === 0 ? "Nothing differs in what it means" : `${plural(keys, "key differs", "keys differ")} in ${plural(changes.length, "table")}`}</h2>
        {before.text !== after.text && (
          <div role="group" aria-label="Shown" className="ml-auto flex gap-1">
            <Button kind={text ? "quiet" : "plain"} aria-pressed={!text} onClick={() => setText(false)}>
              By key
            </Button>
            <Button kind={text ? "plain" : "quiet"} aria-pressed={text} onClick={() => setText(true)}>
              As text
            </Button>
          </div>
        )}
      </div>
      {text ? (
        <TextDiff before={before.text} after={after.text} beforeLabel={before.title} afterLabel={after.title} className="max-h-140" />
      ) : changes.length === 0 ? (
        <p className="text-text-2">{before.text === after.text ? "The two texts are the same." : "Only comments, order or spelling differ; the text shows them."}</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {changes.map((part) => (
            <li key={part.table} className="overflow-hidden rounded-lg border border-line bg-surface-1">
              <div className="flex min-h-9 items-center gap-2 px-3">
                <h3 className="font-medium">{titleOf(part)}</h3>
                <span className={cx("rounded-md px-1.5 text-12", STATE[part.state].look)}>{STATE[part.state].word}</span>
                {part.kind !== "general" && <span className="selectable mono ml-auto truncate text-11 text-text-3">[{part.table}]</span>}
              </div>
              <KeyTable keys={part.keys} label={titleOf(part)} before={before.title} after={after.title} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Keys with their values on both sides. */
export function KeyTable({ keys, label, before, after }: { keys: ChangedKey[]; label: string; before: string; after: string }) {
  if (keys.length === 0) return null;
  const head = "h-7 border-t border-line px-3 text-left text-11 font-medium text-text-3";
  const cell = "border-t border-line px-3 py-1.5 align-top";
  return (
    <table aria-label={label} className="w-full table-fixed">
      <thead>
        <tr>
          <th scope="col" className={cx(head, "w-52")}>
            Key
          </th>
          <th scope="col" className={head}>
            {before}
          </th>
          <th scope="col" className={head}>
            {after}
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map(({ key, before: was, after: is }) => (
          <tr key={key}>
            <th scope="row" className={cx(cell, "mono text-left text-12 font-normal [overflow-wrap:anywhere]")}>
              {key}
            </th>
            <Side text={was} mark="text-bad" className={cell} />
            <Side text={is} mark="text-ok" className={cell} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Side({ text, mark, className }: { text: string | null; mark: string; className: string }) {
  return (
    <td className={className}>
      {text === null ? <span className="text-12 text-text-3">not set</span> : <span className={cx("selectable mono block max-h-40 overflow-y-auto text-12 whitespace-pre-wrap [overflow-wrap:anywhere]", mark)}>{text}</span>}
    </td>
  );
}
