import { Link } from "@tanstack/react-router";
import { Ban, Check, Minus, type LucideIcon, X } from "lucide-react";
import { useState } from "react";
import type { UserChangeOutcome, UserResult } from "@/api/contract";
import { Button } from "../button";
import { formatCount, plural } from "../format";
import { Status, type Tone } from "../status";
import type { Run } from "./use-run";
import { type Asked, CHANGES } from "./words";

/** So many results are drawn before somebody asks for more: those that failed come first. */
const SHOWN = 100;

type Look = { tone: Tone; icon: LucideIcon; did: string; would: string };

const OUTCOMES: Record<UserChangeOutcome, Look> = {
  failed: { tone: "bad", icon: X, did: "Failed", would: "Would fail" },
  not_tried: { tone: "warn", icon: Ban, did: "Not run", would: "Not tried" },
  changed: { tone: "ok", icon: Check, did: "Changed", would: "Would change" },
  unchanged: { tone: "muted", icon: Minus, did: "Unchanged", would: "Unchanged" },
};
const ORDER = Object.keys(OUTCOMES) as UserChangeOutcome[];

export function Progress({ run, word, onStop }: { run: Run; word: string; onStop?: () => void }) {
  const done = run.results.length;
  return (
    <div className="flex flex-col gap-1.5">
      <div className="num flex items-center gap-3 text-text-2">
        <span className="min-w-0 truncate">{word}</span>
        <span className="ml-auto shrink-0">
          {formatCount(done)} of {formatCount(run.total)}
        </span>
        {onStop && (
          <Button kind="quiet" className="h-6 text-12" onClick={onStop}>
            Stop
          </Button>
        )}
      </div>
      <div role="progressbar" aria-label={word} aria-valuemin={0} aria-valuemax={run.total} aria-valuenow={done} className="h-1.5 overflow-hidden rounded-full bg-surface-3">
        <div className="h-full rounded-full bg-accent" style={{ width: `${(done / Math.max(1, run.total)) * 100}%` }} />
      </div>
    </div>
  );
}

/** What a change came to, or would come to: counts first, then each user, the failed ones before the others. */
export function Results({ run, asked, tried }: { run: Run; asked: Asked; tried: boolean }) {
  const [most, setMost] = useState(SHOWN);
  const [only, setOnly] = useState<UserChangeOutcome | null>(null);
  const names = new Map(asked.people.map(({ id, name }) => [id, name]));
  const { changed, unchanged, failed, notTried } = run.counts;
  const counts: Record<UserChangeOutcome, number> = { failed, not_tried: notTried, changed, unchanged };
  const sorted = run.results.filter(({ outcome }) => only === null || outcome === only).toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  const left = run.total - run.results.length;
  return (
    <section aria-label={tried ? "What would happen" : "What happened"} className="flex flex-col gap-2">
      <div role="status" className="num flex flex-wrap items-center gap-1.5">
        {ORDER.filter((outcome) => counts[outcome] > 0).map((outcome) => (
          <button
            key={outcome}
            type="button"
            aria-pressed={only === outcome}
            onClick={() => setOnly(only === outcome ? null : outcome)}
            className="inline-flex h-6 items-center rounded-md border border-line-2 px-2 text-12 hover:bg-surface-2 aria-pressed:border-accent aria-pressed:bg-accent-soft"
          >
            <Status tone={OUTCOMES[outcome].tone} icon={OUTCOMES[outcome].icon}>
              {formatCount(counts[outcome])} {(tried ? OUTCOMES[outcome].would : OUTCOMES[outcome].did).toLowerCase()}
            </Status>
          </button>
        ))}
        {run.state === "stopped" && (
          <span className="text-12 text-warn">
            Stopped. {plural(left, "user was", "users were")} not started{tried ? "" : "; the one being changed is finished, and Traffic shows it"}.
          </span>
        )}
      </div>
      {sorted.length > 0 && (
        <ul className="overflow-hidden rounded-lg border border-line">
          {sorted.slice(0, most).map((result) => (
            <ResultLine key={result.user} result={result} name={names.get(result.user) ?? null} tried={tried} done={CHANGES[asked.change.what].done} />
          ))}
        </ul>
      )}
      {sorted.length > most && (
        <Button kind="quiet" className="self-start" onClick={() => setMost(most + SHOWN * 5)}>
          {formatCount(sorted.length - most)} more
        </Button>
      )}
    </section>
  );
}

function ResultLine({ result, name, tried, done }: { result: UserResult; name: string | null; tried: boolean; done: string }) {
  const { tone, icon, did, would } = OUTCOMES[result.outcome];
  const word = tried ? would : result.outcome === "changed" ? done.charAt(0).toUpperCase() + done.slice(1) : did;
  return (
    <li className="border-b border-line px-3 py-1 last:border-b-0">
      <div className="grid min-h-6 grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)_112px_auto] items-center gap-x-3 text-12">
        <span className="truncate font-medium">{name ?? result.user}</span>
        <span className="mono truncate text-text-2" title={result.user}>
          {result.user}
        </span>
        <Status tone={tone} icon={icon}>
          {word}
        </Status>
        {result.exchange ? (
          <Link to="/traffic" search={{ id: result.exchange } as never} className="inline-flex min-h-6 items-center text-accent hover:underline">
            Exchange
          </Link>
        ) : (
          <span />
        )}
      </div>
      {result.problem && (
        <p className="selectable pb-1 text-12 [overflow-wrap:anywhere]">
          {result.problem.message} <span className="text-text-2">{result.problem.hint}</span>
        </p>
      )}
    </li>
  );
}
