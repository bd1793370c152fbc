import { ArrowRightLeft, ListChecks, LockKeyhole } from "lucide-react";
import type { Checked, MappedOperation, MappedParameter } from "@/api/contract";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CopyIcon } from "@/components/copy";
import { cx } from "@/components/cx";
import { Empty } from "@/components/empty";
import { OPERATIONS } from "@/components/operations";
import { Sql } from "@/components/sql";
import { Status } from "@/components/status";
import { Value } from "@/components/value";
import { FindingList } from "./findings";

const SOURCE: Record<MappedParameter["source"], string> = { field: "Field", constant: "Constant", out: "Out value", cursor: "Cursor" };

type Props = { mapped: MappedOperation; checked: Checked | undefined; checking: boolean; onCheck: () => void };

/** What an operation runs, as the configuration says it, and what the check found of it. */
export function MappingTab({ mapped, checked, checking, onCheck }: Props) {
  const { mapping, operation } = mapped;
  const found = checked?.findings.filter((finding) => finding.operation === operation) ?? [];
  return (
    <div className="flex flex-col gap-3 p-3">
      {mapping ? (
        <StatementText title="Statement" text={mapping.statement} />
      ) : (
        <div className="h-44">
          <Empty icon={ArrowRightLeft} title={mapped.optional ? "Optional, and not mapped" : "Not mapped"}>
            {mapped.optional ? "Nothing is missing without it." : "A request that needs this operation fails."} A mapping is added in the configuration file.
          </Empty>
        </div>
      )}
      <Card
        title="Check"
        actions={
          checked && found.length === 0 && mapping ? (
            <Status tone="ok">Nothing found</Status>
          ) : (
            !checked && (
              <Button kind="quiet" icon={ListChecks} disabled={checking} onClick={onCheck}>
                {checking ? "Checking" : "Check the mappings"}
              </Button>
            )
          )
        }
      >
        {found.length > 0 ? (
          <FindingList findings={found} label={`Findings for ${OPERATIONS[operation]}`} />
        ) : (
          <p className="px-3 py-2 text-text-2">
            {!mapping ? "There is nothing to compare." : checked ? "The check compared it with the live database." : "Not checked against the live database yet."}
          </p>
        )}
      </Card>
      {mapping && mapping.parameters.length > 0 && <Parameters parameters={mapping.parameters} />}
      {mapping?.parameters.length === 0 && <p className="px-3 text-text-2">The statement takes no parameters.</p>}
      {mapping?.import && <StatementText title="Statement for everybody at once" note="used by an import" text={mapping.import} />}
    </div>
  );
}

function StatementText({ title, note, text }: { title: string; note?: string; text: string }) {
  return (
    <Card title={title} note={note} actions={<CopyIcon text={text} label={`Copy: ${title}`} />}>
      <Sql text={text} />
    </Card>
  );
}

const HEAD = "h-7 border-b border-line px-3 text-left text-11 font-medium text-text-3";
const CELL = "h-7 border-b border-line px-3 text-12";

function Parameters({ parameters }: { parameters: MappedParameter[] }) {
  return (
    <div className="overflow-x-auto rounded-lg border border-line [&_tr:last-child_td]:border-b-0">
      <table aria-label="Parameters" className="w-full">
        <thead>
          <tr>
            <th scope="col" className={cx(HEAD, "w-10 text-right")}>
              ?
            </th>
            <th scope="col" className={cx(HEAD, "w-28")}>
              From
            </th>
            <th scope="col" className={HEAD}>
              Field or value
            </th>
          </tr>
        </thead>
        <tbody>
          {parameters.map(({ position, source, text, secret }) => (
            <tr key={position} className="hover:bg-surface-2">
              <td className={cx(CELL, "num text-right text-text-3")}>{position}</td>
              <td className={cx(CELL, "text-text-2")}>{SOURCE[source]}</td>
              <td className={cx(CELL, "selectable")}>
                <span className="flex items-center gap-2">
                  <span className="mono [overflow-wrap:anywhere]">
                    <Value value={text} />
                  </span>
                  {secret && <SecretMark />}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Says that a field's values are never shown or recorded. */
export function SecretMark() {
  return (
    <span className="inline-flex items-center gap-1 font-sans text-11 text-text-3" title="Never shown or recorded">
      <LockKeyhole size={12} aria-hidden />
      secret
    </span>
  );
}
