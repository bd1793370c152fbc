import type { FormField, GivenArgument, ObjectName } from "@/api/contract";

export type { GivenArgument } from "@/api/contract";
export type ProcedureField = FormField;

type WithoutPlace<T> = T extends unknown ? Omit<T, "position" | "name"> : never;
/** How a value is given. */
export type Given = WithoutPlace<GivenArgument>;

/** A name with its schema, as it is read. */
export const qualified = ({ schema, name }: ObjectName): string => (schema ? `${schema}.${name}` : name);

export const sameName = (one: ObjectName, other: ObjectName): boolean => one.name === other.name && one.schema === other.schema;
