import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { useMappings, useOverview } from "@/api/queries";
import { cx } from "@/components/cx";
import { ProblemCard } from "@/components/problem";
import { useApplication } from "@/components/shell/application";
import { Markdown } from "./markdown";
import { TenOperations } from "./ten";
import { DOCUMENTS, type DocumentId, read } from "./text";
import { valuesOf } from "./values";

export type GuideSearch = { doc?: DocumentId; part?: string };

/** What the address says of the Guide. */
export const readGuide = (search: Record<string, unknown>): GuideSearch => ({
  doc: DOCUMENTS.find(({ id }) => id === search.doc && id !== "guide")?.id,
  part: typeof search.part === "string" && search.part !== "" ? search.part : undefined,
});

/** The two documents of the set-up, with this workspace's own values in the place of their examples. */
export function Guide({ search }: { search: GuideSearch }) {
  const overview = useOverview().data;
  const { application, connection } = useApplication();
  const { data: mappings, error } = useMappings(application?.name ?? "");
  const documents = useMemo(() => DOCUMENTS.map(({ id, text }) => ({ id, ...read(text) })), []);
  const open = documents.find(({ id }) => id === (search.doc ?? "guide"));
  const article = useRef<HTMLElement>(null);
  const shown = open?.id;
  useEffect(() => {
    const heading = search.part === undefined || shown === undefined ? null : article.current?.querySelector<HTMLElement>(`#${CSS.escape(search.part)}`);
    if (heading) {
      heading.scrollIntoView({ block: "start" });
      heading.focus({ preventScroll: true });
    } else article.current?.parentElement?.scrollTo({ top: 0 });
  }, [search.part, shown]);
  const path = overview?.certificate.path;
  const setting = useMemo(
    () => ({
      values: valuesOf(application, connection, path?.split(/[\\/]/).at(-1), mappings),
      blocks: { operations: mappings && application && <TenOperations mappings={mappings} application={application.name} /> },
    }),
    [application, connection, path, mappings],
  );
  if (!open) return null;
  return (
    <div className="flex h-full min-h-0">
      <h1 className="sr-only">Guide</h1>
      <nav aria-label="Contents" className="w-60 shrink-0 overflow-y-auto border-r border-line px-2 py-3">
        {documents.map(({ id, title, parts }) => (
          <section key={id} aria-label={title} className="mb-4">
            <Link
              to="/guide"
              search={((before: Record<string, unknown>) => ({ ...before, doc: id === "guide" ? undefined : id, part: undefined })) as never}
              aria-current={id === open.id && search.part === undefined ? "true" : undefined}
              className="block rounded-md px-2 py-1 font-medium hover:bg-surface-2 aria-[current=true]:bg-surface-3"
            >
              {title}
            </Link>
            {id === open.id && (
              <ul className="mt-1">
                {parts.map(({ title: part, anchor, depth }) => (
                  <li key={anchor}>
                    <Link
                      to="/guide"
                      search={((before: Record<string, unknown>) => ({ ...before, part: anchor })) as never}
                      aria-current={search.part === anchor ? "true" : undefined}
                      className={cx("block rounded-md py-1 pr-2 text-text-2 hover:bg-surface-2 hover:text-text aria-[current=true]:bg-surface-3 aria-[current=true]:text-text", depth > 2 ? "pl-7" : "pl-4")}
                    >
                      {part}
                    </Link>
                  </li>
                ))}
              </ul>
            )}
          </section>
        ))}
      </nav>
      <div className="min-w-0 flex-1 overflow-y-auto bg-surface-0">
        <article ref={article} aria-label={open.title} className="selectable mx-auto max-w-200 px-8 pt-6 pb-16 text-13">
          {error && <ProblemCard problem={error} className="mb-4" />}
          {application && (
            <p className="mb-4 rounded-md bg-accent-soft px-3 py-2 text-12">
              Marked values are those of <span className="font-medium">{application.name}</span> in this workspace. {application.baseUrl === null && "Start the endpoint to see its address."}
            </p>
          )}
          <Markdown tokens={open.tokens} setting={setting} />
        </article>
      </div>
    </div>
  );
}
