import { Dialog } from "@base-ui/react/dialog";
import { LogIn } from "lucide-react";
import { useRef, useSyncExternalStore } from "react";
import type { Problem } from "@/api/contract";
import { CopyIcon } from "@/components/copy";
import type { Host } from "@/host";

const nothing = () => () => undefined;
const nobody = () => null;

/**
 * Covers the screens of somebody who is not logged in, and leaves them as they are: who comes back through another tab finds
 * what was typed.
 */
export function LoggedOut({ host }: { host: Host }) {
  const why = useSyncExternalStore<Problem | null>(host.loggedOut?.subscribe ?? nothing, host.loggedOut?.why ?? nobody);
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open={why !== null} modal>
      <Dialog.Portal>
        <Dialog.Popup ref={popup} initialFocus={popup} className="fixed inset-0 z-50 flex flex-col items-center justify-center gap-3 bg-surface-0 p-8 text-center text-13 outline-none">
          <LogIn size={24} strokeWidth={1.5} aria-hidden className="text-text-3" />
          <Dialog.Title className="text-18 font-semibold">Log in to Sluice</Dialog.Title>
          <Dialog.Description className="max-w-120 text-balance text-text-2">{why?.message}</Dialog.Description>
          <p className="max-w-120 text-balance text-text-2">
            On the machine where Sluice runs, as the account that runs it, print a link. It works once, for ten minutes, and may be opened in another tab of this browser.
          </p>
          <p className="mt-1 flex items-center gap-2 rounded-md border border-line-2 bg-surface-1 py-1 pr-1 pl-3">
            <code className="mono text-12">sluice-server console --data-dir FOLDER</code>
            <CopyIcon text="sluice-server console --data-dir " label="Copy the command" />
          </p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
