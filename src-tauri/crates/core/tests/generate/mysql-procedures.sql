SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_TRANS_TABLES');
-- @
CREATE PROCEDURE `SCIM_GET_USERS`()
READS SQL DATA
SQL SECURITY DEFINER
BEGIN
  SELECT u.`id`, u.`login`, u.`Given Name`, u.`mail`, u.`born`, u.`category`, u.`created_at`,
         u.`is_enabled`
    FROM `people` u
   WHERE u.`is_enabled` = 1
   ORDER BY u.`login`;
END;
-- @
CREATE PROCEDURE `SCIM_GET_USER_BY_ID`(
  IN p_login varchar(100))
READS SQL DATA
SQL SECURITY DEFINER
BEGIN
  SELECT u.`id`, u.`login`, u.`Given Name`, u.`mail`, u.`born`, u.`category`, u.`password_hash`,
         u.`created_at`, u.`is_enabled`
    FROM `people` u
   WHERE u.`login` = p_login;
END;
-- @
CREATE PROCEDURE `SCIM_GET_ALL_ENTITLEMENTS`()
READS SQL DATA
SQL SECURITY DEFINER
BEGIN
  SELECT e.`id`, e.`title`, e.`notes`
    FROM `roles` e
   ORDER BY e.`id`;
END;
-- @
CREATE PROCEDURE `SCIM_GET_USER_ENTITLEMENTS`(
  IN p_login varchar(100))
READS SQL DATA
SQL SECURITY DEFINER
BEGIN
  SELECT e.`id`, e.`title`
    FROM `people_roles` l
    JOIN `roles` e ON e.`id` = l.`role_id`
    JOIN `people` u ON u.`id` = l.`person_id`
   WHERE u.`login` = p_login
   ORDER BY e.`id`;
END;
-- @
CREATE PROCEDURE `SCIM_IMPORT_ENTITLEMENTS`()
READS SQL DATA
SQL SECURITY DEFINER
BEGIN
  SELECT u.`login`, e.`id`, e.`title`
    FROM `people_roles` l
    JOIN `roles` e ON e.`id` = l.`role_id`
    JOIN `people` u ON u.`id` = l.`person_id`
   ORDER BY u.`login`, e.`id`;
END;
-- @
CREATE PROCEDURE `SCIM_CREATE_USER`(
  IN p_login varchar(100),
  IN p_given_name varchar(100),
  IN p_mail varchar(100),
  IN p_born date,
  IN p_category varchar(100),
  IN p_password_hash varchar(100))
MODIFIES SQL DATA
SQL SECURITY DEFINER
BEGIN
  INSERT INTO `people` (
    `login`, `Given Name`, `mail`, `born`, `category`, `password_hash`, `is_enabled`
  ) VALUES (
    p_login, p_given_name, p_mail, p_born, COALESCE(p_category, DEFAULT(`category`)), p_password_hash,
    1
  );
END;
-- @
CREATE PROCEDURE `SCIM_UPDATE_USER`(
  IN p_login varchar(100),
  IN p_given_name varchar(100),
  IN p_mail varchar(100),
  IN p_born date,
  IN p_category varchar(100),
  IN p_password_hash varchar(100))
MODIFIES SQL DATA
SQL SECURITY DEFINER
BEGIN
  IF NOT EXISTS (SELECT 1 FROM `people` x WHERE x.`login` = p_login) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The user does not exist.';
  END IF;
  UPDATE `people`
     SET `Given Name` = p_given_name,
         `mail` = p_mail,
         `born` = p_born,
         `category` = p_category,
         `password_hash` = p_password_hash
   WHERE `login` = p_login;
END;
-- @
CREATE PROCEDURE `SCIM_ACTIVATE_USER`(
  IN p_login varchar(100))
MODIFIES SQL DATA
SQL SECURITY DEFINER
BEGIN
  IF NOT EXISTS (SELECT 1 FROM `people` x WHERE x.`login` = p_login) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The user does not exist.';
  END IF;
  UPDATE `people`
     SET `is_enabled` = 1
   WHERE `login` = p_login;
END;
-- @
CREATE PROCEDURE `SCIM_DEACTIVATE_USER`(
  IN p_login varchar(100))
MODIFIES SQL DATA
SQL SECURITY DEFINER
BEGIN
  IF NOT EXISTS (SELECT 1 FROM `people` x WHERE x.`login` = p_login) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The user does not exist.';
  END IF;
  UPDATE `people`
     SET `is_enabled` = 0
   WHERE `login` = p_login;
END;
-- @
CREATE PROCEDURE `SCIM_ADD_ENTITLEMENT`(
  IN p_login varchar(100),
  IN p_id int)
MODIFIES SQL DATA
SQL SECURITY DEFINER
BEGIN
  IF NOT EXISTS (SELECT 1 FROM `people` x WHERE x.`login` = p_login) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The user does not exist.';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM `roles` x WHERE x.`id` = p_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The entitlement does not exist.';
  END IF;
  INSERT INTO `people_roles` (`person_id`, `role_id`)
  SELECT u.`id`, e.`id`
    FROM `people` u
   CROSS JOIN `roles` e
   WHERE u.`login` = p_login
     AND e.`id` = p_id
     AND NOT EXISTS (SELECT 1
                       FROM `people_roles` l
                      WHERE l.`person_id` = u.`id`
                        AND l.`role_id` = e.`id`);
END;
-- @
CREATE PROCEDURE `SCIM_REMOVE_ENTITLEMENT`(
  IN p_login varchar(100),
  IN p_id int)
MODIFIES SQL DATA
SQL SECURITY DEFINER
BEGIN
  DELETE FROM `people_roles`
   WHERE `person_id` = (SELECT u.`id` FROM `people` u WHERE u.`login` = p_login)
     AND `role_id` = p_id;
END;
