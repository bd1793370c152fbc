import { SquareFunction, SquareTerminal } from "lucide-react";
import type { KeptCase, ListedRoutine } from "@/api/contract";
import { plural } from "@/components/format";
import type { GridColumn } from "@/components/grid/grid";
import { OPERATIONS } from "@/components/operations";
import { Skeleton } from "@/components/skeleton";
import { Status } from "@/components/status";
import { sameName } from "./types";
import type { Tests } from "./use-tests";

/** The operations that use a routine, each once, in words. */
export function usedByWords({ usedBy }: Pick<ListedRoutine, "usedBy">, application: string): string {
  const own = usedBy.filter((use) => use.application === application);
  const others = [...new Set(usedBy.filter((use) => use.application !== application).map((use) => use.application))];
  const words = own.map(({ operation }) => OPERATIONS[operation]);
  if (others.length > 0) words.push(others.length === 1 ? `the application ${others[0]}` : plural(others.length, "other application"));
  return words.join(", ");
}

export function procedureColumns(application: string, cases: KeptCase[], results: Tests["results"]): GridColumn<ListedRoutine>[] {
  return [
    {
      key: "name",
      title: "Procedure",
      track: "minmax(120px, 1fr)",
      cell: (listed) => {
        const { routine } = listed;
        const Icon = routine.kind === "function" ? SquareFunction : SquareTerminal;
        const used = usedByWords(listed, application);
        const own = listed.usedBy.filter((use) => use.application === application).map(({ operation }) => OPERATIONS[operation]);
        return (
          <span className="flex min-w-0 items-center gap-2" title={[routine.comment, used && `Used by ${used}`].filter(Boolean).join("\n") || undefined}>
            <Icon size={14} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-3" />
            <span className="sr-only">{routine.kind} </span>
            <span className="mono max-w-full shrink-0 truncate text-12">{routine.name.name}</span>
            {own.length > 0 && (
              <span className="min-w-0 truncate text-12 text-text-3">
                <span className="sr-only">used by </span>
                {own.join(", ")}
              </span>
            )}
          </span>
        );
      },
    },
    { key: "tests", title: "Tests", track: "36px", cell: ({ routine }) => <CaseMark found={cases.filter(({ case: kept }) => sameName(kept.routine, routine.name))} results={results} /> },
    { key: "takes", title: "Takes", track: "36px", align: "right", cell: ({ routine }) => <span className="num text-text-2">{routine.parameters.length}</span> },
  ];
}

/** How many test cases a routine has; green when all that ran passed, red when one did not. */
function CaseMark({ found, results }: { found: KeptCase[]; results: Tests["results"] }) {
  if (found.length === 0) return null;
  const ran = found.flatMap(({ name }) => results[name] ?? []);
  const bad = ran.filter(({ verdict }) => verdict !== "passed").length;
  if (ran.length === 0) return <span className="num text-text-3">{found.length}</span>;
  return (
    <Status tone={bad > 0 ? "bad" : "ok"} className="num">
      {bad > 0 ? bad : ran.length}
      <span className="sr-only">{bad > 0 ? " not as expected" : " passed"}</span>
    </Status>
  );
}

export function ProceduresSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="min-h-0 flex-1">
      <div className="h-7 border-b border-line" />
      {Array.from({ length: 10 }, (_, line) => (
        <div key={line} className="grid h-7 grid-cols-[1fr_40px] items-center gap-x-3 border-b border-line px-3">
          <Skeleton className="w-3/4" />
          <Skeleton className="w-1/2" />
        </div>
      ))}
    </div>
  );
}
