import type { ObjectNames, Operation, Settings } from "@/api/contract";
import type { FieldOption } from "./field-input";
import { ONLY_IDS } from "./model";

const upper = (name: string) => name.toUpperCase();

/** Columns of the tables that hold the user's id, which is where a user's fields come from; those of tables a statement names first. */
export function knownFields(names: ObjectNames | undefined, settings: Settings, operation: Operation, statement: string): FieldOption[] {
  const found = new Map<string, FieldOption>();
  const add = (name: string | null, detail: string) => {
    if (name && !found.has(upper(name))) found.set(upper(name), { name, detail });
  };
  const ids = ONLY_IDS[operation];
  if (operation === "incremental_import") add(settings.changedColumn, "the time of the last change");
  if (operation !== "incremental_import") add(settings.userIdColumn, "the user’s id");
  if (ids === "both") add(settings.entitlementIdColumn, "the entitlement’s id");
  if (ids) return [...found.values()];
  add(settings.statusColumn, "whether the user is active");
  const named = new Set([...statement.matchAll(/[\p{L}\d_$]+/gu)].map(([word]) => upper(word)));
  const relations = names?.relations ?? [];
  const ofUsers = relations.filter(({ columns }) => columns.some(({ name }) => upper(name) === upper(settings.userIdColumn)));
  const first = [...relations.filter(({ name }) => named.has(upper(name))), ...ofUsers.filter(({ kind }) => kind === "table"), ...ofUsers];
  for (const { name, columns } of first) for (const column of columns) add(column.name, `${column.type} · ${name}`);
  return [...found.values()];
}

/** All columns there are, for what may stand in any of them. */
export function allColumns(names: ObjectNames | undefined): FieldOption[] {
  const found = new Map<string, FieldOption>();
  for (const { name, columns } of names?.relations ?? []) for (const column of columns) if (!found.has(upper(column.name))) found.set(upper(column.name), { name: column.name, detail: `${column.type} · ${name}` });
  return [...found.values()];
}
