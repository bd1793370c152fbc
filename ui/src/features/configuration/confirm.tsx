import { AlertDialog } from "@base-ui/react/alert-dialog";
import { type ReactNode, useState } from "react";
import type { Problem } from "@/api/contract";
import { useOverview } from "@/api/queries";
import { Button } from "@/components/button";
import { ProblemCard } from "@/components/problem";

type Props = {
  title: string;
  children: ReactNode;
  /** what the button says */
  yes: string;
  /** what the other one says */
  no: string;
  danger?: boolean;
  pending: boolean;
  problem: Problem | null;
  onYes: () => void;
  onClose: () => void;
};

/** Asks before something that interrupts or ends something. On production the workspace's name is typed. */
export function Confirm({ title, children, yes, no, danger = false, pending, problem, onYes, onClose }: Props) {
  const workspace = useOverview().data?.workspace;
  const [typed, setTyped] = useState("");
  const production = workspace?.environment === "production";
  const sure = !production || typed === workspace.name;
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <AlertDialog.Popup className="layer fixed top-[18vh] left-1/2 z-50 w-120 max-w-[92vw] -translate-x-1/2 rounded-xl border border-line-2 bg-surface-1 p-4 shadow-layer outline-none">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (sure && !pending) onYes();
            }}
          >
            <AlertDialog.Title className="text-15 font-semibold">{title}</AlertDialog.Title>
            <AlertDialog.Description render={<div />} className="mt-1 flex flex-col gap-2 text-text-2">
              {children}
            </AlertDialog.Description>
            {production && (
              <label className="mt-3 block text-text-2">
                This is production. Type <span className="mono font-medium text-text">{workspace.name}</span> to go on.
                <input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" className="mono mt-1 h-8 w-full rounded-md border border-line-3 bg-surface-1 px-2 text-13 text-text" />
              </label>
            )}
            {problem && <ProblemCard problem={problem} className="mt-3" />}
            <div className="mt-4 flex justify-end gap-2">
              <AlertDialog.Close render={<Button>{no}</Button>} />
              <Button kind={danger ? "danger" : "primary"} type="submit" disabled={!sure || pending}>
                {yes}
              </Button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
