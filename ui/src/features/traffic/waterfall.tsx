import { Check, ChevronRight, type LucideIcon, Undo2, X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import type { Step } from "@/api/contract";
import { cx } from "@/components/cx";
import { duration } from "@/components/format";
import { databaseUs, type Phase, phases, ticks } from "./phases";

type Props = {
  steps: Step[];
  totalUs: number;
  /** what is told beside its statement already */
  explained?: string;
  /** opens the statement of a step, by its place among the statements */
  onStatement?: (index: number) => void;
};

type Line = { key: string; title: string; startUs: number; durationUs: number; ok: boolean; kind: Step["kind"] | "phase"; detail: string | null; level: number; phase: number; open?: boolean; statement?: number };

function linesOf(all: Phase[], closed: ReadonlySet<number>, statementAt: Map<number, number>): Line[] {
  return all.flatMap((phase, number) => {
    const step = ({ step: own, index }: Phase["steps"][number], level: number): Line => ({
      key: `step ${index}`,
      title: own.title,
      startUs: own.startUs,
      durationUs: own.durationUs,
      ok: own.ok,
      kind: own.kind,
      detail: own.detail,
      level,
      phase: number,
      statement: statementAt.get(index),
    });
    const [only] = phase.steps;
    if (phase.steps.length === 1 && only) return [step(only, 1)];
    const open = !closed.has(number);
    const head: Line = { key: `phase ${number}`, title: phase.title, startUs: phase.startUs, durationUs: phase.endUs - phase.startUs, ok: phase.ok, kind: "phase", detail: null, level: 1, phase: number, open };
    return [head, ...(open ? phase.steps.map((placed) => step(placed, 2)) : [])];
  });
}

function look({ ok, kind }: Line): { icon: LucideIcon; tone: string; bar: string; word: string } {
  if (!ok) return { icon: X, tone: "text-bad", bar: "bg-bad", word: "failed" };
  if (kind === "rollback") return { icon: Undo2, tone: "text-warn", bar: "bg-warn", word: "rolled back" };
  return { icon: Check, tone: "text-ok", bar: kind === "statement" ? "bg-accent" : "bg-text-3", word: "done" };
}

/**
 * The steps of an exchange against its whole time, nested by phase. It is a table first: who does not see the bars reads when each
 * step began and what it took. One tab stop; arrows move, left and right fold a phase, Enter opens a statement.
 */
export function Waterfall({ steps, totalUs, explained, onStatement }: Props) {
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  const [at, setAt] = useState(0);
  const body = useRef<HTMLTableElement>(null);
  const whole = Math.max(1, totalUs, ...steps.map((step) => step.startUs + step.durationUs));
  const statementAt = new Map(steps.flatMap((step, index) => (step.statement ? [index] : [])).map((index, number) => [index, number]));
  const lines = linesOf(phases(steps), closed, statementAt);
  const cursor = Math.min(at, lines.length - 1);
  const focus = (next: number) => {
    const bounded = Math.max(0, Math.min(lines.length - 1, next));
    setAt(bounded);
    body.current?.querySelectorAll<HTMLElement>("[data-line]")[bounded]?.focus();
  };
  const fold = (line: Line, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(line.phase);
    else next.add(line.phase);
    setClosed(next);
  };
  const onKey = (event: KeyboardEvent) => {
    const line = lines[cursor];
    if (!line || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves: Record<string, () => void> = {
      ArrowDown: () => focus(cursor + 1),
      ArrowUp: () => focus(cursor - 1),
      Home: () => focus(0),
      End: () => focus(lines.length - 1),
      ArrowRight: () => (line.open === false ? fold(line, true) : focus(cursor + 1)),
      ArrowLeft: () => (line.open ? fold(line, false) : line.level > 1 ? focus(lines.findIndex((other) => other.phase === line.phase)) : undefined),
      Enter: () => (line.statement === undefined ? line.open !== undefined && fold(line, !line.open) : onStatement?.(line.statement)),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  };
  const inDatabase = databaseUs(steps);
  const axis = ticks(whole);
  return (
    <div className="overflow-hidden rounded-lg border border-line">
      {/* A tree of rows with columns is a table that can be walked (ARIA's treegrid). */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role */}
      <table ref={body} role="treegrid" aria-label="Steps" className="w-full table-fixed" onKeyDown={onKey}>
        <thead>
          <tr className="h-6 border-b border-line text-11 text-text-3">
            <th scope="col" className="w-[44%] px-3 text-left font-medium">
              Step
            </th>
            <th scope="col" className="font-medium">
              <span className="sr-only">From the beginning</span>
              <span aria-hidden className="relative block h-4">
                {axis.map((tick) => (
                  <span key={tick} className="num absolute -translate-x-1/2 whitespace-nowrap" style={{ left: `${(tick / whole) * 100}%` }}>
                    {duration(tick)}
                  </span>
                ))}
              </span>
            </th>
            <th scope="col" className="w-22 px-3 text-right font-medium">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <Row
              key={line.key}
              line={line}
              whole={whole}
              axis={axis}
              current={index === cursor}
              explained={explained}
              onFocus={() => setAt(index)}
              onFold={() => fold(line, !line.open)}
              onStatement={line.statement === undefined || !onStatement ? undefined : () => onStatement(line.statement ?? 0)}
            />
          ))}
        </tbody>
      </table>
      <p className="num flex flex-wrap gap-x-4 border-t border-line px-3 py-1.5 text-12 text-text-2">
        <span>
          Whole <span className="mono text-text">{duration(totalUs)}</span>
        </span>
        <span>
          waiting for the database <span className="mono text-text">{duration(inDatabase)}</span> ({Math.min(100, Math.round((inDatabase / whole) * 100))} %)
        </span>
      </p>
    </div>
  );
}

type RowProps = { line: Line; whole: number; axis: number[]; current: boolean; explained?: string; onFocus: () => void; onFold: () => void; onStatement?: () => void };

function Row({ line, whole, axis, current, explained, onFocus, onFold, onStatement }: RowProps) {
  const { icon: Icon, tone, bar, word } = look(line);
  const group = line.kind === "phase";
  const from = (line.startUs / whole) * 100;
  const width = Math.max(0.8, (line.durationUs / whole) * 100);
  const share = Math.round((line.durationUs / whole) * 100);
  const begins = `starts after ${duration(line.startUs)}, takes ${duration(line.durationUs)}, ${share} % of the whole`;
  return (
    <tr
      data-line
      tabIndex={current ? 0 : -1}
      aria-level={line.level}
      aria-expanded={line.open}
      onFocus={onFocus}
      onClick={group ? onFold : onStatement}
      title={`${line.title}: ${begins}${line.detail ? `. ${line.detail}` : ""}`}
      className={cx("group border-b border-line -outline-offset-2 last:border-b-0 hover:bg-surface-2 focus-visible:bg-surface-2", (group || onStatement) && "cursor-pointer")}
    >
      <th scope="row" className="px-3 py-1 text-left align-top font-normal">
        <span className={cx("flex min-w-0 items-center gap-2", line.level > 1 && "pl-5")}>
          {group ? (
            <ChevronRight size={14} aria-hidden className={cx("shrink-0 text-text-3 transition-transform duration-100", line.open && "rotate-90")} />
          ) : (
            <Icon size={14} strokeWidth={2} aria-label={word} className={cx("shrink-0", tone)} />
          )}
          <span className={cx("truncate", group && "font-medium")}>{line.title}</span>
          {line.detail && line.ok && <span className="min-w-0 shrink-[2] truncate text-12 text-text-3">{line.detail}</span>}
          {group && !line.open && !line.ok && <Icon size={14} strokeWidth={2} aria-label={word} className={cx("shrink-0", tone)} />}
        </span>
        {/* What went wrong is never cut short. */}
        {line.detail && !line.ok && line.detail !== explained && (
          <span className={cx("selectable block text-12 text-bad [overflow-wrap:anywhere]", line.level > 1 ? "pl-11" : "pl-6")}>{line.detail}</span>
        )}
      </th>
      <td className="py-1 align-top">
        <span className="sr-only">{begins}</span>
        <span aria-hidden className="relative mt-0.5 block h-4">
          {axis.map((tick) => (
            <span key={tick} className="absolute -inset-y-1.5 w-px bg-line" style={{ left: `${(tick / whole) * 100}%` }} />
          ))}
          <span
            className={cx("absolute", group ? "inset-y-1 rounded-sm border border-line-3 bg-surface-3" : cx("inset-y-[3px] rounded-sm group-hover:opacity-80", bar))}
            style={{ left: `${Math.min(from, 100 - width)}%`, width: `${width}%` }}
          />
        </span>
      </td>
      <td className={cx("mono px-3 py-1 text-right align-top text-12 whitespace-nowrap", group ? "text-text-3" : "text-text-2")}>{duration(line.durationUs)}</td>
    </tr>
  );
}
