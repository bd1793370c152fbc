CREATE PROCEDURE [dbo].[SCIM_GET_USERS]
AS
BEGIN
  SET NOCOUNT ON;
  SELECT u.[id], u.[login], u.[Given Name], u.[mail], u.[born], u.[category], u.[created_at],
         u.[is_enabled]
    FROM [dbo].[people] u
   WHERE u.[is_enabled] = 1
   ORDER BY u.[login];
END;
-- @
CREATE PROCEDURE [dbo].[SCIM_GET_USER_BY_ID]
  @p_login nvarchar(100)
AS
BEGIN
  SET NOCOUNT ON;
  SELECT u.[id], u.[login], u.[Given Name], u.[mail], u.[born], u.[category], u.[password_hash],
         u.[created_at], u.[is_enabled]
    FROM [dbo].[people] u
   WHERE u.[login] = @p_login;
END;
-- @
CREATE PROCEDURE [dbo].[SCIM_GET_ALL_ENTITLEMENTS]
AS
BEGIN
  SET NOCOUNT ON;
  SELECT e.[id], e.[title], e.[notes]
    FROM [dbo].[roles] e
   ORDER BY e.[id];
END;
-- @
CREATE PROCEDURE [dbo].[SCIM_GET_USER_ENTITLEMENTS]
  @p_login nvarchar(100)
AS
BEGIN
  SET NOCOUNT ON;
  SELECT e.[id], e.[title]
    FROM [dbo].[people_roles] l
    JOIN [dbo].[roles] e ON e.[id] = l.[role_id]
    JOIN [dbo].[people] u ON u.[id] = l.[person_id]
   WHERE u.[login] = @p_login
   ORDER BY e.[id];
END;
-- @
CREATE PROCEDURE [dbo].[SCIM_IMPORT_ENTITLEMENTS]
AS
BEGIN
  SET NOCOUNT ON;
  SELECT u.[login], e.[id], e.[title]
    FROM [dbo].[people_roles] l
    JOIN [dbo].[roles] e ON e.[id] = l.[role_id]
    JOIN [dbo].[people] u ON u.[id] = l.[person_id]
   ORDER BY u.[login], e.[id];
END;
-- @
CREATE PROCEDURE [dbo].[SCIM_CREATE_USER]
  @p_login nvarchar(100),
  @p_given_name nvarchar(100),
  @p_mail nvarchar(100),
  @p_born date,
  @p_category nvarchar(100),
  @p_password_hash nvarchar(100)
AS
BEGIN
  INSERT INTO [dbo].[people] (
    [login], [Given Name], [mail], [born], [category], [password_hash], [is_enabled]
  ) VALUES (
    @p_login, @p_given_name, @p_mail, @p_born, COALESCE(@p_category, ('staff')), @p_password_hash, 1
  );
END;
-- @
CREATE PROCEDURE [dbo].[SCIM_UPDATE_USER]
  @p_login nvarchar(100),
  @p_given_name nvarchar(100),
  @p_mail nvarchar(100),
  @p_born date,
  @p_category nvarchar(100),
  @p_password_hash nvarchar(100)
AS
BEGIN
  UPDATE [dbo].[people]
     SET [Given Name] = @p_given_name,
         [mail] = @p_mail,
         [born] = @p_born,
         [category] = @p_category,
         [password_hash] = @p_password_hash
   WHERE [login] = @p_login;
  IF @@ROWCOUNT = 0
    THROW 50404, N'The user does not exist.', 1;
END;
-- @
CREATE PROCEDURE [dbo].[SCIM_ACTIVATE_USER]
  @p_login nvarchar(100)
AS
BEGIN
  UPDATE [dbo].[people]
     SET [is_enabled] = 1
   WHERE [login] = @p_login;
  IF @@ROWCOUNT = 0
    THROW 50404, N'The user does not exist.', 1;
END;
-- @
CREATE PROCEDURE [dbo].[SCIM_DEACTIVATE_USER]
  @p_login nvarchar(100)
AS
BEGIN
  UPDATE [dbo].[people]
     SET [is_enabled] = 0
   WHERE [login] = @p_login;
  IF @@ROWCOUNT = 0
    THROW 50404, N'The user does not exist.', 1;
END;
-- @
CREATE PROCEDURE [dbo].[SCIM_ADD_ENTITLEMENT]
  @p_login nvarchar(100),
  @p_id int
AS
BEGIN
  IF NOT EXISTS (SELECT 1 FROM [dbo].[people] x WHERE x.[login] = @p_login)
    THROW 50404, N'The user does not exist.', 1;
  IF NOT EXISTS (SELECT 1 FROM [dbo].[roles] x WHERE x.[id] = @p_id)
    THROW 50404, N'The entitlement does not exist.', 1;
  INSERT INTO [dbo].[people_roles] ([person_id], [role_id])
  SELECT u.[id], e.[id]
    FROM [dbo].[people] u
   CROSS JOIN [dbo].[roles] e
   WHERE u.[login] = @p_login
     AND e.[id] = @p_id
     AND NOT EXISTS (SELECT 1
                       FROM [dbo].[people_roles] l WITH (UPDLOCK, SERIALIZABLE)
                      WHERE l.[person_id] = u.[id]
                        AND l.[role_id] = e.[id]);
END;
-- @
CREATE PROCEDURE [dbo].[SCIM_REMOVE_ENTITLEMENT]
  @p_login nvarchar(100),
  @p_id int
AS
BEGIN
  DELETE FROM [dbo].[people_roles]
   WHERE [person_id] = (SELECT u.[id] FROM [dbo].[people] u WHERE u.[login] = @p_login)
     AND [role_id] = @p_id;
END;
