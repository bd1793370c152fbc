import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useId, useState } from "react";
import { useRemoveApplication, useRemoveConnection } from "@/api/connections";
import type { ApplicationRow, ConnectionRow, InUse } from "@/api/contract";
import { useUndo } from "@/api/operations";
import { Button } from "@/components/button";
import { EnvironmentLabel } from "@/components/environment";
import { plural } from "@/components/format";
import { Refused } from "@/components/save";
import { toldInUse } from "@/components/undo";
import { INPUT } from "./fields";

type Props = { what: { connection: ConnectionRow } | { application: ApplicationRow; on: ConnectionRow | undefined }; onRemoved: () => void; onClose: () => void };

/** Says what would go, and what stays; on production it is asked for by name. */
export function RemoveDialog({ what, onRemoved, onClose }: Props) {
  const connection = "connection" in what ? what.connection : undefined;
  const application = "application" in what ? what.application : undefined;
  const name = connection?.name ?? application?.name ?? "";
  const target = connection ?? ("on" in what ? what.on : undefined);
  const production = target?.settings.environment === "production";
  const used = connection?.usedBy ?? [];
  const [typed, setTyped] = useState("");
  const [forget, setForget] = useState(false);
  const removeConnection = useRemoveConnection();
  const removeApplication = useRemoveApplication();
  const undo = useUndo(`${name} is there again`);
  const id = useId();
  const sure = used.length === 0 && (!production || typed === name);
  const pending = removeConnection.isPending || removeApplication.isPending;
  const problem = removeConnection.error ?? removeApplication.error;
  const done = {
    onSuccess: (inUse: InUse) => {
      toldInUse(`Removed: ${name}`, inUse, () => undo.mutate());
      onRemoved();
    },
  };
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <AlertDialog.Popup className="layer fixed top-[18vh] left-1/2 z-50 w-120 max-w-[92vw] -translate-x-1/2 rounded-xl border border-line-2 bg-surface-1 p-4 shadow-layer outline-none">
          <form
            className="flex flex-col gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              if (!sure || pending) return;
              if (connection) removeConnection.mutate({ name, forgetPassword: forget }, done);
              else removeApplication.mutate({ name }, done);
            }}
          >
            <div className="flex items-center gap-2">
              <AlertDialog.Title className="text-15 font-semibold">
                Remove the {connection ? "connection" : "application"} {name}?
              </AlertDialog.Title>
              {target && <EnvironmentLabel environment={target.settings.environment} small />}
            </div>
            <AlertDialog.Description className="text-text-2">
              {connection
                ? used.length > 0
                  ? `It is used by ${used.join(" and ")}. Give ${used.length === 1 ? "it" : "them"} another connection first, or remove ${used.length === 1 ? "it" : "them"}.`
                  : `${connection.address} is no longer reached from here. Nothing in the database is changed, and no application uses it.`
                : `The provider’s requests to ${name} are refused from then on, and ${plural(application?.mapped ?? 0, "mapping")} ${application?.mapped === 1 ? "goes" : "go"} with it. Nothing in ${target ? `the database of ${target.name}` : "a database"} is changed.`}
            </AlertDialog.Description>
            {problem && <Refused problem={problem} />}
            {connection && used.length === 0 && (connection.password === "keyring" || connection.password === "file") && (
              <label className="flex min-h-6 items-start gap-2">
                <input type="checkbox" checked={forget} onChange={(event) => setForget(event.target.checked)} className="mt-1" />
                <span>
                  Forget its password too
                  <span className="block text-12 text-text-2">Left where it is, an undo brings everything back. Forgotten, it has to be typed again.</span>
                </span>
              </label>
            )}
            {production && used.length === 0 && (
              <label htmlFor={id} className="block text-text-2">
                This is production. Type <span className="mono font-medium text-text">{name}</span> to go on.
                <input id={id} value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" className={`${INPUT} mono mt-1 w-full`} />
              </label>
            )}
            <div className="flex justify-end gap-2">
              <AlertDialog.Close render={<Button>{used.length > 0 ? "Close" : "Leave it"}</Button>} />
              <Button kind="danger" type="submit" disabled={!sure || pending}>
                {pending ? "Removing" : `Remove ${name}`}
              </Button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
