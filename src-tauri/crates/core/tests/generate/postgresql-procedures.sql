CREATE FUNCTION "hr"."scim_get_users"()
RETURNS TABLE (
  "id" "hr"."people"."id"%TYPE,
  "login" "hr"."people"."login"%TYPE,
  "Given Name" "hr"."people"."Given Name"%TYPE,
  "mail" "hr"."people"."mail"%TYPE,
  "born" "hr"."people"."born"%TYPE,
  "category" "hr"."people"."category"%TYPE,
  "created_at" "hr"."people"."created_at"%TYPE,
  "is_enabled" "hr"."people"."is_enabled"%TYPE
)
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, "hr", pg_temp
AS $$
  SELECT u."id", u."login", u."Given Name", u."mail", u."born", u."category", u."created_at",
         u."is_enabled"
    FROM "hr"."people" u
   WHERE u."is_enabled" = TRUE
   ORDER BY u."login"
$$;
-- @
REVOKE ALL ON FUNCTION "hr"."scim_get_users" FROM PUBLIC;
-- @
CREATE FUNCTION "hr"."scim_get_user_by_id"(
  p_login "hr"."people"."login"%TYPE)
RETURNS TABLE (
  "id" "hr"."people"."id"%TYPE,
  "login" "hr"."people"."login"%TYPE,
  "Given Name" "hr"."people"."Given Name"%TYPE,
  "mail" "hr"."people"."mail"%TYPE,
  "born" "hr"."people"."born"%TYPE,
  "category" "hr"."people"."category"%TYPE,
  "password_hash" "hr"."people"."password_hash"%TYPE,
  "created_at" "hr"."people"."created_at"%TYPE,
  "is_enabled" "hr"."people"."is_enabled"%TYPE
)
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, "hr", pg_temp
AS $$
  SELECT u."id", u."login", u."Given Name", u."mail", u."born", u."category", u."password_hash",
         u."created_at", u."is_enabled"
    FROM "hr"."people" u
   WHERE u."login" = p_login
$$;
-- @
REVOKE ALL ON FUNCTION "hr"."scim_get_user_by_id" FROM PUBLIC;
-- @
CREATE FUNCTION "hr"."scim_get_all_entitlements"()
RETURNS TABLE (
  "id" "hr"."roles"."id"%TYPE,
  "title" "hr"."roles"."title"%TYPE,
  "notes" "hr"."roles"."notes"%TYPE
)
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, "hr", pg_temp
AS $$
  SELECT e."id", e."title", e."notes"
    FROM "hr"."roles" e
   ORDER BY e."id"
$$;
-- @
REVOKE ALL ON FUNCTION "hr"."scim_get_all_entitlements" FROM PUBLIC;
-- @
CREATE FUNCTION "hr"."scim_get_user_entitlements"(
  p_login "hr"."people"."login"%TYPE)
RETURNS TABLE (
  "id" "hr"."roles"."id"%TYPE,
  "title" "hr"."roles"."title"%TYPE
)
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, "hr", pg_temp
AS $$
  SELECT e."id", e."title"
    FROM "hr"."people_roles" l
    JOIN "hr"."roles" e ON e."id" = l."role_id"
    JOIN "hr"."people" u ON u."id" = l."person_id"
   WHERE u."login" = p_login
   ORDER BY e."id"
$$;
-- @
REVOKE ALL ON FUNCTION "hr"."scim_get_user_entitlements" FROM PUBLIC;
-- @
CREATE FUNCTION "hr"."scim_import_entitlements"()
RETURNS TABLE (
  "login" "hr"."people"."login"%TYPE,
  "id" "hr"."roles"."id"%TYPE,
  "title" "hr"."roles"."title"%TYPE
)
LANGUAGE sql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, "hr", pg_temp
AS $$
  SELECT u."login", e."id", e."title"
    FROM "hr"."people_roles" l
    JOIN "hr"."roles" e ON e."id" = l."role_id"
    JOIN "hr"."people" u ON u."id" = l."person_id"
   ORDER BY u."login", e."id"
$$;
-- @
REVOKE ALL ON FUNCTION "hr"."scim_import_entitlements" FROM PUBLIC;
-- @
CREATE PROCEDURE "hr"."scim_create_user"(
  p_login "hr"."people"."login"%TYPE,
  p_given_name "hr"."people"."Given Name"%TYPE,
  p_mail "hr"."people"."mail"%TYPE,
  p_born "hr"."people"."born"%TYPE,
  p_category "hr"."people"."category"%TYPE,
  p_password_hash "hr"."people"."password_hash"%TYPE)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, "hr", pg_temp
AS $$
BEGIN
  INSERT INTO "hr"."people" (
    "login", "Given Name", "mail", "born", "category", "password_hash", "is_enabled"
  ) VALUES (
    p_login, p_given_name, p_mail, p_born, COALESCE(p_category, 'staff'::character varying),
    p_password_hash, TRUE
  );
END
$$;
-- @
REVOKE ALL ON PROCEDURE "hr"."scim_create_user" FROM PUBLIC;
-- @
CREATE PROCEDURE "hr"."scim_update_user"(
  p_login "hr"."people"."login"%TYPE,
  p_given_name "hr"."people"."Given Name"%TYPE,
  p_mail "hr"."people"."mail"%TYPE,
  p_born "hr"."people"."born"%TYPE,
  p_category "hr"."people"."category"%TYPE,
  p_password_hash "hr"."people"."password_hash"%TYPE)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, "hr", pg_temp
AS $$
BEGIN
  UPDATE "hr"."people"
     SET "Given Name" = p_given_name,
         "mail" = p_mail,
         "born" = p_born,
         "category" = p_category,
         "password_hash" = p_password_hash
   WHERE "login" = p_login;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The user does not exist.';
  END IF;
END
$$;
-- @
REVOKE ALL ON PROCEDURE "hr"."scim_update_user" FROM PUBLIC;
-- @
CREATE PROCEDURE "hr"."scim_activate_user"(
  p_login "hr"."people"."login"%TYPE)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, "hr", pg_temp
AS $$
BEGIN
  UPDATE "hr"."people"
     SET "is_enabled" = TRUE
   WHERE "login" = p_login;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The user does not exist.';
  END IF;
END
$$;
-- @
REVOKE ALL ON PROCEDURE "hr"."scim_activate_user" FROM PUBLIC;
-- @
CREATE PROCEDURE "hr"."scim_deactivate_user"(
  p_login "hr"."people"."login"%TYPE)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, "hr", pg_temp
AS $$
BEGIN
  UPDATE "hr"."people"
     SET "is_enabled" = FALSE
   WHERE "login" = p_login;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The user does not exist.';
  END IF;
END
$$;
-- @
REVOKE ALL ON PROCEDURE "hr"."scim_deactivate_user" FROM PUBLIC;
-- @
CREATE PROCEDURE "hr"."scim_add_entitlement"(
  p_login "hr"."people"."login"%TYPE,
  p_id "hr"."roles"."id"%TYPE)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, "hr", pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "hr"."people" x WHERE x."login" = p_login) THEN
    RAISE EXCEPTION 'The user does not exist.';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM "hr"."roles" x WHERE x."id" = p_id) THEN
    RAISE EXCEPTION 'The entitlement does not exist.';
  END IF;
  INSERT INTO "hr"."people_roles" ("person_id", "role_id")
  SELECT u."id", e."id"
    FROM "hr"."people" u
   CROSS JOIN "hr"."roles" e
   WHERE u."login" = p_login
     AND e."id" = p_id
     AND NOT EXISTS (SELECT 1
                       FROM "hr"."people_roles" l
                      WHERE l."person_id" = u."id"
                        AND l."role_id" = e."id")
  ON CONFLICT DO NOTHING;
END
$$;
-- @
REVOKE ALL ON PROCEDURE "hr"."scim_add_entitlement" FROM PUBLIC;
-- @
CREATE PROCEDURE "hr"."scim_remove_entitlement"(
  p_login "hr"."people"."login"%TYPE,
  p_id "hr"."roles"."id"%TYPE)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, "hr", pg_temp
AS $$
BEGIN
  DELETE FROM "hr"."people_roles"
   WHERE "person_id" = (SELECT u."id" FROM "hr"."people" u WHERE u."login" = p_login)
     AND "role_id" = p_id;
END
$$;
-- @
REVOKE ALL ON PROCEDURE "hr"."scim_remove_entitlement" FROM PUBLIC;
