import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { SimulatorTarget } from "@/api/contract";
import { useForgetRuns } from "@/api/simulator";
import { Button } from "@/components/button";
import { ProblemCard } from "@/components/problem";

/** Asked before the runs of a server are removed: what the next import is held against goes with them. */
export function ForgetDialog({ target, onDone, onClose }: { target: SimulatorTarget; onDone: () => void; onClose: () => void }) {
  const forget = useForgetRuns(target.reference);
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <AlertDialog.Popup className="layer fixed top-[20vh] left-1/2 z-50 flex w-120 max-w-[92vw] -translate-x-1/2 flex-col gap-3 rounded-xl border border-line-2 bg-surface-1 p-4 shadow-layer outline-none">
          <AlertDialog.Title className="text-15 font-semibold">Remove all runs against {target.name}?</AlertDialog.Title>
          <AlertDialog.Description className="text-text-2">The imported users are removed from the data folder, and the next import counts as the first. The server itself is not touched. This cannot be undone.</AlertDialog.Description>
          {forget.error && <ProblemCard problem={forget.error} />}
          <div className="flex justify-end gap-2">
            <AlertDialog.Close render={<Button>Keep them</Button>} />
            <Button kind="danger" disabled={forget.isPending} onClick={() => forget.mutate(undefined, { onSuccess: onDone })}>
              Remove the runs
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
