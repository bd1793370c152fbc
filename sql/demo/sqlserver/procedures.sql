-- The ten procedures that the mappings call (SQL Server).
-- Checked by a parser and against the other folders' files, and never run on a server.
--
-- Reading ones say SET NOCOUNT ON, so that only rows come back; of writing ones the last statement's
-- count does. A refusal is THROW with a number of the user's own.

-- Ordered, so that an import can be cut into pages that neither overlap nor leave anyone out.
CREATE PROCEDURE GET_ACTIVEUSERS
AS
BEGIN
  SET NOCOUNT ON;
  SELECT USER_ID, USERNAME, FIRSTNAME, LASTNAME, MIDDLENAME, EMAIL, DISPLAYNAME, NICKNAME, MOBILEPHONE,
         STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID,
         MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH, IS_ACTIVE
    FROM USERS
   WHERE IS_ACTIVE = 1
   ORDER BY USER_ID;
END;
-- @
CREATE PROCEDURE GET_ALL_ENTITLEMENTS
AS
BEGIN
  SET NOCOUNT ON;
  SELECT ENT_ID, ENT_NAME, ENT_DESCRIPTION
    FROM ENTITLEMENTS
   ORDER BY ENT_ID;
END;
-- @
-- Finds deactivated users too: the provider asks for them by id before it reactivates them.
CREATE PROCEDURE GET_USER_BY_ID
  @p_user_id NVARCHAR(100)
AS
BEGIN
  SET NOCOUNT ON;
  SELECT USER_ID, USERNAME, FIRSTNAME, LASTNAME, MIDDLENAME, EMAIL, DISPLAYNAME, NICKNAME, MOBILEPHONE,
         STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID,
         MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH, IS_ACTIVE
    FROM USERS
   WHERE USER_ID = @p_user_id;
END;
-- @
CREATE PROCEDURE GET_USER_ENTITLEMENT
  @p_user_id NVARCHAR(100)
AS
BEGIN
  SET NOCOUNT ON;
  SELECT UE.USERENTITLEMENT_ID, UE.USER_ID, U.USERNAME, U.EMAIL, UE.ENT_ID, E.ENT_NAME, E.ENT_DESCRIPTION,
         UE.ASSIGNEDDATE
    FROM USERENTITLEMENTS UE
    JOIN USERS U ON U.USER_ID = UE.USER_ID
    JOIN ENTITLEMENTS E ON E.ENT_ID = UE.ENT_ID
   WHERE UE.USER_ID = @p_user_id
   ORDER BY UE.ENT_ID;
END;
-- @
CREATE PROCEDURE CREATE_USER
  @p_user_id         NVARCHAR(100),
  @p_username        NVARCHAR(100),
  @p_firstname       NVARCHAR(100),
  @p_lastname        NVARCHAR(100),
  @p_email           NVARCHAR(100),
  @p_middlename      NVARCHAR(100),
  @p_displayname     NVARCHAR(100),
  @p_nickname        NVARCHAR(100),
  @p_mobilephone     NVARCHAR(100),
  @p_streetaddress   NVARCHAR(100),
  @p_city            NVARCHAR(100),
  @p_state           NVARCHAR(100),
  @p_zipcode         NVARCHAR(100),
  @p_countrycode     NVARCHAR(100),
  @p_timezone        NVARCHAR(100),
  @p_organization    NVARCHAR(100),
  @p_department      NVARCHAR(100),
  @p_managerid       NVARCHAR(100),
  @p_manager         NVARCHAR(100),
  @p_title           NVARCHAR(100),
  @p_employeenumber  NVARCHAR(100),
  @p_hiredate        DATE,
  @p_terminationdate DATE,
  @p_password_hash   NVARCHAR(255)
AS
BEGIN
  INSERT INTO USERS (
    USER_ID, USERNAME, FIRSTNAME, LASTNAME, EMAIL, MIDDLENAME, DISPLAYNAME, NICKNAME, MOBILEPHONE,
    STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID,
    MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH
  ) VALUES (
    @p_user_id, @p_username, @p_firstname, @p_lastname, @p_email, @p_middlename, @p_displayname,
    @p_nickname, @p_mobilephone, @p_streetaddress, @p_city, @p_state, @p_zipcode, @p_countrycode,
    @p_timezone, @p_organization, @p_department, @p_managerid, @p_manager, @p_title, @p_employeenumber,
    @p_hiredate, @p_terminationdate, @p_password_hash
  );
END;
-- @
-- Writes every column: NULL empties it.
CREATE PROCEDURE UPDATE_USER
  @p_user_id         NVARCHAR(100),
  @p_username        NVARCHAR(100),
  @p_firstname       NVARCHAR(100),
  @p_lastname        NVARCHAR(100),
  @p_email           NVARCHAR(100),
  @p_middlename      NVARCHAR(100),
  @p_displayname     NVARCHAR(100),
  @p_nickname        NVARCHAR(100),
  @p_mobilephone     NVARCHAR(100),
  @p_streetaddress   NVARCHAR(100),
  @p_city            NVARCHAR(100),
  @p_state           NVARCHAR(100),
  @p_zipcode         NVARCHAR(100),
  @p_countrycode     NVARCHAR(100),
  @p_timezone        NVARCHAR(100),
  @p_organization    NVARCHAR(100),
  @p_department      NVARCHAR(100),
  @p_managerid       NVARCHAR(100),
  @p_manager         NVARCHAR(100),
  @p_title           NVARCHAR(100),
  @p_employeenumber  NVARCHAR(100),
  @p_hiredate        DATE,
  @p_terminationdate DATE,
  @p_password_hash   NVARCHAR(255)
AS
BEGIN
  IF NOT EXISTS (SELECT 1 FROM USERS WHERE USER_ID = @p_user_id)
    THROW 50404, N'The user does not exist.', 1;

  UPDATE USERS
     SET USERNAME        = @p_username,
         FIRSTNAME       = @p_firstname,
         LASTNAME        = @p_lastname,
         EMAIL           = @p_email,
         MIDDLENAME      = @p_middlename,
         DISPLAYNAME     = @p_displayname,
         NICKNAME        = @p_nickname,
         MOBILEPHONE     = @p_mobilephone,
         STREETADDRESS   = @p_streetaddress,
         CITY            = @p_city,
         STATE           = @p_state,
         ZIPCODE         = @p_zipcode,
         COUNTRYCODE     = @p_countrycode,
         TIMEZONE        = @p_timezone,
         ORGANIZATION    = @p_organization,
         DEPARTMENT      = @p_department,
         MANAGERID       = @p_managerid,
         MANAGER         = @p_manager,
         TITLE           = @p_title,
         EMPLOYEENUMBER  = @p_employeenumber,
         HIREDATE        = @p_hiredate,
         TERMINATIONDATE = @p_terminationdate,
         PASSWORD_HASH   = @p_password_hash
   WHERE USER_ID = @p_user_id;
END;
-- @
CREATE PROCEDURE ACTIVATE_USER
  @p_user_id NVARCHAR(100)
AS
BEGIN
  IF NOT EXISTS (SELECT 1 FROM USERS WHERE USER_ID = @p_user_id)
    THROW 50404, N'The user does not exist.', 1;

  UPDATE USERS SET IS_ACTIVE = 1 WHERE USER_ID = @p_user_id;
END;
-- @
CREATE PROCEDURE DEACTIVATE_USER
  @p_user_id NVARCHAR(100)
AS
BEGIN
  IF NOT EXISTS (SELECT 1 FROM USERS WHERE USER_ID = @p_user_id)
    THROW 50404, N'The user does not exist.', 1;

  UPDATE USERS SET IS_ACTIVE = 0 WHERE USER_ID = @p_user_id;
END;
-- @
-- Adding what the user already holds changes nothing: a provider repeats calls it got no answer to.
-- The hints keep a second call out between the look and the insert.
CREATE PROCEDURE ADD_ENTITLEMENT_TO_USER
  @p_user_id NVARCHAR(100),
  @p_ent_id  INT
AS
BEGIN
  IF NOT EXISTS (SELECT 1 FROM USERS WHERE USER_ID = @p_user_id)
    THROW 50404, N'The user does not exist.', 1;
  IF NOT EXISTS (SELECT 1 FROM ENTITLEMENTS WHERE ENT_ID = @p_ent_id)
    THROW 50404, N'The entitlement does not exist.', 1;

  INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID)
  SELECT @p_user_id, @p_ent_id
   WHERE NOT EXISTS (SELECT 1
                       FROM USERENTITLEMENTS WITH (UPDLOCK, SERIALIZABLE)
                      WHERE USER_ID = @p_user_id AND ENT_ID = @p_ent_id);
END;
-- @
-- Removing what the user does not hold is no error, for the same reason.
CREATE PROCEDURE REMOVE_ENTITLEMENT_FROM_USER
  @p_user_id NVARCHAR(100),
  @p_ent_id  INT
AS
BEGIN
  DELETE FROM USERENTITLEMENTS
   WHERE USER_ID = @p_user_id AND ENT_ID = @p_ent_id;
END;
