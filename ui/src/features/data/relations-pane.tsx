import { Eye, RotateCw, Table2, TableProperties } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import type { ConnectionHealth, ListedRelation, ObjectName, Schema } from "@/api/contract";
import { useRelations, useSchemas } from "@/api/data";
import { Button, IconButton } from "@/components/button";
import { cx } from "@/components/cx";
import { EnvironmentLabel } from "@/components/environment";
import { formatCount, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { SkeletonLines } from "@/components/skeleton";

const FIELD = "h-7 w-full min-w-0 rounded-md border border-line-3 bg-surface-1 px-2 text-13";

/** A schema's tables and views in groups, each with the icon of its kind. */
const GROUPS = [
  { title: "Tables", icon: Table2, kinds: ["table"] },
  { title: "Views", icon: Eye, kinds: ["view", "materialized_view"] },
  { title: "Other", icon: TableProperties, kinds: ["other"] },
];

export const sameName = (one: ObjectName | null, other: ObjectName): boolean => one !== null && one.name === other.name && (one.schema ?? null) === (other.schema ?? null);

type Props = {
  connections: ConnectionHealth[];
  connection: string;
  schema: string | null;
  selected: ObjectName | null;
  onConnection: (name: string) => void;
  onSchema: (name: string | null) => void;
  onRelation: (name: ObjectName) => void;
};

export function RelationsPane({ connections, connection, schema, selected, onConnection, onSchema, onRelation }: Props) {
  const schemas = useSchemas(connection);
  const all = schemas.data ?? [];
  const current = all.find((each) => each.name === schema) ?? all.find((each) => each.current) ?? all[0];
  const relations = useRelations(connection, current?.name ?? null, schemas.data !== undefined);
  const [search, setSearch] = useState("");
  const chosen = connections.find(({ name }) => name === connection);
  const error = schemas.error ?? relations.error;
  const again = () => void (schemas.error ? schemas.refetch() : relations.refetch());
  return (
    <div className="flex h-full min-w-0 flex-col">
      <div className="flex shrink-0 flex-col gap-2 border-b border-line p-2.5">
        <div className="flex items-center gap-2">
          <select aria-label="Connection" value={connection} onChange={(event) => onConnection(event.target.value)} className={cx(FIELD, "font-medium")}>
            {connections.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          {chosen && <EnvironmentLabel environment={chosen.environment} small />}
        </div>
        {all.length > 1 && <SchemaField schemas={all} value={current?.name ?? ""} onChange={(name) => onSchema(all.find((each) => each.name === name)?.current ? null : name)} />}
        <div className="flex items-center gap-1">
          <input
            type="search"
            aria-label="Search tables and views"
            data-filter-field
            placeholder={relations.data ? `Search ${plural(relations.data.length, "table or view", "tables and views")}` : "Search tables and views"}
            value={search}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setSearch(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "ArrowDown") return;
              event.preventDefault();
              document.querySelector<HTMLElement>("[data-relation]")?.focus();
            }}
            className={FIELD}
          />
          <IconButton icon={RotateCw} label="Read the tables again" onClick={() => void Promise.all([schemas.refetch(), relations.refetch()])} disabled={relations.isFetching} />
        </div>
      </div>
      {error && <ProblemCard problem={error} onRetry={again} className="m-2.5" />}
      {!relations.data && !error && <SkeletonLines lines={8} />}
      {relations.data && !error && <List relations={relations.data} search={search.trim()} selected={selected} onClear={() => setSearch("")} onRelation={onRelation} />}
    </div>
  );
}

function SchemaField({ schemas, value, onChange }: { schemas: Schema[]; value: string; onChange: (name: string) => void }) {
  return (
    <select aria-label="Schema" value={value} onChange={(event) => onChange(event.target.value)} className={FIELD}>
      {schemas.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}

type ListProps = { relations: ListedRelation[]; search: string; selected: ObjectName | null; onClear: () => void; onRelation: (name: ObjectName) => void };

/** One tab stop: the arrows go through all groups. */
function List({ relations, search, selected, onClear, onRelation }: ListProps) {
  const list = useRef<HTMLElement>(null);
  const wanted = search.toLowerCase();
  const found = relations.filter(({ name, comment }) => `${name.name} ${comment ?? ""}`.toLowerCase().includes(wanted));
  const groups = GROUPS.map((group) => ({ ...group, relations: found.filter(({ kind }) => group.kinds.includes(kind)) })).filter((group) => group.relations.length > 0);
  const stop = found.find(({ name }) => sameName(selected, name)) ?? groups[0]?.relations[0];
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...(list.current?.querySelectorAll<HTMLElement>("[data-relation]") ?? [])];
    const next = all[all.indexOf(document.activeElement as HTMLElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  if (relations.length === 0) return <p className="p-3 text-text-2">The connection’s user sees no table or view in this schema.</p>;
  if (found.length === 0) {
    return (
      <div className="flex flex-col items-start gap-2 p-3">
        <p className="text-text-2">No table or view matches “{search}”.</p>
        <Button onClick={onClear}>Clear the search</Button>
      </div>
    );
  }
  return (
    // The arrows move between the buttons within.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <nav ref={list} aria-label="Tables and views" onKeyDown={onKeyDown} className="min-h-0 flex-1 overflow-y-auto py-1.5">
      {groups.map(({ title, icon: Icon, relations: members }) => (
        <section key={title} aria-label={title} className="mb-2">
          <h2 className="num flex h-7 items-center gap-2 px-3 text-11 font-medium text-text-3">
            {title} <span className="font-normal">{members.length}</span>
          </h2>
          <ul>
            {members.map((relation) => {
              const current = sameName(selected, relation.name);
              return (
                <li key={`${relation.name.schema}.${relation.name.name}`}>
                  <button
                    type="button"
                    data-relation
                    tabIndex={relation === stop ? 0 : -1}
                    aria-current={current || undefined}
                    title={relation.comment ?? undefined}
                    onClick={() => onRelation(relation.name)}
                    className={cx("flex w-full items-start gap-2 px-3 py-1 text-left -outline-offset-2 hover:bg-surface-2", current && "bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]")}
                  >
                    <Icon size={14} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0 text-text-3" />
                    <span className="min-w-0 flex-1">
                      <span className="mono block truncate text-12 leading-5">{relation.name.name}</span>
                      {relation.comment && <span className="block truncate text-11 text-text-3">{relation.comment}</span>}
                    </span>
                    {relation.rows !== null && (
                      <span className="num shrink-0 text-11 leading-5 text-text-3" title="The database’s own estimate">
                        ~{formatCount(relation.rows)}
                      </span>
                    )}
                  </button>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </nav>
  );
}
