import type { MappedParameter, Mapping, MappingView, Operation, Parameter, ParameterSource, RowContract, Settings } from "@/api/contract";

/** Where a `?` gets its value, while it is being changed. An empty text is one that nobody chose yet. */
export type Source = { source: ParameterSource; text: string };

/** A mapping while it is being changed. */
export type MappingDraft = {
  enabled: boolean;
  kind: Mapping["kind"];
  statement: string;
  parameters: Source[];
  /** the statement for everybody's entitlements at once */
  everybody: string | null;
  /** null: as the operation has it */
  rows: RowContract | null;
};

/** What is not mapped begins as an empty statement that is switched on: whoever writes one wants it used. */
export function draftOf(mapping: MappingView | null): MappingDraft {
  if (!mapping) return { enabled: true, kind: "sql", statement: "", parameters: [], everybody: null, rows: null };
  const { enabled, kind, statement, parameters, rows } = mapping;
  return { enabled, kind, statement: statement.trim(), parameters: parameters.map(({ source, text }) => ({ source, text })), everybody: mapping.import?.trim() ?? null, rows };
}

function parameterOf({ source, text }: Source): Parameter {
  if (source === "constant") return { constant: text };
  if (source === "out") return { out: text };
  if (source === "cursor") return { cursor: text };
  return text;
}

export function sourceOf(parameter: Parameter): Source {
  if (typeof parameter === "string") return { source: "field", text: parameter };
  if ("constant" in parameter) return { source: "constant", text: parameter.constant };
  if ("out" in parameter) return { source: "out", text: parameter.out };
  return { source: "cursor", text: parameter.cursor };
}

/** As it is sent and saved. */
export function mappingOf({ enabled, kind, statement, parameters, everybody, rows }: MappingDraft, counted: boolean): Mapping {
  return {
    enabled,
    kind,
    statement,
    parameters: parameters.map(parameterOf),
    ...(everybody !== null && everybody.trim() !== "" ? { import: everybody } : {}),
    // Rows are counted of statements that write, and nothing else may say how many.
    ...(rows !== null && kind === "sql" && counted ? { rows } : {}),
  };
}

export function fromMapping(mapping: Mapping): MappingDraft {
  return {
    enabled: mapping.enabled ?? true,
    kind: mapping.kind,
    statement: mapping.statement.trim(),
    parameters: (mapping.parameters ?? []).map(sourceOf),
    everybody: mapping.import ?? null,
    rows: mapping.rows ?? null,
  };
}

export const sameDraft = (one: MappingDraft, other: MappingDraft): boolean => JSON.stringify(one) === JSON.stringify(other);

const alike = (one: string, other: string) => one.toUpperCase() === other.toUpperCase();

/** The parameters with what the dry run's form needs to know of each. */
export function trialParameters(parameters: Source[], settings: Settings): MappedParameter[] {
  return parameters.map(({ source, text }, index) => ({ position: index + 1, source, text, secret: source === "field" && settings.secretColumns.some((column) => alike(column, text)) }));
}

/** Which fields an operation has: all columns where a whole user is written, ids where one is named. */
export const ONLY_IDS: Partial<Record<Operation, "user" | "both">> = {
  get_user_by_id: "user",
  get_user_entitlements: "user",
  activate_user: "user",
  deactivate_user: "user",
  add_entitlement: "both",
  remove_entitlement: "both",
};

/** The words of a row-count contract. */
export const CONTRACT: Record<RowContract, string> = { one: "exactly 1 row", one_or_none: "1 row or none", any: "any number of rows" };
