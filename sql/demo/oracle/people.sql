-- Fifteen people, ten entitlements, and who holds what: the same as in every folder, in the literals of
-- Oracle. They were checked by a parser and never run on a server.
--
-- The hashes are placeholders no password belongs to. Dates of assignment are given, so that
-- two databases loaded on different days hold the same rows.
INSERT INTO USERS (
  USER_ID, USERNAME, FIRSTNAME, LASTNAME, MIDDLENAME, EMAIL, DISPLAYNAME, NICKNAME, MOBILEPHONE,
  STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID,
  MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH, IS_ACTIVE
)
SELECT 'yoda@galaxy.local', 'yoda@galaxy.local', 'Master', 'Yoda', NULL, 'yoda@galaxy.local', 'Yoda',
       NULL, NULL, '1 Swamp Lane', 'Everglades City', 'FL', '34139', 'US', 'America/New_York', 'Jedi',
       'High Council', NULL, NULL, 'Grand Master', 'J-0001', DATE '1998-05-19', CAST(NULL AS DATE),
       '$demo$no-password$J-0001', 1
  FROM DUAL
UNION ALL
SELECT 'mace.windu@galaxy.local', 'mace.windu@galaxy.local', 'Mace', 'Windu', NULL,
       'mace.windu@galaxy.local', 'Mace Windu', NULL, '+1 555 0102', '4 Temple Spire', 'Washington', 'DC',
       '20001', 'US', 'America/New_York', 'Jedi', 'High Council', 'yoda@galaxy.local', 'Yoda',
       'Master of the Order', 'J-0002', DATE '2001-09-03', CAST(NULL AS DATE), '$demo$no-password$J-0002',
       1
  FROM DUAL
UNION ALL
SELECT 'obiwan.kenobi@galaxy.local', 'obiwan.kenobi@galaxy.local', 'Obi-Wan', 'Kenobi', NULL,
       'obiwan.kenobi@galaxy.local', 'Obi-Wan Kenobi', 'Ben', '+1 555 0103', '12 Dune Sea Road', 'Yuma',
       'AZ', '85364', 'US', 'America/Phoenix', 'Jedi', 'Training', 'mace.windu@galaxy.local',
       'Mace Windu', 'Jedi Master', 'J-0003', DATE '2005-02-14', CAST(NULL AS DATE),
       '$demo$no-password$J-0003', 1
  FROM DUAL
UNION ALL
SELECT 'qui-gon.jinn@galaxy.local', 'qui-gon.jinn@galaxy.local', 'Qui-Gon', 'Jinn', NULL,
       'qui-gon.jinn@galaxy.local', 'Qui-Gon Jinn', NULL, '+353 555 0104', '7 Living Force Quay',
       'Galway', NULL, 'H91 X000', 'IE', 'Europe/Dublin', 'Jedi', 'Diplomacy', 'mace.windu@galaxy.local',
       'Mace Windu', 'Jedi Master', 'J-0004', DATE '2003-11-24', CAST(NULL AS DATE),
       '$demo$no-password$J-0004', 1
  FROM DUAL
UNION ALL
SELECT 'luke.skywalker@galaxy.local', 'luke.skywalker@galaxy.local', 'Luke', 'Skywalker', NULL,
       'luke.skywalker@galaxy.local', 'Luke Skywalker', 'Red Five', '+1 555 0105', '3 Moisture Farm Way',
       'Death Valley', 'CA', '92328', 'US', 'America/Los_Angeles', 'Jedi', 'Field Operations',
       'obiwan.kenobi@galaxy.local', 'Obi-Wan Kenobi', 'Jedi Knight', 'J-0005', DATE '2016-05-04',
       CAST(NULL AS DATE), '$demo$no-password$J-0005', 1
  FROM DUAL
UNION ALL
SELECT 'r2-d2@galaxy.local', 'r2-d2@galaxy.local', 'R2-D2', 'Droid', NULL, 'r2-d2@galaxy.local', 'R2-D2',
       'Artoo', NULL, NULL, NULL, NULL, NULL, 'US', 'America/Los_Angeles', 'Jedi', 'Field Operations',
       'luke.skywalker@galaxy.local', 'Luke Skywalker', 'Astromech', 'J-0006', DATE '2016-05-04',
       CAST(NULL AS DATE), NULL, 1
  FROM DUAL
UNION ALL
SELECT 'leia.organa@galaxy.local', 'leia.organa@galaxy.local', 'Leia', 'Organa', 'Amidala',
       'leia.organa@galaxy.local', 'Leia Organa', 'Huttslayer', '+1 555 0107', '22 Alderaan Place',
       'Denver', 'CO', '80202', 'US', 'America/Denver', 'Resistance', 'Command', NULL, NULL, 'General',
       'R-0001', DATE '2012-10-21', CAST(NULL AS DATE), '$demo$no-password$R-0001', 1
  FROM DUAL
UNION ALL
SELECT 'han.solo@galaxy.local', 'han.solo@galaxy.local', 'Han', 'Solo', NULL, 'han.solo@galaxy.local',
       'Han Solo', NULL, '+1 555 0108', 'Docking Bay 94', 'Long Beach', 'CA', '90802', 'US',
       'America/Los_Angeles', 'Resistance', 'Logistics', 'leia.organa@galaxy.local', 'Leia Organa',
       'Smuggler', 'R-0002', DATE '2017-07-13', CAST(NULL AS DATE), '$demo$no-password$R-0002', 1
  FROM DUAL
UNION ALL
SELECT 'chewbacca@galaxy.local', 'chewbacca@galaxy.local', 'Chewbacca', 'of Kashyyyk', NULL,
       'chewbacca@galaxy.local', 'Chewbacca', 'Chewie', NULL, 'Docking Bay 94', 'Long Beach', 'CA',
       '90802', 'US', 'America/Los_Angeles', 'Resistance', 'Logistics', 'han.solo@galaxy.local',
       'Han Solo', 'First Mate', 'R-0003', DATE '2017-07-13', CAST(NULL AS DATE),
       '$demo$no-password$R-0003', 1
  FROM DUAL
UNION ALL
SELECT 'lando.calrissian@galaxy.local', 'lando.calrissian@galaxy.local', 'Lando', 'Calrissian',
       'Balthazar', 'lando.calrissian@galaxy.local', 'Lando Calrissian', NULL, '+1 555 0110',
       '1 Cloud City Plaza', 'Las Vegas', 'NV', '89101', 'US', 'America/Los_Angeles', 'Resistance',
       'Finance', 'leia.organa@galaxy.local', 'Leia Organa', 'Baron Administrator', 'R-0004',
       DATE '2018-01-08', CAST(NULL AS DATE), '$demo$no-password$R-0004', 1
  FROM DUAL
UNION ALL
SELECT 'c3-po@galaxy.local', 'c3-po@galaxy.local', 'C-3PO', 'Droid', NULL, 'c3-po@galaxy.local', 'C-3PO',
       'Goldenrod', NULL, NULL, NULL, NULL, NULL, 'GB', 'Europe/London', 'Resistance', 'Protocol',
       'leia.organa@galaxy.local', 'Leia Organa', 'Interpreter', 'R-0005', DATE '2014-03-31',
       CAST(NULL AS DATE), NULL, 1
  FROM DUAL
UNION ALL
SELECT 'padme.amidala@galaxy.local', 'padme.amidala@galaxy.local', 'Padmé', 'Amidala', 'Naberrie',
       'padme.amidala@galaxy.local', 'Padmé Amidala', NULL, '+39 555 0112', 'Via del Lago 5', 'Como',
       'CO', '22100', 'IT', 'Europe/Rome', 'Senate', 'Diplomacy', NULL, NULL, 'Senator', 'S-0001',
       DATE '2009-06-02', CAST(NULL AS DATE), '$demo$no-password$S-0001', 1
  FROM DUAL
UNION ALL
SELECT 'darth.sidious@galaxy.local', 'darth.sidious@galaxy.local', 'Sheev', 'Palpatine', NULL,
       'darth.sidious@galaxy.local', 'Darth Sidious', 'The Emperor', '+1 555 0113', '1 Imperial Square',
       'New York', 'NY', '10001', 'US', 'America/New_York', 'Empire', 'Throne', NULL, NULL, 'Emperor',
       'E-0001', DATE '2000-01-03', CAST(NULL AS DATE), '$demo$no-password$E-0001', 1
  FROM DUAL
UNION ALL
SELECT 'wilhuff.tarkin@galaxy.local', 'wilhuff.tarkin@galaxy.local', 'Wilhuff', 'Tarkin', NULL,
       'wilhuff.tarkin@galaxy.local', 'Wilhuff Tarkin', NULL, '+44 555 0114', '9 Eriadu Terrace',
       'Portsmouth', NULL, 'PO1 2AB', 'GB', 'Europe/London', 'Empire', 'Navy',
       'darth.sidious@galaxy.local', 'Darth Sidious', 'Grand Moff', 'E-0002', DATE '2008-08-18',
       CAST(NULL AS DATE), '$demo$no-password$E-0002', 1
  FROM DUAL
UNION ALL
SELECT 'darth.vader@galaxy.local', 'darth.vader@galaxy.local', 'Anakin', 'Skywalker', NULL,
       'darth.vader@galaxy.local', 'Darth Vader', 'Ani', '+1 555 0115', '66 Fortress Road', 'Hilo', 'HI',
       '96720', 'US', 'Pacific/Honolulu', 'Empire', 'Special Projects', 'darth.sidious@galaxy.local',
       'Darth Sidious', 'Dark Lord', 'E-0003', DATE '2005-05-19', DATE '2024-05-04',
       '$demo$no-password$E-0003', 0
  FROM DUAL
-- @
INSERT INTO ENTITLEMENTS (ENT_ID, ENT_NAME, ENT_DESCRIPTION)
SELECT 1, 'VPN Access', 'Reach the internal network from outside' FROM DUAL
UNION ALL
SELECT 2, 'GitHub Admin', 'Manage repositories, teams and their settings' FROM DUAL
UNION ALL
SELECT 3, 'AWS Console', 'Sign in to the cloud accounts' FROM DUAL
UNION ALL
SELECT 4, 'Jira Admin', 'Manage projects, workflows and permissions' FROM DUAL
UNION ALL
SELECT 5, 'Confluence Edit', 'Write and change pages' FROM DUAL
UNION ALL
SELECT 6, 'Database Read', 'Query the reporting databases' FROM DUAL
UNION ALL
SELECT 7, 'Database Write', 'Change rows in the reporting databases' FROM DUAL
UNION ALL
SELECT 8, 'Slack Admin', 'Manage channels and members' FROM DUAL
UNION ALL
SELECT 9, 'Office 365', 'Mail, calendar and documents' FROM DUAL
UNION ALL
SELECT 10, 'Salesforce', NULL FROM DUAL
-- @
INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID, ASSIGNEDDATE)
SELECT 'luke.skywalker@galaxy.local', 1, TIMESTAMP '2023-01-02 08:00:00' FROM DUAL
UNION ALL
SELECT 'luke.skywalker@galaxy.local', 2, TIMESTAMP '2023-06-03 09:07:00' FROM DUAL
UNION ALL
SELECT 'luke.skywalker@galaxy.local', 5, TIMESTAMP '2023-11-04 10:14:00' FROM DUAL
UNION ALL
SELECT 'leia.organa@galaxy.local', 1, TIMESTAMP '2023-04-05 11:21:00' FROM DUAL
UNION ALL
SELECT 'leia.organa@galaxy.local', 3, TIMESTAMP '2023-09-06 12:28:00' FROM DUAL
UNION ALL
SELECT 'leia.organa@galaxy.local', 4, TIMESTAMP '2023-02-07 13:35:00' FROM DUAL
UNION ALL
SELECT 'han.solo@galaxy.local', 1, TIMESTAMP '2023-07-08 14:42:00' FROM DUAL
UNION ALL
SELECT 'han.solo@galaxy.local', 6, TIMESTAMP '2023-12-09 15:49:00' FROM DUAL
UNION ALL
SELECT 'obiwan.kenobi@galaxy.local', 1, TIMESTAMP '2023-05-10 16:56:00' FROM DUAL
UNION ALL
SELECT 'obiwan.kenobi@galaxy.local', 2, TIMESTAMP '2023-10-11 08:03:00' FROM DUAL
UNION ALL
SELECT 'obiwan.kenobi@galaxy.local', 3, TIMESTAMP '2023-03-12 09:10:00' FROM DUAL
UNION ALL
SELECT 'yoda@galaxy.local', 1, TIMESTAMP '2023-08-13 10:17:00' FROM DUAL
UNION ALL
SELECT 'yoda@galaxy.local', 2, TIMESTAMP '2023-01-14 11:24:00' FROM DUAL
UNION ALL
SELECT 'yoda@galaxy.local', 3, TIMESTAMP '2023-06-15 12:31:00' FROM DUAL
UNION ALL
SELECT 'yoda@galaxy.local', 4, TIMESTAMP '2023-11-16 13:38:00' FROM DUAL
UNION ALL
SELECT 'chewbacca@galaxy.local', 6, TIMESTAMP '2023-04-17 14:45:00' FROM DUAL
UNION ALL
SELECT 'padme.amidala@galaxy.local', 1, TIMESTAMP '2023-09-18 15:52:00' FROM DUAL
UNION ALL
SELECT 'padme.amidala@galaxy.local', 9, TIMESTAMP '2023-02-19 16:59:00' FROM DUAL
UNION ALL
SELECT 'lando.calrissian@galaxy.local', 9, TIMESTAMP '2023-07-20 08:06:00' FROM DUAL
UNION ALL
SELECT 'lando.calrissian@galaxy.local', 10, TIMESTAMP '2023-12-21 09:13:00' FROM DUAL
UNION ALL
SELECT 'mace.windu@galaxy.local', 1, TIMESTAMP '2023-05-22 10:20:00' FROM DUAL
UNION ALL
SELECT 'mace.windu@galaxy.local', 4, TIMESTAMP '2023-10-23 11:27:00' FROM DUAL
UNION ALL
SELECT 'darth.vader@galaxy.local', 1, TIMESTAMP '2022-03-24 12:34:00' FROM DUAL
UNION ALL
SELECT 'darth.vader@galaxy.local', 3, TIMESTAMP '2022-08-25 13:41:00' FROM DUAL
UNION ALL
SELECT 'darth.vader@galaxy.local', 7, TIMESTAMP '2022-01-26 14:48:00' FROM DUAL
UNION ALL
SELECT 'darth.sidious@galaxy.local', 1, TIMESTAMP '2023-06-27 15:55:00' FROM DUAL
UNION ALL
SELECT 'darth.sidious@galaxy.local', 3, TIMESTAMP '2023-11-02 16:02:00' FROM DUAL
UNION ALL
SELECT 'darth.sidious@galaxy.local', 4, TIMESTAMP '2023-04-03 08:09:00' FROM DUAL
UNION ALL
SELECT 'darth.sidious@galaxy.local', 6, TIMESTAMP '2023-09-04 09:16:00' FROM DUAL
UNION ALL
SELECT 'wilhuff.tarkin@galaxy.local', 1, TIMESTAMP '2023-02-05 10:23:00' FROM DUAL
UNION ALL
SELECT 'wilhuff.tarkin@galaxy.local', 7, TIMESTAMP '2023-07-06 11:30:00' FROM DUAL
UNION ALL
SELECT 'c3-po@galaxy.local', 5, TIMESTAMP '2023-12-07 12:37:00' FROM DUAL
UNION ALL
SELECT 'c3-po@galaxy.local', 9, TIMESTAMP '2023-05-08 13:44:00' FROM DUAL
UNION ALL
SELECT 'qui-gon.jinn@galaxy.local', 1, TIMESTAMP '2023-10-09 14:51:00' FROM DUAL
