import type { Dialect, ObjectName, ProcedureDetail } from "@/api/contract";
import { CopyIcon } from "@/components/copy";
import { SqlEditor } from "@/components/editor/editor";
import { qualified } from "./types";

type Props = { overload: ProcedureDetail["overloads"][number]; detail: ProcedureDetail; dialect: Dialect };

/** The text of a routine, and what its words say that it touches. */
export function Source({ overload, detail, dialect }: Props) {
  const { routine, signature } = overload;
  return (
    <div className="flex flex-col gap-3 p-3">
      <dl className="grid grid-cols-[minmax(72px,auto)_minmax(0,1fr)] gap-x-3 gap-y-1 text-12">
        <Fact name="Signature">
          <span className="mono selectable [overflow-wrap:anywhere]">{signature}</span>
        </Fact>
        {routine.comment && <Fact name="Comment">{routine.comment}</Fact>}
        {routine.security && <Fact name="Runs as">{routine.security === "definer" ? "its owner (definer)" : routine.security === "invoker" ? "whoever calls it (invoker)" : routine.security}</Fact>}
        <Fact name="Writes">{names(detail.writes)}</Fact>
        <Fact name="Reads">{names(detail.reads)}</Fact>
      </dl>
      {routine.source ? (
        <div className="relative">
          <SqlEditor label={`Source of ${routine.name.name}`} value={routine.source} dialect={dialect} readOnly />
          <span className="absolute top-1 right-1">
            <CopyIcon text={routine.source} label="Copy the source" />
          </span>
        </div>
      ) : (
        <p className="text-text-2">The source cannot be read by this account.</p>
      )}
    </div>
  );
}

const names = (objects: ObjectName[]) => (objects.length === 0 ? <span className="text-text-3">nothing that its words name</span> : <span className="mono selectable">{objects.map(qualified).join(", ")}</span>);

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-text-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
