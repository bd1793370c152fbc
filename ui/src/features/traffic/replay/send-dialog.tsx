import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useState } from "react";
import type { ConnectionHealth, ReplayPlan } from "@/api/contract";
import { Button } from "@/components/button";
import { EnvironmentLabel } from "@/components/environment";

type Props = { plan: ReplayPlan; connection: ConnectionHealth; onSend: (confirmed: string | null) => void; onClose: () => void };

/** What is sent for real stays: the request, the user and the connection are named, and on production the connection's name is typed. */
export function SendDialog({ plan, connection, onSend, onClose }: Props) {
  const [typed, setTyped] = useState("");
  const production = connection.environment === "production";
  const asks = production && plan.writes;
  const sure = !asks || typed === connection.name;
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <AlertDialog.Popup className="layer fixed top-[20vh] left-1/2 z-50 w-120 max-w-[92vw] -translate-x-1/2 rounded-xl border border-line-2 bg-surface-1 p-4 shadow-layer outline-none">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (sure) onSend(asks ? typed : null);
            }}
          >
            <AlertDialog.Title className="text-15 font-semibold">
              {plan.title}
              {plan.subject ? ` ${plan.subject}` : ""} on {connection.name}?
            </AlertDialog.Title>
            <AlertDialog.Description className="mt-1 text-text-2">
              {plan.writes
                ? "The request runs for real: what it changes stays. It is recorded in Traffic with the exchange that it repeats."
                : "The request runs for real. It only reads, and is recorded in Traffic with the exchange that it repeats."}
            </AlertDialog.Description>
            <p className="mt-3 flex items-center gap-2">
              <EnvironmentLabel environment={connection.environment} small />
              <span className="font-medium">{connection.name}</span>
              <span className="selectable truncate text-text-2">{connection.address}</span>
            </p>
            <p className="selectable mono mt-2 text-12 text-text-2 [overflow-wrap:anywhere]">
              {plan.method} {plan.path}
            </p>
            {asks && (
              <label className="mt-3 block text-text-2">
                This is production. Type <span className="mono font-medium text-text">{connection.name}</span> to go on.
                <input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" className="mono mt-1 h-8 w-full rounded-md border border-line-3 bg-surface-1 px-2 text-13 text-text" />
              </label>
            )}
            <div className="mt-4 flex justify-end gap-2">
              <AlertDialog.Close render={<Button>Do not send</Button>} />
              <Button kind={plan.writes ? "danger" : "primary"} type="submit" disabled={!sure}>
                Send for real
              </Button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
