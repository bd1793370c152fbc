import { type ComponentType, lazy, Suspense } from "react";
import type { JsonEditorProps } from "./json-editor";
import type { SqlEditorProps } from "./sql-editor";
import type { TextDiffProps } from "./text-diff";
import { cx } from "../cx";

// The editor is a third of the program's size, and the first screen needs none of it.
const SqlArea = lazy(() => import("./sql-editor"));
const JsonArea = lazy(() => import("./json-editor"));
const DiffArea = lazy(() => import("./text-diff"));

const FRAME = "rounded-lg border border-line bg-surface-2";

/** The text as it is, in the room the editor will take, until the editor is there. */
function Waiting({ text, className }: { text: string; className?: string }) {
  return <pre className={cx("mono overflow-hidden py-2 pr-3 pl-12 text-12 leading-[20px] whitespace-pre-wrap text-text-2", className)}>{text || " "}</pre>;
}

function framed<Props extends { value: string; className?: string }>(Inner: ComponentType<Props>) {
  return function Framed(props: Props) {
    return (
      <Suspense fallback={<Waiting text={props.value} className={cx(FRAME, props.className)} />}>
        <Inner {...props} className={cx(FRAME, props.className)} />
      </Suspense>
    );
  };
}

/** An editor for a statement of a mapping or of the console. Give it a `max-h-…` where it may not grow with its text. */
export const SqlEditor = framed<SqlEditorProps>(SqlArea);

/** An editor for JSON: a body of a request, a SCIM resource. */
export const JsonEditor = framed<JsonEditorProps>(JsonArea);

/** Two texts side by side with what differs. */
export function TextDiff(props: TextDiffProps) {
  return (
    <Suspense fallback={<Waiting text={props.after} className={cx(FRAME, props.className)} />}>
      <DiffArea {...props} />
    </Suspense>
  );
}

export type { Edit } from "./area";
export type { Mark } from "./marks";
export type { SqlNames } from "./sql-editor";
