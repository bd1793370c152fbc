import { GitFork } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useLine, useReportingTree, useUnfolded } from "@/api/users";
import { Button } from "@/components/button";
import { Empty } from "@/components/empty";
import { formatCount, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { SkeletonLines } from "@/components/skeleton";
import { Findings, findingCount } from "./findings";
import { FindPerson } from "./find-person";
import { layOut } from "./layout";
import { Tree } from "./tree";

type Props = {
  application: string;
  changes: number;
  /** the column somebody chose; null to find it */
  column: string | null;
  onColumn: (column: string | null) => void;
  selected: string | undefined;
  onOpen: (user: string) => void;
  views: ReactNode;
};

/** Who reports to whom, as a picture of what one unfolds. */
export function Chart({ application, changes, column, onColumn, selected, onOpen, views }: Props) {
  const client = useQueryClient();
  const tree = useReportingTree(application, column);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [pages, setPages] = useState<ReadonlyMap<string | null, number>>(new Map());
  const [findings, setFindings] = useState(false);
  const [focus, setFocus] = useState<string | undefined>(selected);
  const line = useLine(application, column, focus);
  useEffect(() => {
    if (changes > 0) for (const kind of ["users.lines", "users.reports", "users.line"]) void client.invalidateQueries({ queryKey: [kind, application] });
  }, [changes, client, application]);

  const wanted = useMemo(() => [null, ...open].map((of) => ({ of, pages: pages.get(of) ?? 1 })), [open, pages]);
  const { below, problem, again } = useUnfolded(application, tree.data?.column ? column : null, tree.data?.column ? wanted : NOTHING);
  const picture = useMemo(() => layOut(below, open), [below, open]);

  // Whoever is looked for is unfolded down to, once.
  const shown = useRef<string | undefined>(undefined);
  const path = line.data?.nodes;
  useEffect(() => {
    if (!path || path.length === 0 || shown.current === focus) return;
    shown.current = focus;
    setOpen((now) => new Set([...now, ...path.slice(0, -1).map(({ id }) => id)]));
  }, [path, focus]);
  // The first look unfolds the largest trees, and of few people everybody: folded boxes tell nothing.
  const greeted = useRef<Set<string>>(new Set());
  const few = (tree.data?.users ?? SMALL + 1) <= SMALL;
  useEffect(() => {
    const seen = few ? [...below.values()].flatMap(({ nodes }) => nodes) : (below.get(null)?.nodes.slice(0, 3) ?? []);
    const fresh = seen.filter(({ id, reports }) => reports > 0 && !greeted.current.has(id)).map(({ id }) => id);
    if (fresh.length === 0) return;
    for (const id of fresh) greeted.current.add(id);
    setOpen((now) => new Set([...now, ...fresh]));
  }, [below, few]);

  const fold = (id: string, unfold: boolean) =>
    setOpen((now) => {
      const next = new Set(now);
      if (unfold) next.add(id);
      else next.delete(id);
      return next;
    });
  const data = tree.data;
  const wrong = data ? findingCount(data) : 0;
  const look = (id: string) => {
    shown.current = undefined;
    setFocus(id);
    onOpen(id);
  };
  return (
    <>
      <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-3">
        <FindPerson application={application} column={column} onFound={look} disabled={!data?.column} />
        {data && data.choices.length > 0 && (
          <label className="flex shrink-0 items-center gap-1.5 text-12 text-text-2">
            Manager in
            <select
              value={data.column?.name ?? ""}
              onChange={(event) => {
                setOpen(new Set());
                setPages(new Map());
                greeted.current = new Set();
                onColumn(event.target.value || null);
              }}
              className="mono h-7 max-w-40 rounded-md border border-line-3 bg-surface-1 px-1.5 text-12 text-text"
            >
              {!data.column && <option value="">no column</option>}
              {data.choices.map((choice) => (
                <option key={choice} value={choice}>
                  {choice}
                </option>
              ))}
            </select>
          </label>
        )}
        {views}
      </div>
      {tree.error && <ProblemCard problem={tree.error} onRetry={() => void tree.refetch()} className="m-3" />}
      {problem && !tree.error && <ProblemCard problem={problem} onRetry={again} className="m-3" />}
      {!data && !tree.error && <SkeletonLines lines={12} />}
      {data && !data.column && (
        <div className="min-h-0 flex-1">
          <Empty icon={GitFork} title="No column of these users names a manager">
            A manager’s column holds the id of another user. If one of yours does, choose it above.
          </Empty>
        </div>
      )}
      {data?.column && findings && <Findings tree={data} onOpen={look} onClose={() => setFindings(false)} />}
      {data?.column && (
        <Tree
          picture={picture}
          selected={selected}
          focus={focus}
          onOpen={onOpen}
          onFold={fold}
          onMore={(of) => setPages((now) => new Map(now).set(of, (now.get(of) ?? 1) + 1))}
        />
      )}
      {data && (
        <footer className="num flex h-9 shrink-0 items-center gap-3 border-t border-line px-3 text-12 text-text-2">
          {data.column && (
            <span>
              {plural(data.users, "user")} on {plural(data.levels, "level")}
              {data.alone > 0 && `, ${formatCount(data.alone)} with nobody above or below`}
            </span>
          )}
          {wrong > 0 && (
            <Button kind="quiet" className="h-6 text-12 text-warn" aria-expanded={findings} onClick={() => setFindings(!findings)}>
              {plural(wrong, "finding")}
            </Button>
          )}
          <span className="ml-auto text-text-3">
            read <RelativeTime at={data.takenAt} />
            {data.column?.source === "values" && <>, {data.column.name} found by its values</>}
            {data.column?.source === "mapped" && <>, {data.column.name} is mapped to manager</>}
          </span>
        </footer>
      )}
    </>
  );
}

/** Of so many users all are drawn at once. */
const SMALL = 60;
const NOTHING: { of: string | null; pages: number }[] = [];
