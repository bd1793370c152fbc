import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useState } from "react";
import type { Caution, ConnectionHealth, PreparedCall } from "@/api/contract";
import { Button } from "@/components/button";
import { Cautions } from "@/components/cautions";
import { EnvironmentLabel } from "@/components/environment";
import { Bound } from "./statement";

/** What is asked: a run for good, or a dry run that a rollback would not take back. */
export type Asked = "real" | "in_spite";

type Props = {
  asked: Asked | null;
  name: string;
  connection: ConnectionHealth;
  call: PreparedCall | undefined;
  cautions: Caution[];
  onRun: (confirm: string | null) => void;
  onClose: () => void;
};

/** Asked before anything that may stay; on production by the connection's name. */
export function RunDialog({ asked, onClose, ...rest }: Props) {
  return (
    <AlertDialog.Root open={asked !== null} onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <AlertDialog.Popup className="layer fixed top-[12vh] left-1/2 z-50 max-h-[76vh] w-160 max-w-[92vw] -translate-x-1/2 overflow-y-auto rounded-xl border border-line-2 bg-surface-1 p-4 shadow-layer outline-none">
          {asked && <Question asked={asked} {...rest} />}
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function Question({ asked, name, connection, call, cautions, onRun }: Omit<Props, "asked" | "onClose"> & { asked: Asked }) {
  const [typed, setTyped] = useState("");
  const production = connection.environment === "production";
  const sure = !production || typed === connection.name;
  const real = asked === "real";
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (sure) onRun(production ? typed : null);
      }}
    >
      <AlertDialog.Title className="flex flex-wrap items-center gap-2 text-15 font-semibold">
        {real ? `Run ${name} on ${connection.name}?` : `Run ${name} anyway?`}
        <EnvironmentLabel environment={connection.environment} small />
      </AlertDialog.Title>
      <AlertDialog.Description className="text-text-2">
        {real
          ? "What it does is committed and stays. Sluice cannot take it back. If the call fails, everything of it is rolled back."
          : "A dry run is rolled back, and here a rollback would not take everything back."}
      </AlertDialog.Description>
      {cautions.length > 0 && !real && <Cautions cautions={cautions} />}
      {call?.text && <Bound call={call} />}
      {production && (
        <label className="block text-text-2">
          This is production. Type <span className="mono font-medium text-text">{connection.name}</span> to go on.
          <input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" spellCheck={false} className="mono mt-1 h-8 w-full rounded-md border border-line-3 bg-surface-1 px-2 text-13 text-text" />
        </label>
      )}
      <div className="mt-1 flex justify-end gap-2">
        <AlertDialog.Close render={<Button>Do not run it</Button>} />
        <Button kind={production || !real ? "danger" : "primary"} type="submit" disabled={!sure} title={sure ? undefined : "Type the connection’s name first"}>
          {real ? `Run on ${connection.name}` : `Run on ${connection.name} anyway`}
        </Button>
      </div>
    </form>
  );
}
