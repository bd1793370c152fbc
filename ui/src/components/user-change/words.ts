import { Minus, Plus, UserCheck, UserX, type LucideIcon } from "lucide-react";
import type { UserChange } from "@/api/contract";
import { plural } from "@/components/format";

/** Somebody as a dialog names them. */
export type Person = { id: string; name: string | null };

/** What is asked for: a change, whom it is about, and what its entitlements are called. */
export type Asked = { change: UserChange; people: Person[]; /** by id; the id itself where it is missing */ names?: ReadonlyMap<string, string> };

type Kind = UserChange["what"];

export const CHANGES: Record<Kind, { icon: LucideIcon; verb: string; done: string; danger: boolean }> = {
  activate: { icon: UserCheck, verb: "Activate", done: "activated", danger: false },
  deactivate: { icon: UserX, verb: "Deactivate", done: "deactivated", danger: true },
  assign: { icon: Plus, verb: "Assign", done: "assigned", danger: false },
  revoke: { icon: Minus, verb: "Revoke", done: "revoked", danger: true },
};

const callThem = ({ id, name }: Person) => name ?? id;

export const peopleWords = (people: Person[]): string => (people.length === 1 && people[0] ? callThem(people[0]) : plural(people.length, "user"));

/** The entitlements of a change in words: their names as long as they are few. */
export function entitlementWords({ change, names }: Pick<Asked, "change" | "names">): string {
  if (!("entitlements" in change)) return "";
  const { entitlements } = change;
  const [only] = entitlements;
  if (entitlements.length === 1 && only !== undefined) return names?.get(only) ?? only;
  if (entitlements.length <= 3) return entitlements.map((id) => names?.get(id) ?? id).join(", ");
  return plural(entitlements.length, "entitlement");
}

/** "Deactivate Luke Skywalker", "Assign VPN Access to 3 users". */
export function title(asked: Asked): string {
  const { verb } = CHANGES[asked.change.what];
  const people = peopleWords(asked.people);
  if (asked.change.what === "assign") return `${verb} ${entitlementWords(asked)} to ${people}`;
  if (asked.change.what === "revoke") return `${verb} ${entitlementWords(asked)} from ${people}`;
  return `${verb} ${people}`;
}

/** What takes a change back. */
export function opposite(change: UserChange): UserChange {
  switch (change.what) {
    case "activate":
      return { what: "deactivate" };
    case "deactivate":
      return { what: "activate" };
    case "assign":
      return { what: "revoke", entitlements: change.entitlements };
    case "revoke":
      return { what: "assign", entitlements: change.entitlements };
  }
}
