import { AppWindow, CircleCheck, CircleSlash, Power } from "lucide-react";
import type { Closing, Tray, WorkstationState } from "@/api/contract";
import { useWorkstation, useWorkstationChange } from "@/api/workstation";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Empty } from "@/components/empty";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { Status } from "@/components/status";
import { useShell } from "@/state/shell";
import { Choice, Setting } from "./setting";
import { WorkspacesCard } from "./workspaces";

const CLOSINGS: { value: Closing; title: string }[] = [
  { value: "quit", title: "Quit Sluice" },
  { value: "keep_serving", title: "Keep serving" },
];

/** What closing does, in the words of the desktop that there is now. */
function closes(closing: Closing, tray: Tray): string {
  if (closing === "quit") return "Sluice ends, and the endpoint with it: the provider’s calls fail until it is started again.";
  if (tray === "shown") return "The endpoint goes on. The window goes into the tray; it comes back from there, and when Sluice is started again.";
  return "The endpoint goes on. As long as there is no tray, the window is minimised; it comes back from the list of windows, and when Sluice is started again.";
}

const TRAYS: Record<Tray, { found: string; says: string }> = {
  shown: { found: "Shown", says: "The icon tells whether the endpoint runs, is stopped or fails. Its menu starts and stops it, copies the base URL and quits." },
  no_tray: { found: "This desktop shows none", says: "On GNOME the extension AppIndicator brings one. It is used as soon as it is there." },
  no_library: { found: "Not possible", says: "The package libayatana-appindicator3-1 (on Fedora libayatana-appindicator-gtk3) is not installed. Install it and start Sluice anew." },
};

/** The window and the account's session. Nothing of it stands in the configuration's file. */
export function WorkstationSection() {
  const { data, error, refetch } = useWorkstation();
  if (data) return <Settings state={data} />;
  if (error) return <ProblemCard problem={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <SkeletonLines lines={6} />;
  return (
    <Empty icon={AppWindow} title="This Sluice is a server and has no window">
      Its service manager starts it and keeps it running; with systemd that is the unit sluice-server.
    </Empty>
  );
}

function Settings({ state }: { state: WorkstationState }) {
  const change = useWorkstationChange();
  const askQuit = useShell((shell) => shell.askQuit);
  const wanted = change.isPending ? change.variables : undefined;
  const closing = wanted?.closing ?? state.closing;
  const atLogin = wanted?.startAtLogin ?? state.startAtLogin;
  const tray = TRAYS[state.tray];
  return (
    <>
      {change.error && <ProblemCard problem={change.error} />}
      <WorkspacesCard />
      <Card
        title="This window"
        actions={
          <Button kind="quiet" icon={Power} onClick={() => askQuit(true)}>
            Quit Sluice…
          </Button>
        }
      >
        <Setting label="When it is closed" says={closes(closing, state.tray)} usual="quit">
          <Choice label="When it is closed" options={CLOSINGS} value={closing} onChange={(next) => change.mutate({ closing: next, startAtLogin: null })} />
        </Setting>
        <Setting label="Tray" says={tray.says}>
          <Status tone={state.tray === "shown" ? "ok" : "muted"} icon={state.tray === "shown" ? CircleCheck : CircleSlash}>
            {tray.found}
          </Status>
        </Setting>
        <Setting label="Size and place" says="The window opens where it was and as large as it was.">
          <Status tone="ok" icon={CircleCheck}>
            Remembered
          </Status>
        </Setting>
      </Card>
      <Card title="Your session">
        <Setting
          label="Start at login"
          says={
            state.loginFile ? (
              <>
                Sluice begins to serve when you log in, without showing its window, with this data folder and configuration. The choice is the file <span className="selectable mono">{state.loginFile}</span>.
              </>
            ) : (
              "Sluice does not know how this system starts programs at login. Use the system’s own settings."
            )
          }
          usual="no"
        >
          <Choice
            label="Start at login"
            options={[
              { value: "no", title: "No" },
              { value: "yes", title: "Yes" },
            ]}
            value={atLogin ? "yes" : "no"}
            onChange={(next) => change.mutate({ closing: null, startAtLogin: next === "yes" })}
          />
        </Setting>
      </Card>
    </>
  );
}
