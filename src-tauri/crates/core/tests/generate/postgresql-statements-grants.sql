-- The role must exist and may connect to the database: GRANT CONNECT ON DATABASE where PUBLIC has lost it.
GRANT USAGE ON SCHEMA "hr" TO "scim@10.0.0.%";
GRANT SELECT ("Given Name", "born", "category", "created_at", "id", "is_enabled", "login", "mail", "password_hash"), INSERT ("Given Name", "born", "category", "is_enabled", "login", "mail", "password_hash"), UPDATE ("Given Name", "born", "category", "is_enabled", "mail", "password_hash") ON "hr"."people" TO "scim@10.0.0.%";
GRANT SELECT ("person_id", "role_id"), INSERT ("person_id", "role_id"), DELETE ON "hr"."people_roles" TO "scim@10.0.0.%";
GRANT SELECT ("id", "notes", "title") ON "hr"."roles" TO "scim@10.0.0.%";

-- To take them back:
--   REVOKE USAGE ON SCHEMA "hr" FROM "scim@10.0.0.%";
--   REVOKE SELECT ("Given Name", "born", "category", "created_at", "id", "is_enabled", "login", "mail", "password_hash"), INSERT ("Given Name", "born", "category", "is_enabled", "login", "mail", "password_hash"), UPDATE ("Given Name", "born", "category", "is_enabled", "mail", "password_hash") ON "hr"."people" FROM "scim@10.0.0.%";
--   REVOKE SELECT ("person_id", "role_id"), INSERT ("person_id", "role_id"), DELETE ON "hr"."people_roles" FROM "scim@10.0.0.%";
--   REVOKE SELECT ("id", "notes", "title") ON "hr"."roles" FROM "scim@10.0.0.%";
