import { CopyPlus, FlaskConical, Save, Trash2, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useConnectionTest, useExplained, useReadAddress, useSaveConnection } from "@/api/connections";
import type { ConnectionHealth, ConnectionRow, Connections, Described, PoolNow } from "@/api/contract";
import { useUndo } from "@/api/operations";
import { Button, IconButton } from "@/components/button";
import { EnvironmentLabel } from "@/components/environment";
import { duration, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { ConfirmChange, LeaveGuard, Refused } from "@/components/save";
import { Status } from "@/components/status";
import { toldInUse } from "@/components/undo";
import { useActions } from "@/state/actions";
import type { Shown } from "./columns";
import { ConnectionForm } from "./connection-form";
import { type Draft, draftOf, isChanged, settingsOf } from "./draft";
import { INPUT } from "./fields";
import { another } from "./places";
import { TestCard } from "./steps";
import { DIALECTS } from "./words";

type Props = {
  all: Connections;
  /** the saved connection; left out for a new one */
  row: ConnectionRow | undefined;
  health: ConnectionHealth | undefined;
  /** whether it could not be asked how it is */
  unasked?: boolean;
  pool: PoolNow | null | undefined;
  /** what a new one begins with */
  begin?: Draft;
  /** an exchange whose header names the connection to be added */
  from?: string;
  onSaved: (name: string) => void;
  onDuplicate: () => void;
  onRemove: () => void;
  onClose: () => void;
};

/** A connection: how it is, how it is set, and a test of what the form holds. */
export function ConnectionPane({ all, row, health, unasked, pool, begin, from, onSaved, onDuplicate, onRemove, onClose }: Props) {
  const keep = all.keyring ? "keyring" : "file";
  const fresh = () => (row ? draftOf(row.name, row.settings, keep) : (begin ?? draftOf("", undefined, keep)));
  const [draft, setDraft] = useState(fresh);
  // What it was when somebody began to change it.
  const [was, setWas] = useState(row?.settings ?? null);
  const [tried, setTried] = useState(false);
  const [asking, setAsking] = useState(false);
  const settings = settingsOf(draft);
  const explained = useExplained(settings).data;
  const save = useSaveConnection();
  const undo = useUndo("The connections are as they were");
  // What is saved may be left, also before it is drawn as saved.
  const free = useRef(false);
  const test = useConnectionTest();
  const top = useRef<HTMLDivElement>(null);
  const dirty = isChanged(draft, row);
  const faults = { ...(tried ? explained?.faults : undefined), ...test.problem?.fields, ...save.error?.fields };
  // Untouched, the form follows what is saved.
  const saved = JSON.stringify(row?.settings);
  const seen = useRef(saved);
  useEffect(() => {
    if (row && saved !== seen.current && !dirty) {
      setDraft(draftOf(row.name, row.settings, keep));
      setWas(row.settings);
    }
    if (!dirty) seen.current = saved;
  }, [dirty, keep, row, saved]);

  const onChange = (next: Draft) => {
    free.current = false;
    if (save.error) save.reset();
    setDraft(next);
  };
  const run = () => {
    setTried(true);
    top.current?.scrollTo?.({ top: 0 });
    void test.run({
      settings,
      ...(draft.password !== "" ? { password: draft.password } : {}),
      ...(row ? { passwordOf: row.name, name: row.name } : draft.passwordOf ? { passwordOf: draft.passwordOf } : {}),
    });
  };
  const store = () => {
    const typed = draft.password !== "" && draft.keep !== "none";
    const taken = !row && draft.password === "" && draft.keep !== "none" ? draft.passwordOf : null;
    const name = row?.name ?? draft.name.trim();
    save.mutate(
      {
        name,
        was,
        settings,
        ...(typed ? { password: draft.password } : {}),
        ...(taken ? { passwordOf: taken } : {}),
        ...((typed || taken) && draft.keep !== "none" ? { keepIn: draft.keep } : {}),
      },
      {
        onSuccess: ({ in_use }) => {
          toldInUse(row ? `Saved: ${name}` : `Added: ${name}`, in_use, () => undo.mutate());
          setDraft({ ...draftOf(name, settings, draft.keep) });
          setWas(settings);
          seen.current = JSON.stringify(settings);
          setTried(false);
          free.current = true;
          onSaved(name);
        },
      },
    );
  };
  const onSave = () => {
    setTried(true);
    if (save.isPending || (row && !dirty)) return;
    if (was?.environment === "production") setAsking(true);
    else store();
  };
  useActions([
    { id: "connections.test", title: "Test this connection", group: "Connections", icon: FlaskConical, keys: "mod+Enter", local: true, disabled: test.running ? "A test runs" : undefined, run },
    { id: "connections.save", title: row ? "Save this connection" : "Add this connection", group: "Connections", icon: Save, keys: "mod+s", local: true, disabled: row && !dirty ? "Nothing was changed" : undefined, run: onSave },
    ...(row
      ? [
          { id: "connections.duplicate", title: "Duplicate this connection", group: "Connections", icon: CopyPlus, run: onDuplicate },
          { id: "connections.remove", title: `Remove ${row.name}…`, group: "Connections", icon: Trash2, run: onRemove },
        ]
      : []),
  ]);
  return (
    // Ctrl-S saves and Ctrl-Enter tests from anywhere in the pane.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="flex h-full min-h-0 flex-col"
      onKeyDown={(event) => {
        const mod = event.ctrlKey || event.metaKey;
        if (event.defaultPrevented || asking || !mod) return;
        if (event.key === "Enter") run();
        else if (event.key.toLowerCase() === "s") onSave();
        else return;
        event.preventDefault();
      }}
    >
      <header className="flex min-h-11 shrink-0 items-center gap-2 border-b border-line px-3 py-1.5">
        <h2 className="truncate font-semibold">{row ? row.name : "New connection"}</h2>
        <EnvironmentLabel environment={settings.environment} small />
        {dirty && <span className="text-12 text-accent">not saved</span>}
        <span className="ml-auto flex items-center gap-1">
          {row && (
            <>
              <IconButton icon={CopyPlus} label="Duplicate this connection" onClick={onDuplicate} />
              <IconButton icon={Trash2} label={`Remove ${row.name}`} onClick={onRemove} />
            </>
          )}
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </span>
      </header>
      {/* Above the form: what is told at the bottom of the window would stand on it. */}
      <div role="group" aria-label="What can be done" className="flex shrink-0 items-center gap-2 border-b border-line px-3 py-2">
        {explained && explained.address !== "" && <span className="selectable mono min-w-0 truncate text-12 text-text-2">{explained.address}</span>}
        <span className="ml-auto flex gap-2">
          {row && dirty && (
            <Button
              kind="quiet"
              onClick={() => {
                save.reset();
                setDraft(fresh());
                setWas(row.settings);
                setTried(false);
              }}
            >
              Discard
            </Button>
          )}
          <Button icon={FlaskConical} disabled={test.running} onClick={run}>
            {test.running ? "Testing" : "Test connection"}
          </Button>
          <Button kind="primary" icon={Save} disabled={save.isPending || (row !== undefined && !dirty)} onClick={onSave}>
            {save.isPending ? "Saving" : row ? "Save" : "Add this connection"}
          </Button>
        </span>
      </div>
      <div ref={top} className="relative flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto p-3 [&>*]:shrink-0">
        {row && <How row={row} health={health} unasked={unasked} pool={pool} />}
        {!row && <FromElsewhere from={from} onTake={(described) => onChange({ ...draftOf(draft.name, { ...described.settings, environment: settings.environment }, draft.keep) })} />}
        {save.error && <Refused problem={save.error} />}
        <TestCard test={test} />
        <ConnectionForm draft={draft} onChange={onChange} row={row} all={all} explained={explained} faults={faults} />
      </div>
      {asking && row && <ConfirmChange connection={row} what={`Save ${row.name}`} onYes={store} onClose={() => setAsking(false)} />}
      <LeaveGuard dirty={dirty} count={1} within={(current, next) => !free.current && another(current, next)} onDiscard={() => setDraft(fresh())} />
    </div>
  );
}

function Term({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-11 text-text-3">{title}</dt>
      <dd className="selectable min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

/** How the saved connection is at the moment. */
function How({ row, health, unasked, pool }: Shown) {
  return (
    <section aria-label="State" className="shrink-0 rounded-lg border border-line px-3 py-2">
      <dl className="grid grid-cols-[repeat(auto-fit,minmax(150px,1fr))] gap-x-4 gap-y-2">
        <Term title="State">
          {!health ? <span className="text-text-2">{unasked ? "not known" : "Asking"}</span> : health.state === "answers" ? <Status tone="ok">Answers{health.latencyUs !== null && ` in ${duration(health.latencyUs)}`}</Status> : <Status tone="bad">Does not answer</Status>}
        </Term>
        <Term title="Database">{health?.product ?? DIALECTS[row.settings.dialect]}</Term>
        {row.settings.dialect !== "sqlite" && <Term title="Encryption">{health?.state !== "answers" ? <span className="text-text-2">not known</span> : (health.tls ?? <Status tone="warn">Not encrypted</Status>)}</Term>}
        <Term title="Pool">
          {pool ? (
            <span className="num">
              {pool.open} open, {pool.idle} idle, {pool.waiting} waiting
            </span>
          ) : (
            <span className="text-text-2">{pool === null ? "not opened yet" : "not known"}</span>
          )}
        </Term>
        <Term title="Used by">{row.usedBy.length === 0 ? <span className="text-text-2">no application</span> : row.usedBy.join(", ")}</Term>
      </dl>
      {health?.problem && <ProblemCard problem={health.problem} className="mt-2" />}
    </section>
  );
}

/** The way from what another console keeps: a JDBC address, or the header it sends. */
function FromElsewhere({ from, onTake }: { from?: string; onTake: (described: Described) => void }) {
  const [text, setText] = useState("");
  const read = useReadAddress();
  const asked = useRef<string | null>(null);
  const { mutate } = read;
  const take = useRef(onTake);
  useEffect(() => {
    take.current = onTake;
  });
  useEffect(() => {
    if (!from || asked.current === from) return;
    asked.current = from;
    mutate({ exchange: from }, { onSuccess: (described) => take.current(described) });
  }, [from, mutate]);
  const ask = () => {
    const typed = text.trim();
    if (typed === "") return;
    mutate(/^jdbc:/i.test(typed) ? { url: typed } : { header: typed }, {
      onSuccess: (described) => {
        onTake(described);
        // It may have held a password.
        setText("");
      },
    });
  };
  return (
    <section aria-label="From elsewhere" className="flex shrink-0 flex-col gap-2 rounded-lg border border-line px-3 py-2">
      <form
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <input aria-label="JDBC URL or connector header" value={text} onChange={(event) => setText(event.target.value)} placeholder="Paste a JDBC URL, or a connector header" spellCheck={false} autoComplete="off" className={`${INPUT} mono flex-1 text-12`} />
        <Button type="submit" disabled={text.trim() === "" || read.isPending}>
          Fill in the form
        </Button>
      </form>
      {read.error && <ProblemCard problem={read.error} />}
      {read.data && (
        <div role="status" className="flex flex-col gap-1 text-12">
          <Status tone="ok" className="[&>span]:whitespace-normal">
            The form holds what it says{from ? ", as the header of that request has it" : ""}.
          </Status>
          {read.data.hadPassword && (
            <Status tone="info" className="[&>span]:whitespace-normal">
              A password is never taken over: type it below.
            </Status>
          )}
          {read.data.unknown.length > 0 && (
            <Status tone="warn" className="[&>span]:whitespace-normal">
              {plural(read.data.unknown.length, "key")} not understood: {read.data.unknown.join(", ")}
            </Status>
          )}
        </div>
      )}
    </section>
  );
}
