-- The account needs CREATE SESSION, too.
-- READ cannot be granted by column: a view without the other columns would be closer.
GRANT READ, INSERT ("BORN", "CATEGORY", "Given Name", "IS_ENABLED", "LOGIN", "MAIL", "PASSWORD_HASH"), UPDATE ("BORN", "CATEGORY", "Given Name", "IS_ENABLED", "MAIL", "PASSWORD_HASH") ON "HR"."PEOPLE" TO "scim@10.0.0.%";
GRANT READ, INSERT ("PERSON_ID", "ROLE_ID"), DELETE ON "HR"."PEOPLE_ROLES" TO "scim@10.0.0.%";
GRANT READ ON "HR"."ROLES" TO "scim@10.0.0.%";

-- To take them back:
--   REVOKE READ, INSERT, UPDATE ON "HR"."PEOPLE" FROM "scim@10.0.0.%";
--   REVOKE READ, INSERT, DELETE ON "HR"."PEOPLE_ROLES" FROM "scim@10.0.0.%";
--   REVOKE READ ON "HR"."ROLES" FROM "scim@10.0.0.%";
