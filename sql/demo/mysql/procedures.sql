-- The ten procedures that the mappings call (MariaDB and MySQL).
--
-- A procedure keeps the sql_mode it was created under. Strict mode is asked for here, because without
-- it a value that is too long would be cut instead of refused.
SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_TRANS_TABLES');
-- @
-- Ordered, so that an import can be cut into pages that neither overlap nor leave anyone out.
CREATE PROCEDURE GET_ACTIVEUSERS()
READS SQL DATA
BEGIN
  SELECT USER_ID, USERNAME, FIRSTNAME, LASTNAME, MIDDLENAME, EMAIL, DISPLAYNAME, NICKNAME, MOBILEPHONE,
         STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID,
         MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH, IS_ACTIVE
    FROM USERS
   WHERE IS_ACTIVE
   ORDER BY USER_ID;
END;
-- @
CREATE PROCEDURE GET_ALL_ENTITLEMENTS()
READS SQL DATA
BEGIN
  SELECT ENT_ID, ENT_NAME, ENT_DESCRIPTION
    FROM ENTITLEMENTS
   ORDER BY ENT_ID;
END;
-- @
-- Finds deactivated users too: the provider asks for them by id before it reactivates them.
CREATE PROCEDURE GET_USER_BY_ID(IN p_user_id VARCHAR(100))
READS SQL DATA
BEGIN
  SELECT USER_ID, USERNAME, FIRSTNAME, LASTNAME, MIDDLENAME, EMAIL, DISPLAYNAME, NICKNAME, MOBILEPHONE,
         STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID,
         MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH, IS_ACTIVE
    FROM USERS
   WHERE USER_ID = p_user_id;
END;
-- @
CREATE PROCEDURE GET_USER_ENTITLEMENT(IN p_user_id VARCHAR(100))
READS SQL DATA
BEGIN
  SELECT UE.USERENTITLEMENT_ID, UE.USER_ID, U.USERNAME, U.EMAIL, UE.ENT_ID, E.ENT_NAME, E.ENT_DESCRIPTION,
         UE.ASSIGNEDDATE
    FROM USERENTITLEMENTS UE
    JOIN USERS U ON U.USER_ID = UE.USER_ID
    JOIN ENTITLEMENTS E ON E.ENT_ID = UE.ENT_ID
   WHERE UE.USER_ID = p_user_id
   ORDER BY UE.ENT_ID;
END;
-- @
CREATE PROCEDURE CREATE_USER(
  IN p_user_id         VARCHAR(100),
  IN p_username        VARCHAR(100),
  IN p_firstname       VARCHAR(100),
  IN p_lastname        VARCHAR(100),
  IN p_email           VARCHAR(100),
  IN p_middlename      VARCHAR(100),
  IN p_displayname     VARCHAR(100),
  IN p_nickname        VARCHAR(100),
  IN p_mobilephone     VARCHAR(100),
  IN p_streetaddress   VARCHAR(100),
  IN p_city            VARCHAR(100),
  IN p_state           VARCHAR(100),
  IN p_zipcode         VARCHAR(100),
  IN p_countrycode     VARCHAR(100),
  IN p_timezone        VARCHAR(100),
  IN p_organization    VARCHAR(100),
  IN p_department      VARCHAR(100),
  IN p_managerid       VARCHAR(100),
  IN p_manager         VARCHAR(100),
  IN p_title           VARCHAR(100),
  IN p_employeenumber  VARCHAR(100),
  IN p_hiredate        DATE,
  IN p_terminationdate DATE,
  IN p_password_hash   VARCHAR(255)
)
MODIFIES SQL DATA
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
-- Writes every column: NULL empties it. Looks for the user first, because an UPDATE that changes
-- nothing counts no rows and could not be told from one that found nobody.
CREATE PROCEDURE UPDATE_USER(
  IN p_user_id         VARCHAR(100),
  IN p_username        VARCHAR(100),
  IN p_firstname       VARCHAR(100),
  IN p_lastname        VARCHAR(100),
  IN p_email           VARCHAR(100),
  IN p_middlename      VARCHAR(100),
  IN p_displayname     VARCHAR(100),
  IN p_nickname        VARCHAR(100),
  IN p_mobilephone     VARCHAR(100),
  IN p_streetaddress   VARCHAR(100),
  IN p_city            VARCHAR(100),
  IN p_state           VARCHAR(100),
  IN p_zipcode         VARCHAR(100),
  IN p_countrycode     VARCHAR(100),
  IN p_timezone        VARCHAR(100),
  IN p_organization    VARCHAR(100),
  IN p_department      VARCHAR(100),
  IN p_managerid       VARCHAR(100),
  IN p_manager         VARCHAR(100),
  IN p_title           VARCHAR(100),
  IN p_employeenumber  VARCHAR(100),
  IN p_hiredate        DATE,
  IN p_terminationdate DATE,
  IN p_password_hash   VARCHAR(255)
)
MODIFIES SQL DATA
BEGIN
  IF NOT EXISTS (SELECT 1 FROM USERS WHERE USERS.USER_ID = p_user_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The user does not exist.';
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
END;
-- @
CREATE PROCEDURE ACTIVATE_USER(IN p_user_id VARCHAR(100))
MODIFIES SQL DATA
BEGIN
  IF NOT EXISTS (SELECT 1 FROM USERS WHERE USERS.USER_ID = p_user_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The user does not exist.';
  END IF;

  UPDATE USERS SET IS_ACTIVE = TRUE WHERE USER_ID = p_user_id;
END;
-- @
CREATE PROCEDURE DEACTIVATE_USER(IN p_user_id VARCHAR(100))
MODIFIES SQL DATA
BEGIN
  IF NOT EXISTS (SELECT 1 FROM USERS WHERE USERS.USER_ID = p_user_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The user does not exist.';
  END IF;

  UPDATE USERS SET IS_ACTIVE = FALSE WHERE USER_ID = p_user_id;
END;
-- @
-- Adding what the user already holds changes nothing: a provider repeats calls it got no answer to.
CREATE PROCEDURE ADD_ENTITLEMENT_TO_USER(IN p_user_id VARCHAR(100), IN p_ent_id INT)
MODIFIES SQL DATA
BEGIN
  IF NOT EXISTS (SELECT 1 FROM USERS WHERE USERS.USER_ID = p_user_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The user does not exist.';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM ENTITLEMENTS WHERE ENTITLEMENTS.ENT_ID = p_ent_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The entitlement does not exist.';
  END IF;

  INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID)
  VALUES (p_user_id, p_ent_id)
  ON DUPLICATE KEY UPDATE ASSIGNEDDATE = ASSIGNEDDATE;
END;
-- @
-- Removing what the user does not hold is no error, for the same reason.
CREATE PROCEDURE REMOVE_ENTITLEMENT_FROM_USER(IN p_user_id VARCHAR(100), IN p_ent_id INT)
MODIFIES SQL DATA
BEGIN
  DELETE FROM USERENTITLEMENTS
   WHERE USER_ID = p_user_id AND ENT_ID = p_ent_id;
END;
