import { Menu } from "@base-ui/react/menu";
import { FileDown } from "lucide-react";
import { toast } from "sonner";
import type { DocumentFormat, EntitlementUse, JsonValue } from "@/api/contract";
import { useFormatRows } from "@/api/data";
import { copyText } from "@/components/clipboard";
import { useSave } from "@/components/files";
import { plural } from "@/components/format";
import { LAYER } from "@/components/grid/column-menu";
import { columnName, type GridColumn } from "@/components/grid/columns";
import { tellProblem } from "@/components/problem-toast";
import { Tooltip } from "@/components/tooltip";

const FORMS: { format: DocumentFormat; title: string; extension: string; mime: string }[] = [
  { format: "csv", title: "CSV", extension: "csv", mime: "text/csv" },
  { format: "json", title: "JSON", extension: "json", mime: "application/json" },
];

type Props = { application: string; connection: string; columns: GridColumn<EntitlementUse>[]; entitlements: EntitlementUse[] };

/** Copies or saves the entitlements as they are filtered and put in order. They are all here already. */
export function TakeAway({ application, connection, columns, entitlements }: Props) {
  const format = useFormatRows(connection);
  const save = useSave();
  const made = columns.filter(({ value }) => value);
  const text = async (as: DocumentFormat) => {
    const rows = entitlements.map((entitlement) => made.map(({ value }): JsonValue => value?.(entitlement) ?? null));
    const headings = made.map((column) => ({ name: columnName(column), kind: "other" as const }));
    return (await format({ format: as, table: { schema: null, name: "ENTITLEMENTS" }, headings, rows })).text;
  };
  const run = (work: Promise<unknown>, words: string) =>
    work.then(
      () => toast.success(words),
      (cause: unknown) => tellProblem(`${plural(entitlements.length, "entitlement")} not copied or saved`, cause),
    );
  const count = plural(entitlements.length, "entitlement");
  return (
    <Menu.Root modal={false}>
      <Tooltip text="Copy or save">
        <Menu.Trigger
          aria-label="Copy or save"
          disabled={entitlements.length === 0 || connection === ""}
          className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-text-2 hover:bg-surface-2 hover:text-text disabled:opacity-50 data-popup-open:bg-surface-2"
        >
          <FileDown size={15} strokeWidth={1.75} aria-hidden />
        </Menu.Trigger>
      </Tooltip>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} className="z-50">
          <Menu.Popup className={LAYER}>
            {FORMS.map(({ format: as, title }) => (
              <Menu.Item key={`copy ${as}`} onClick={() => void run(text(as).then(copyText), `${count} copied as ${title}`)} className="flex min-h-7 items-center rounded-md px-2 outline-none data-highlighted:bg-surface-2">
                Copy {count} as {title}
              </Menu.Item>
            ))}
            {FORMS.map(({ format: as, title, extension, mime }) => (
              <Menu.Item
                key={`save ${as}`}
                onClick={() =>
                  void save(
                    text(as).then((content) => ({ name: `entitlements-${application}.${extension}`, mime, content })),
                    count,
                  )
                }
                className="flex min-h-7 items-center rounded-md px-2 outline-none data-highlighted:bg-surface-2"
              >
                Save {count} as {title}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
