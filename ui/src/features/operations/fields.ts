import type { JsonValue, MappedParameter } from "@/api/contract";
import { plainValue } from "@/components/value";
import type { Fields, FieldValue, Values } from "./use-trials";

/** A field of the form: one input, however many `?` it fills. */
export type FormField = { name: string; secret: boolean; positions: number[] };

/** The distinct fields of a mapping, in the order of its `?`. Databases do not tell their letter case apart, so neither do we. */
export function fieldsOf(parameters: MappedParameter[]): FormField[] {
  const fields = new Map<string, FormField>();
  for (const { source, text, secret, position } of parameters) {
    if (source !== "field") continue;
    const known = fields.get(text.toUpperCase());
    if (known) known.positions.push(position);
    else fields.set(text.toUpperCase(), { name: text, secret, positions: [position] });
  }
  return [...fields.values()];
}

const keyOf = (name: string) => name.toUpperCase();

/** What stands in a field: ids begin as empty text to be filled in, columns of an update as NULL, which is what a request that leaves them out binds. */
export function valueOf(values: Values, name: string, columns: boolean, idColumn: string): FieldValue {
  return values[keyOf(name)] ?? { text: "", isNull: columns && keyOf(name) !== keyOf(idColumn) };
}

export const oneValue = (name: string, value: FieldValue): Values => ({ [keyOf(name)]: value });

/** What is sent: NULL and the empty text are different values. */
export function sent(form: FormField[], value: (name: string) => FieldValue): Fields {
  return Object.fromEntries(
    form.map(({ name }): [string, JsonValue] => {
      const { text, isNull } = value(name);
      return [name, isNull ? null : text];
    }),
  );
}

/** The values of a user's row for the fields of the form. What is secret was never sent here, and stays as it is. */
export function fromRow(form: FormField[], columns: { name: string; secret: boolean }[], row: JsonValue[]): Values {
  const values: Values = {};
  columns.forEach((column, index) => {
    const field = form.find(({ name }) => keyOf(name) === keyOf(column.name));
    if (!field || field.secret || column.secret) return;
    const value = row[index] ?? null;
    values[keyOf(field.name)] = value === null ? { text: "", isNull: true } : { text: plainValue(value), isNull: false };
  });
  return values;
}
