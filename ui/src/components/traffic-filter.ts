/** A value as the filter of Traffic reads it as one: it wants quotes around what is not one word, and knows no quote inside them. */
const quoted = (value: string) => (/[\s"()]/.test(value) ? `"${value.replaceAll('"', "")}"` : value);

/** What finds the exchanges about a user. */
export const aboutUser = (id: string): string => `user:${quoted(id)}`;

/** What finds the exchanges that asked for something, told by its title. */
export const askingFor = (title: string): string => `op:${quoted(title)}`;

/** What finds the exchanges of a time; both in milliseconds since 1970. */
export const between = (from: number, to: number): string => `after:${moment(from)} before:${moment(to)}`;

const moment = (at: number) => new Date(at).toISOString().replace(".000Z", "Z");
