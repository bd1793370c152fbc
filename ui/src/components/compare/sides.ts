/** What the two sides are called: in the heads of tables, and where something stands on one of them only. */
export type Sides = { left: string; right: string; onlyLeft: string; onlyRight: string };
