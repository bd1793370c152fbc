-- The role must exist and may connect to the database: GRANT CONNECT ON DATABASE where PUBLIC has lost it.
GRANT USAGE ON SCHEMA "hr" TO "scim@10.0.0.%";
GRANT EXECUTE ON ROUTINE "hr"."scim_activate_user" TO "scim@10.0.0.%";
GRANT EXECUTE ON ROUTINE "hr"."scim_add_entitlement" TO "scim@10.0.0.%";
GRANT EXECUTE ON ROUTINE "hr"."scim_create_user" TO "scim@10.0.0.%";
GRANT EXECUTE ON ROUTINE "hr"."scim_deactivate_user" TO "scim@10.0.0.%";
GRANT EXECUTE ON ROUTINE "hr"."scim_get_all_entitlements" TO "scim@10.0.0.%";
GRANT EXECUTE ON ROUTINE "hr"."scim_get_user_by_id" TO "scim@10.0.0.%";
GRANT EXECUTE ON ROUTINE "hr"."scim_get_user_entitlements" TO "scim@10.0.0.%";
GRANT EXECUTE ON ROUTINE "hr"."scim_get_users" TO "scim@10.0.0.%";
GRANT EXECUTE ON ROUTINE "hr"."scim_import_entitlements" TO "scim@10.0.0.%";
GRANT EXECUTE ON ROUTINE "hr"."scim_remove_entitlement" TO "scim@10.0.0.%";
GRANT EXECUTE ON ROUTINE "hr"."scim_update_user" TO "scim@10.0.0.%";

-- To take them back:
--   REVOKE USAGE ON SCHEMA "hr" FROM "scim@10.0.0.%";
--   REVOKE EXECUTE ON ROUTINE "hr"."scim_activate_user" FROM "scim@10.0.0.%";
--   REVOKE EXECUTE ON ROUTINE "hr"."scim_add_entitlement" FROM "scim@10.0.0.%";
--   REVOKE EXECUTE ON ROUTINE "hr"."scim_create_user" FROM "scim@10.0.0.%";
--   REVOKE EXECUTE ON ROUTINE "hr"."scim_deactivate_user" FROM "scim@10.0.0.%";
--   REVOKE EXECUTE ON ROUTINE "hr"."scim_get_all_entitlements" FROM "scim@10.0.0.%";
--   REVOKE EXECUTE ON ROUTINE "hr"."scim_get_user_by_id" FROM "scim@10.0.0.%";
--   REVOKE EXECUTE ON ROUTINE "hr"."scim_get_user_entitlements" FROM "scim@10.0.0.%";
--   REVOKE EXECUTE ON ROUTINE "hr"."scim_get_users" FROM "scim@10.0.0.%";
--   REVOKE EXECUTE ON ROUTINE "hr"."scim_import_entitlements" FROM "scim@10.0.0.%";
--   REVOKE EXECUTE ON ROUTINE "hr"."scim_remove_entitlement" FROM "scim@10.0.0.%";
--   REVOKE EXECUTE ON ROUTINE "hr"."scim_update_user" FROM "scim@10.0.0.%";
