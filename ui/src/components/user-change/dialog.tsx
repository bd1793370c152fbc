import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { ConnectionHealth } from "@/api/contract";
import { useUsersChanged } from "@/api/users";
import { Button, IconButton } from "../button";
import { EnvironmentLabel } from "../environment";
import { plural } from "../format";
import { Keys } from "../keys";
import { ProblemCard } from "../problem";
import { Progress, Results } from "./results";
import { TriedOne } from "./tried";
import { TriedSeveral } from "./tried-several";
import { type Run, useRun } from "./use-run";
import { type Asked, CHANGES, opposite, title } from "./words";

type Props = {
  /** null while the dialog is closed */
  asked: Asked | null;
  application: string;
  connection: ConnectionHealth | undefined;
  onAsk: (asked: Asked | null) => void;
  /** after users were changed, with the ids of those who were */
  onChanged: (users: string[]) => void;
};

/** Asks about a change of users: what it would do first, then the change itself, then what came of it and the way back. */
export function UserChangeDialog({ asked, application, connection, onAsk, onChanged }: Props) {
  // Closing would stop what is under way: that has a button of its own.
  const [busy, setBusy] = useState(false);
  return (
    <Dialog.Root open={asked !== null} onOpenChange={(open) => !open && !busy && onAsk(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup className="layer fixed top-[6vh] left-1/2 z-50 flex max-h-[88vh] w-200 max-w-[94vw] -translate-x-1/2 flex-col rounded-xl border border-line-2 bg-surface-1 shadow-layer outline-none">
          {asked && <Steps key={JSON.stringify([asked.change, asked.people.length, asked.people[0]?.id])} asked={asked} application={application} connection={connection} onAsk={onAsk} onChanged={onChanged} onBusy={setBusy} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What keeps a change from being run; null where nothing does. */
type Ready = { can: boolean; why: string | null };

function Steps({ asked, application, connection, onAsk, onChanged, onBusy }: Props & { asked: Asked; onBusy: (busy: boolean) => void }) {
  const { verb, danger } = CHANGES[asked.change.what];
  const [typed, setTyped] = useState("");
  const [ready, setReady] = useState<Ready>({ can: false, why: "The dry run has not ended yet." });
  const { run, begin, stop, clear } = useRun("users.change");
  const changed = useUsersChanged();
  const production = connection?.environment === "production";
  const name = connection?.name ?? "";
  const sure = !production || typed === name;
  const form = useRef<HTMLFormElement>(null);
  const state = run?.state;
  // The button that was pressed is gone with its step: keys must go on to reach the dialog.
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the focus follows the step
  useEffect(() => form.current?.focus(), [state]);
  const one = asked.people.length === 1 ? asked.people[0] : undefined;

  const go = async () => {
    if (!ready.can || !sure || run?.state === "running") return;
    onBusy(true);
    const ended = await begin({ application, change: asked.change, users: asked.people.map(({ id }) => id), confirmation: production ? typed : null });
    onBusy(false);
    const done = ended.results.filter(({ outcome }) => outcome === "changed").map(({ user }) => user);
    changed(application);
    // Whoever was under way when it was stopped may have been changed too.
    if (done.length > 0 || ended.state === "stopped") onChanged(done);
  };
  const undo = (of: Run) => {
    const done = new Set(of.results.filter(({ outcome }) => outcome === "changed").map(({ user }) => user));
    onAsk({ change: opposite(asked.change), people: asked.people.filter(({ id }) => done.has(id)), names: asked.names });
  };

  return (
    // Ctrl and Enter run from anywhere in the dialog.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      ref={form}
      tabIndex={-1}
      className="flex min-h-0 flex-1 flex-col outline-none"
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !run) {
          event.preventDefault();
          void go();
        }
      }}
    >
      <header className="flex items-start gap-3 px-4 pt-3.5 pb-3">
        <div className="min-w-0 flex-1">
          <Dialog.Title className="truncate text-15 font-semibold">{title(asked)}</Dialog.Title>
          <Dialog.Description className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-text-2">
            {connection && <EnvironmentLabel environment={connection.environment} small />}
            <span className="font-medium text-text">{name}</span>
            <span>as {application}, by the mapped operation and recorded in Traffic</span>
          </Dialog.Description>
        </div>
        <Dialog.Close render={<IconButton icon={X} label="Close" keys="Esc" disabled={run?.state === "running"} />} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto border-y border-line px-4 py-3">
        {run ? (
          <After run={run} asked={asked} onStop={stop} />
        ) : one ? (
          <TriedOne application={application} person={one} change={asked.change} connection={connection} onReady={setReady} />
        ) : (
          <TriedSeveral application={application} asked={asked} onReady={setReady} />
        )}
      </div>
      <footer className="flex flex-wrap items-center gap-2 px-4 py-3">
        {run ? (
          <Ending run={run} onUndo={undo} onBack={clear} onClose={() => onAsk(null)} onStop={stop} />
        ) : (
          <>
            {production && (
              <label className="flex min-w-0 flex-1 items-center gap-2 text-text-2">
                <span className="shrink-0">
                  Type <span className="mono font-medium text-text">{name}</span>
                </span>
                <input
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                  autoComplete="off"
                  spellCheck={false}
                  className="mono h-7 min-w-0 flex-1 rounded-md border border-line-3 bg-surface-1 px-2 text-12 text-text"
                />
              </label>
            )}
            {!ready.can && ready.why && (
              <span role="status" className="min-w-0 text-12 text-text-2">
                {ready.why}
              </span>
            )}
            <span className="ml-auto flex items-center gap-2">
              {ready.can && sure && <Keys keys="mod+Enter" />}
              <Dialog.Close render={<Button>Cancel</Button>} />
              <Button kind={danger ? "danger" : "primary"} disabled={!ready.can || !sure} onClick={() => void go()} data-run>
                {one ? verb : `${verb}, ${plural(asked.people.length, "user")}`}
              </Button>
            </span>
          </>
        )}
      </footer>
    </form>
  );
}

function After({ run, asked, onStop }: { run: Run; asked: Asked; onStop: () => void }) {
  return (
    <div className="flex flex-col gap-3">
      {run.state === "running" && <Progress run={run} word={`${CHANGES[asked.change.what].verb}, one user after the other`} onStop={onStop} />}
      {run.problem && <ProblemCard problem={run.problem} />}
      <Results run={run} asked={asked} tried={false} />
    </div>
  );
}

function Ending({ run, onUndo, onBack, onClose, onStop }: { run: Run; onUndo: (run: Run) => void; onBack: () => void; onClose: () => void; onStop: () => void }): ReactNode {
  const { changed } = run.counts;
  if (run.state === "running") {
    return (
      <Button className="ml-auto" onClick={onStop}>
        Stop
      </Button>
    );
  }
  return (
    <span className="ml-auto flex items-center gap-2">
      {run.state === "failed" && <Button onClick={onBack}>Back to the dry run</Button>}
      {changed > 0 && <Button onClick={() => onUndo(run)}>Undo, {plural(changed, "user")}</Button>}
      <Button kind="primary" onClick={onClose}>
        Close
      </Button>
    </span>
  );
}
