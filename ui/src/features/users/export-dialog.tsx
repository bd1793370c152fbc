import type { UserChoice, UserFormat } from "@/api/contract";
import { useUserExport } from "@/api/users";
import { type ExportFormat, ExportFrame, ExportSteps } from "@/components/export-dialog";
import { plural } from "@/components/format";

const FORMATS: ExportFormat<UserFormat>[] = [
  { id: "csv", title: "CSV", note: "The raw rows, for spreadsheets. A text that a spreadsheet would run as a formula gets an apostrophe before it." },
  { id: "json", title: "JSON", note: "The raw rows as one array of objects." },
  { id: "ndjson", title: "JSON, one object a line", note: "The raw rows for programs that read as they go." },
  { id: "insert", title: "INSERT statements", note: "For the table that Get user by ID reads, in the words of this database." },
  { id: "scim", title: "SCIM users", note: "As the provider gets them, with their entitlements." },
];

type Props = { open: boolean; application: string; choice: UserChoice; users: number; /** columns that are left out */ secret: string[]; onClose: () => void };

/** Takes all users of the list to a file, with its search, its filters and its order. */
export function ExportDialog({ open, ...rest }: Props) {
  return (
    <ExportFrame open={open} onClose={rest.onClose}>
      <Content {...rest} />
    </ExportFrame>
  );
}

function Content({ application, choice, users, secret, onClose }: Omit<Props, "open">) {
  const work = useUserExport(application, choice);
  const narrowed = choice.search !== "" || choice.filters.length > 0;
  return (
    <ExportSteps title={`Export ${plural(users, "user")}`} formats={FORMATS} work={work} noun="user" total={users} secret={secret} onClose={onClose}>
      {narrowed ? "Those that match the search and the filters" : "All of them"}, of the application {application}
      {choice.sort.length > 0 && ", in the order of the list"}.
    </ExportSteps>
  );
}
