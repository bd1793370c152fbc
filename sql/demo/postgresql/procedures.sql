-- The ten procedures that the mappings call (PostgreSQL).
--
-- A PostgreSQL procedure returns no rows, so the four that read are functions and the six that write
-- are procedures. Mappings call all ten alike, CALL NAME(?); Sluice selects from those that are functions.

-- Ordered, so that an import can be cut into pages that neither overlap nor leave anyone out.
CREATE FUNCTION GET_ACTIVEUSERS()
RETURNS SETOF USERS
LANGUAGE sql STABLE
AS $$
  SELECT USER_ID, USERNAME, FIRSTNAME, LASTNAME, MIDDLENAME, EMAIL, DISPLAYNAME, NICKNAME, MOBILEPHONE,
         STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID,
         MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH, IS_ACTIVE
    FROM USERS
   WHERE IS_ACTIVE
   ORDER BY USER_ID
$$;
-- @
CREATE FUNCTION GET_ALL_ENTITLEMENTS()
RETURNS SETOF ENTITLEMENTS
LANGUAGE sql STABLE
AS $$
  SELECT ENT_ID, ENT_NAME, ENT_DESCRIPTION
    FROM ENTITLEMENTS
   ORDER BY ENT_ID
$$;
-- @
-- Finds deactivated users too: the provider asks for them by id before it reactivates them.
CREATE FUNCTION GET_USER_BY_ID(p_user_id VARCHAR)
RETURNS SETOF USERS
LANGUAGE sql STABLE
AS $$
  SELECT USER_ID, USERNAME, FIRSTNAME, LASTNAME, MIDDLENAME, EMAIL, DISPLAYNAME, NICKNAME, MOBILEPHONE,
         STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID,
         MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH, IS_ACTIVE
    FROM USERS
   WHERE USER_ID = p_user_id
$$;
-- @
CREATE FUNCTION GET_USER_ENTITLEMENT(p_user_id VARCHAR)
RETURNS TABLE (
  USERENTITLEMENT_ID INT, USER_ID VARCHAR, USERNAME VARCHAR, EMAIL VARCHAR,
  ENT_ID INT, ENT_NAME VARCHAR, ENT_DESCRIPTION VARCHAR, ASSIGNEDDATE TIMESTAMP
)
LANGUAGE sql STABLE
AS $$
  SELECT UE.USERENTITLEMENT_ID, UE.USER_ID, U.USERNAME, U.EMAIL, UE.ENT_ID, E.ENT_NAME, E.ENT_DESCRIPTION,
         UE.ASSIGNEDDATE
    FROM USERENTITLEMENTS UE
    JOIN USERS U ON U.USER_ID = UE.USER_ID
    JOIN ENTITLEMENTS E ON E.ENT_ID = UE.ENT_ID
   WHERE UE.USER_ID = p_user_id
   ORDER BY UE.ENT_ID
$$;
-- @
CREATE PROCEDURE CREATE_USER(
  p_user_id         VARCHAR,
  p_username        VARCHAR,
  p_firstname       VARCHAR,
  p_lastname        VARCHAR,
  p_email           VARCHAR,
  p_middlename      VARCHAR,
  p_displayname     VARCHAR,
  p_nickname        VARCHAR,
  p_mobilephone     VARCHAR,
  p_streetaddress   VARCHAR,
  p_city            VARCHAR,
  p_state           VARCHAR,
  p_zipcode         VARCHAR,
  p_countrycode     VARCHAR,
  p_timezone        VARCHAR,
  p_organization    VARCHAR,
  p_department      VARCHAR,
  p_managerid       VARCHAR,
  p_manager         VARCHAR,
  p_title           VARCHAR,
  p_employeenumber  VARCHAR,
  p_hiredate        DATE,
  p_terminationdate DATE,
  p_password_hash   VARCHAR
)
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO USERS (
    USER_ID, USERNAME, FIRSTNAME, LASTNAME, EMAIL, MIDDLENAME, DISPLAYNAME, NICKNAME, MOBILEPHONE,
    STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID,
    MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH
  ) VALUES (
    p_user_id, p_username, p_firstname, p_lastname, p_email, p_middlename, p_displayname, p_nickname,
    p_mobilephone, p_streetaddress, p_city, p_state, p_zipcode, p_countrycode, p_timezone, p_organization,
    p_department, p_managerid, p_manager, p_title, p_employeenumber, p_hiredate, p_terminationdate,
    p_password_hash
  );
END
$$;
-- @
-- Writes every column: NULL empties it.
CREATE PROCEDURE UPDATE_USER(
  p_user_id         VARCHAR,
  p_username        VARCHAR,
  p_firstname       VARCHAR,
  p_lastname        VARCHAR,
  p_email           VARCHAR,
  p_middlename      VARCHAR,
  p_displayname     VARCHAR,
  p_nickname        VARCHAR,
  p_mobilephone     VARCHAR,
  p_streetaddress   VARCHAR,
  p_city            VARCHAR,
  p_state           VARCHAR,
  p_zipcode         VARCHAR,
  p_countrycode     VARCHAR,
  p_timezone        VARCHAR,
  p_organization    VARCHAR,
  p_department      VARCHAR,
  p_managerid       VARCHAR,
  p_manager         VARCHAR,
  p_title           VARCHAR,
  p_employeenumber  VARCHAR,
  p_hiredate        DATE,
  p_terminationdate DATE,
  p_password_hash   VARCHAR
)
LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM USERS WHERE USER_ID = p_user_id) THEN
    RAISE EXCEPTION 'The user does not exist.';
  END IF;

  UPDATE USERS
     SET USERNAME        = p_username,
         FIRSTNAME       = p_firstname,
         LASTNAME        = p_lastname,
         EMAIL           = p_email,
         MIDDLENAME      = p_middlename,
         DISPLAYNAME     = p_displayname,
         NICKNAME        = p_nickname,
         MOBILEPHONE     = p_mobilephone,
         STREETADDRESS   = p_streetaddress,
         CITY            = p_city,
         STATE           = p_state,
         ZIPCODE         = p_zipcode,
         COUNTRYCODE     = p_countrycode,
         TIMEZONE        = p_timezone,
         ORGANIZATION    = p_organization,
         DEPARTMENT      = p_department,
         MANAGERID       = p_managerid,
         MANAGER         = p_manager,
         TITLE           = p_title,
         EMPLOYEENUMBER  = p_employeenumber,
         HIREDATE        = p_hiredate,
         TERMINATIONDATE = p_terminationdate,
         PASSWORD_HASH   = p_password_hash
   WHERE USER_ID = p_user_id;
END
$$;
-- @
CREATE PROCEDURE ACTIVATE_USER(p_user_id VARCHAR)
LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM USERS WHERE USER_ID = p_user_id) THEN
    RAISE EXCEPTION 'The user does not exist.';
  END IF;

  UPDATE USERS SET IS_ACTIVE = TRUE WHERE USER_ID = p_user_id;
END
$$;
-- @
CREATE PROCEDURE DEACTIVATE_USER(p_user_id VARCHAR)
LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM USERS WHERE USER_ID = p_user_id) THEN
    RAISE EXCEPTION 'The user does not exist.';
  END IF;

  UPDATE USERS SET IS_ACTIVE = FALSE WHERE USER_ID = p_user_id;
END
$$;
-- @
-- Adding what the user already holds changes nothing: a provider repeats calls it got no answer to.
CREATE PROCEDURE ADD_ENTITLEMENT_TO_USER(p_user_id VARCHAR, p_ent_id INTEGER)
LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM USERS WHERE USER_ID = p_user_id) THEN
    RAISE EXCEPTION 'The user does not exist.';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM ENTITLEMENTS WHERE ENT_ID = p_ent_id) THEN
    RAISE EXCEPTION 'The entitlement does not exist.';
  END IF;

  INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID)
  VALUES (p_user_id, p_ent_id)
  ON CONFLICT (USER_ID, ENT_ID) DO NOTHING;
END
$$;
-- @
-- Removing what the user does not hold is no error, for the same reason.
CREATE PROCEDURE REMOVE_ENTITLEMENT_FROM_USER(p_user_id VARCHAR, p_ent_id INTEGER)
LANGUAGE plpgsql
AS $$
BEGIN
  DELETE FROM USERENTITLEMENTS
   WHERE USER_ID = p_user_id AND ENT_ID = p_ent_id;
END
$$;
