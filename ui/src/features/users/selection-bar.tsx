import { Minus, Plus, UserCheck, UserX, X } from "lucide-react";
import { useState } from "react";
import type { Problem, UserChange, UserChoice, UserFormat, UserRow } from "@/api/contract";
import { toProblem } from "@/api/problem";
import { useCopiedUsers, useUserIds } from "@/api/users";
import { Button, IconButton } from "@/components/button";
import { formatCount } from "@/components/format";
import { type CopyForm, CopyMenu } from "@/components/grid/copy-menu";
import { type GridSelection, positions, selectedCount } from "@/components/grid/selection";
import { ProblemCard } from "@/components/problem";
import type { Asked, Person } from "@/components/user-change/words";
import { useActions } from "@/state/actions";
import { EntitlementPicker } from "./entitlement-picker";

/** So many users are changed by one wish at most; the program refuses more. */
const MOST = 10_000;

const FORMS: [UserFormat, string][] = [
  ["csv", "CSV"],
  ["json", "JSON"],
  ["insert", "INSERT statements"],
  ["scim", "SCIM users"],
];

type Props = {
  application: string;
  choice: UserChoice;
  selection: GridSelection;
  takenAt: number;
  row: (index: number) => UserRow | undefined;
  onAsk: (asked: Asked) => void;
  onClear: () => void;
};

/** What can be done with the users that are selected. */
export function SelectionBar({ application, choice, selection, takenAt, row, onAsk, onClear }: Props) {
  const idsOf = useUserIds();
  const [problem, setProblem] = useState<Problem | null>(null);
  const copy = useCopiedUsers();
  const [busy, setBusy] = useState(false);
  const count = selectedCount(selection);
  const tooMany = count > MOST ? `At most ${formatCount(MOST)} users are changed at once` : undefined;

  const ask = async (change: UserChange, names?: Map<string, string>) => {
    setBusy(true);
    setProblem(null);
    try {
      const seen = positions(selection, MOST).map(row);
      // Those whose page is here have a name; the others are asked for by their place.
      const people: Person[] = seen.every((user) => user !== undefined)
        ? seen.map((user) => ({ id: user.id, name: user.display }))
        : (await idsOf(application, choice, selection, takenAt)).map((id, at) => ({ id, name: seen[at]?.display ?? null }));
      onAsk({ change, people, names });
    } catch (cause) {
      setProblem(toProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  const off = tooMany ?? (busy ? "The selected users are being looked up" : undefined);
  const forms: CopyForm[] = FORMS.map(([format, title]) => ({
    id: format,
    title,
    text: async () => {
      const { text, left_out: leftOut } = await copy({ application, choice, ranges: selection.map(([from, to]) => [from, to]), takenAt, format });
      return { text, leftOut };
    },
  }));
  useActions([
    { id: "users.activate", title: "Activate the selected users…", group: "Users", icon: UserCheck, disabled: off, run: () => void ask({ what: "activate" }) },
    { id: "users.deactivate", title: "Deactivate the selected users…", group: "Users", icon: UserX, disabled: off, run: () => void ask({ what: "deactivate" }) },
  ]);
  return (
    <div role="region" aria-label="Selected users" className="border-t border-line bg-surface-2 px-3 py-1.5">
      {problem && <ProblemCard problem={problem} className="mb-2" />}
      <div className="flex flex-wrap items-center gap-1.5">
        <span role="status" className="num mr-1 font-medium">
          {formatCount(count)} selected
        </span>
        <Button icon={UserCheck} disabled={off !== undefined} title={off} onClick={() => void ask({ what: "activate" })}>
          Activate…
        </Button>
        <Button icon={UserX} disabled={off !== undefined} title={off} onClick={() => void ask({ what: "deactivate" })}>
          Deactivate…
        </Button>
        <EntitlementPicker application={application} icon={Plus} label="Assign…" verb="Assign…" disabled={off} onChoose={(entitlements, names) => void ask({ what: "assign", entitlements }, names)} />
        <EntitlementPicker application={application} icon={Minus} label="Revoke…" verb="Revoke…" disabled={off} onChoose={(entitlements, names) => void ask({ what: "revoke", entitlements }, names)} />
        <CopyMenu count={count} forms={forms} />
        <IconButton icon={X} label="Select none" onClick={onClear} className="ml-auto" />
      </div>
    </div>
  );
}
