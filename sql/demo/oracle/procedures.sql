-- The ten procedures that the mappings call (Oracle).
-- Checked by a parser and against the other folders' files, and never run on a server.
--
-- What reads opens a cursor and gives it back as its last parameter; the mapping names it
-- { out = "P_ROWS" } and Sluice takes its rows as a result set. A refusal is RAISE_APPLICATION_ERROR.
-- To load the file by SQL*Plus, put a line with a slash where the lines with an at sign stand.

-- Ordered, so that an import can be cut into pages that neither overlap nor leave anyone out.
CREATE PROCEDURE GET_ACTIVEUSERS(p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR
    SELECT USER_ID, USERNAME, FIRSTNAME, LASTNAME, MIDDLENAME, EMAIL, DISPLAYNAME, NICKNAME, MOBILEPHONE,
           STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT,
           MANAGERID, MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH, IS_ACTIVE
      FROM USERS
     WHERE IS_ACTIVE = 1
     ORDER BY USER_ID;
END;
-- @
CREATE PROCEDURE GET_ALL_ENTITLEMENTS(p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR
    SELECT ENT_ID, ENT_NAME, ENT_DESCRIPTION
      FROM ENTITLEMENTS
     ORDER BY ENT_ID;
END;
-- @
-- Finds deactivated users too: the provider asks for them by id before it reactivates them.
CREATE PROCEDURE GET_USER_BY_ID(p_user_id IN VARCHAR2, p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR
    SELECT USER_ID, USERNAME, FIRSTNAME, LASTNAME, MIDDLENAME, EMAIL, DISPLAYNAME, NICKNAME, MOBILEPHONE,
           STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT,
           MANAGERID, MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH, IS_ACTIVE
      FROM USERS
     WHERE USER_ID = p_user_id;
END;
-- @
CREATE PROCEDURE GET_USER_ENTITLEMENT(p_user_id IN VARCHAR2, p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR
    SELECT UE.USERENTITLEMENT_ID, UE.USER_ID, U.USERNAME, U.EMAIL, UE.ENT_ID, E.ENT_NAME,
           E.ENT_DESCRIPTION, UE.ASSIGNEDDATE
      FROM USERENTITLEMENTS UE
      JOIN USERS U ON U.USER_ID = UE.USER_ID
      JOIN ENTITLEMENTS E ON E.ENT_ID = UE.ENT_ID
     WHERE UE.USER_ID = p_user_id
     ORDER BY UE.ENT_ID;
END;
-- @
CREATE PROCEDURE CREATE_USER(
  p_user_id         IN VARCHAR2,
  p_username        IN VARCHAR2,
  p_firstname       IN VARCHAR2,
  p_lastname        IN VARCHAR2,
  p_email           IN VARCHAR2,
  p_middlename      IN VARCHAR2,
  p_displayname     IN VARCHAR2,
  p_nickname        IN VARCHAR2,
  p_mobilephone     IN VARCHAR2,
  p_streetaddress   IN VARCHAR2,
  p_city            IN VARCHAR2,
  p_state           IN VARCHAR2,
  p_zipcode         IN VARCHAR2,
  p_countrycode     IN VARCHAR2,
  p_timezone        IN VARCHAR2,
  p_organization    IN VARCHAR2,
  p_department      IN VARCHAR2,
  p_managerid       IN VARCHAR2,
  p_manager         IN VARCHAR2,
  p_title           IN VARCHAR2,
  p_employeenumber  IN VARCHAR2,
  p_hiredate        IN DATE,
  p_terminationdate IN DATE,
  p_password_hash   IN VARCHAR2
) AS
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
END;
-- @
-- Writes every column: NULL empties it.
CREATE PROCEDURE UPDATE_USER(
  p_user_id         IN VARCHAR2,
  p_username        IN VARCHAR2,
  p_firstname       IN VARCHAR2,
  p_lastname        IN VARCHAR2,
  p_email           IN VARCHAR2,
  p_middlename      IN VARCHAR2,
  p_displayname     IN VARCHAR2,
  p_nickname        IN VARCHAR2,
  p_mobilephone     IN VARCHAR2,
  p_streetaddress   IN VARCHAR2,
  p_city            IN VARCHAR2,
  p_state           IN VARCHAR2,
  p_zipcode         IN VARCHAR2,
  p_countrycode     IN VARCHAR2,
  p_timezone        IN VARCHAR2,
  p_organization    IN VARCHAR2,
  p_department      IN VARCHAR2,
  p_managerid       IN VARCHAR2,
  p_manager         IN VARCHAR2,
  p_title           IN VARCHAR2,
  p_employeenumber  IN VARCHAR2,
  p_hiredate        IN DATE,
  p_terminationdate IN DATE,
  p_password_hash   IN VARCHAR2
) AS
BEGIN
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
  IF SQL%ROWCOUNT = 0 THEN
    RAISE_APPLICATION_ERROR(-20404, 'The user does not exist.');
  END IF;
END;
-- @
CREATE PROCEDURE ACTIVATE_USER(p_user_id IN VARCHAR2) AS
BEGIN
  UPDATE USERS SET IS_ACTIVE = 1 WHERE USER_ID = p_user_id;
  IF SQL%ROWCOUNT = 0 THEN
    RAISE_APPLICATION_ERROR(-20404, 'The user does not exist.');
  END IF;
END;
-- @
CREATE PROCEDURE DEACTIVATE_USER(p_user_id IN VARCHAR2) AS
BEGIN
  UPDATE USERS SET IS_ACTIVE = 0 WHERE USER_ID = p_user_id;
  IF SQL%ROWCOUNT = 0 THEN
    RAISE_APPLICATION_ERROR(-20404, 'The user does not exist.');
  END IF;
END;
-- @
-- Adding what the user already holds changes nothing: a provider repeats calls it got no answer to.
CREATE PROCEDURE ADD_ENTITLEMENT_TO_USER(p_user_id IN VARCHAR2, p_ent_id IN NUMBER) AS
  v_found PLS_INTEGER;
BEGIN
  SELECT COUNT(*) INTO v_found FROM USERS WHERE USER_ID = p_user_id;
  IF v_found = 0 THEN
    RAISE_APPLICATION_ERROR(-20404, 'The user does not exist.');
  END IF;
  SELECT COUNT(*) INTO v_found FROM ENTITLEMENTS WHERE ENT_ID = p_ent_id;
  IF v_found = 0 THEN
    RAISE_APPLICATION_ERROR(-20404, 'The entitlement does not exist.');
  END IF;

  MERGE INTO USERENTITLEMENTS HELD
  USING (SELECT p_user_id AS USER_ID, p_ent_id AS ENT_ID FROM DUAL) WANTED
     ON (HELD.USER_ID = WANTED.USER_ID AND HELD.ENT_ID = WANTED.ENT_ID)
   WHEN NOT MATCHED THEN INSERT (USER_ID, ENT_ID) VALUES (WANTED.USER_ID, WANTED.ENT_ID);
END;
-- @
-- Removing what the user does not hold is no error, for the same reason.
CREATE PROCEDURE REMOVE_ENTITLEMENT_FROM_USER(p_user_id IN VARCHAR2, p_ent_id IN NUMBER) AS
BEGIN
  DELETE FROM USERENTITLEMENTS
   WHERE USER_ID = p_user_id AND ENT_ID = p_ent_id;
END;
