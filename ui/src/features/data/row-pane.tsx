import { ArrowDownLeft, X } from "lucide-react";
import type { ObjectName, Reference, RelationDetail, RowQuery } from "@/api/contract";
import { type DataRow, useRowCount, useWholeRow } from "@/api/data";
import { IconButton } from "@/components/button";
import { formatCount } from "@/components/format";
import { filterFor, type GridFilter } from "@/components/grid/filters";
import { ProblemCard } from "@/components/problem";
import { ProblemWord } from "@/components/problem-word";
import { RowForm, type RowField } from "@/components/row-form";
import { Skeleton, SkeletonLines } from "@/components/skeleton";
import { plainValue } from "@/components/value";
import { CellValue, filterKind, isSecret, type Lead, leadOf } from "./columns";

type Props = {
  connection: string;
  detail: RelationDetail;
  query: RowQuery;
  index: number;
  /** the row as the grid has it; undefined where it is not there yet */
  row: DataRow | undefined;
  onLead: (lead: Lead) => void;
  onOnly: (filter: GridFilter) => void;
  onGo: (relation: ObjectName, filters: GridFilter[]) => void;
  onClose: () => void;
};

/** A row with all its values, where they lead, and what leads to it. */
export function RowPane({ connection, detail, query, index, row, onLead, onOnly, onGo, onClose }: Props) {
  // The grid has the beginnings of long values only, and none of a row that is far away.
  const whole = useWholeRow(connection, query, index, row === undefined || row.cut.size > 0);
  const shown = whole.data ?? row;
  return (
    <>
      <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-3">
        <h2 className="num min-w-0 truncate font-semibold">
          Row {formatCount(index + 1)} <span className="font-normal text-text-2">of {detail.relation.name.name}</span>
        </h2>
        <span className="ml-auto">
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </span>
      </header>
      <div className="min-h-0 flex-1 overflow-auto">
        {whole.error && <ProblemCard problem={whole.error} onRetry={() => void whole.refetch()} className="m-3" />}
        {whole.data === null && <p className="p-3 text-text-2">This row is not there any more.</p>}
        {!shown && !whole.error && whole.data !== null && <SkeletonLines lines={10} />}
        {shown && (
          <>
            <RowForm label={`Row ${index + 1}`} fields={fieldsOf(detail, shown, onLead, onOnly)} />
            {detail.referencedBy.length > 0 && <ReferencedBy connection={connection} detail={detail} row={shown} onGo={onGo} />}
          </>
        )}
      </div>
    </>
  );
}

function fieldsOf(detail: RelationDetail, row: DataRow, onLead: Props["onLead"], onOnly: Props["onOnly"]): RowField[] {
  const { relation, key } = detail;
  return relation.columns.map((column, at): RowField => {
    const value = row.cells[at] ?? null;
    const secret = isSecret(detail, column.name);
    const cut = row.cut.get(at);
    const foreign = relation.foreignKeys.find(({ columns }) => columns.includes(column.name));
    const lead = foreign ? leadOf(detail, foreign, row.cells) : null;
    const filter = secret || cut !== undefined ? null : filterFor(column.name, filterKind(column.dataType.kind), value);
    return {
      name: column.name,
      type: column.dataType.text,
      isKey: key?.includes(column.name),
      value: <CellValue column={column} value={value} secret={secret} cut={cut} />,
      copy: secret || value === null || cut !== undefined ? undefined : plainValue(value),
      lead: lead ? { label: `Go to the row of ${lead.key.target.name}`, go: () => onLead(lead) } : undefined,
      only: filter ? () => onOnly(filter) : undefined,
    };
  });
}

/** The rows of other tables that mean this one. */
function ReferencedBy({ connection, detail, row, onGo }: { connection: string; detail: RelationDetail; row: DataRow; onGo: Props["onGo"] }) {
  return (
    <section aria-label="Referenced by" className="p-3">
      <h3 className="mb-1.5 font-semibold">Referenced by</h3>
      <ul className="overflow-hidden rounded-lg border border-line">
        {detail.referencedBy.map((reference) => (
          <Referring key={`${reference.from.schema}.${reference.from.name}.${reference.key.name}`} connection={connection} detail={detail} reference={reference} row={row} onGo={onGo} />
        ))}
      </ul>
    </section>
  );
}

function Referring({ connection, detail, reference, row, onGo }: { connection: string; detail: RelationDetail; reference: Reference; row: DataRow; onGo: Props["onGo"] }) {
  const { from, key } = reference;
  const lead = leadOf(detail, { ...key, columns: key.targetColumns }, row.cells);
  const filters: GridFilter[] = lead ? key.columns.map((column, at) => ({ column, operator: "equals", values: [lead.values[at] ?? ""] })) : [];
  const query: RowQuery = { relation: from, conditions: filters, sort: [] };
  const counted = useRowCount(connection, query, lead !== null);
  const name = from.schema && from.schema !== detail.relation.name.schema ? `${from.schema}.${from.name}` : from.name;
  const rows = counted.data?.rows;
  return (
    <li className="flex items-center border-b border-line last:border-b-0">
      <button type="button" disabled={!lead} onClick={() => onGo(from, filters)} className="flex min-h-8 min-w-0 flex-1 items-center gap-2 px-3 text-left -outline-offset-2 enabled:hover:bg-surface-2">
        <ArrowDownLeft size={14} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-3" />
        <span className="min-w-0 truncate">
          <span className="mono text-12">{name}</span> <span className="text-12 text-text-3">by {key.columns.join(", ")}</span>
        </span>
        <span className="num ml-auto shrink-0 text-text-2">
          {!lead ? "no value" : counted.error ? null : rows === undefined ? <Skeleton className="w-6" /> : formatCount(rows)}
        </span>
      </button>
      {counted.error && (
        <ProblemWord problem={counted.error} onRetry={() => void counted.refetch()} className="mr-3 shrink-0 text-12">
          Not counted
        </ProblemWord>
      )}
    </li>
  );
}
