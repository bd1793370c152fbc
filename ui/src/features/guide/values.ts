import type { Mappings, Overview } from "@/api/contract";

/** What the documents use as an example, and how this workspace has it. */
export type Values = Map<string, string>;

/** The examples of the documents; each stands in one of them, exactly so. */
export const EXAMPLES = {
  baseUrl: "https://scim.example.org:1443/ws/rest/hr/scim/v2/",
  host: "scim.example.org",
  port: "1443",
  application: "hr",
  userId: "USER_ID",
  userIdAttribute: "ext_USER_ID",
  certificate: "sluice.crt",
  dialect: "MySQL",
  database: "db.example.org:3306/hr",
} as const;

/** The databases by the names that the provider's console lists. */
const DIALECTS: Record<string, string> = { mysql: "MySQL", postgresql: "PostgreSQL", sqlserver: "SQL Server", oracle: "Oracle", sqlite: "SQLite", odbc: "ODBC" };

/** What is known of this workspace; an example whose value is not known stays an example. */
export function valuesOf(application: Overview["applications"][number] | undefined, connection: Overview["connections"][number] | undefined, certificate: string | undefined, mappings: Mappings | undefined): Values {
  const known = new Map<string, string>();
  const put = (example: string, value: string | null | undefined) => {
    if (value) known.set(example, value);
  };
  if (application?.baseUrl && URL.canParse(application.baseUrl)) {
    const url = new URL(application.baseUrl);
    put(EXAMPLES.baseUrl, application.baseUrl);
    put(EXAMPLES.host, url.hostname.replace(/^\[|\]$/g, ""));
    put(EXAMPLES.port, url.port || "443");
  }
  put(EXAMPLES.application, application?.name);
  put(EXAMPLES.userId, mappings?.userIdColumn);
  put(EXAMPLES.userIdAttribute, mappings && `ext_${mappings.userIdColumn}`);
  put(EXAMPLES.certificate, certificate);
  put(EXAMPLES.dialect, connection && (DIALECTS[connection.dialect] ?? connection.dialect));
  put(EXAMPLES.database, connection?.address);
  return known;
}
