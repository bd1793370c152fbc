import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog } from "@base-ui/react/dialog";
import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import type { Problem } from "@/api/contract";
import { useOnDisk, useTake } from "@/api/operations";
import { Button } from "./button";
import { TextDiff } from "./editor/editor";
import { ProblemCard } from "./problem";
import { SkeletonLines } from "./skeleton";
import { toldInUse } from "./undo";

const POPUP = "layer fixed left-1/2 z-50 max-w-[92vw] -translate-x-1/2 rounded-xl border border-line-2 bg-surface-1 p-4 shadow-layer outline-none";
const BACKDROP = "layer fixed inset-0 z-40 bg-veil";

/** A change that was refused. Where somebody else changed the file, the difference is shown and theirs can be taken. */
export function Refused({ problem, className }: { problem: Problem; className?: string }) {
  const [open, setOpen] = useState(false);
  return (
    <div className={className}>
      <ProblemCard problem={problem} />
      {problem.code === "configuration.elsewhere" && (
        <Button onClick={() => setOpen(true)} className="mt-2">
          Show the difference
        </Button>
      )}
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Portal>
          <Dialog.Backdrop className={BACKDROP} />
          <Dialog.Popup className={`${POPUP} top-[8vh] flex max-h-[84vh] w-240 flex-col gap-3`}>{open && <Difference close={() => setOpen(false)} />}</Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </div>
  );
}

function Difference({ close }: { close: () => void }) {
  const disk = useOnDisk(true);
  const take = useTake();
  return (
    <>
      <Dialog.Title className="text-15 font-semibold">The file was changed by somebody else</Dialog.Title>
      <Dialog.Description className="text-text-2">What you changed here and did not save stays, and can be saved on top of theirs.</Dialog.Description>
      {disk.error ? <ProblemCard problem={disk.error} onRetry={() => void disk.refetch()} /> : !disk.data ? <SkeletonLines /> : <TextDiff before={disk.data.in_use} after={disk.data.on_disk} beforeLabel="In use" afterLabel="In the file" className="max-h-[52vh]" />}
      {disk.data?.problem && <ProblemCard problem={disk.data.problem} />}
      {take.error && <ProblemCard problem={take.error} />}
      <div className="flex justify-end gap-2">
        <Dialog.Close render={<Button>Leave it</Button>} />
        <Button
          kind="primary"
          disabled={!disk.data?.elsewhere || disk.data.problem !== null || take.isPending}
          onClick={() =>
            take.mutate(undefined, {
              onSuccess: (inUse) => {
                toldInUse("Their configuration is in use", inUse);
                close();
              },
            })
          }
        >
          {take.isPending ? "Taking it" : "Use theirs"}
        </Button>
      </div>
    </>
  );
}

/** On production a change of what runs there is asked about by the connection's name. */
export function ConfirmChange({ connection, what, onYes, onClose }: { connection: { name: string }; what: string; onYes: () => void; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const sure = typed === connection.name;
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={BACKDROP} />
        <AlertDialog.Popup className={`${POPUP} top-[20vh] w-110`}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (!sure) return;
              onYes();
              onClose();
            }}
          >
            <AlertDialog.Title className="text-15 font-semibold">{what} on {connection.name}?</AlertDialog.Title>
            <AlertDialog.Description className="mt-1 text-text-2">This is production: the provider’s next request runs it there. The previous version can be brought back from the history.</AlertDialog.Description>
            <label className="mt-3 block text-text-2">
              Type <span className="mono font-medium text-text">{connection.name}</span> to go on.
              <input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" className="mono mt-1 h-8 w-full rounded-md border border-line-3 bg-surface-1 px-2 text-13 text-text" />
            </label>
            <div className="mt-4 flex justify-end gap-2">
              <AlertDialog.Close render={<Button>Leave it as it is</Button>} />
              <Button kind="primary" type="submit" disabled={!sure}>
                Use it on production
              </Button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

type LeaveProps = {
  dirty: boolean;
  count: number;
  onDiscard: () => void;
  /** whether another address of the same screen would lose it too; `current` and `next` are the searches */
  within?: (current: unknown, next: unknown) => boolean;
};

/** Leaving the screen, or the page, with something unsaved asks first. */
export function LeaveGuard({ dirty, count, onDiscard, within }: LeaveProps) {
  const blocker = useBlocker({ shouldBlockFn: ({ current, next }) => dirty && (current.pathname !== next.pathname || (within?.(current.search, next.search) ?? false)), enableBeforeUnload: dirty, withResolver: true });
  return (
    <AlertDialog.Root open={blocker.status === "blocked"} onOpenChange={(open) => !open && blocker.reset?.()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={BACKDROP} />
        <AlertDialog.Popup className={`${POPUP} top-[20vh] w-110`}>
          <AlertDialog.Title className="text-15 font-semibold">Leave without saving?</AlertDialog.Title>
          <AlertDialog.Description className="mt-1 text-text-2">{count === 1 ? "One change was" : `${count} changes were`} not saved and would be lost.</AlertDialog.Description>
          <div className="mt-4 flex justify-end gap-2">
            <AlertDialog.Close render={<Button>Stay</Button>} />
            <Button
              kind="danger"
              onClick={() => {
                // The way on first: without anything to be lost there is no blocker that could let it go.
                if (blocker.status !== "blocked") return;
                blocker.proceed();
                onDiscard();
              }}
            >
              Leave and lose them
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
