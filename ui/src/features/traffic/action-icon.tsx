import {
  CircleHelp,
  HeartPulse,
  KeyRound,
  List,
  type LucideIcon,
  RefreshCw,
  Search,
  Settings2,
  ShieldAlert,
  User,
  UserCheck,
  UserPen,
  UserPlus,
  UserX,
} from "lucide-react";
import type { Action } from "@/api/contract";

/** Typed by the contract: a new action does not compile without an icon. */
const ICONS: Record<Action, LucideIcon> = {
  list_users: RefreshCw,
  look_up_user: Search,
  search_users: Search,
  get_user: User,
  create_user: UserPlus,
  replace_user: UserPen,
  patch_user: UserPen,
  delete_user: UserX,
  deactivate_user: UserX,
  activate_user: UserCheck,
  list_entitlements: List,
  get_entitlement: KeyRound,
  discover: Settings2,
  list_groups: List,
  status: HeartPulse,
  refused: ShieldAlert,
  unknown: CircleHelp,
};

export function ActionIcon({ action }: { action: Action }) {
  const Icon = ICONS[action];
  return <Icon size={14} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-2" />;
}
