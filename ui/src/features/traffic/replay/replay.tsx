import { FlaskConical, Pencil, RotateCcw, Send } from "lucide-react";
import { useEffect, useState } from "react";
import { useApi } from "@/api/context";
import type { ConnectionHealth, Exchange, ReplayPlan } from "@/api/contract";
import { useOverview } from "@/api/queries";
import { useReplayCautions, useReplayPlan } from "@/api/replay";
import { Button } from "@/components/button";
import { Cautions } from "@/components/cautions";
import { cx } from "@/components/cx";
import { EnvironmentLabel } from "@/components/environment";
import { plural } from "@/components/format";
import { Keys } from "@/components/keys";
import { prettyJson } from "@/components/json";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";
import { useActions } from "@/state/actions";
import { MaskedForm, type Secrets, unanswered } from "./masked-form";
import { Outcome } from "./outcome";
import { RequestForm } from "./request-form";
import { SendDialog } from "./send-dialog";
import { sameWish, setDraft, startReplay, useDraft, useRun, wanted } from "./use-replays";

type Props = { exchange: Exchange; /** whether the request is open for changes */ edit: boolean; onEdit: (edit: boolean) => void; onOpen: (id: string) => void };

/** ms after the last key, before it is asked what the edited request would be */
const SETTLED = 300;

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Sends a recorded request again: dry unless it is asked for otherwise, as it was or changed, here or on another connection. */
export function ReplayTab({ exchange, edit, onEdit, onOpen }: Props) {
  const { id } = exchange.summary;
  const { host } = useApi();
  const overview = useOverview().data;
  const draft = useDraft(id);
  const run = useRun(id);
  const [secrets, setSecrets] = useState<Secrets>({});
  const [asking, setAsking] = useState(false);
  const settled = useSettled(draft);
  const wish = wanted(draft);
  const of = { id, ...wanted(settled) };
  const plan = useReplayPlan(of);
  const name = draft.connection ?? plan.data?.connection ?? null;
  const connection = overview?.connections.find((known) => known.name === name);
  const cautions = useReplayCautions(of, plan.data !== undefined && plan.data.refused === null && plan.data.writes && name !== null);
  const running = run?.state === "running";
  const open = unanswered(plan.data?.masked ?? [], secrets);
  // What is being typed is not yet what was looked at.
  const behind = settled !== draft || plan.isFetching;
  const obstacle = !plan.data
    ? "It is being looked at"
    : plan.data.refused
      ? plan.data.refused.message
      : name === null
        ? "Choose a connection"
        : open.length > 0
          ? `${plural(open.length, "masked value needs", "masked values need")} an answer`
          : running
            ? "It is running"
            : undefined;

  const send = (dry: boolean, inSpite = false, confirmed: string | null = null) => {
    if (obstacle !== undefined || !plan.data) return;
    const given = Object.fromEntries(plan.data.masked.map(({ pointer }) => [pointer, secrets[pointer] ?? null]));
    void startReplay(host, { id, ...wish, secrets: given, dry, inSpite, confirmed }, plan.data.writes);
  };
  const dry = () => send(true);
  const begin = () => {
    if (draft.request === null && plan.data) {
      const { method, path, body } = plan.data;
      const recorded = { method, path, body: prettyJson(body) };
      setDraft(id, { ...draft, request: recorded, recorded });
    }
    onEdit(true);
  };
  // An address that asks for the editor opens it.
  const ready = plan.data !== undefined;
  useEffect(() => {
    if (edit && ready && draft.request === null) begin();
  });

  useActions([
    { id: "replay.dry", title: "Replay the request dry", group: "Exchange", icon: FlaskConical, keys: "mod+Enter", words: "run again repeat rollback", disabled: obstacle, run: dry },
    { id: "replay.send", title: "Send the request again for real…", group: "Exchange", icon: Send, words: "replay run repeat", disabled: obstacle, run: () => setAsking(true) },
  ]);

  if (plan.error) return <ProblemCard problem={plan.error} onRetry={() => void plan.refetch()} className="m-3" />;
  if (!plan.data) return <SkeletonLines lines={8} />;
  const problems = run?.state === "failed" ? run.problem.fields : {};
  return (
    <div className="flex flex-col gap-3 p-3">
      <Where connections={overview?.connections ?? []} own={plan.data.connection} name={name} onName={(chosen) => setDraft(id, { ...draft, connection: chosen === plan.data.connection ? null : chosen })} writes={plan.data.writes} />
      {edit && draft.request ? (
        <RequestForm request={draft.request} onRequest={(request) => setDraft(id, { ...draft, request })} onRun={dry} />
      ) : (
        <Recorded plan={plan.data} edited={wish.request !== null} onEdit={begin} />
      )}
      {edit && (
        <div className="flex flex-wrap items-center gap-2">
          <Button
            icon={RotateCcw}
            onClick={() => {
              setDraft(id, { ...draft, request: null, recorded: null });
              onEdit(false);
            }}
          >
            Back to the recorded request
          </Button>
          <span className="text-text-2">{describe(plan.data)}</span>
        </div>
      )}
      {plan.data.refused && <ProblemCard problem={plan.data.refused} />}
      {plan.data.leftOut.map((left) => (
        <p key={left.name} role="note" className="rounded-lg border border-line px-3 py-2 text-text-2">
          <span className="mono text-12 text-text">{left.name}</span> is left out. {left.why}
        </p>
      ))}
      <MaskedForm places={plan.data.masked} secrets={secrets} onSecrets={setSecrets} problems={problems} />
      {cautions.error ? (
        <ProblemCard problem={cautions.error} onRetry={() => void cautions.refetch()} />
      ) : (
        run === undefined && cautions.data && cautions.data.cautions.length > 0 && <Beforehand refused={cautions.data.refused}>{<Cautions cautions={cautions.data.cautions} />}</Beforehand>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button kind="primary" icon={FlaskConical} disabled={obstacle !== undefined || behind} title={obstacle} onClick={dry}>
          Replay dry
        </Button>
        <Keys keys="mod+Enter" />
        <Button icon={Send} disabled={obstacle !== undefined || behind || !connection} title={obstacle} onClick={() => setAsking(true)}>
          Send for real…
        </Button>
        {obstacle !== undefined && !running && <span className="text-12 text-text-2">{obstacle}.</span>}
      </div>
      {run && (
        <Outcome
          run={run}
          stale={!sameWish(run.input, wish)}
          onOpen={onOpen}
          production={connection?.environment === "production"}
          onInSpite={obstacle === undefined ? (typed) => send(true, true, typed) : undefined}
        />
      )}
      {asking && connection && (
        <SendDialog
          plan={plan.data}
          connection={connection}
          onSend={(confirmed) => {
            setAsking(false);
            send(false, false, confirmed);
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

const describe = ({ title, application, refused }: ReplayPlan) => (refused ? "" : `${title}, application ${application}`);

function Beforehand({ refused, children }: { refused: boolean; children: React.ReactNode }) {
  return (
    <section aria-label="Before a dry run" className="flex flex-col gap-1.5">
      <p className="text-text-2">{refused ? "A dry run would not be taken back as a whole, so it asks before it runs:" : "What a rollback does not take back:"}</p>
      {children}
    </section>
  );
}

function Recorded({ plan, edited, onEdit }: { plan: ReplayPlan; edited: boolean; onEdit: () => void }) {
  return (
    <section aria-label="Request to be sent" className="overflow-hidden rounded-lg border border-line">
      <p className="flex items-center gap-2 py-1 pr-1 pl-3">
        <span className="mono text-12 font-semibold">{plan.method}</span>
        <span className="selectable mono min-w-0 flex-1 text-12 [overflow-wrap:anywhere]">{plan.path}</span>
        <span className={cx("shrink-0 text-12", edited ? "text-warn" : "text-text-3")}>{edited ? "changed" : "as recorded"}</span>
        <Button kind="quiet" icon={Pencil} onClick={onEdit} title="Change method, path and body (E)">
          Edit
        </Button>
      </p>
    </section>
  );
}

type WhereProps = { connections: ConnectionHealth[]; own: string | null; name: string | null; onName: (name: string) => void; writes: boolean };

/** On which connection it runs, and what that means there. */
function Where({ connections, own, name, onName, writes }: WhereProps) {
  const chosen = connections.find((known) => known.name === name);
  const production = chosen?.environment === "production";
  return (
    <div role={production ? "note" : undefined} className={cx("flex flex-wrap items-center gap-x-2 gap-y-1", production && "rounded-lg border border-bad-line bg-bad-soft px-3 py-2")}>
      <label className="flex items-center gap-2 text-text-2">
        Connection
        <select value={name ?? ""} onChange={(event) => onName(event.target.value)} className="h-7 rounded-md border border-line-3 bg-surface-1 px-2 text-13 text-text">
          {name === null && <option value="">Choose one</option>}
          {connections.map((connection) => (
            <option key={connection.name} value={connection.name}>
              {connection.name}
              {connection.name === own ? " (the application’s own)" : ""}
            </option>
          ))}
        </select>
      </label>
      {chosen && <EnvironmentLabel environment={chosen.environment} small />}
      {chosen?.problem && <span className="text-12 text-bad">{chosen.problem.message}</span>}
      <span className="text-text-2">
        {production && writes
          ? "This is production. A dry run really runs there before it is taken back: until then its locks hold others up."
          : name !== null && own !== null && name !== own
            ? `The mappings are the application’s, written for ${own}.`
            : ""}
      </span>
    </div>
  );
}
