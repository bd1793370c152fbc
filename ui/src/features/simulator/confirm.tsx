import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useState } from "react";
import type { SimulatorTarget } from "@/api/contract";
import { Button } from "@/components/button";
import { EnvironmentLabel } from "@/components/environment";

type Props = { title: string; targets: SimulatorTarget[]; onSend: (confirmed: string[]) => void; onClose: () => void };

/** Asked before anything is written: it names the servers, and wants a production one's name typed. */
export function ConfirmDialog({ title, targets, onSend, onClose }: Props) {
  const [typed, setTyped] = useState<Record<string, string>>({});
  const asked = targets.filter(({ environment }) => environment === "production");
  const sure = asked.every(({ confirm }) => typed[confirm] === confirm);
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <AlertDialog.Popup className="layer fixed top-[18vh] left-1/2 z-50 w-130 max-w-[92vw] -translate-x-1/2 rounded-xl border border-line-2 bg-surface-1 p-4 shadow-layer outline-none">
          <form
            className="flex flex-col gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              if (sure) onSend(asked.map(({ confirm }) => confirm));
            }}
          >
            <AlertDialog.Title className="text-15 font-semibold">{title}</AlertDialog.Title>
            <AlertDialog.Description className="text-text-2">The calls are sent for real, as the provider sends them. What they change stays: the provider never deletes, so a user who was created ends inactive and is still there.</AlertDialog.Description>
            <ul className="flex flex-col gap-1.5">
              {targets.map(({ name, url, environment }) => (
                <li key={url} className="flex items-center gap-2">
                  <EnvironmentLabel environment={environment} small />
                  <span className="shrink-0 font-medium">{name}</span>
                  <span className="selectable mono min-w-0 truncate text-12 text-text-2">{url}</span>
                </li>
              ))}
            </ul>
            {asked.map(({ confirm, name }) => (
              <label key={name} className="block text-text-2">
                {name} is production. Type <span className="mono font-medium text-text">{confirm}</span> to go on.
                <input
                  value={typed[confirm] ?? ""}
                  onChange={(event) => setTyped((before) => ({ ...before, [confirm]: event.target.value }))}
                  autoComplete="off"
                  spellCheck={false}
                  className="mono mt-1 h-8 w-full rounded-md border border-line-3 bg-surface-1 px-2 text-13 text-text"
                />
              </label>
            ))}
            <div className="mt-1 flex justify-end gap-2">
              <AlertDialog.Close render={<Button>Do not send</Button>} />
              <Button kind={asked.length > 0 ? "danger" : "primary"} type="submit" disabled={!sure} title={sure ? undefined : "Type the name first"}>
                Send for real
              </Button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
