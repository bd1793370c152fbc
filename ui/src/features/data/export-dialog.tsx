import type { DocumentFormat, RowQuery } from "@/api/contract";
import { useRowsExport } from "@/api/data";
import { type ExportFormat, ExportFrame, ExportSteps } from "@/components/export-dialog";
import { plural } from "@/components/format";

const FORMATS: ExportFormat<DocumentFormat>[] = [
  { id: "csv", title: "CSV", note: "For spreadsheets. A text that a spreadsheet would run as a formula gets an apostrophe before it." },
  { id: "json", title: "JSON", note: "One array of objects. Large numbers and decimals are texts, so that they stay exact." },
  { id: "ndjson", title: "JSON, one object a line", note: "For programs that read as they go." },
  { id: "insert", title: "INSERT statements", note: "In the words of this database." },
];

type Props = { open: boolean; connection: string; table: string; query: RowQuery; /** rows as far as known */ rows: number | null; secret: string[]; onClose: () => void };

/** Takes all rows of the grid to a file, with its filters and its order. */
export function ExportDialog({ open, ...rest }: Props) {
  return (
    <ExportFrame open={open} onClose={rest.onClose}>
      <Content {...rest} />
    </ExportFrame>
  );
}

function Content({ connection, table, query, rows, secret, onClose }: Omit<Props, "open">) {
  const work = useRowsExport(connection, query);
  const conditions = query.conditions.length;
  return (
    <ExportSteps title={`Export the rows of ${table}`} formats={FORMATS} work={work} noun="row" total={rows} secret={secret} onClose={onClose}>
      {rows === null ? "All rows" : plural(rows, "row")}
      {conditions > 0 && ` under ${plural(conditions, "filter")}`}, from {connection}
      {query.sort.length > 0 && ", in the order of the grid"}.
    </ExportSteps>
  );
}
