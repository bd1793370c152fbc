import type { DifferenceKind, SimulatorStepName, SimulatorTarget, SimulatorTargetRef } from "@/api/contract";

/** What the provider is played to do. The order is that of a user's life. */
export const PLAYS = [
  { id: "import", title: "Import" },
  { id: "assign", title: "Assign" },
  { id: "update", title: "Update" },
  { id: "deactivate", title: "Deactivate" },
  { id: "reactivate", title: "Reactivate" },
  { id: "entitlements", title: "Entitlements" },
  { id: "life", title: "Whole life" },
  { id: "look", title: "Read calls" },
] as const;

export type Play = (typeof PLAYS)[number]["id"];

export const isPlay = (text: string | undefined): text is Play => PLAYS.some(({ id }) => id === text);

export const STEPS: { name: SimulatorStepName; title: string }[] = [
  { name: "configure", title: "Configure" },
  { name: "discover", title: "Discover" },
  { name: "users", title: "Import users" },
  { name: "entitlements", title: "Import entitlements" },
  { name: "paging", title: "Ask for pages again" },
  { name: "compare", title: "Compare" },
];

export const KINDS: { kind: DifferenceKind; title: string; effect: string }[] = [
  { kind: "new", title: "New", effect: "will be created and wait for confirmation" },
  { kind: "changed", title: "Changed", effect: "profile will be updated" },
  { kind: "inactive", title: "Gone inactive", effect: "will be deactivated" },
  { kind: "active", title: "Active again", effect: "will be reactivated" },
  { kind: "missing", title: "Missing", effect: "will be unassigned" },
];

/** A server in the address: `own:jdbc_on_prem`, `saved:vendor`. */
export const keyOf = (reference: SimulatorTargetRef): string => (reference.kind === "own" ? `own:${reference.application}` : `saved:${reference.name}`);

export const findTarget = (targets: SimulatorTarget[], key: string | undefined): SimulatorTarget | undefined => targets.find(({ reference }) => keyOf(reference) === key);

/** The last part of a path that leads through a schema's URI. */
export const shortPath = (path: string): string => (path.startsWith("urn:") ? path.slice(path.lastIndexOf(":") + 1) : path);
