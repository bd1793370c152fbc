import type { Given, GivenArgument, ProcedureField } from "./types";

/** What stands in a field. Another way of giving keeps the text, so that taking it back loses nothing. */
export type FieldValue = { give: "value" | "null" | "leave_out"; text: string; /** further values of a variadic parameter */ more: string[]; touched: boolean };
export type FormValues = Record<number, FieldValue>;

/** What a field begins with: its default where it has one, else a text to be typed. */
const beginning = ({ omission, variadic }: ProcedureField): FieldValue => ({ give: omission === "never" && !variadic ? "value" : "leave_out", text: "", more: [], touched: false });

export const valueOf = (values: FormValues, field: ProcedureField): FieldValue => values[field.position] ?? beginning(field);

/** Whether anything is given for a parameter: one that only comes back takes nothing. */
export const takesValue = ({ control }: ProcedureField): boolean => control.kind !== "none";

/** What is sent. */
export function argumentsOf(fields: ProcedureField[], values: FormValues): GivenArgument[] {
  return fields.filter(takesValue).flatMap((field): GivenArgument[] => {
    const { position, name } = field;
    const { give, text, more } = valueOf(values, field);
    if (give === "leave_out") return field.variadic ? [] : [{ position, name, give }];
    if (give === "null") return [{ position, name, give }];
    return [text, ...(field.variadic ? more : [])].map((one) => ({ position, name, give: "value" as const, text: one }));
  });
}

/** NULL for every field that nothing was typed into. What was chosen otherwise stays. */
export function emptyAsNull(fields: ProcedureField[], values: FormValues): FormValues {
  const empty = fields.filter((field) => takesValue(field) && !field.variadic && valueOf(values, field).give === "value" && valueOf(values, field).text === "");
  return { ...values, ...Object.fromEntries(empty.map((field): [number, FieldValue] => [field.position, { ...valueOf(values, field), give: "null" }])) };
}

const given = ({ give, ...rest }: Given): Pick<FieldValue, "give" | "text"> => {
  if (give === "value") return { give, text: (rest as { text: string }).text };
  // A secret was not kept: the field waits for it.
  return give === "secret" ? { give: "value", text: "" } : { give, text: "" };
};

/** The values of an earlier call for the fields as they are now, by name where there is one. */
export function valuesFrom(fields: ProcedureField[], args: GivenArgument[]): FormValues {
  const values: FormValues = {};
  for (const field of fields.filter(takesValue)) {
    const own = args.filter(({ name, position }) => (field.name === null ? name === null && position === field.position : name === field.name));
    const [first, ...others] = own;
    if (!first) continue;
    const more = field.variadic ? others.flatMap((other) => (other.give === "value" ? [other.text] : [])) : [];
    values[field.position] = { ...given(first), more, touched: first.give === "secret" };
  }
  return values;
}

/** What a parameter is called on the screen. */
export const fieldName = ({ name, position }: Pick<ProcedureField, "name" | "position">): string => name ?? `parameter ${position}`;
