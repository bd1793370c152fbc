//! What each database is asked about itself, in its own words, where it is known; ODBC's catalogue
//! functions answer the rest.
//!
//! To add a product: an arm in each function. Every text takes its values as parameters.

use super::product::Product;

/// Routines with their parameters: schema, name, a key for the overload, kind, ordinal (0: what it
/// returns), mode, parameter, type, characters or digits, digits after the point, whether it has a
/// default, whether it is variadic, whether it gives rows, security, comment, source. Takes the
/// schema (twice on PostgreSQL) and the name.
pub(super) fn routines_sql(product: Product) -> Option<&'static str> {
    match product {
        Product::Mysql => Some(
            "SELECT r.ROUTINE_SCHEMA, r.ROUTINE_NAME, r.SPECIFIC_NAME, r.ROUTINE_TYPE, p.ORDINAL_POSITION, \
             p.PARAMETER_MODE, p.PARAMETER_NAME, p.DTD_IDENTIFIER, \
             COALESCE(p.CHARACTER_MAXIMUM_LENGTH, p.NUMERIC_PRECISION), p.NUMERIC_SCALE, 0, 0, 0, \
             r.SECURITY_TYPE, r.ROUTINE_COMMENT, r.ROUTINE_DEFINITION \
             FROM INFORMATION_SCHEMA.ROUTINES r LEFT JOIN INFORMATION_SCHEMA.PARAMETERS p \
             ON p.SPECIFIC_SCHEMA = r.ROUTINE_SCHEMA AND p.SPECIFIC_NAME = r.SPECIFIC_NAME \
             AND p.ROUTINE_TYPE = r.ROUTINE_TYPE \
             WHERE r.ROUTINE_SCHEMA = COALESCE(?, DATABASE()) AND r.ROUTINE_NAME = COALESCE(?, r.ROUTINE_NAME) \
             ORDER BY r.ROUTINE_NAME, r.ROUTINE_TYPE, p.ORDINAL_POSITION",
        ),
        Product::Postgres => Some(
            "SELECT n.nspname, p.proname, CAST(p.oid AS text), CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, \
             a.place, CASE CAST(a.mode AS text) WHEN 'o' THEN 'OUT' WHEN 't' THEN 'OUT' WHEN 'b' THEN 'INOUT' ELSE 'IN' END, \
             a.name, pg_catalog.format_type(a.kind, NULL), CAST(NULL AS int), CAST(NULL AS int), \
             CASE WHEN a.place > 0 AND CAST(a.mode AS text) IN ('i', 'b', 'v') \
             AND a.input > p.pronargs - p.pronargdefaults THEN 1 ELSE 0 END, \
             CASE WHEN p.provariadic <> 0 THEN 1 ELSE 0 END, CASE WHEN p.proretset THEN 1 ELSE 0 END, \
             CASE WHEN p.prosecdef THEN 'DEFINER' ELSE 'INVOKER' END, \
             pg_catalog.obj_description(p.oid, 'pg_proc'), p.prosrc \
             FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace, \
             LATERAL (SELECT 0 AS place, 'o' AS mode, '' AS name, p.prorettype AS kind, 0 AS input UNION ALL \
             SELECT CAST(t.place AS int), COALESCE(CAST((p.proargmodes)[t.place] AS text), 'i'), \
             (p.proargnames)[t.place], t.kind, \
             CAST(SUM(CASE WHEN COALESCE(CAST((p.proargmodes)[t.place] AS text), 'i') IN ('i', 'b', 'v') THEN 1 ELSE 0 END) \
             OVER (ORDER BY t.place) AS int) \
             FROM unnest(COALESCE(p.proallargtypes, CAST(p.proargtypes AS oid[]))) WITH ORDINALITY AS t(kind, place)) a \
             WHERE p.prokind IN ('f', 'p') AND CASE WHEN CAST(? AS text) IS NULL \
             THEN pg_catalog.pg_function_is_visible(p.oid) AND n.nspname <> 'pg_catalog' ELSE TRUE END \
             AND n.nspname = COALESCE(CAST(? AS text), n.nspname) \
             AND p.proname = COALESCE(CAST(? AS text), p.proname) ORDER BY p.proname, p.oid, a.place",
        ),
        Product::SqlServer => Some(
            "SELECT r.ROUTINE_SCHEMA, r.ROUTINE_NAME, r.SPECIFIC_NAME, r.ROUTINE_TYPE, p.ORDINAL_POSITION, \
             p.PARAMETER_MODE, p.PARAMETER_NAME, p.DATA_TYPE, \
             COALESCE(p.CHARACTER_MAXIMUM_LENGTH, p.NUMERIC_PRECISION), p.NUMERIC_SCALE, 0, 0, \
             CASE WHEN r.DATA_TYPE = 'TABLE' THEN 1 ELSE 0 END, NULL, NULL, r.ROUTINE_DEFINITION \
             FROM INFORMATION_SCHEMA.ROUTINES r LEFT JOIN INFORMATION_SCHEMA.PARAMETERS p \
             ON p.SPECIFIC_SCHEMA = r.SPECIFIC_SCHEMA AND p.SPECIFIC_NAME = r.SPECIFIC_NAME \
             WHERE r.ROUTINE_SCHEMA = COALESCE(?, SCHEMA_NAME()) AND r.ROUTINE_NAME = COALESCE(?, r.ROUTINE_NAME) \
             ORDER BY r.ROUTINE_NAME, p.ORDINAL_POSITION",
        ),
        Product::Db2 => Some(
            "SELECT r.ROUTINESCHEMA, r.ROUTINENAME, r.SPECIFICNAME, \
             CASE r.ROUTINETYPE WHEN 'P' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.ORDINAL, \
             CASE p.ROWTYPE WHEN 'O' THEN 'OUT' WHEN 'B' THEN 'INOUT' ELSE 'IN' END, p.PARMNAME, p.TYPENAME, \
             p.LENGTH, p.SCALE, CASE WHEN p.DEFAULT IS NULL THEN 0 ELSE 1 END, 0, \
             CASE WHEN r.FUNCTIONTYPE IN ('T', 'R') THEN 1 ELSE 0 END, CAST(NULL AS VARCHAR(10)), r.REMARKS, r.TEXT \
             FROM SYSCAT.ROUTINES r LEFT JOIN SYSCAT.ROUTINEPARMS p \
             ON p.ROUTINESCHEMA = r.ROUTINESCHEMA AND p.SPECIFICNAME = r.SPECIFICNAME \
             AND p.ROUTINEMODULENAME IS NULL \
             WHERE r.ROUTINEMODULENAME IS NULL AND r.ROUTINETYPE IN ('F', 'P') \
             AND r.ROUTINESCHEMA = COALESCE(CAST(? AS VARCHAR(128)), CURRENT SCHEMA) \
             AND r.ROUTINENAME = COALESCE(CAST(? AS VARCHAR(128)), r.ROUTINENAME) \
             ORDER BY r.ROUTINENAME, r.SPECIFICNAME, p.ORDINAL",
        ),
        Product::Other => None,
    }
}

/// The schemas that unqualified names are looked up in (on MySQL: databases).
pub(super) fn current_sql(product: Product) -> Option<&'static str> {
    match product {
        Product::Mysql => Some("SELECT DATABASE()"),
        Product::Postgres => Some("SELECT unnest(pg_catalog.current_schemas(false))"),
        Product::SqlServer => Some("SELECT SCHEMA_NAME()"),
        Product::Db2 => Some("VALUES CURRENT SCHEMA"),
        Product::Other => None,
    }
}

/// All schemas but the database's own.
pub(super) fn schemas_sql(product: Product) -> Option<&'static str> {
    match product {
        Product::Mysql => Some(
            "SELECT SCHEMA_NAME FROM INFORMATION_SCHEMA.SCHEMATA WHERE LOWER(SCHEMA_NAME) NOT IN \
             ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY SCHEMA_NAME",
        ),
        Product::Postgres => Some(
            "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname <> 'information_schema' \
             AND nspname NOT LIKE 'pg!_%' ESCAPE '!' ORDER BY nspname",
        ),
        Product::SqlServer => Some(
            "SELECT SCHEMA_NAME FROM INFORMATION_SCHEMA.SCHEMATA WHERE SCHEMA_NAME NOT IN \
             ('INFORMATION_SCHEMA', 'sys', 'guest') AND SCHEMA_NAME NOT LIKE 'db!_%' ESCAPE '!' ORDER BY SCHEMA_NAME",
        ),
        Product::Db2 => Some(
            "SELECT SCHEMANAME FROM SYSCAT.SCHEMATA WHERE DEFINERTYPE <> 'S' ORDER BY SCHEMANAME",
        ),
        Product::Other => None,
    }
}

/// Columns: name, type, characters or digits, digits after the point, `YES` where NULL may stand,
/// default, 1 where the database fills it, comment. Takes schema and table.
pub(super) fn columns_sql(product: Product) -> Option<&'static str> {
    match product {
        Product::Mysql => Some(
            "SELECT COLUMN_NAME, COLUMN_TYPE, COALESCE(CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION), NUMERIC_SCALE, \
             IS_NULLABLE, COLUMN_DEFAULT, CASE WHEN EXTRA LIKE '%auto_increment%' OR EXTRA LIKE '%GENERATED%' THEN 1 ELSE 0 END, \
             COLUMN_COMMENT FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? \
             ORDER BY ORDINAL_POSITION",
        ),
        Product::Postgres => Some(
            "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), CAST(NULL AS int), CAST(NULL AS int), \
             CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END, pg_catalog.pg_get_expr(d.adbin, d.adrelid), \
             CASE WHEN a.attidentity <> '' OR a.attgenerated <> '' OR pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%' \
             THEN 1 ELSE 0 END, pg_catalog.col_description(c.oid, a.attnum) \
             FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
             WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        ),
        Product::SqlServer => Some(
            "SELECT COLUMN_NAME, DATA_TYPE, COALESCE(CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION), NUMERIC_SCALE, \
             IS_NULLABLE, COLUMN_DEFAULT, COALESCE(COLUMNPROPERTY(OBJECT_ID(QUOTENAME(TABLE_SCHEMA) + '.' + QUOTENAME(TABLE_NAME)), \
             COLUMN_NAME, 'IsIdentity'), 0), NULL FROM INFORMATION_SCHEMA.COLUMNS \
             WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION",
        ),
        // SQLColumns tells it as well.
        Product::Db2 | Product::Other => None,
    }
}

/// Keys and indexes beside the primary key: name, 1 where unique, column. Takes schema and table.
pub(super) fn keys_sql(product: Product) -> Option<&'static str> {
    match product {
        Product::Mysql => Some(
            "SELECT INDEX_NAME, 1 - NON_UNIQUE, COLUMN_NAME FROM INFORMATION_SCHEMA.STATISTICS \
             WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND INDEX_NAME <> 'PRIMARY' ORDER BY INDEX_NAME, SEQ_IN_INDEX",
        ),
        Product::Postgres => Some(
            "SELECT i.relname, CASE WHEN x.indisunique THEN 1 ELSE 0 END, pg_catalog.pg_get_indexdef(i.oid, k.place, TRUE) \
             FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid \
             JOIN pg_catalog.pg_class c ON c.oid = x.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, \
             LATERAL (SELECT generate_series(1, CAST(x.indnkeyatts AS int)) AS place) k \
             WHERE n.nspname = ? AND c.relname = ? AND NOT x.indisprimary AND x.indpred IS NULL ORDER BY i.relname, k.place",
        ),
        Product::SqlServer => Some(
            "SELECT i.name, CAST(i.is_unique AS int), c.name FROM sys.indexes i \
             JOIN sys.index_columns x ON x.object_id = i.object_id AND x.index_id = i.index_id AND x.is_included_column = 0 \
             JOIN sys.columns c ON c.object_id = x.object_id AND c.column_id = x.column_id \
             JOIN sys.objects o ON o.object_id = i.object_id JOIN sys.schemas s ON s.schema_id = o.schema_id \
             WHERE s.name = ? AND o.name = ? AND i.is_primary_key = 0 AND i.name IS NOT NULL ORDER BY i.name, x.key_ordinal",
        ),
        Product::Db2 => Some(
            "SELECT i.INDNAME, CASE i.UNIQUERULE WHEN 'D' THEN 0 ELSE 1 END, c.COLNAME FROM SYSCAT.INDEXES i \
             JOIN SYSCAT.INDEXCOLUSE c ON c.INDSCHEMA = i.INDSCHEMA AND c.INDNAME = i.INDNAME \
             WHERE i.TABSCHEMA = ? AND i.TABNAME = ? AND i.UNIQUERULE <> 'P' ORDER BY i.INDNAME, c.COLSEQ",
        ),
        Product::Other => None,
    }
}

/// What else is known of a table: rows, comment, 1 where transactional, the query of a view. Takes
/// schema and table.
pub(super) fn facts_sql(product: Product) -> Option<&'static str> {
    match product {
        Product::Mysql => Some(
            "SELECT t.TABLE_ROWS, CASE t.TABLE_TYPE WHEN 'VIEW' THEN NULL ELSE t.TABLE_COMMENT END, \
             CASE WHEN t.ENGINE IS NULL THEN NULL WHEN t.ENGINE IN ('InnoDB', 'ndbcluster', 'ROCKSDB') THEN 1 ELSE 0 END, \
             v.VIEW_DEFINITION FROM INFORMATION_SCHEMA.TABLES t LEFT JOIN INFORMATION_SCHEMA.VIEWS v \
             ON v.TABLE_SCHEMA = t.TABLE_SCHEMA AND v.TABLE_NAME = t.TABLE_NAME \
             WHERE t.TABLE_SCHEMA = ? AND t.TABLE_NAME = ?",
        ),
        Product::Postgres => Some(
            "SELECT CASE WHEN c.reltuples >= 0 THEN CAST(c.reltuples AS bigint) END, \
             pg_catalog.obj_description(c.oid, 'pg_class'), 1, \
             CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END \
             FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = ? AND c.relname = ?",
        ),
        Product::SqlServer | Product::Db2 | Product::Other => None,
    }
}

/// The names of a table's triggers. Takes schema and table.
pub(super) fn triggers_sql(product: Product) -> Option<&'static str> {
    match product {
        Product::Mysql => Some(
            "SELECT TRIGGER_NAME FROM INFORMATION_SCHEMA.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ? \
             AND EVENT_OBJECT_TABLE = ? ORDER BY TRIGGER_NAME",
        ),
        Product::Postgres => Some(
            "SELECT t.tgname FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = ? AND c.relname = ? AND NOT t.tgisinternal ORDER BY t.tgname",
        ),
        Product::Db2 => Some(
            "SELECT TRIGNAME FROM SYSCAT.TRIGGERS WHERE TABSCHEMA = ? AND TABNAME = ? ORDER BY TRIGNAME",
        ),
        Product::SqlServer | Product::Other => None,
    }
}

/// The rights of the account: privilege, schema, object (both NULL: on the whole server). With
/// [`account_sql`], which says who it is and whether nothing limits it.
pub(super) fn rights_sql(product: Product) -> Option<&'static str> {
    match product {
        Product::Mysql => Some(
            "SELECT PRIVILEGE_TYPE, NULL, NULL FROM INFORMATION_SCHEMA.USER_PRIVILEGES WHERE PRIVILEGE_TYPE <> 'USAGE' \
             UNION ALL SELECT PRIVILEGE_TYPE, TABLE_SCHEMA, '' FROM INFORMATION_SCHEMA.SCHEMA_PRIVILEGES \
             UNION ALL SELECT PRIVILEGE_TYPE, TABLE_SCHEMA, TABLE_NAME FROM INFORMATION_SCHEMA.TABLE_PRIVILEGES",
        ),
        Product::Postgres => Some(
            "SELECT privilege_type, table_schema, table_name FROM information_schema.role_table_grants \
             WHERE table_schema NOT IN ('pg_catalog', 'information_schema') \
             UNION SELECT privilege_type, routine_schema, routine_name FROM information_schema.role_routine_grants \
             WHERE routine_schema NOT IN ('pg_catalog', 'information_schema')",
        ),
        Product::SqlServer => {
            Some("SELECT permission_name, NULL, NULL FROM sys.fn_my_permissions(NULL, 'DATABASE')")
        }
        Product::Db2 | Product::Other => None,
    }
}

/// The account, and 1 where nothing limits it.
pub(super) fn account_sql(product: Product) -> Option<&'static str> {
    match product {
        Product::Mysql => Some(
            "SELECT CURRENT_USER(), CASE WHEN EXISTS (SELECT 1 FROM INFORMATION_SCHEMA.USER_PRIVILEGES \
             WHERE PRIVILEGE_TYPE = 'SUPER') THEN 1 ELSE 0 END",
        ),
        Product::Postgres => Some(
            "SELECT rolname, CASE WHEN rolsuper THEN 1 ELSE 0 END FROM pg_catalog.pg_roles WHERE rolname = current_user",
        ),
        Product::SqlServer => {
            Some("SELECT CURRENT_USER, COALESCE(IS_SRVROLEMEMBER('sysadmin'), 0)")
        }
        Product::Db2 | Product::Other => None,
    }
}
