CREATE PROCEDURE "HR"."SCIM_GET_USERS"(
  p_rows OUT SYS_REFCURSOR
) AS
BEGIN
  OPEN p_rows FOR
    SELECT u."ID", u."LOGIN", u."Given Name", u."MAIL", u."BORN", u."CATEGORY", u."CREATED_AT",
           u."IS_ENABLED"
      FROM "HR"."PEOPLE" u
     WHERE u."IS_ENABLED" = 1
     ORDER BY u."LOGIN";
END;
-- @
CREATE PROCEDURE "HR"."SCIM_GET_USER_BY_ID"(
  p_login IN "HR"."PEOPLE"."LOGIN"%TYPE,
  p_rows OUT SYS_REFCURSOR
) AS
BEGIN
  OPEN p_rows FOR
    SELECT u."ID", u."LOGIN", u."Given Name", u."MAIL", u."BORN", u."CATEGORY", u."PASSWORD_HASH",
           u."CREATED_AT", u."IS_ENABLED"
      FROM "HR"."PEOPLE" u
     WHERE u."LOGIN" = p_login;
END;
-- @
CREATE PROCEDURE "HR"."SCIM_GET_ALL_ENTITLEMENTS"(
  p_rows OUT SYS_REFCURSOR
) AS
BEGIN
  OPEN p_rows FOR
    SELECT e."ID", e."TITLE", e."NOTES"
      FROM "HR"."ROLES" e
     ORDER BY e."ID";
END;
-- @
CREATE PROCEDURE "HR"."SCIM_GET_USER_ENTITLEMENTS"(
  p_login IN "HR"."PEOPLE"."LOGIN"%TYPE,
  p_rows OUT SYS_REFCURSOR
) AS
BEGIN
  OPEN p_rows FOR
    SELECT e."ID", e."TITLE"
      FROM "HR"."PEOPLE_ROLES" l
      JOIN "HR"."ROLES" e ON e."ID" = l."ROLE_ID"
      JOIN "HR"."PEOPLE" u ON u."ID" = l."PERSON_ID"
     WHERE u."LOGIN" = p_login
     ORDER BY e."ID";
END;
-- @
CREATE VIEW "HR"."SCIM_IMPORT_ENTITLEMENTS" AS
SELECT u."LOGIN", e."ID", e."TITLE"
  FROM "HR"."PEOPLE_ROLES" l
  JOIN "HR"."ROLES" e ON e."ID" = l."ROLE_ID"
  JOIN "HR"."PEOPLE" u ON u."ID" = l."PERSON_ID"
-- @
CREATE PROCEDURE "HR"."SCIM_CREATE_USER"(
  p_login IN "HR"."PEOPLE"."LOGIN"%TYPE,
  p_given_name IN "HR"."PEOPLE"."Given Name"%TYPE,
  p_mail IN "HR"."PEOPLE"."MAIL"%TYPE,
  p_born IN "HR"."PEOPLE"."BORN"%TYPE,
  p_category IN "HR"."PEOPLE"."CATEGORY"%TYPE,
  p_password_hash IN "HR"."PEOPLE"."PASSWORD_HASH"%TYPE
) AS
BEGIN
  INSERT INTO "HR"."PEOPLE" (
    "LOGIN", "Given Name", "MAIL", "BORN", "CATEGORY", "PASSWORD_HASH", "IS_ENABLED"
  ) VALUES (
    p_login, p_given_name, p_mail, p_born, COALESCE(p_category, 'staff'), p_password_hash, 1
  );
END;
-- @
CREATE PROCEDURE "HR"."SCIM_UPDATE_USER"(
  p_login IN "HR"."PEOPLE"."LOGIN"%TYPE,
  p_given_name IN "HR"."PEOPLE"."Given Name"%TYPE,
  p_mail IN "HR"."PEOPLE"."MAIL"%TYPE,
  p_born IN "HR"."PEOPLE"."BORN"%TYPE,
  p_category IN "HR"."PEOPLE"."CATEGORY"%TYPE,
  p_password_hash IN "HR"."PEOPLE"."PASSWORD_HASH"%TYPE
) AS
BEGIN
  UPDATE "HR"."PEOPLE"
     SET "Given Name" = p_given_name,
         "MAIL" = p_mail,
         "BORN" = p_born,
         "CATEGORY" = p_category,
         "PASSWORD_HASH" = p_password_hash
   WHERE "LOGIN" = p_login;
  IF SQL%ROWCOUNT = 0 THEN
    RAISE_APPLICATION_ERROR(-20404, 'The user does not exist.');
  END IF;
END;
-- @
CREATE PROCEDURE "HR"."SCIM_ACTIVATE_USER"(
  p_login IN "HR"."PEOPLE"."LOGIN"%TYPE
) AS
BEGIN
  UPDATE "HR"."PEOPLE"
     SET "IS_ENABLED" = 1
   WHERE "LOGIN" = p_login;
  IF SQL%ROWCOUNT = 0 THEN
    RAISE_APPLICATION_ERROR(-20404, 'The user does not exist.');
  END IF;
END;
-- @
CREATE PROCEDURE "HR"."SCIM_DEACTIVATE_USER"(
  p_login IN "HR"."PEOPLE"."LOGIN"%TYPE
) AS
BEGIN
  UPDATE "HR"."PEOPLE"
     SET "IS_ENABLED" = 0
   WHERE "LOGIN" = p_login;
  IF SQL%ROWCOUNT = 0 THEN
    RAISE_APPLICATION_ERROR(-20404, 'The user does not exist.');
  END IF;
END;
-- @
CREATE PROCEDURE "HR"."SCIM_ADD_ENTITLEMENT"(
  p_login IN "HR"."PEOPLE"."LOGIN"%TYPE,
  p_id IN "HR"."ROLES"."ID"%TYPE
) AS
  v_found PLS_INTEGER;
BEGIN
  SELECT COUNT(*) INTO v_found FROM (SELECT 1 FROM "HR"."PEOPLE" x WHERE x."LOGIN" = p_login);
  IF v_found = 0 THEN
    RAISE_APPLICATION_ERROR(-20404, 'The user does not exist.');
  END IF;
  SELECT COUNT(*) INTO v_found FROM (SELECT 1 FROM "HR"."ROLES" x WHERE x."ID" = p_id);
  IF v_found = 0 THEN
    RAISE_APPLICATION_ERROR(-20404, 'The entitlement does not exist.');
  END IF;
  INSERT INTO "HR"."PEOPLE_ROLES" ("PERSON_ID", "ROLE_ID")
  SELECT u."ID", e."ID"
    FROM "HR"."PEOPLE" u
   CROSS JOIN "HR"."ROLES" e
   WHERE u."LOGIN" = p_login
     AND e."ID" = p_id
     AND NOT EXISTS (SELECT 1
                       FROM "HR"."PEOPLE_ROLES" l
                      WHERE l."PERSON_ID" = u."ID"
                        AND l."ROLE_ID" = e."ID");
END;
-- @
CREATE PROCEDURE "HR"."SCIM_REMOVE_ENTITLEMENT"(
  p_login IN "HR"."PEOPLE"."LOGIN"%TYPE,
  p_id IN "HR"."ROLES"."ID"%TYPE
) AS
BEGIN
  DELETE FROM "HR"."PEOPLE_ROLES"
   WHERE "PERSON_ID" = (SELECT u."ID" FROM "HR"."PEOPLE" u WHERE u."LOGIN" = p_login)
     AND "ROLE_ID" = p_id;
END;
