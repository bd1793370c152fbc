-- The account is a user of this database: CREATE USER … FOR LOGIN … makes one. INSERT and DELETE cannot be granted by column.
GRANT SELECT ON OBJECT::[dbo].[people] ([Given Name], [born], [category], [created_at], [id], [is_enabled], [login], [mail], [password_hash]) TO [scim@10.0.0.%];
GRANT INSERT ON OBJECT::[dbo].[people] TO [scim@10.0.0.%];
GRANT UPDATE ON OBJECT::[dbo].[people] ([Given Name], [born], [category], [is_enabled], [mail], [password_hash]) TO [scim@10.0.0.%];
GRANT SELECT ON OBJECT::[dbo].[people_roles] ([person_id], [role_id]) TO [scim@10.0.0.%];
GRANT INSERT ON OBJECT::[dbo].[people_roles] TO [scim@10.0.0.%];
GRANT DELETE ON OBJECT::[dbo].[people_roles] TO [scim@10.0.0.%];
GRANT SELECT ON OBJECT::[dbo].[roles] ([id], [notes], [title]) TO [scim@10.0.0.%];

-- To take them back:
--   REVOKE SELECT ON OBJECT::[dbo].[people] ([Given Name], [born], [category], [created_at], [id], [is_enabled], [login], [mail], [password_hash]) FROM [scim@10.0.0.%];
--   REVOKE INSERT ON OBJECT::[dbo].[people] FROM [scim@10.0.0.%];
--   REVOKE UPDATE ON OBJECT::[dbo].[people] ([Given Name], [born], [category], [is_enabled], [mail], [password_hash]) FROM [scim@10.0.0.%];
--   REVOKE SELECT ON OBJECT::[dbo].[people_roles] ([person_id], [role_id]) FROM [scim@10.0.0.%];
--   REVOKE INSERT ON OBJECT::[dbo].[people_roles] FROM [scim@10.0.0.%];
--   REVOKE DELETE ON OBJECT::[dbo].[people_roles] FROM [scim@10.0.0.%];
--   REVOKE SELECT ON OBJECT::[dbo].[roles] ([id], [notes], [title]) FROM [scim@10.0.0.%];
