import { ArrowDown, ArrowUp } from "lucide-react";
import type { DraftFinding, ParameterSource, Place } from "@/api/contract";
import { IconButton } from "@/components/button";
import { cx } from "@/components/cx";
import { SEVERITY } from "@/components/severity";
import { Status, type Tone } from "@/components/status";
import { FieldInput, type FieldOption } from "./field-input";
import { SecretMark } from "./secret-mark";
import type { Source } from "./model";

const SOURCES: { source: ParameterSource; word: string; placeholder: string }[] = [
  { source: "field", word: "Field", placeholder: "choose a field" },
  { source: "constant", word: "Constant", placeholder: "empty text" },
  { source: "out", word: "Out value", placeholder: "what it is called" },
  { source: "cursor", word: "Cursor", placeholder: "what it is called" },
];

/** An entitlement's field is a field like another in the file; the word says which of the two it is. */
const wordOf = (source: ParameterSource, text: string, entitlement: string[]) =>
  source === "field" && entitlement.some((name) => name.toUpperCase() === text.toUpperCase()) ? "Entitlement field" : (SOURCES.find((one) => one.source === source)?.word ?? source);

/** The whole sentence stands above, beside the line it is about; here as much of it as two lines hold. */
function Cause({ tone, text }: { tone: Tone; text: string }) {
  return (
    <span title={text} className="flex py-1">
      <Status tone={tone} className="[&>span]:line-clamp-2 [&>span]:whitespace-normal">
        {text}
      </Status>
    </span>
  );
}

type Props = {
  parameters: Source[];
  onChange: (parameters: Source[]) => void;
  places: Place[];
  findings: DraftFinding[];
  fields: FieldOption[];
  secret: (field: string) => boolean;
  /** names that are an entitlement's */
  entitlement: string[];
  onPlace: (position: number | null) => void;
};

const HEAD = "h-7 border-b border-line px-2 text-left text-11 font-medium text-text-3 whitespace-nowrap";
const CELL = "h-8 border-b border-line px-2 text-12";

/** One row for each `?`: what the database calls it, where its value comes from, and what the check says of it. */
export function ParameterTable({ parameters, onChange, places, findings, fields, secret, entitlement, onPlace }: Props) {
  const declared = places.some(({ name, dataType }) => name !== null || dataType !== null);
  const set = (index: number, next: Source) => onChange(parameters.map((one, at) => (at === index ? next : one)));
  const swap = (index: number, other: number) => {
    const next = [...parameters];
    const [one, two] = [next[index], next[other]];
    if (!one || !two) return;
    next[index] = two;
    next[other] = one;
    onChange(next);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div tabIndex={0} role="group" aria-label="Parameters" className="overflow-x-auto rounded-lg border border-line -outline-offset-2 [&_tbody_tr:last-child_td]:border-b-0">
      <table aria-label="Parameters" className="w-full">
        <thead>
          <tr>
            <th scope="col" className={cx(HEAD, "w-9 text-right")}>
              ?
            </th>
            {declared && (
              <>
                <th scope="col" className={HEAD}>
                  Signature
                </th>
                <th scope="col" className={HEAD}>
                  Type
                </th>
              </>
            )}
            <th scope="col" className={cx(HEAD, "w-28 min-w-28")}>
              From
            </th>
            <th scope="col" className={cx(HEAD, "min-w-44")}>
              Field or value
            </th>
            <th scope="col" className={cx(HEAD, "w-1/4")}>
              Check
            </th>
            <th scope="col" className={cx(HEAD, "w-16")}>
              <span className="sr-only">Order</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {parameters.map((parameter, index) => {
            const position = index + 1;
            const place = places.find((one) => one.position === position);
            const found = findings.filter(({ finding }) => finding.place === `parameter ${position}`);
            const worst = found[0]?.finding;
            const empty = parameter.source !== "constant" && parameter.text.trim() === "";
            return (
              <tr key={position} className={cx("hover:bg-surface-2", worst?.severity === "error" && "bg-bad-soft")} onMouseEnter={() => onPlace(position)} onMouseLeave={() => onPlace(null)}>
                <td className={cx(CELL, "num text-right text-text-3")}>{position}</td>
                {declared && (
                  <>
                    <td className={cx(CELL, "mono whitespace-nowrap")}>
                      {place?.name ?? ""}
                      {place?.optional && <span className="ml-1 font-sans text-11 text-text-3">optional</span>}
                    </td>
                    <td className={cx(CELL, "mono whitespace-nowrap text-text-2")}>
                      {place?.direction && place.direction !== "in" && <span className="mr-1 font-sans text-11">{place.direction === "out" ? "out" : "in and out"}</span>}
                      {place?.dataType ?? ""}
                    </td>
                  </>
                )}
                <td className={CELL}>
                  <select
                    aria-label={`Where parameter ${position} comes from`}
                    value={parameter.source}
                    onChange={(event) => set(index, { ...parameter, source: event.target.value as ParameterSource })}
                    onFocus={() => onPlace(position)}
                    className="h-6 w-full rounded-md border border-line-3 bg-surface-1 px-1 text-12 text-text"
                  >
                    {SOURCES.map(({ source, word }) => (
                      <option key={source} value={source}>
                        {source === parameter.source ? wordOf(source, parameter.text, entitlement) : word}
                      </option>
                    ))}
                  </select>
                </td>
                <td className={CELL}>
                  <span className="flex items-center gap-2">
                    <FieldInput
                      label={`Parameter ${position}`}
                      value={parameter.text}
                      onChange={(text) => set(index, { ...parameter, text })}
                      options={parameter.source === "field" ? fields : []}
                      invalid={empty || worst?.severity === "error"}
                      placeholder={SOURCES.find(({ source }) => source === parameter.source)?.placeholder}
                      onFocus={() => onPlace(position)}
                    />
                    {parameter.source === "field" && secret(parameter.text) && <SecretMark />}
                  </span>
                </td>
                <td className={cx(CELL, "[overflow-wrap:anywhere]")}>
                  {empty ? <Status tone="bad">nothing chosen yet</Status> : worst ? <Cause tone={SEVERITY[worst.severity].tone} text={worst.cause} /> : place?.name !== undefined && declared ? <Status tone="ok">fits</Status> : null}
                </td>
                <td className={cx(CELL, "whitespace-nowrap")}>
                  <IconButton icon={ArrowUp} label={`Swap parameter ${position} with the one before`} disabled={index === 0} onClick={() => swap(index, index - 1)} className="size-6" />
                  <IconButton icon={ArrowDown} label={`Swap parameter ${position} with the one after`} disabled={index === parameters.length - 1} onClick={() => swap(index, index + 1)} className="size-6" />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
