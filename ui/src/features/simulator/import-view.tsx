import { ChevronRight, Circle, CircleCheck, CircleX, Equal, LoaderCircle, PencilLine, Plus, UserCheck, UserMinus, UserX, type LucideIcon } from "lucide-react";
import type { DifferenceKind, PageTimes, PagingFinding, SimulatorCounts, SimulatorImportRun, SimulatorProgress, SimulatorStep, SimulatorStepName } from "@/api/contract";
import { Card } from "@/components/card";
import { cx } from "@/components/cx";
import { duration, formatCount, listMs, plural } from "@/components/format";
import { RelativeTime } from "@/components/relative-time";
import { Calls, FindingLine } from "./calls";
import { KINDS, STEPS } from "./words";

const NOBODY: SimulatorCounts = { seen: 0, new: 0, changed: 0, inactive: 0, active: 0, missing: 0, same: 0 };
const NO_PAGES: PageTimes = { pages: 0, size: 0, p50Us: 0, p99Us: 0, slowestUs: 0, drawnUs: [] };

/** The provider's own guard: an import that would unassign this part of the users is stopped unless it was set otherwise (the vendor's import safeguard). */
const SAFEGUARD = 0.2;

const ICONS: Record<DifferenceKind, { icon: LucideIcon; tone: string }> = {
  new: { icon: Plus, tone: "text-ok" },
  changed: { icon: PencilLine, tone: "text-info" },
  inactive: { icon: UserMinus, tone: "text-warn" },
  active: { icon: UserCheck, tone: "text-ok" },
  missing: { icon: UserX, tone: "text-bad" },
};

type OfRun = { run: SimulatorImportRun; resources: "users" | "entitlements"; kind: DifferenceKind | undefined; onList: (resources: "users" | "entitlements", kind: DifferenceKind) => void };

/** A finished import: what was done, what it would change, how its pages were. */
export function ImportResult({ run, actions, ...list }: OfRun & { actions: React.ReactNode }) {
  const { import: done, compared } = run;
  return (
    <Columns
      left={
        <>
          <StepsCard steps={done.steps} again={done.steps.some(({ name }) => name === "paging")} />
          <PagesCard times={done.times} />
          <Card title="Calls" note="before the pages, and the first page of each list">
            <Calls calls={done.calls} label="Calls of the import" />
          </Card>
        </>
      }
      right={
        <>
          <Card
            title="What it would change"
            note={
              compared ? (
                <>
                  compared with {compared.target}, <RelativeTime at={compared.at} />
                </>
              ) : (
                "the first import: nothing to compare it with"
              )
            }
            actions={actions}
          >
            <Changes counts={done.users} known={compared?.users ?? null} finished={done.failure === null} {...list} />
          </Card>
          <PagingCard paging={done.paging} />
          <EntitlementsCard counts={done.entitlements} {...list} />
        </>
      }
    />
  );
}

/** An import under way, as far as it is. */
export function ImportUnderWay({ progress, again, startedAt }: { progress: SimulatorProgress | null; again: boolean; startedAt: number }) {
  const steps = progress?.steps ?? [];
  const stage = progress?.stage ?? "configure";
  const detail = progress && progress.pages > 0 && stage === "users" ? `page ${formatCount(progress.pages)}${progress.pagesTotal ? ` of ${formatCount(progress.pagesTotal)}` : ""}, ${plural(progress.users.seen, "user")}` : "";
  return (
    <Columns
      left={
        <>
          <StepsCard steps={steps} again={again} stage={stage} detail={detail} startedAt={startedAt} />
          <PagesCard times={progress?.times ?? NO_PAGES} />
        </>
      }
      right={
        <Card title="What it would change" note="so far">
          <Changes counts={progress?.users ?? NOBODY} known={null} finished={false} />
        </Card>
      }
    />
  );
}

function Columns({ left, right }: { left: React.ReactNode; right: React.ReactNode }) {
  return (
    <div className="@container">
      <div className="grid grid-cols-1 items-start gap-3 @4xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">{left}</div>
        <div className="flex min-w-0 flex-col gap-3">{right}</div>
      </div>
    </div>
  );
}

function StepsCard({ steps, again, stage, detail }: { steps: SimulatorStep[]; again: boolean; stage?: SimulatorStepName; detail?: string; startedAt?: number }) {
  return (
    <Card title="What the provider does">
      <ol>
        {STEPS.filter(({ name }) => name !== "paging" || again).map(({ name, title }) => {
          const done = steps.find((step) => step.name === name);
          const now = !done && stage === name;
          const Icon = done ? (done.passed ? CircleCheck : CircleX) : now ? LoaderCircle : Circle;
          return (
            <li key={name} className="flex min-h-9 items-center gap-2.5 border-t border-line px-3 first:border-t-0">
              <Icon size={15} strokeWidth={1.75} aria-hidden className={cx("shrink-0", done ? (done.passed ? "text-ok" : "text-bad") : now ? "animate-spin text-accent motion-reduce:animate-none" : "text-text-3")} />
              <span className="sr-only">{done ? (done.passed ? "Done" : "Failed") : now ? "Under way" : "Not yet"}: </span>
              <span className="w-36 shrink-0 font-medium">{title}</span>
              <span className="num min-w-0 flex-1 truncate text-text-2" title={done?.detail}>
                {done?.detail ?? (now ? detail : "")}
              </span>
              {done && <span className="num mono shrink-0 text-12 text-text-2">{duration(done.durationUs)}</span>}
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

type ChangesProps = { counts: SimulatorCounts; known: number | null; finished: boolean; resources?: "users" | "entitlements"; kind?: DifferenceKind; onList?: OfRun["onList"] };

function Changes({ counts, known, finished, resources, kind: open, onList }: ChangesProps) {
  const gone = known ? counts.missing / known : 0;
  return (
    <>
      <ul>
        {KINDS.map(({ kind, title, effect }) => {
          const { icon: Icon, tone } = ICONS[kind];
          const count = counts[kind];
          const line = (
            <>
              <Icon size={15} strokeWidth={1.75} aria-hidden className={cx("shrink-0", count > 0 ? tone : "text-text-3")} />
              <span className="w-28 shrink-0 text-left font-medium">{title}</span>
              <span className="num mono w-20 shrink-0 text-right text-12">{kind === "missing" && !finished ? "" : formatCount(count)}</span>
              <span className="min-w-0 flex-1 truncate text-left text-text-2">{kind === "missing" && !finished ? "known when all pages are there" : effect}</span>
            </>
          );
          return (
            <li key={kind} className="border-t border-line first:border-t-0">
              {onList && count > 0 ? (
                <button type="button" aria-pressed={resources === "users" && open === kind} onClick={() => onList("users", kind)} className="flex min-h-9 w-full items-center gap-2.5 px-3 -outline-offset-2 hover:bg-surface-2 aria-pressed:bg-accent-soft">
                  {line}
                  <ChevronRight size={14} aria-hidden className="shrink-0 text-text-3" />
                </button>
              ) : (
                <div className="flex min-h-9 items-center gap-2.5 px-3">{line}</div>
              )}
            </li>
          );
        })}
        <li className="flex min-h-9 items-center gap-2.5 border-t border-line px-3">
          <Equal size={15} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-3" />
          <span className="w-28 shrink-0 font-medium">Same</span>
          <span className="num mono w-20 shrink-0 text-right text-12">{formatCount(counts.same)}</span>
          <span className="min-w-0 flex-1 truncate text-text-2">{finished && known !== null && counts.same === counts.seen && counts.missing === 0 ? "no difference: the provider does nothing" : ""}</span>
        </li>
      </ul>
      {finished && known !== null && counts.missing > 0 && (
        <p className="border-t border-line px-3 py-2">
          <FindingLine severity={gone >= SAFEGUARD ? "bad" : "warning"}>
            {formatCount(counts.missing)} of {plural(known, "user")} ({(gone * 100).toFixed(1)} %) would be unassigned.{" "}
            {gone >= SAFEGUARD ? "The provider's import safeguard stops an import at 20 % unless it was set otherwise." : "The provider's import safeguard stops at 20 % unless it was set otherwise."}
          </FindingLine>
        </p>
      )}
    </>
  );
}

function EntitlementsCard({ counts, resources, kind: open, onList }: Omit<OfRun, "run"> & { counts: SimulatorCounts }) {
  const shown = (["new", "changed", "missing"] as const).filter((kind) => counts[kind] > 0);
  return (
    <Card title="Entitlements" note={`${plural(counts.seen, "entitlement")}, ${formatCount(counts.same)} the same`}>
      {shown.length === 0 ? (
        <p className="px-3 py-2 text-text-2">{counts.seen === 0 ? "The server gives none." : "No difference."}</p>
      ) : (
        <ul>
          {shown.map((kind) => {
            const { icon: Icon, tone } = ICONS[kind];
            return (
              <li key={kind} className="border-t border-line first:border-t-0">
                <button type="button" aria-pressed={resources === "entitlements" && open === kind} onClick={() => onList("entitlements", kind)} className="flex min-h-9 w-full items-center gap-2.5 px-3 -outline-offset-2 hover:bg-surface-2 aria-pressed:bg-accent-soft">
                  <Icon size={15} strokeWidth={1.75} aria-hidden className={cx("shrink-0", tone)} />
                  <span className="w-28 shrink-0 text-left font-medium">{KINDS.find((one) => one.kind === kind)?.title}</span>
                  <span className="num mono w-20 shrink-0 text-right text-12">{formatCount(counts[kind])}</span>
                  <ChevronRight size={14} aria-hidden className="ml-auto shrink-0 text-text-3" />
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}

function PagingCard({ paging }: { paging: PagingFinding[] }) {
  const bad = paging.filter(({ severity }) => severity === "bad").length;
  const warnings = paging.filter(({ severity }) => severity === "warning").length;
  const verdict = bad > 0 ? <span className="text-bad">{plural(bad, "fault")}: users would be lost or doubled</span> : warnings > 0 ? <span className="text-warn">{plural(warnings, "warning")}</span> : <span className="text-ok">the pages make up the list</span>;
  return (
    <Card title="Paging check" note={paging.length > 0 ? verdict : undefined}>
      {paging.length === 0 ? (
        <p className="px-3 py-2 text-text-2">No page came.</p>
      ) : (
        <ul>
          {paging.map(({ rule, severity, text }) => (
            <li key={rule} className="border-t border-line px-3 py-[7px] first:border-t-0">
              <FindingLine severity={severity}>{text}</FindingLine>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

const WIDTH = 600;
const HEIGHT = 72;

function PagesCard({ times }: { times: PageTimes }) {
  const { drawnUs, slowestUs, p50Us, p99Us, pages, size } = times;
  const words = pages === 0 ? "none yet" : `half in ${listMs(p50Us)} · p99 ${listMs(p99Us)} · slowest ${listMs(slowestUs)}`;
  const step = WIDTH / Math.max(1, drawnUs.length - 1);
  const line = drawnUs.map((us, index) => `${(index * step).toFixed(1)},${(HEIGHT - 4 - (us / Math.max(1, slowestUs)) * (HEIGHT - 10)).toFixed(1)}`);
  return (
    <Card title="Pages" note={`ms each${pages > 0 ? `, ${plural(pages, "page")} of ${formatCount(size)}` : ""}`} actions={<span className="num text-12 text-text-2">{words}</span>}>
      {/* Of one page there is nothing to draw that its figure does not say. */}
      {pages !== 1 && (
        <div className="px-3 py-2">
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`Time of each page: ${words}`} className="h-[72px] w-full text-accent">
            {line.length > 0 && (
              <>
                <polygon points={`0,${HEIGHT} ${line.join(" ")} ${WIDTH},${HEIGHT}`} fill="currentColor" opacity={0.18} />
                <polyline points={line.join(" ")} fill="none" stroke="currentColor" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
              </>
            )}
          </svg>
        </div>
      )}
    </Card>
  );
}
