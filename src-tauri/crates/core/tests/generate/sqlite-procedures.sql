CREATE TABLE IF NOT EXISTS SLUICE_PROCEDURES (
  NAME        TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
  PARAMETERS  TEXT NOT NULL,
  BODY        TEXT NOT NULL,
  DESCRIPTION TEXT
);
-- @
CREATE TABLE IF NOT EXISTS SLUICE_REFUSALS (REASON TEXT NOT NULL);
-- @
CREATE TRIGGER IF NOT EXISTS SLUICE_REFUSE BEFORE INSERT ON SLUICE_REFUSALS
BEGIN
  SELECT CASE NEW.REASON
    WHEN 'unknown user' THEN RAISE(ABORT, 'The user does not exist.')
    WHEN 'unknown entitlement' THEN RAISE(ABORT, 'The entitlement does not exist.')
    ELSE RAISE(ABORT, 'The script refused the request.')
  END;
END;
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'SCIM_GET_USERS',
  'Get users',
  '[]',
  'SELECT u."id", u."login", u."Given Name", u."mail", u."born", u."category", u."created_at",
       u."is_enabled"
  FROM "people" u
 WHERE u."is_enabled" = 1
 ORDER BY u."login"'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'SCIM_GET_USER_BY_ID',
  'Get user by ID',
  '[{"name":"p_login","type":"varchar(100)"}]',
  'SELECT u."id", u."login", u."Given Name", u."mail", u."born", u."category", u."password_hash",
       u."created_at", u."is_enabled"
  FROM "people" u
 WHERE u."login" = :p_login'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'SCIM_GET_ALL_ENTITLEMENTS',
  'Get all entitlements',
  '[]',
  'SELECT e."id", e."title", e."notes"
  FROM "roles" e
 ORDER BY e."id"'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'SCIM_GET_USER_ENTITLEMENTS',
  'Get user entitlements',
  '[{"name":"p_login","type":"varchar(100)"}]',
  'SELECT e."id", e."title"
  FROM "people_roles" l
  JOIN "roles" e ON e."id" = l."role_id"
  JOIN "people" u ON u."id" = l."person_id"
 WHERE u."login" = :p_login
 ORDER BY e."id"'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'SCIM_IMPORT_ENTITLEMENTS',
  'Entitlements of all users',
  '[]',
  'SELECT u."login", e."id", e."title"
  FROM "people_roles" l
  JOIN "roles" e ON e."id" = l."role_id"
  JOIN "people" u ON u."id" = l."person_id"
 ORDER BY u."login", e."id"'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'SCIM_CREATE_USER',
  'Create user',
  '[{"name":"p_login","type":"varchar(100)"},{"name":"p_given_name","type":"varchar(100)"},{"name":"p_mail","type":"varchar(100)"},{"name":"p_born","type":"date"},{"name":"p_category","type":"varchar(100)"},{"name":"p_password_hash","type":"varchar(100)"}]',
  'INSERT INTO "people" (
  "login", "Given Name", "mail", "born", "category", "password_hash", "is_enabled"
) VALUES (
  :p_login, :p_given_name, :p_mail, :p_born, COALESCE(:p_category, ''staff''), :p_password_hash, 1
)'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'SCIM_UPDATE_USER',
  'Update user',
  '[{"name":"p_login","type":"varchar(100)"},{"name":"p_given_name","type":"varchar(100)"},{"name":"p_mail","type":"varchar(100)"},{"name":"p_born","type":"date"},{"name":"p_category","type":"varchar(100)"},{"name":"p_password_hash","type":"varchar(100)"}]',
  'INSERT INTO SLUICE_REFUSALS (REASON)
SELECT ''unknown user'' WHERE NOT EXISTS (SELECT 1 FROM "people" x WHERE x."login" = :p_login);
UPDATE "people"
   SET "Given Name" = :p_given_name,
       "mail" = :p_mail,
       "born" = :p_born,
       "category" = :p_category,
       "password_hash" = :p_password_hash
 WHERE "login" = :p_login'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'SCIM_ACTIVATE_USER',
  'Activate user',
  '[{"name":"p_login","type":"varchar(100)"}]',
  'INSERT INTO SLUICE_REFUSALS (REASON)
SELECT ''unknown user'' WHERE NOT EXISTS (SELECT 1 FROM "people" x WHERE x."login" = :p_login);
UPDATE "people"
   SET "is_enabled" = 1
 WHERE "login" = :p_login'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'SCIM_DEACTIVATE_USER',
  'Deactivate user',
  '[{"name":"p_login","type":"varchar(100)"}]',
  'INSERT INTO SLUICE_REFUSALS (REASON)
SELECT ''unknown user'' WHERE NOT EXISTS (SELECT 1 FROM "people" x WHERE x."login" = :p_login);
UPDATE "people"
   SET "is_enabled" = 0
 WHERE "login" = :p_login'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'SCIM_ADD_ENTITLEMENT',
  'Add entitlement to user',
  '[{"name":"p_login","type":"varchar(100)"},{"name":"p_id","type":"int"}]',
  'INSERT INTO SLUICE_REFUSALS (REASON)
SELECT ''unknown user'' WHERE NOT EXISTS (SELECT 1 FROM "people" x WHERE x."login" = :p_login);
INSERT INTO SLUICE_REFUSALS (REASON)
SELECT ''unknown entitlement'' WHERE NOT EXISTS (SELECT 1 FROM "roles" x WHERE x."id" = :p_id);
INSERT INTO "people_roles" ("person_id", "role_id")
SELECT u."id", e."id"
  FROM "people" u
 CROSS JOIN "roles" e
 WHERE u."login" = :p_login
   AND e."id" = :p_id
   AND NOT EXISTS (SELECT 1
                     FROM "people_roles" l
                    WHERE l."person_id" = u."id"
                      AND l."role_id" = e."id")
ON CONFLICT DO NOTHING'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'SCIM_REMOVE_ENTITLEMENT',
  'Remove entitlement from user',
  '[{"name":"p_login","type":"varchar(100)"},{"name":"p_id","type":"int"}]',
  'DELETE FROM "people_roles"
 WHERE "person_id" = (SELECT u."id" FROM "people" u WHERE u."login" = :p_login)
   AND "role_id" = :p_id'
);
