import { AlertDialog } from "@base-ui/react/alert-dialog";
import { AppWindow, FilePlus2, FolderOpen, Power } from "lucide-react";
import { toast } from "sonner";
import type { Asked } from "@/api/contract";
import { useOverview } from "@/api/queries";
import { useWorkspaceActs, useWorkspaces } from "@/api/workspaces";
import { useAsked, useQuit, useWorkstation } from "@/api/workstation";
import { useActions } from "@/state/actions";
import { useShell } from "@/state/shell";
import { Button } from "../button";
import { ProblemCard } from "../problem";

/** How long a notice about another start stays, in ms: long enough to read a path and to come over from a terminal. */
const NOTICE = 20_000;

function hear(asked: Asked): void {
  if (asked.what === "stop_endpoint") useShell.getState().askStop(true);
  if (asked.what === "elsewhere")
    toast.warning("Sluice is open with another configuration", {
      description: `It was asked to open ${asked.configuration ?? "the demo"}. A data folder has one configuration at a time: quit Sluice first, or name another folder with --data-dir.`,
      duration: NOTICE,
    });
}

/** What comes from the window's surroundings (a second start, the tray) and goes there (the end of the program). */
export function Surroundings() {
  useAsked(hear);
  const { quitAsked, askQuit } = useShell();
  const inWindow = Boolean(useWorkstation().data);
  const workspaces = useWorkspaces(inWindow).data?.workspaces ?? [];
  const { open, choose } = useWorkspaceActs();
  const others = workspaces.filter(({ here }) => !here);
  useActions(
    inWindow
      ? [
          { id: "workspaces.new", title: "New workspace…", group: "Everywhere", icon: FilePlus2, words: "begin empty configuration", run: () => choose.mutate({ new: true }) },
          { id: "workspaces.file", title: "Open a configuration…", group: "Everywhere", icon: FolderOpen, words: "workspace file toml", run: () => choose.mutate({ new: false }) },
          ...others.map((one) => ({ id: `workspaces.open ${one.configuration}`, title: `Open the workspace ${one.name ?? one.configuration}`, group: "Everywhere", icon: AppWindow, words: one.configuration, run: () => open.mutate(one.configuration) })),
        ]
      : [],
  );
  useActions(inWindow ? [{ id: "shell.quit", title: "Quit Sluice…", group: "Everywhere", icon: Power, keys: "mod+q", words: "exit end close", run: () => askQuit(true) }] : []);
  return (
    <AlertDialog.Root open={quitAsked} onOpenChange={askQuit}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <AlertDialog.Popup className="layer fixed top-[20vh] left-1/2 z-50 w-110 max-w-[92vw] -translate-x-1/2 rounded-xl border border-line-2 bg-surface-1 p-4 shadow-layer outline-none">
          {quitAsked && <Question />}
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function Question() {
  const overview = useOverview().data;
  const quit = useQuit();
  const address = overview?.endpoint.state === "listening" ? overview.endpoint.address : null;
  return (
    <>
      <AlertDialog.Title className="text-15 font-semibold">Quit Sluice?</AlertDialog.Title>
      <AlertDialog.Description className="mt-1 text-text-2">
        {address
          ? `The endpoint of ${overview?.workspace.name} ends with it, and the provider’s calls to https://${address} fail until Sluice is started again. Requests in flight are finished.`
          : "The endpoint does not listen; no call of the provider is affected."}
      </AlertDialog.Description>
      {quit.error && <ProblemCard problem={quit.error} className="mt-3" />}
      <div className="mt-4 flex justify-end gap-2">
        <AlertDialog.Close render={<Button>Keep it open</Button>} />
        <Button kind="danger" disabled={quit.isPending} onClick={() => quit.mutate()}>
          Quit Sluice
        </Button>
      </div>
    </>
  );
}
