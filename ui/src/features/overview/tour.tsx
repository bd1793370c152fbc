import { Link } from "@tanstack/react-router";
import { ArrowLeft, ArrowRight, ArrowRightLeft, Cloud, Database, KeyRound, type LucideIcon, Server, Users, X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import type { Overview } from "@/api/contract";
import { Button, IconButton } from "@/components/button";
import { formatCount, plural } from "@/components/format";
import { Keys } from "@/components/keys";
import { counted } from "@/components/operations";
import { useApplication } from "@/components/shell/application";
import { Status } from "@/components/status";
import { useActions } from "@/state/actions";

/** What is what, and what to do first: one screen, in place of the Overview until it is closed. It knows how far this workspace is. */
export function Tour({ overview, onClose }: { overview: Overview; onClose: () => void }) {
  const { application, connection } = useApplication();
  const operations = counted(application?.operations ?? []);
  const mapped = operations.filter((operation) => operation.enabled && operation.kind !== null).length;
  const recorded = overview.recording.recorded;
  const empty = overview.connections.length === 0;
  const begin = useRef<HTMLButtonElement>(null);
  useEffect(() => begin.current?.focus({ preventScroll: true }), []);
  useActions([{ id: "overview.close_tour", title: "Close the first steps", group: "Overview", icon: X, keys: "Escape", run: onClose }]);
  return (
    <div className="h-full overflow-y-auto px-6 py-6">
      <div className="mx-auto flex max-w-260 flex-col gap-6">
        <header className="flex items-start gap-4">
          <div>
            <h1 className="text-24 font-semibold">Welcome to Sluice</h1>
            <p className="mt-1 max-w-160 text-15 text-balance text-text-2">
              It lets a cloud directory keep the people in your own database up to date, and shows you every statement it runs for that.
            </p>
          </div>
          <IconButton icon={X} label="Close the first steps" keys="Escape" onClick={onClose} className="ml-auto" />
        </header>

        <section aria-label="How a call goes" className="rounded-lg border border-line bg-surface-1 p-4">
          <ol className="flex flex-col items-stretch gap-2 min-[1100px]:flex-row min-[1100px]:items-center">
            <Stop icon={Cloud} title="The provider" words="Okta, say: somebody joins, moves or leaves, and its provisioning agent calls." />
            <Way />
            <Stop icon={Server} title="An application of Sluice" words="Takes the call at its address, if the token is right, and records it as an exchange." own />
            <Way />
            <Stop icon={ArrowRightLeft} title="One of ten operations" words="Create user, deactivate user …: each is mapped to a statement or a procedure of yours." own />
            <Way />
            <Stop icon={Database} title="Your database" words="Runs it in one transaction. What comes back is read again before the answer leaves." />
          </ol>
          <p className="mt-3 flex items-center gap-1.5 text-12 text-text-2">
            <ArrowLeft size={14} aria-hidden className="shrink-0" />
            The answer goes back the same way, as SCIM. Traffic shows each exchange as it comes: the request, the values, the statements, the rows, the answer.
          </p>
        </section>

        <section aria-labelledby="tour-first">
          <h2 id="tour-first" className="mb-2 text-15 font-semibold">
            Three things to do first
          </h2>
          <ol className="grid gap-3 min-[1100px]:grid-cols-3">
            {empty ? (
              <>
                <Step
                  number={1}
                  icon={Database}
                  title="Connect the database that holds your people"
                  state={<Status tone="muted">No connection yet</Status>}
                  action={
                    <Link to="/connections" search={{ add: "connection" } as never} className={ACTION}>
                      Add a connection
                    </Link>
                  }
                >
                  A form for each kind of database, or a JDBC URL. It is tried step by step before it is kept.
                </Step>
                <Step
                  number={2}
                  icon={ArrowRightLeft}
                  title="Have the ten operations written from your tables"
                  action={
                    <Link to="/guide" className={ACTION}>
                      Open the Guide
                    </Link>
                  }
                >
                  Add an application, name its tables, and look through what is proposed. The Guide goes with you, from here to the first import.
                </Step>
              </>
            ) : (
              <>
                <Step
                  number={1}
                  icon={Users}
                  title="Look at your people as the provider will see them"
                  state={connection && (connection.state === "answers" ? <Status tone="ok">{connection.name} answers</Status> : <Status tone="bad">{connection.name} does not answer</Status>)}
                  action={
                    <Link to="/users" className={ACTION}>
                      Open Users
                    </Link>
                  }
                >
                  Each row of the database beside the user that is made of it. Nothing is changed.
                </Step>
                <Step
                  number={2}
                  icon={ArrowRightLeft}
                  title="Check the mappings and try one without harm"
                  state={operations.length > 0 && <Status tone={mapped === operations.length ? "ok" : "warn"}>{`${mapped} of ${operations.length} operations in use`}</Status>}
                  action={
                    <Link to="/operations" className={ACTION}>
                      Open Operations
                    </Link>
                  }
                >
                  A check compares them with the live database. A dry run shows what would change, and takes it back.
                </Step>
              </>
            )}
            <Step
              number={3}
              icon={KeyRound}
              title="Hand the endpoint to the provider"
              state={recorded > 0 ? <Status tone="ok">{`${formatCount(recorded)} ${recorded === 1 ? "exchange" : "exchanges"} so far`}</Status> : <Status tone="muted">No call has come yet</Status>}
              action={
                <Button kind="primary" ref={begin} onClick={onClose}>
                  Go to the Overview
                </Button>
              }
            >
              Base URL, API token and public key stand on the Overview, ready to be pasted
              {overview.applications.length > 1 && `, for each of your ${plural(overview.applications.length, "application")}`}.
            </Step>
          </ol>
        </section>

        <p className="flex flex-wrap items-center gap-x-1.5 gap-y-1 text-text-2">
          Anything else is one word away: <Keys keys="mod+k" /> finds screens, users and everything that can be done, <Keys keys="?" /> shows all keys. This page comes back by “Show the first steps again”.
        </p>
      </div>
    </div>
  );
}

const ACTION = "inline-flex h-7 items-center rounded-md border border-line-2 bg-surface-1 px-2.5 text-13 font-medium hover:bg-surface-2";

function Stop({ icon: Icon, title, words, own = false }: { icon: LucideIcon; title: string; words: string; own?: boolean }) {
  return (
    <li className={`min-w-0 flex-1 self-stretch rounded-md border p-3 ${own ? "border-accent bg-accent-soft" : "border-line-2"}`}>
      <p className="flex items-center gap-2 font-semibold">
        <Icon size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
        {title}
      </p>
      <p className="mt-1 text-12 text-text-2">{words}</p>
    </li>
  );
}

const Way = () => (
  <li aria-hidden className="flex shrink-0 justify-center text-text-3">
    <ArrowRight size={18} className="rotate-90 min-[1100px]:rotate-0" />
  </li>
);

function Step({ number, icon: Icon, title, state, action, children }: { number: number; icon: LucideIcon; title: string; state?: ReactNode; action: ReactNode; children: ReactNode }) {
  return (
    <li className="flex flex-col gap-2 rounded-lg border border-line bg-surface-1 p-4">
      <h3 className="flex items-start gap-2 font-semibold">
        <Icon size={16} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0 text-text-2" />
        <span>
          <span className="num">{number}.</span> {title}
        </span>
      </h3>
      <p className="text-text-2">{children}</p>
      <div className="mt-auto flex min-h-8 flex-wrap items-center gap-3 pt-1">
        {action}
        <span className="text-12">{state}</span>
      </div>
    </li>
  );
}
