import { useState } from "react";
import type { Caution } from "@/api/contract";
import { Button } from "@/components/button";
import { Cautions } from "@/components/cautions";

type Props = { cautions: Caution[]; connection: string; production: boolean; onInSpite: ((typed: string | null) => void) | undefined };

/** A rollback that cannot hold is no dry run: it is run on a second word only, and on production by the connection's name. */
export function InSpite({ cautions, connection, production, onInSpite }: Props) {
  const [typed, setTyped] = useState("");
  const sure = onInSpite !== undefined && (!production || typed === connection);
  return (
    <form
      className="flex flex-col gap-2 rounded-lg border border-bad-line bg-bad-soft p-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (sure) onInSpite?.(production ? typed : null);
      }}
    >
      <p className="font-semibold">A rollback would not take everything back, so nothing was run.</p>
      <div className="bg-surface-1">
        <Cautions cautions={cautions} />
      </div>
      {production && (
        <label className="block text-text-2">
          This is production. Type <span className="mono font-medium text-text">{connection}</span> to go on.
          <input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" className="mono mt-1 h-7 w-full rounded-md border border-line-3 bg-surface-1 px-2 text-12 text-text" />
        </label>
      )}
      <Button kind="danger" type="submit" disabled={!sure} className="self-start">
        Run on {connection} anyway
      </Button>
    </form>
  );
}
