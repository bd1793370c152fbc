import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useState } from "react";
import { toast } from "sonner";
import { useEndpointControl, useOverview } from "@/api/queries";
import { useShell } from "@/state/shell";
import { Button } from "../button";
import { ProblemCard } from "../problem";

/** Stopping cuts the provider off, so it is asked about, and on production by the workspace's name. */
export function StopDialog() {
  const { stopAsked, askStop } = useShell();
  return (
    <AlertDialog.Root open={stopAsked} onOpenChange={askStop}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <AlertDialog.Popup className="layer fixed top-[20vh] left-1/2 z-50 w-110 max-w-[92vw] -translate-x-1/2 rounded-xl border border-line-2 bg-surface-1 p-4 shadow-layer outline-none">
          {stopAsked && <Question close={() => askStop(false)} />}
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function Question({ close }: { close: () => void }) {
  const overview = useOverview().data;
  const control = useEndpointControl();
  const [typed, setTyped] = useState("");
  const name = overview?.workspace.name ?? "";
  const production = overview?.workspace.environment === "production";
  const sure = !production || typed === name;
  const stop = () =>
    control.mutate("stop", {
      onSuccess: () => {
        close();
        toast.success("The endpoint is stopped");
      },
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (sure) stop();
      }}
    >
      <AlertDialog.Title className="text-15 font-semibold">Stop the endpoint of {name}?</AlertDialog.Title>
      <AlertDialog.Description className="mt-1 text-text-2">
        The provider’s calls to {overview?.endpoint.address ? `https://${overview.endpoint.address}` : "it"} will fail until it starts again.
      </AlertDialog.Description>
      {production && (
        <label className="mt-3 block text-text-2">
          This is production. Type <span className="mono font-medium text-text">{name}</span> to go on.
          <input
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
            className="mono mt-1 h-8 w-full rounded-md border border-line-3 bg-surface-1 px-2 text-13 text-text"
          />
        </label>
      )}
      {control.error && <ProblemCard problem={control.error} className="mt-3" />}
      <div className="mt-4 flex justify-end gap-2">
        <AlertDialog.Close render={<Button>Keep it running</Button>} />
        <Button kind="danger" type="submit" disabled={!sure || control.isPending}>
          Stop the endpoint
        </Button>
      </div>
    </form>
  );
}
