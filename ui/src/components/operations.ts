import type { Operation, OperationSummary } from "@/api/contract";

/** The ten operations in the words of the provider's console, in its order, and the optional one. */
export const OPERATIONS: Record<Operation, string> = {
  get_users: "Get users",
  get_user_by_id: "Get user by ID",
  get_all_entitlements: "Get all entitlements",
  get_user_entitlements: "Get user entitlements",
  create_user: "Create user",
  update_user: "Update user",
  activate_user: "Activate user",
  deactivate_user: "Deactivate user",
  add_entitlement: "Add entitlement to user",
  remove_entitlement: "Remove entitlement from user",
  incremental_import: "Incremental import",
};

/** Those that count: an optional one that is not mapped is nothing that is missing. */
export const counted = (operations: OperationSummary[]): OperationSummary[] => operations.filter(({ optional, kind }) => !optional || kind !== null);
