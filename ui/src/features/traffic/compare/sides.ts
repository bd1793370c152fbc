/** What the two sides are called in the heads of tables. */
export type Sides = { left: string; right: string };
