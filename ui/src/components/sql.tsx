import { useMemo } from "react";
import type { ParameterRecord } from "@/api/contract";
import { cx } from "./cx";
import { middle } from "./format";
import { sqlTokens } from "./sql-tokens";
import { SECRET } from "./secret";
import { NullTag, plainValue } from "./value";

const LOOK = { keyword: "text-accent font-medium", text: "text-text", string: "text-info", number: "text-info", comment: "text-text-3 italic" } as const;

type Props = {
  text: string;
  /** the values bound at the places; without them the places stay as they are written */
  parameters?: ParameterRecord[];
  /** position of the parameter the database objected to */
  fault?: number | null;
};

/** A statement as it ran: each bound value stands as a chip in its place, so that text and value are never mistaken for each other. */
export function Sql({ text, parameters, fault }: Props) {
  const tokens = useMemo(() => sqlTokens(text), [text]);
  const byPosition = useMemo(() => new Map(parameters?.map((parameter) => [parameter.position, parameter])), [parameters]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre tabIndex={0} aria-label={parameters ? "Statement with its bound values" : "Text of the statement"} className="selectable mono overflow-x-auto bg-surface-2 px-3 py-2.5 text-12 leading-[20px] whitespace-pre-wrap -outline-offset-2 [overflow-wrap:anywhere]">
      {tokens.map((token, index) => {
        if (token.kind === "place") {
          const parameter = byPosition.get(token.position);
          if (parameter) return <BoundValue key={index} parameter={parameter} fault={fault === token.position} />;
        }
        const look = token.kind === "place" ? "text-warn" : LOOK[token.kind];
        return (
          <span key={index} className={look}>
            {token.text}
          </span>
        );
      })}
    </pre>
  );
}

export function BoundValue({ parameter, fault }: { parameter: ParameterRecord; fault: boolean }) {
  const { position, name, value, secret } = parameter;
  const hidden = secret || value === SECRET;
  const title = `Parameter ${position}, ${name}${fault ? ": the database objected to this value" : ""}`;
  if (value === null && !fault && !hidden) {
    return (
      <span title={title}>
        <NullTag flowing />
      </span>
    );
  }
  const shown = hidden ? SECRET : value === null ? "NULL" : typeof value === "string" ? `'${middle(value.replaceAll("'", "''"), 80)}'` : middle(plainValue(value), 80);
  return (
    <span title={title} className={cx("box-decoration-clone rounded-sm px-1 py-px", fault ? "fault bg-bad-soft text-bad" : hidden ? "bg-surface-3 text-text-2" : "bg-info-soft text-info")}>
      {hidden && <span className="sr-only">secret value </span>}
      {shown}
      {fault && <span className="sr-only"> (at fault)</span>}
    </span>
  );
}
