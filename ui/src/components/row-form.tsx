import { ArrowUpRight, KeyRound, ListFilter } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./button";
import { CopyIcon } from "./copy";
import { cx } from "./cx";

/** One field of a row: its name, what it is, its value, and what can be done with it. */
export type RowField = {
  name: string;
  /** its type, in the database's words */
  type: string;
  isKey?: boolean;
  value: ReactNode;
  /** what a copy takes; absent where the value must not leave */
  copy?: string | (() => string | Promise<string>);
  /** a way to what it refers to */
  lead?: { label: string; go: () => void };
  /** shows only the rows with this value */
  only?: () => void;
};

/** A row as a form: each field on a line of its own, long values whole. */
export function RowForm({ label, fields }: { label: string; fields: RowField[] }) {
  return (
    <table aria-label={label} className="w-full table-fixed">
      <thead className="sr-only">
        <tr>
          <th scope="col">Column</th>
          <th scope="col">Value</th>
          <th scope="col">Actions</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ name, type, isKey, value, copy, lead, only }) => (
          <tr key={name} className="group/line border-b border-line align-top">
            <th scope="row" className="w-[40%] px-3 py-1.5 text-left font-normal">
              <span className="mono flex items-center gap-1 text-12">
                {isKey && <KeyRound size={11} strokeWidth={2} aria-label="key" className="shrink-0 text-text-3" />}
                <span className="truncate" title={name}>
                  {name}
                </span>
              </span>
              <span className="block truncate text-11 text-text-3" title={type}>
                {type}
              </span>
            </th>
            <td className="selectable mono py-1.5 pr-1 text-12 leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">{value}</td>
            <td className="relative w-9 py-0.5 pr-1.5 text-right align-top whitespace-nowrap">
              <span className={cx("absolute top-0.5 z-1 inline-flex rounded-md bg-surface-1 opacity-0", lead ? "right-9" : "right-1.5", "group-focus-within/line:opacity-100 group-hover/line:opacity-100")}>
                {only && <IconButton icon={ListFilter} label={`Show only rows with this ${name}`} onClick={only} />}
                {copy !== undefined && <CopyIcon text={copy} label={`Copy ${name}`} />}
              </span>
              {lead && <IconButton icon={ArrowUpRight} label={lead.label} onClick={lead.go} className="text-accent" />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
