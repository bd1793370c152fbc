-- The ten procedures that the mappings call (SQLite).
--
-- SQLite has no stored procedures. Sluice keeps named scripts in this table and runs them itself: the
-- statements of BODY one after the other, in one transaction, with PARAMETERS bound by name. Reading
-- scripts are a single SELECT; of a writing script the last statement gives the count of rows.
CREATE TABLE SLUICE_PROCEDURES (
  NAME        TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
  PARAMETERS  TEXT NOT NULL, -- a JSON array of {"name": ..., "type": ...}, in the order of the call
  BODY        TEXT NOT NULL, -- statements separated by semicolons; :name stands for a parameter
  DESCRIPTION TEXT
);
-- @
-- A script refuses a request by inserting the reason here, where the trigger below turns it into an
-- error: SQLite knows RAISE in triggers only. The table therefore always stays empty.
CREATE TABLE SLUICE_REFUSALS (REASON TEXT NOT NULL);
-- @
CREATE TRIGGER SLUICE_REFUSE BEFORE INSERT ON SLUICE_REFUSALS
BEGIN
  SELECT CASE NEW.REASON
    WHEN 'unknown user' THEN RAISE(ABORT, 'The user does not exist.')
    WHEN 'unknown entitlement' THEN RAISE(ABORT, 'The entitlement does not exist.')
    ELSE RAISE(ABORT, 'The script refused the request.')
  END;
END;
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'GET_ACTIVEUSERS',
  'Every active user, in the order of USER_ID.',
  '[]',
  'SELECT USER_ID, USERNAME, FIRSTNAME, LASTNAME, MIDDLENAME, EMAIL, DISPLAYNAME, NICKNAME, MOBILEPHONE,
          STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID,
          MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH, IS_ACTIVE
     FROM USERS
    WHERE IS_ACTIVE
    ORDER BY USER_ID'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'GET_ALL_ENTITLEMENTS',
  'Every entitlement.',
  '[]',
  'SELECT ENT_ID, ENT_NAME, ENT_DESCRIPTION
     FROM ENTITLEMENTS
    ORDER BY ENT_ID'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'GET_USER_BY_ID',
  'One user, active or not.',
  '[{"name":"p_user_id","type":"VARCHAR(100)"}]',
  'SELECT USER_ID, USERNAME, FIRSTNAME, LASTNAME, MIDDLENAME, EMAIL, DISPLAYNAME, NICKNAME, MOBILEPHONE,
          STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID,
          MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH, IS_ACTIVE
     FROM USERS
    WHERE USER_ID = :p_user_id'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'GET_USER_ENTITLEMENT',
  'What one user holds.',
  '[{"name":"p_user_id","type":"VARCHAR(100)"}]',
  'SELECT UE.USERENTITLEMENT_ID, UE.USER_ID, U.USERNAME, U.EMAIL, UE.ENT_ID, E.ENT_NAME, E.ENT_DESCRIPTION,
          UE.ASSIGNEDDATE
     FROM USERENTITLEMENTS UE
     JOIN USERS U ON U.USER_ID = UE.USER_ID
     JOIN ENTITLEMENTS E ON E.ENT_ID = UE.ENT_ID
    WHERE UE.USER_ID = :p_user_id
    ORDER BY UE.ENT_ID'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'CREATE_USER',
  'Adds a user, active from the start.',
  '[{"name":"p_user_id","type":"VARCHAR(100)"},
   {"name":"p_username","type":"VARCHAR(100)"},
   {"name":"p_firstname","type":"VARCHAR(100)"},
   {"name":"p_lastname","type":"VARCHAR(100)"},
   {"name":"p_email","type":"VARCHAR(100)"},
   {"name":"p_middlename","type":"VARCHAR(100)"},
   {"name":"p_displayname","type":"VARCHAR(100)"},
   {"name":"p_nickname","type":"VARCHAR(100)"},
   {"name":"p_mobilephone","type":"VARCHAR(100)"},
   {"name":"p_streetaddress","type":"VARCHAR(100)"},
   {"name":"p_city","type":"VARCHAR(100)"},
   {"name":"p_state","type":"VARCHAR(100)"},
   {"name":"p_zipcode","type":"VARCHAR(100)"},
   {"name":"p_countrycode","type":"VARCHAR(100)"},
   {"name":"p_timezone","type":"VARCHAR(100)"},
   {"name":"p_organization","type":"VARCHAR(100)"},
   {"name":"p_department","type":"VARCHAR(100)"},
   {"name":"p_managerid","type":"VARCHAR(100)"},
   {"name":"p_manager","type":"VARCHAR(100)"},
   {"name":"p_title","type":"VARCHAR(100)"},
   {"name":"p_employeenumber","type":"VARCHAR(100)"},
   {"name":"p_hiredate","type":"DATE"},
   {"name":"p_terminationdate","type":"DATE"},
   {"name":"p_password_hash","type":"VARCHAR(255)"}]',
  'INSERT INTO USERS (
     USER_ID, USERNAME, FIRSTNAME, LASTNAME, EMAIL, MIDDLENAME, DISPLAYNAME, NICKNAME, MOBILEPHONE,
     STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID,
     MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH
   ) VALUES (
     :p_user_id, :p_username, :p_firstname, :p_lastname, :p_email, :p_middlename, :p_displayname,
     :p_nickname, :p_mobilephone, :p_streetaddress, :p_city, :p_state, :p_zipcode, :p_countrycode,
     :p_timezone, :p_organization, :p_department, :p_managerid, :p_manager, :p_title, :p_employeenumber,
     :p_hiredate, :p_terminationdate, :p_password_hash
   )'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'UPDATE_USER',
  'Writes every column of a user; NULL empties it.',
  '[{"name":"p_user_id","type":"VARCHAR(100)"},
   {"name":"p_username","type":"VARCHAR(100)"},
   {"name":"p_firstname","type":"VARCHAR(100)"},
   {"name":"p_lastname","type":"VARCHAR(100)"},
   {"name":"p_email","type":"VARCHAR(100)"},
   {"name":"p_middlename","type":"VARCHAR(100)"},
   {"name":"p_displayname","type":"VARCHAR(100)"},
   {"name":"p_nickname","type":"VARCHAR(100)"},
   {"name":"p_mobilephone","type":"VARCHAR(100)"},
   {"name":"p_streetaddress","type":"VARCHAR(100)"},
   {"name":"p_city","type":"VARCHAR(100)"},
   {"name":"p_state","type":"VARCHAR(100)"},
   {"name":"p_zipcode","type":"VARCHAR(100)"},
   {"name":"p_countrycode","type":"VARCHAR(100)"},
   {"name":"p_timezone","type":"VARCHAR(100)"},
   {"name":"p_organization","type":"VARCHAR(100)"},
   {"name":"p_department","type":"VARCHAR(100)"},
   {"name":"p_managerid","type":"VARCHAR(100)"},
   {"name":"p_manager","type":"VARCHAR(100)"},
   {"name":"p_title","type":"VARCHAR(100)"},
   {"name":"p_employeenumber","type":"VARCHAR(100)"},
   {"name":"p_hiredate","type":"DATE"},
   {"name":"p_terminationdate","type":"DATE"},
   {"name":"p_password_hash","type":"VARCHAR(255)"}]',
  'INSERT INTO SLUICE_REFUSALS (REASON)
   SELECT ''unknown user'' WHERE NOT EXISTS (SELECT 1 FROM USERS WHERE USER_ID = :p_user_id);
   UPDATE USERS
      SET USERNAME        = :p_username,
          FIRSTNAME       = :p_firstname,
          LASTNAME        = :p_lastname,
          EMAIL           = :p_email,
          MIDDLENAME      = :p_middlename,
          DISPLAYNAME     = :p_displayname,
          NICKNAME        = :p_nickname,
          MOBILEPHONE     = :p_mobilephone,
          STREETADDRESS   = :p_streetaddress,
          CITY            = :p_city,
          STATE           = :p_state,
          ZIPCODE         = :p_zipcode,
          COUNTRYCODE     = :p_countrycode,
          TIMEZONE        = :p_timezone,
          ORGANIZATION    = :p_organization,
          DEPARTMENT      = :p_department,
          MANAGERID       = :p_managerid,
          MANAGER         = :p_manager,
          TITLE           = :p_title,
          EMPLOYEENUMBER  = :p_employeenumber,
          HIREDATE        = :p_hiredate,
          TERMINATIONDATE = :p_terminationdate,
          PASSWORD_HASH   = :p_password_hash
    WHERE USER_ID = :p_user_id'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'ACTIVATE_USER',
  'Lets a user in again.',
  '[{"name":"p_user_id","type":"VARCHAR(100)"}]',
  'INSERT INTO SLUICE_REFUSALS (REASON)
   SELECT ''unknown user'' WHERE NOT EXISTS (SELECT 1 FROM USERS WHERE USER_ID = :p_user_id);
   UPDATE USERS SET IS_ACTIVE = 1 WHERE USER_ID = :p_user_id'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'DEACTIVATE_USER',
  'Keeps a user out; the row stays.',
  '[{"name":"p_user_id","type":"VARCHAR(100)"}]',
  'INSERT INTO SLUICE_REFUSALS (REASON)
   SELECT ''unknown user'' WHERE NOT EXISTS (SELECT 1 FROM USERS WHERE USER_ID = :p_user_id);
   UPDATE USERS SET IS_ACTIVE = 0 WHERE USER_ID = :p_user_id'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'ADD_ENTITLEMENT_TO_USER',
  'Gives a user an entitlement; one already held changes nothing.',
  '[{"name":"p_user_id","type":"VARCHAR(100)"},
   {"name":"p_ent_id","type":"INTEGER"}]',
  'INSERT INTO SLUICE_REFUSALS (REASON)
   SELECT ''unknown user'' WHERE NOT EXISTS (SELECT 1 FROM USERS WHERE USER_ID = :p_user_id);
   INSERT INTO SLUICE_REFUSALS (REASON)
   SELECT ''unknown entitlement'' WHERE NOT EXISTS (SELECT 1 FROM ENTITLEMENTS WHERE ENT_ID = :p_ent_id);
   INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID)
   VALUES (:p_user_id, :p_ent_id)
   ON CONFLICT (USER_ID, ENT_ID) DO NOTHING'
);
-- @
INSERT INTO SLUICE_PROCEDURES (NAME, DESCRIPTION, PARAMETERS, BODY) VALUES (
  'REMOVE_ENTITLEMENT_FROM_USER',
  'Takes an entitlement from a user; one not held changes nothing.',
  '[{"name":"p_user_id","type":"VARCHAR(100)"},
   {"name":"p_ent_id","type":"INTEGER"}]',
  'DELETE FROM USERENTITLEMENTS
    WHERE USER_ID = :p_user_id AND ENT_ID = :p_ent_id'
);
