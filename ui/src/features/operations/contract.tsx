import type { Operation, RowContract, Settings } from "@/api/contract";
import { Button } from "@/components/button";
import { CONTRACT, type MappingDraft } from "./model";

const NULLS: Record<Settings["absentFields"], string> = { keep: "keeps what the row has", null: "becomes NULL" };

type Props = { operation: Operation; draft: MappingDraft; writes: boolean; settings: Settings; onRows: (rows: RowContract | null) => void; onSettings: () => void };

/** How many rows it must change, and what absent, NULL and the id mean here: the last two belong to the whole application. */
export function Contract({ operation, draft, writes, settings, onRows, onSettings }: Props) {
  const entitlement = operation === "add_entitlement" || operation === "remove_entitlement";
  const usual: RowContract = entitlement ? "any" : "one";
  const counted = writes && draft.kind === "sql";
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 rounded-lg border border-line px-3 py-2 text-text-2">
      {counted ? (
        <label className="flex items-center gap-2">
          Rows touched must be
          <select
            value={draft.rows ?? ""}
            onChange={(event) => onRows(event.target.value === "" ? null : (event.target.value as RowContract))}
            className="h-6 rounded-md border border-line-3 bg-surface-1 px-1 text-12 font-medium text-text"
          >
            <option value="">{CONTRACT[usual]} (usual)</option>
            {(Object.keys(CONTRACT) as RowContract[]).filter((rows) => rows !== usual || draft.rows === usual).map((rows) => (
              <option key={rows} value={rows}>
                {CONTRACT[rows]}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <span>
          {writes ? "Rows are not counted inside a procedure: " : "Rows touched: "}
          <b className="font-semibold text-text">{writes ? "what it did is read back" : "none, it only reads"}</b>
        </span>
      )}
      <span>
        The user’s id is <b className="mono text-12 font-semibold text-text">{settings.userIdColumn}</b>
      </span>
      {operation === "update_user" && (
        <span>
          What a request leaves out <b className="font-semibold text-text">{NULLS[settings.absentFields]}</b>
        </span>
      )}
      {(operation === "activate_user" || operation === "deactivate_user") && settings.statusColumn && (
        <span>
          Active is <b className="mono text-12 font-semibold text-text">{settings.statusColumn}</b> = <b className="mono text-12 font-semibold text-text">{settings.activeValue.join(" or ")}</b>
        </span>
      )}
      {(entitlement || operation === "get_all_entitlements" || operation === "get_user_entitlements") && (
        <span>
          An entitlement’s id is <b className="mono text-12 font-semibold text-text">{settings.entitlementIdColumn}</b>, shown as <b className="mono text-12 font-semibold text-text">{settings.entitlementDisplayColumn}</b>
        </span>
      )}
      <Button kind="quiet" onClick={onSettings} className="ml-auto">
        Columns and values
      </Button>
    </div>
  );
}
