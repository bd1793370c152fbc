// Generated from the registry of commands by `UPDATE=1 cargo test -p sluice-app`. Do not edit.

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/**
 * What a replace (PUT) does with fields that the request leaves out.
 */
export type AbsentFields = "keep" | "null";

/**
 * What made a version.
 */
export type Act = "first" | "saved" | "undone" | "redone" | "restored" | "imported" | "promoted" | "outside";

/**
 * What a request asked for.
 */
export type Action = "list_users" | "look_up_user" | "search_users" | "get_user" | "create_user" | "replace_user" | "patch_user" | "delete_user" | "deactivate_user" | "activate_user" | "list_entitlements" | "get_entitlement" | "list_groups" | "discover" | "status" | "refused" | "unknown";

export type After = { 
/**
 * The newest `seq` the list has; 0 for none.
 */
after: number, };

export type AfterLine = { 
/**
 * 0 for all that are still there.
 */
after: number, };

export type ApplicationByName = { name: string, };

export type ApplicationOf = { name: string, connection: string | null, environment: Environment | null, 
/**
 * How many operations it maps.
 */
operations: number, };

export type ApplicationRow = { name: string, settings: ApplicationSettings, 
/**
 * How many of the ten operations are mapped.
 */
mapped: number, baseUrl: string, };

/**
 * The keys of an application that the screen Connections changes. What it says of its columns beside
 * the user's id is [`super::Settings`].
 */
export type ApplicationSettings = { 
/**
 * The connection it uses; `null` where the header supplies one.
 */
connection: string | null, profile: Profile, compatibility: "original" | "rfc", header: HeaderPolicy, delete: Delete, 
/**
 * The column that identifies a user.
 */
userIdColumn: string, 
/**
 * Profile `core`: which attribute shows which column, in this order.
 */
attributes: Array<AttributeColumn>, };

export type ApplicationSummary = { name: string, connection: string | null, profile: Profile, compatibility: "original" | "rfc", 
/**
 * `null` while the endpoint does not listen.
 */
baseUrl: string | null, 
/**
 * What its client must show.
 */
authentication: "bearer" | "basic" | "header", 
/**
 * The user of Basic authentication, or the name of the header; `null` for the endpoint's token.
 */
shownAs: string | null, operations: Array<OperationSummary>, };

/**
 * A part of Sluice that writes to the log.
 */
export type Area = "endpoint" | "databases" | "record" | "console" | "others";

export type AreaLevel = { area: Area, level: Level, };

/**
 * What the surroundings of the window ask of the screens.
 */
export type Asked = { "what": "nothing" } | { "what": "elsewhere", 
/**
 * The path of the other one; `null` for the demo.
 */
configuration: string | null, } | { "what": "stop_endpoint" };

/**
 * An attribute that is not what it was.
 */
export type AttributeChange = { 
/**
 * `name.familyName`, `urn:…:User:ext_TITLE`.
 */
path: string, 
/**
 * Left out where it was not there.
 */
before?: JsonValue, 
/**
 * Left out where it is not there any more.
 */
after?: JsonValue, };

/**
 * An attribute of RFC 7643 and the column it shows.
 */
export type AttributeColumn = { 
/**
 * A path: `userName`, `name.givenName`, `emails[type eq "work"].value`.
 */
attribute: string, column: string, };

/**
 * Whether a write may be answered when it cannot be recorded.
 */
export type Audit = "normal" | "strict";

/**
 * A body as recorded: whole up to a limit, cut beyond it.
 */
export type Body = { text: string, 
/**
 * The size before cutting.
 */
bytes: number, truncated: boolean, };

export type BundleInput = { 
/**
 * Whether earlier versions of the configuration come along.
 */
history: boolean, };

export type Bundled = { file: ExportFile, 
/**
 * What is in it, with sizes in bytes.
 */
holds: Array<[string, number]>, };

export type ById = { id: string, };

/**
 * Something that was looked at in an answer.
 */
export type CallFinding = { severity: SimulatorSeverity, 
/**
 * One sentence.
 */
text: string, };

/**
 * What came of a test case.
 */
export type CaseResult = { name: string, verdict: CaseVerdict, 
/**
 * What is not as expected.
 */
mismatches: Array<Mismatch>, 
/**
 * Why it could not be run.
 */
problem: Problem | null, 
/**
 * Microseconds.
 */
durationUs: number, };

export type CaseVerdict = "passed" | "failed" | "not_run";

export type CasesInput = { application: string, };

/**
 * How far the test cases are.
 */
export type CasesProgress = { done: number, total: number, 
/**
 * The one that ended last; `null` at the beginning.
 */
ended: CaseResult | null, };

export type CasesRun = { results: Array<CaseResult>, };

/**
 * Requests that failed alike.
 */
export type Cause = { application: string, 
/**
 * What was asked for, in plain words.
 */
title: string, 
/**
 * One sentence; `null` where none was recorded.
 */
cause: string | null, outcome: Outcome, 
/**
 * Of the latest one.
 */
status: number, times: number, 
/**
 * How many users it met; 0 where none was named.
 */
users: number, 
/**
 * The latest one: milliseconds since 1970, its id, and whom it was about.
 */
at: number, exchange: string, subject: string | null, };

/**
 * Something a reader must know of the rollback.
 */
export type Caution = { kind: CautionKind, text: string, };

/**
 * How much it matters.
 */
export type CautionKind = "cannot_hold" | "leaves" | "unknown";

export type Certificate = { path: string, 
/**
 * Host names and addresses it is good for.
 */
names: Array<string>, 
/**
 * Milliseconds since 1970.
 */
notAfter: number, daysLeft: number, 
/**
 * SHA-256, hex with colons.
 */
fingerprint: string, 
/**
 * What is uploaded as "public key" in the provider's console.
 */
pem: string, 
/**
 * What deserves attention though it can be used, each with its remedy.
 */
warnings: Array<string>, };

export type CertificateCheck = { what: string, verdict: "good" | "doubtful" | "bad", says: string, };

/**
 * What was found of a pair of one's own.
 */
export type CertificateJudged = { 
/**
 * Whether it stands ready as the one to come.
 */
taken: boolean, checks: Array<CertificateCheck>, };

export type CertificateSetup = { current: CertificateShown, 
/**
 * The one to come.
 */
next: CertificateShown | null, 
/**
 * Why the one to come cannot be read.
 */
nextProblem: Problem | null, 
/**
 * The one put aside last first.
 */
earlier: Array<EarlierCertificate>, 
/**
 * The host that the provider was given, of the base URL.
 */
host: NameHeld | null, 
/**
 * What clients asked for since the start, the latest first.
 */
asked: Array<NameAsked>, 
/**
 * Connections that clients hold open now.
 */
connections: number, };

/**
 * A certificate, as the screen shows it.
 */
export type CertificateShown = { path: string, names: Array<string>, 
/**
 * Milliseconds since 1970, as `notAfter`.
 */
notBefore: number, notAfter: number, 
/**
 * Negative once it has ended.
 */
daysLeft: number, 
/**
 * SHA-256, hex with colons.
 */
fingerprint: string, 
/**
 * With those of its issuers: what the provider's side is given.
 */
pem: string, 
/**
 * "RSA, 4096 bits".
 */
key: string, selfSigned: boolean, 
/**
 * The certificate and its issuers, by subject and issuer.
 */
chain: Array<ChainLink>, 
/**
 * Host names of the configuration that it does not name.
 */
missing: Array<string>, };

export type ChainLink = { subject: string, issuer: string, notAfter: number, };

/**
 * A key whose value is different; a text as it is, anything else as TOML writes it.
 */
export type ChangedKey = { 
/**
 * Below its table: `host`, `pool.maximumPoolSize`.
 */
key: string, 
/**
 * `null` where it is not there.
 */
before: string | null, after: string | null, };

/**
 * A mapping with what it was when somebody began to change it.
 */
export type ChangedMapping = { operation: Operation, 
/**
 * `null`: it was not mapped.
 */
was: Mapping | null, mapping: Mapping, };

/**
 * A table of the configuration that is different.
 */
export type ChangedPart = { 
/**
 * As it is headed: `endpoint`, `connections.hr`, `applications.hr.operations.create_user`.
 */
table: string, kind: PartKind, 
/**
 * The connection's or application's name.
 */
name: string | null, operation: Operation | null, state: PartState, 
/**
 * In the order of the text that has them.
 */
keys: Array<ChangedKey>, };

/**
 * A row before and after.
 */
export type ChangedRow = { before: JsonValue[], after: JsonValue[], 
/**
 * Positions of the columns that differ. A secret column is named here and shows only its mask.
 */
columns: Array<number>, };

/**
 * What an application says of its columns, with what it said when somebody began to change it.
 */
export type ChangedSettings = { was: Settings, settings: Settings, };

export type CheckInput = { application: string, };

/**
 * What a check found of one application.
 */
export type Checked = { application: string, 
/**
 * Errors first.
 */
findings: Array<Finding>, 
/**
 * Why it could not be checked, where it could not.
 */
problem: Problem | null, 
/**
 * Microseconds.
 */
durationUs: number, };

/**
 * What to generate.
 */
export type Choice = { dialect: Dialect, 
/**
 * SQL statements, or stored procedures that hold them.
 */
kind: Kind, 
/**
 * The application's name in the configuration.
 */
application: string, 
/**
 * The connection's.
 */
connection: string, 
/**
 * The column of the user table that the provider knows a user by. New users bring it along.
 */
userId: string, 
/**
 * The column of the user table that the link table refers to; often the same.
 */
userKey: string, status: Status | null, 
/**
 * Whether Get users leaves out deactivated users, as the guide's procedure does.
 */
onlyActive: boolean, entitlementId: string, entitlementDisplay: string, entitlementDescription: string | null, 
/**
 * The link table's column with the user.
 */
linkUser: string, 
/**
 * The link table's column with the entitlement.
 */
linkEntitlement: string, 
/**
 * The columns of the user table that Create user and Update user write, in this order, with the
 * id and without the status.
 */
written: Array<string>, 
/**
 * Columns that are never shown or recorded; Get users leaves them out.
 */
secret: Array<string>, 
/**
 * Where the procedures go.
 */
schema: string | null, 
/**
 * What they are called: `{operation}` stands for `get_users`, `{OPERATION}` for `GET_USERS`.
 */
procedureNames: string, };

export type ChooseWorkspace = { 
/**
 * Whether to begin a new one; else a configuration that is there is opened.
 */
new: boolean, };

export type ChosenWorkspace = { 
/**
 * What was opened; `null` where the dialog was cancelled.
 */
configuration: string | null, };

/**
 * What closing the window does.
 */
export type Closing = "quit" | "keep_serving";

/**
 * A colour of a line of the list; its order is that of the keys 1 to 5.
 */
export type Colour = "none" | "red" | "orange" | "green" | "blue" | "violet";

export type Column = { name: string, 
/**
 * The database's name of the type.
 */
type: string, secret: boolean, };

export type ColumnAttribute = { column: string, 
/**
 * The SCIM path; `null` where the column is never returned.
 */
attribute: string | null, };

export type ColumnNames = { name: string, 
/**
 * In the database's words.
 */
type: string, };

export type CompareInput = { left: Source, right: Source, };

export type ComparePair = { 
/**
 * Ids of exchanges.
 */
left: string, right: string, };

/**
 * Two exchanges with what is different between them.
 */
export type Compared = { left: Exchange, right: Exchange, comparison: Comparison, };

/**
 * Two bodies.
 */
export type ComparedBody = { 
/**
 * Each value, in the order of the left body, what only the right one has after its neighbours.
 */
lines: Array<ComparedLine>, 
/**
 * How many more lines there are: those that are the same go first.
 */
omitted: number, 
/**
 * What a reader must know: that only the beginning was recorded, that it is no JSON.
 */
note: string | null, };

/**
 * A column of either side.
 */
export type ComparedColumn = { name: string, 
/**
 * On which sides it is.
 */
likeness: Likeness, };

/**
 * One value of the two sides, by its name or its path in a body.
 */
export type ComparedLine = { 
/**
 * `method`, `if-match`, `name.familyName`, `emails[0].value`, `Resources[id=luke].active`.
 */
path: string, likeness: Likeness, 
/**
 * Left out where the left side has none; `null` is a JSON null.
 */
left?: JsonValue, 
/**
 * As `left`.
 */
right?: JsonValue, };

/**
 * A request or an answer.
 */
export type ComparedMessage = { 
/**
 * Method, path and parameters of a request; the status of an answer.
 */
head: Array<ComparedLine>, headers: Array<ComparedLine>, body: ComparedBody, };

/**
 * A row of either side, its values in the order of the columns; `null` also where the side lacks the
 * column.
 */
export type ComparedRow = { likeness: Likeness, left: JsonValue[] | null, right: JsonValue[] | null, 
/**
 * Positions of the columns that differ.
 */
columns: Array<number>, };

/**
 * Two result sets.
 */
export type ComparedRows = { columns: Array<ComparedColumn>, 
/**
 * How many rows came back; `None` where the side has no such set.
 */
leftRows: number | null, rightRows: number | null, 
/**
 * Of the rows that were recorded.
 */
rows: Array<ComparedRow>, 
/**
 * Whether more rows came than were recorded, on either side.
 */
truncated: boolean, };

/**
 * A statement as one side ran it.
 */
export type ComparedSide = { 
/**
 * Which statement of the exchange it is, from 1.
 */
number: number, operation: Operation | null, text: string, 
/**
 * Microseconds.
 */
durationUs: number, 
/**
 * How many rows the database says it changed.
 */
affected: number | null, problem: StatementProblem | null, };

/**
 * A statement of either side, or of both.
 */
export type ComparedStatement = { likeness: Likeness, left: ComparedSide | null, right: ComparedSide | null, 
/**
 * Whether both ran the same text.
 */
sameText: boolean, 
/**
 * Bound values by position and name.
 */
parameters: Array<ComparedLine>, 
/**
 * Rows changed, values that came out, what the database objected to.
 */
outcome: Array<ComparedLine>, sets: Array<ComparedRows>, };

export type ComparedTexts = { left: Side, right: Side, 
/**
 * What differs in what they mean; empty where only comments, order or spelling do.
 */
changes: Array<ChangedPart>, };

/**
 * What is different between two exchanges.
 */
export type Comparison = { 
/**
 * Whether nothing differs; times are not looked at.
 */
same: boolean, 
/**
 * How many lines of the requests differ.
 */
requestDifferences: number, 
/**
 * How many statements differ in text, values or what they gave, or stand on one side only.
 */
statementDifferences: number, 
/**
 * How many lines of the answers differ.
 */
answerDifferences: number, request: ComparedMessage, statements: Array<ComparedStatement>, answer: ComparedMessage, };

export type CompleteInput = { filter: string, 
/**
 * Where the caret stands, in UTF-16 units.
 */
caret: number, zone: string, };

export type ConnectionHealth = { name: string, dialect: Dialect, environment: Environment, 
/**
 * Without user or password.
 */
address: string, state: HealthState, 
/**
 * "MariaDB 10.11.19".
 */
product: string | null, 
/**
 * "TLS 1.3, certificate verified"; `null` where the connection is not encrypted or did not open.
 */
tls: string | null, 
/**
 * Microseconds.
 */
latencyUs: number | null, problem: Problem | null, pool: PoolInfo, };

export type ConnectionOf = { name: string, environment: Environment, };

export type ConnectionRow = { name: string, settings: ConnectionSettings, 
/**
 * Without user or password.
 */
address: string, 
/**
 * What protects it, the properties counted in.
 */
protection: TlsMode, 
/**
 * The applications that use it.
 */
usedBy: Array<string>, 
/**
 * Where its password is kept; `null` where nobody has one.
 */
password: PasswordPlace | null, 
/**
 * The environment variable that its password may stand in.
 */
variable: string, 
/**
 * Why the places of secrets cannot be asked.
 */
problem: string | null, };

/**
 * The keys of a connection that the screen Connections changes.
 */
export type ConnectionSettings = { dialect: Dialect, environment: Environment, 
/**
 * SQLite: the file. A relative path counts from the configuration file's folder.
 */
path: string | null, 
/**
 * ODBC: the connection string without user and password.
 */
odbc: string | null, host: string | null, 
/**
 * `null`: the dialect's own.
 */
port: number | null, 
/**
 * Oracle: the service, or the SID where the property `oracle.sid` says the same.
 */
database: string | null, user: string | null, 
/**
 * A statement is stopped after this many milliseconds; 0: after a day.
 */
statementTimeoutMs: number, tls: Tls, pool: Pool, 
/**
 * Further key-value pairs, as the provider's console takes them.
 */
properties: Record<string, string>, };

/**
 * All connections and applications of the workspace.
 */
export type Connections = { 
/**
 * In the configuration's order.
 */
connections: Array<ConnectionRow>, applications: Array<ApplicationRow>, 
/**
 * Whether passwords can be kept in the operating system's keyring.
 */
keyring: boolean, 
/**
 * The file for secrets where there is no keyring; only its owner may read it.
 */
secretsFile: string, };

/**
 * A fixed text: `{ constant = "…" }`.
 */
export type Constant = { constant: string, };

export type CountInput = { connection: string, 
/**
 * Its order does not matter.
 */
query: RowQuery, };

export type Counted = { rows: number, statement: StatementRecord, durationUs: number, };

/**
 * Whether it is known who holds what.
 */
export type Counting = "counted" | "one_by_one" | "unmapped";

/**
 * Requests, failures and durations, step by step.
 */
export type Course = { 
/**
 * Milliseconds since 1970, where the first step begins.
 */
from: number, 
/**
 * The length of a step in milliseconds.
 */
step: number, 
/**
 * One for each step, the oldest first; the last one is not over yet.
 */
points: Array<Point>, 
/**
 * The median of all of them, in microseconds.
 */
p50Us: number | null, 
/**
 * What 95 of 100 of all of them did not exceed, in microseconds.
 */
p95Us: number | null, };

/**
 * All operations of an application.
 */
export type Coverage = { 
/**
 * In the order of the provider's console.
 */
operations: Array<Covered>, 
/**
 * Among how many of the latest exchanges the last use was looked for.
 */
lookedThrough: number, };

export type CoverageInput = { application: string, };

/**
 * What is known of one operation.
 */
export type Covered = { operation: Operation, checked: Proven | null, tried: Proven | null, lastUsed: Use | null, lastFailure: Use | null, };

/**
 * A cursor that the routine opens: `{ cursor = "…" }`.
 */
export type Cursor = { 
/**
 * What it is called in the record.
 */
cursor: string, };

/**
 * A cell of which only the beginning is in the page.
 */
export type CutCell = { 
/**
 * Position in the page, from 0.
 */
row: number, column: number, 
/**
 * Characters, or bytes, of the whole.
 */
length: number, };

/**
 * What a column is compared with.
 */
export type DataCondition = { column: string, operator: DataOperator, 
/**
 * As typed: numbers with a point, dates as ISO 8601, booleans `1` and `0`. As many as the
 * operator takes.
 */
values: Array<string>, };

/**
 * How a column is compared.
 *
 * The negated ones hold for NULL too: who asks for all titles but one also means users without any.
 */
export type DataOperator = "contains" | "not_contains" | "starts_with" | "ends_with" | "equals" | "not_equals" | "one_of" | "none_of" | "less" | "at_most" | "greater" | "at_least" | "between" | "is_null" | "is_not_null";

/**
 * One column of the order.
 */
export type DataSort = { column: string, descending: boolean, };

/**
 * A type as the database describes it.
 */
export type DataType = { 
/**
 * As the database writes it: `varchar(100)`, `NUMBER(10,2)`, `timestamp with time zone`.
 */
text: string, kind: TypeKind, 
/**
 * Text: at most so many characters; bytes: so many bytes. `None`: no limit worth telling.
 */
length: number | null, 
/**
 * Exact numbers: digits in all.
 */
precision: number | null, 
/**
 * Exact numbers: digits after the point.
 */
scale: number | null, 
/**
 * Enumerations: the labels.
 */
labels: Array<string>, };

/**
 * Something a database says beside its answer.
 */
export type DatabaseMessage = { severity: Severity, 
/**
 * SQLSTATE or the vendor's number.
 */
code: string | null, text: string, };

/**
 * What a DELETE of a user does.
 */
export type Delete = "refuse" | "deactivate";

/**
 * A connection as an address or a header has it.
 */
export type Described = { settings: ConnectionSettings, 
/**
 * Whether there was a password, which is not taken over.
 */
hadPassword: boolean, 
/**
 * Keys that mean nothing to Sluice.
 */
unknown: Array<string>, };

/**
 * Cause and remedy of a failure, in plain words.
 */
export type Diagnosis = { 
/**
 * A stable machine word: `mapping.kind`, `database.duplicate`.
 */
code: string, cause: string, remedy: string, 
/**
 * Where: an operation, a parameter, a header.
 */
place: string | null, };

/**
 * Which kind of database a connection speaks to.
 */
export type Dialect = "sqlite" | "mysql" | "postgresql" | "sqlserver" | "oracle" | "odbc";

/**
 * One resource that is different.
 */
export type Difference = { id: string, 
/**
 * `userName`, or `displayName` of an entitlement.
 */
name: string, active: boolean, 
/**
 * Attribute by attribute; empty for one that is new or missing.
 */
changes: Array<AttributeChange>, };

/**
 * How a resource stands to the import before.
 */
export type DifferenceKind = "new" | "changed" | "inactive" | "active" | "missing";

/**
 * A part of a list of differences.
 */
export type DifferencePage = { items: Array<Difference>, 
/**
 * How many there are that match what was searched for.
 */
total: number, };

/**
 * Which way a parameter's value goes.
 */
export type Direction = "in" | "out" | "inout";

/**
 * In which form rows leave.
 */
export type DocumentFormat = "csv" | "json" | "ndjson" | "insert";

/**
 * A column of a document.
 */
export type DocumentHeading = { name: string, 
/**
 * What the database says of its type; `Other` where that is not known.
 */
kind: TypeKind, };

/**
 * A mapping that is not saved, with settings that may not be saved either.
 */
export type Draft = { application: string, operation: Operation, mapping: Mapping, settings?: Settings, };

/**
 * What a check found of a draft, without running anything of it.
 */
export type DraftChecked = { 
/**
 * Errors first.
 */
findings: Array<DraftFinding>, 
/**
 * Each `?` of the statement, beside what the database says of it.
 */
places: Array<Place>, 
/**
 * How many rows it must change; `null` where rows are not counted.
 */
contract: RowContract | null, 
/**
 * Why the database could not be asked; then the findings are those that need none.
 */
problem: Problem | null, };

/**
 * A finding with the part of the statement that it is about.
 */
export type DraftFinding = { finding: Finding, span: Span | null, };

/**
 * What a dry run found.
 */
export type DryRun = { 
/**
 * What a reader must know of the rollback, found beforehand.
 */
cautions: Array<Caution>, 
/**
 * The statements that ran, the reads for the comparison left out.
 */
statements: Array<StatementRecord>, 
/**
 * Why it failed, where it did.
 */
problem: Diagnosis | null, 
/**
 * What the provider would have been told; `null` where nothing was run, and where it was no
 * operation.
 */
answer: ProviderAnswer | null, 
/**
 * What changed inside the transaction.
 */
tables: Array<TableChange>, rollback: Rollback, 
/**
 * What is different after the rollback from before. It may have been somebody else's work.
 */
kept: Array<TableChange>, 
/**
 * Microseconds, everything together.
 */
durationUs: number, };

export type EarlierCertificate = { 
/**
 * When it was put aside, in milliseconds since 1970.
 */
id: number, certificate: CertificateShown, };

export type EarlierId = { id: number, };

/**
 * The endpoint now.
 */
export type Endpoint = { state: EndpointState, 
/**
 * `host:port` as bound.
 */
address: string | null, 
/**
 * Milliseconds since 1970.
 */
since: number | null, problem: Problem | null, };

/**
 * `[endpoint]`, as the console changes it.
 */
export type EndpointSettings = { 
/**
 * Address and port: `0.0.0.0:1443`.
 */
listen: string, 
/**
 * The hosts of the provider's console; the first stands in the base URL.
 */
hostNames: Array<string>, 
/**
 * All request headers together, in KiB.
 */
headerLimitKb: number, 
/**
 * One request body, in KiB.
 */
bodyLimitKb: number, };

/**
 * The endpoint's settings, and what they come to.
 */
export type EndpointSetup = { settings: EndpointSettings, 
/**
 * What stands where nobody says anything.
 */
usual: EndpointSettings, 
/**
 * `host:port` as bound; `null` while it does not listen.
 */
listening: string | null, 
/**
 * What the command line says in place of `listen`.
 */
given: string | null, 
/**
 * Connections that clients hold open now.
 */
connections: number, 
/**
 * What stands in the provider's console, of the first application.
 */
baseUrl: string | null, };

export type EndpointState = "listening" | "stopped" | "failed";

/**
 * Which entitlements are wanted, and in which order.
 */
export type EntitlementChoice = { 
/**
 * Text that id, name or description holds, without regard to letter case; empty for all.
 */
search: string, 
/**
 * All of them are to be true. The columns are `id`, `name`, `description`, `holders`, `active`,
 * `inactive`, `outside` and `listed`.
 */
filters: Array<RowFilter>, 
/**
 * Empty for the order of Get all entitlements.
 */
sort: Array<RowSort>, };

export type EntitlementList = { 
/**
 * Those that match.
 */
entitlements: Array<EntitlementUse>, 
/**
 * How many there are without the search.
 */
total: number, counting: Counting, 
/**
 * How many users were looked at; `null` where holders are not counted.
 */
users: number | null, 
/**
 * When it was read, in milliseconds since 1970.
 */
takenAt: number, };

export type EntitlementUse = { id: string, name: string, description: string | null, 
/**
 * Whether Get all entitlements gives it; `false` where users hold it in spite of that.
 */
listed: boolean, 
/**
 * How many users of the import hold it; `null` where holders are not counted.
 */
holders: number | null, 
/**
 * How many of the holders are inactive; `null` where it is not known.
 */
inactive: number | null, 
/**
 * How many rows give it to somebody who is not in the import; `null` where holders are not counted.
 */
outside: number | null, };

export type EntitlementsQuery = { application: string, choice: EntitlementChoice, 
/**
 * Whether the database is asked anew; else the import is read that is there already.
 */
fresh: boolean, };

/**
 * How much a mistake would cost.
 */
export type Environment = "development" | "test" | "production";

/**
 * One recorded SCIM request and answer.
 */
export type Exchange = { summary: ExchangeSummary, 
/**
 * Address and port of the client.
 */
remote: string, request: Message, answer: Message, steps: Array<Step>, diagnosis: Diagnosis | null, 
/**
 * The connector header without its values; `None` where the request had none or was refused.
 */
header: HeaderView | null, 
/**
 * Where it came from the console and not over the wire: which exchange it did again, and where.
 */
repeats?: Repeats, };

/**
 * One line of the Traffic list.
 */
export type ExchangeSummary = { 
/**
 * Position in the store, growing by one; 0 until it is stored. The paging cursor.
 */
seq: number, 
/**
 * UUID version 7, also sent to the client as `X-Sluice-Exchange`.
 */
id: string, 
/**
 * Milliseconds since 1970, UTC.
 */
at: number, application: string, method: string, 
/**
 * Path and query as received.
 */
path: string, 
/**
 * Plain words: "Import users", "Create user", "Refused".
 */
title: string, 
/**
 * A machine word for the same, from [`Action`].
 */
action: Action, 
/**
 * Whom or what it is about: a user's id, "page from 101".
 */
subject: string | null, status: number, outcome: Outcome, 
/**
 * "15 rows", "1 row", "rolled back".
 */
effect: string | null, 
/**
 * Microseconds from the first byte of the request to the answer.
 */
durationUs: number, 
/**
 * One sentence, only where it failed.
 */
cause: string | null, };

/**
 * What a run is held against.
 */
export type Expectation = { ends: ExpectedEnd, 
/**
 * Those that are compared.
 */
outs: Array<ExpectedOut>, 
/**
 * What the routine returns; under `value`, because NULL can be expected too.
 */
returned: ExpectedValue | null, affected: number | null, 
/**
 * All result sets, in order.
 */
sets: Array<ExpectedSet> | null, 
/**
 * How many rows of which tables differ; a table that is not named must not differ.
 */
tables: Array<ExpectedTable> | null, };

/**
 * How the run ends.
 */
export type ExpectedEnd = { "how": "succeeds" } | { "how": "fails", sqlstate: string | null, 
/**
 * The vendor's own number or word.
 */
code: string | null, 
/**
 * A part of the message.
 */
says: string | null, };

/**
 * An OUT or INOUT value that is expected.
 */
export type ExpectedOut = { name: string, value: JsonValue, };

/**
 * A result set that is expected.
 */
export type ExpectedSet = { columns: Array<string>, 
/**
 * How many rows.
 */
rows: number | null, 
/**
 * The rows themselves.
 */
values: JsonValue[][] | null, 
/**
 * Columns whose values differ from run to run.
 */
ignored: Array<string>, 
/**
 * Whether the order of the rows says nothing.
 */
anyOrder: boolean, };

/**
 * What is expected to happen to a table.
 */
export type ExpectedTable = { table: ObjectName, 
/**
 * Numbers of rows.
 */
added: number, changed: number, removed: number, };

/**
 * A value that is expected.
 */
export type ExpectedValue = { value: JsonValue, };

/**
 * What stands in the form.
 */
export type ExplainInput = { settings: ConnectionSettings, };

/**
 * What it would mean.
 */
export type Explained = { 
/**
 * What keeps it from being used, by its field.
 */
faults: { [key in string]: string }, 
/**
 * Without user or password.
 */
address: string, 
/**
 * What would protect it, the properties counted in.
 */
protection: TlsMode, 
/**
 * In the order of their names.
 */
properties: Array<PropertyTold>, 
/**
 * The dialect's own port; 0 where it has none.
 */
usual_port: number, };

/**
 * A file that an export left.
 */
export type ExportFile = { name: string, 
/**
 * Where it is on the machine that runs Sluice.
 */
path: string, bytes: number, 
/**
 * Milliseconds since 1970.
 */
at: number, };

export type ExportInput = { connection: string, query: RowQuery, format: DocumentFormat, };

export type ExportName = { name: string, };

export type ExportPart = { 
/**
 * At most 1 MB as base64; empty at the end of the file.
 */
bytes: string, };

export type ExportProgress = { rows: number, bytes: number, };

export type Exported = { file: ExportFile, rows: number, durationUs: number, 
/**
 * Secret columns, which are not in the file.
 */
leftOut: Array<string>, };

/**
 * A text as it would be saved.
 */
export type ExportedText = { 
/**
 * The file's name.
 */
name: string, mime: string, text: string, 
/**
 * The header as the agent sends it; `null` for other forms.
 */
header: string | null, 
/**
 * What it does not hold, in sentences.
 */
notes: Array<string>, 
/**
 * What must be set where it is used.
 */
secrets: Array<NeededSecret>, };

export type Exports = { 
/**
 * The newest first.
 */
files: Array<ExportFile>, };

/**
 * A user whom requests fail for.
 */
export type FailingUser = { application: string, 
/**
 * The user's id, as the provider names it.
 */
user: string, times: number, 
/**
 * The latest failure: milliseconds since 1970, its id, what was asked for, and why it failed.
 */
at: number, exchange: string, title: string, cause: string | null, 
/**
 * When the user was written well after that, in milliseconds since 1970; `null` while it fails.
 */
mendedAt: number | null, };

/**
 * One table `[applications.NAME.fields.COLUMN]`.
 */
export type FieldRules = { 
/**
 * What a replace does where the request leaves the field out; `None` is as the application says.
 */
absent?: AbsentFields, null?: OnNull, empty?: OnEmpty, 
/**
 * What it holds, where that is a date or a point in time.
 */
type?: MomentKind, 
/**
 * How the column's text reads, as `strftime` has it; ISO 8601 where it is not said.
 */
column_format?: string, 
/**
 * How the provider sees and sends it; likewise.
 */
wire_format?: string, 
/**
 * The zone of a column that has none, by its IANA name, or `column` where each value says its
 * own offset.
 */
zone?: string, 
/**
 * The zone of the wire; UTC where it is not said.
 */
wire_zone?: string, };

/**
 * What was recorded in a range, of all applications together.
 */
export type Figures = { range: Range, course: Course, 
/**
 * What failed, requests that failed alike as one, the latest first; at most eight.
 */
causes: Array<Cause>, 
/**
 * Whom requests failed for, the most frequent first; at most six.
 */
users: Array<FailingUser>, 
/**
 * What took longest, by the kind of request; at most five.
 */
slowest: Array<SlowKind>, };

export type FiguresInput = { range: Range, };

/**
 * What a file is.
 */
export type FileForm = "toml" | "properties" | "header" | "bundle";

/**
 * What becomes of one thing that a file says.
 */
export type FileRemark = { 
/**
 * From 1; `null` where the file has no lines of its own for it.
 */
line: number | null, key: string, verdict: Verdict, 
/**
 * What becomes of it, or why nothing does. Never a value of the file.
 */
says: string, 
/**
 * What to do; `null` where there is nothing to do.
 */
remedy: string | null, };

/**
 * Something that may stand at the caret.
 */
export type FilterChoice = { 
/**
 * What is put in.
 */
text: string, 
/**
 * What it means, in a few words.
 */
help: string, 
/**
 * Whether the condition is whole with it; otherwise its value comes next.
 */
whole: boolean, };

/**
 * A filter as it is being typed: how it reads, and what may come next.
 */
export type FilterCompletion = { 
/**
 * What a choice replaces, in UTF-16 units.
 */
from: number, to: number, choices: Array<FilterChoice>, parts: Array<FilterPart>, pieces: Array<FilterPiece>, problems: Array<FilterProblem>, };

/**
 * One of the conditions of a filter, as a reader is told of it.
 */
export type FilterPart = { from: number, to: number, negated: boolean, 
/**
 * In plain words, without what excludes it: "Status 4xx".
 */
says: string, 
/**
 * The whole filter without this condition.
 */
without: string, 
/**
 * The whole filter with this condition excluded, or no longer excluded.
 */
toggled: string, };

/**
 * A stretch of a filter, in UTF-16 units.
 */
export type FilterPiece = { from: number, to: number, kind: FilterPieceKind, };

/**
 * What a stretch of a filter is, for its colours.
 */
export type FilterPieceKind = "not" | "join" | "word" | "value" | "text" | "bad";

/**
 * Something in a filter that cannot be read. It takes no part in what is found.
 */
export type FilterProblem = { 
/**
 * Where it begins, in UTF-16 units.
 */
from: number, 
/**
 * Where it ends.
 */
to: number, message: string, hint: string, };

/**
 * Something about a mapping that an administrator should know.
 */
export type Finding = { 
/**
 * `error`: requests will fail. `warning`: they may fail, or do something else than meant.
 * `note`: worth knowing.
 */
severity: Severity, 
/**
 * A stable machine word: `check.parameter_count`.
 */
code: string, operation: Operation | null, 
/**
 * Where in the mapping: "parameter 3", "column STATUS".
 */
place: string | null, cause: string, remedy: string, fix: Fix | null, };

/**
 * What would mend it.
 */
export type Fix = { "kind": "parameters", parameters: Array<string>, } | { "kind": "sql", text: string, } | { "kind": "setting", text: string, };

/**
 * A reference to another table.
 */
export type ForeignKey = { name: string, columns: Array<string>, target: ObjectName, targetColumns: Array<string>, };

/**
 * How a value is typed in.
 */
export type FormControl = { "kind": "text", most: number | null, } | { "kind": "long" } | { "kind": "number", 
/**
 * Whether it has no digits after the point.
 */
whole: boolean, } | { "kind": "boolean" } | { "kind": "date" } | { "kind": "time" } | { "kind": "moment", zone: boolean, } | { "kind": "choice", labels: Array<string>, } | { "kind": "bytes" } | { "kind": "none" };

/**
 * A field of the form: a parameter as somebody fills it in.
 */
export type FormField = { 
/**
 * Position in the routine's own list, from 1.
 */
position: number, name: string | null, direction: Direction, 
/**
 * The type in the database's words.
 */
typeText: string, control: FormControl, 
/**
 * What it takes, in words; `None` where anything does.
 */
takes: string | null, omission: Omission, 
/**
 * The default in the database's words, where it tells it.
 */
default: string | null, 
/**
 * Whether its values are never shown or kept.
 */
secret: boolean, 
/**
 * Whether any number of values may be given for it.
 */
variadic: boolean, };

/**
 * Something to be said at a field of the form.
 */
export type FormNote = { 
/**
 * Position of the parameter, from 1.
 */
position: number, 
/**
 * An error stands in the way of a run, a warning does not.
 */
severity: Severity, text: string, };

export type FormatInput = { 
/**
 * Whose words INSERT statements have.
 */
connection: string, format: DocumentFormat, 
/**
 * The table of INSERT statements.
 */
table: ObjectName, headings: Array<DocumentHeading>, 
/**
 * Cells as a page has them.
 */
rows: JsonValue[][], };

export type Formatted = { text: string, 
/**
 * Secret columns, which are not in the text.
 */
left_out: Array<string>, };

export type FormerUse = { 
/**
 * When it ends, in milliseconds since 1970.
 */
until: number, 
/**
 * Who showed it since the rotation or the last start, the latest first.
 */
uses: Array<UsedBy>, };

/**
 * What to generate from.
 */
export type GenerateInput = { connection: string, 
/**
 * The user table's name, with its schema where it needs one.
 */
users: string, entitlements: string, 
/**
 * The table of who holds what; left out, the one with foreign keys to both.
 */
link?: string, kind: Kind, 
/**
 * The new application's name.
 */
application?: string, 
/**
 * What was decided; left out, what the tables themselves propose.
 */
choice?: Choice, };

/**
 * What was generated. Nothing was run and nothing was written.
 */
export type Generated = { 
/**
 * To be shown, changed and sent again.
 */
choice: Choice, operations: Array<GeneratedOperation>, 
/**
 * What the mappings call the entitlement's id, and what it is shown as.
 */
entitlement_id_column: string, entitlement_display_column: string, 
/**
 * The statements that make the procedures, for an administrator to run; lines that hold `-- @`
 * stand between them. Empty for SQL statements.
 */
script: string, 
/**
 * What takes them away again.
 */
undo: string, 
/**
 * `[applications.…]` for the configuration.
 */
toml: string, remarks: Array<Remark>, };

export type GeneratedOperation = { operation: Operation, statement: string, parameters: Array<string>, 
/**
 * Get user entitlements: the statement for everybody's at once.
 */
import: string | null, 
/**
 * All of it, to be compared and taken.
 */
mapping: Mapping, };

/**
 * A parameter with what is given for it.
 */
export type GivenArgument = { 
/**
 * Position in the routine's own list, from 1. A variadic routine takes further ones.
 */
position: number, 
/**
 * The parameter's name, so that what was kept is told apart from a changed signature.
 */
name: string | null, } & ({ "give": "leave_out" } | { "give": "null" } | { "give": "value", text: string, } | { "give": "secret" });

/**
 * The rights an application needs.
 */
export type Granted = { 
/**
 * Whose rights they are; empty where the database has no accounts.
 */
account: string, 
/**
 * For an administrator to run; the statements that take the rights back stand in it as
 * comments.
 */
script: string, remarks: Array<Remark>, 
/**
 * What the connected account may do that nothing needs.
 */
excess: Array<Finding>, };

export type GrantsInput = { application: string, 
/**
 * The account that shall get the rights; left out, the connected one.
 */
account?: string, };

export type HarExport = { filter: string, cleared?: number, zone: string, 
/**
 * These and no others, in this order; empty for everything the filter finds.
 */
ids: Array<string>, };

export type HarExported = { file: ExportFile, exchanges: number, };

export type HarFile = { file: string, 
/**
 * `import` of [`HarImported`]; `None` for every file of the name.
 */
import: number | null, };

export type HarImport = { 
/**
 * The file's name.
 */
file: string, 
/**
 * `import` of the answer to the file's first entries; `None` for those.
 */
import: number | null, 
/**
 * The place of the first of these entries in the file, from 1.
 */
first: number, 
/**
 * Entries of a HAR file, at most 500.
 */
entries: JsonValue[], };

export type HarImported = { import: number, 
/**
 * How many were taken in.
 */
exchanges: number, 
/**
 * How many could not be read.
 */
refused: number, 
/**
 * Why, for the first few.
 */
reasons: Array<string>, };

export type HarProgress = { 
/**
 * Exchanges written.
 */
done: number, 
/**
 * How many there are; `None` where that is not known before the end.
 */
total: number | null, };

export type HarRemoved = { 
/**
 * Whether it was there.
 */
removed: boolean, };

/**
 * A key of a connector header.
 */
export type HeaderField = { 
/**
 * `None` where it does not look like a name and may be a value; and for the items of a list.
 */
key: string | null, kind: HeaderKind, 
/**
 * How many characters, items or keys; `None` for other kinds, and for texts that are secret.
 */
size: number | null, 
/**
 * Only where it is known to be harmless.
 */
value: string | null, 
/**
 * Whether Sluice understands the key.
 */
known: boolean, fields: HeaderField[], };

/**
 * Where a header is to be found.
 */
export type HeaderInput = { "exchange": string } | { "header": string };

/**
 * What stands under a key.
 */
export type HeaderKind = "null" | "boolean" | "number" | "text" | "list" | "object";

/**
 * What the `X-OKTA-ONPREM-DATA` header of a request may do.
 */
export type HeaderPolicy = "ignore" | "supply" | "override";

/**
 * A connector header without its values.
 */
export type HeaderView = { 
/**
 * The size of the header as it was sent, in bytes.
 */
bytes: number, 
/**
 * Why it cannot be read; it has no fields then.
 */
problem: string | null, fields: Array<HeaderField>, 
/**
 * How many keys are not among the fields, because there are too many or too deep.
 */
omitted: number, 
/**
 * How it differs from the header that this application was sent before, in one sentence.
 */
changed: string | null, };

export type HealthState = "answers" | "fails";

export type HeldEntitlement = { value: string, display: string | null, };

export type HistoryInput = { application: string, 
/**
 * `null` for those of all routines.
 */
routine: ObjectName | null, };

export type HistoryQuery = { 
/**
 * Only versions that touched this; left out, all.
 */
only?: Touched, };

export type Holder = { id: string, display: string | null, active: boolean | null, };

export type HoldersPage = { entitlement: EntitlementUse, counting: Counting, 
/**
 * Empty where holders are not counted.
 */
holders: Array<Holder>, start: number, };

export type HoldersQuery = { application: string, entitlement: string, 
/**
 * From 1.
 */
start: number, count: number, };

/**
 * Who still holds something without being an active user of the import.
 */
export type IdlePage = { holders: Array<IdleUser>, start: number, 
/**
 * How many there are.
 */
total: number, 
/**
 * Of them: how many are inactive users of the import; the others are not in it.
 */
inactive: number, counting: Counting, };

export type IdleQuery = { application: string, 
/**
 * From 1.
 */
start: number, count: number, };

/**
 * Why somebody should need nothing any more.
 */
export type IdleStanding = "inactive" | "inactive_left_out" | "left_out" | "unknown";

export type IdleUser = { id: string, display: string | null, standing: IdleStanding, entitlements: Array<HeldEntitlement>, };

/**
 * An import under way, as the console shows it. Times are milliseconds since 1970.
 */
export type ImportFigures = { application: string, 
/**
 * Of the database, where a request's header named it.
 */
address: string | null, 
/**
 * Of an incremental import: the time after which the users were changed, in UTC.
 */
since: string | null, 
/**
 * Whether the console asked, and not the provider.
 */
console: boolean, 
/**
 * Whether it serves a filter or an order, and not an import.
 */
search: boolean, state: ImportState, started: number, 
/**
 * Users read so far; all of them once it is ready.
 */
rows: number, 
/**
 * Entitlements of these users read so far.
 */
pairs: number, 
/**
 * What the rows take in the spool; `null` while they are read.
 */
bytes: number | null, 
/**
 * Pages cut from it so far.
 */
pages: number, lastUsed: number, };

export type ImportInput = { 
/**
 * The file's name; empty for what was pasted.
 */
name: string, 
/**
 * Its bytes as Base64, at most 1 MB of them.
 */
content: string, 
/**
 * For a header: the application it is for, made where it is not there.
 */
application?: string, };

/**
 * What a file would make of the configuration.
 */
export type ImportPreview = { form: FileForm, 
/**
 * What becomes of what the file says, where it is another form than the configuration's own.
 */
remarks: Array<FileRemark>, changes: Array<ChangedPart>, 
/**
 * The text in use.
 */
before: string, 
/**
 * The text that would be in use.
 */
after: string, 
/**
 * Why it cannot be taken over.
 */
problem: Problem | null, secrets: Array<NeededSecret>, 
/**
 * What is to be typed first; `null` where nothing is.
 */
confirm: string | null, };

/**
 * What an import is doing.
 */
export type ImportState = "reading" | "ready";

export type Imports = { 
/**
 * The one that began last first.
 */
imports: Array<ImportFigures>, 
/**
 * Now, in milliseconds since 1970, to say how long ago the others are.
 */
at: number, };

export type InSchema = { connection: string, 
/**
 * `null`: where unqualified names are looked up.
 */
schema: string | null, };

/**
 * What is in use after a change.
 */
export type InUse = { 
/**
 * Its version in the history.
 */
version: number, 
/**
 * Keys whose new value is in use only after a restart: `endpoint.listen`.
 */
restart: Array<string>, };

/**
 * Whether Sluice runs in a window, and how that stands.
 */
export type InWindow = { 
/**
 * `null` for a server with its console in a browser.
 */
window: WorkstationState | null, };

export type Keep = { kind: KeptKind, 
/**
 * 1 to 200 characters; an item of this name is replaced.
 */
name: string, 
/**
 * At most 1 MB of JSON, without secrets.
 */
body: JsonValue, };

export type KeepCase = { application: string, title: string, case: TestCase, 
/**
 * What it was kept under before, where it gets another title.
 */
replaces: string | null, };

/**
 * Where a password is to be kept.
 */
export type KeepIn = "keyring" | "file";

/**
 * Something that was kept.
 */
export type Kept = { 
/**
 * What it is called; one item of a kind has the name.
 */
name: string, 
/**
 * What the screen that keeps it put into it.
 */
body: JsonValue, 
/**
 * When it was kept last, in milliseconds since 1970.
 */
at: number, };

export type KeptByName = { kind: KeptKind, name: string, };

/**
 * A test case as it is kept.
 */
export type KeptCase = { 
/**
 * What it is kept under.
 */
name: string, title: string, case: TestCase, 
/**
 * Milliseconds since 1970, when it was kept last.
 */
at: number, };

/**
 * The test cases of an application's procedures, by routine and title.
 */
export type KeptCases = { cases: Array<KeptCase>, };

export type KeptItems = { 
/**
 * The one kept last first.
 */
items: Array<Kept>, };

/**
 * What is kept. Each kind is a file of its own.
 */
export type KeptKind = "traffic_filter" | "grid_view" | "test_case" | "procedure_run" | "simulator_target" | "layout" | "workstation";

export type KeptPart = { table: string, keys: Array<ChangedKey>, };

export type KeptQuery = { kind: KeptKind, };

/**
 * A key or an index.
 */
export type Key = { name: string, kind: KeyKind, 
/**
 * In their order; an expression stands as its text.
 */
columns: Array<string>, };

/**
 * What a key is for.
 */
export type KeyKind = "primary" | "unique" | "index";

/**
 * How a statement is meant, chosen by the administrator and enforced before anything runs.
 */
export type Kind = "sql" | "procedure";

/**
 * A header that a replay leaves out, and what that means.
 */
export type LeftOut = { name: string, why: string, };

/**
 * How much is said; each level says what the one before says too.
 */
export type Level = "off" | "error" | "warn" | "info" | "debug";

/**
 * How the two sides of something stand to each other.
 */
export type Likeness = "same" | "changed" | "left" | "right" | "hidden";

export type LineQuery = { application: string, column: string | null, user: string, };

export type LineSearch = { application: string, column: string | null, 
/**
 * Text that any column of the user holds.
 */
text: string, };

export type LinesQuery = { application: string, 
/**
 * The column that names managers; `null` to find it.
 */
column: string | null, 
/**
 * Whether the operation is run anew; else the import is read that is there already.
 */
fresh: boolean, };

export type Listed = { relations: Array<ListedRelation>, };

/**
 * A table or view in a list.
 */
export type ListedRelation = { name: ObjectName, kind: RelationKind, 
/**
 * The database's own estimate, where it gives one with its list.
 */
rows: number | null, comment: string | null, };

/**
 * A line of the list.
 */
export type ListedRoutine = { 
/**
 * Name and types: tells overloads apart.
 */
signature: string, 
/**
 * Without its source.
 */
routine: Routine, usedBy: Array<RoutineUse>, };

export type LiveBatch = { 
/**
 * Oldest first.
 */
exchanges: Array<ExchangeSummary>, 
/**
 * How many came before these and are not sent, because the listener is too far behind. They are in the
 * store.
 */
skipped: number, recording: Recording, };

export type LogLine = { number: number, 
/**
 * Milliseconds since 1970.
 */
at: number, level: Level, area: Area, text: string, };

export type LogLines = { 
/**
 * The oldest first, at most a thousand.
 */
lines: Array<LogLine>, };

export type LogSetup = { areas: Array<AreaLevel>, usual: Level, 
/**
 * What the environment's `SLUICE_LOG` says, which stands above all levels.
 */
given: string | null, };

export type Making = { says: string, };

/**
 * The column that names each user's manager.
 */
export type ManagerColumn = { name: string, source: ManagerSource, };

/**
 * Why a column is taken for the manager's.
 */
export type ManagerSource = "asked" | "mapped" | "values";

export type MappedOperation = { operation: Operation, 
/**
 * Whether an application is whole without it.
 */
optional: boolean, 
/**
 * Whether it changes data.
 */
writes: boolean, 
/**
 * `null` where it is not mapped.
 */
mapping: MappingView | null, };

/**
 * Where a `?` gets its value.
 */
export type MappedParameter = { 
/**
 * From 1.
 */
position: number, source: ParameterSource, 
/**
 * The field, the constant's text, or what the out value or the cursor is called.
 */
text: string, 
/**
 * Whether its values are never shown or recorded.
 */
secret: boolean, };

/**
 * What an operation runs.
 */
export type Mapping = { enabled?: boolean, kind: Kind, 
/**
 * One statement, one `?` for each parameter.
 */
statement: string, parameters?: Array<Parameter>, 
/**
 * Get user entitlements only: a second statement without parameters that gives the
 * entitlements of all users at once, so that an import needs no query for each user. Its
 * columns are the user id, the entitlement id and the display column.
 */
import?: string, 
/**
 * How many rows it must change; `None` is as the operation has it ([`Mapping::contract`]).
 */
rows?: RowContract, };

/**
 * Which mapping is meant.
 */
export type MappingName = { application: string, operation: Operation, };

export type MappingView = { enabled: boolean, kind: Kind, 
/**
 * With a `?` for each parameter.
 */
statement: string, parameters: Array<MappedParameter>, 
/**
 * Get user entitlements: the statement for everybody's at once.
 */
import: string | null, 
/**
 * How many rows it must change, where the mapping says so itself.
 */
rows: RowContract | null, 
/**
 * How many rows it must change; `null` where rows are not counted.
 */
contract: RowContract | null, 
/**
 * Whether it is made from the application's `import` and stands nowhere in the file.
 */
fromTable: boolean, };

/**
 * What the operations of an application run, as the configuration says it. Nothing is asked of the
 * database.
 */
export type Mappings = { 
/**
 * The connection; `null` where the header of a request brings it.
 */
connection: string | null, 
/**
 * What the statements are written in; as `connection`.
 */
dialect: Dialect | null, 
/**
 * The column that the provider knows a user by.
 */
userIdColumn: string, 
/**
 * What it says of its columns.
 */
settings: Settings, 
/**
 * All of them, the ten and the optional one, in the order of the provider's console.
 */
operations: Array<MappedOperation>, };

export type MappingsInput = { application: string, };

/**
 * What to change; what is `None` stays.
 */
export type MarkChange = { pinned?: boolean, colour?: Colour, 
/**
 * Empty removes it. Cut at [`LONGEST_NOTE`] characters.
 */
note?: string, };

export type MarkInput = { 
/**
 * At most 1000.
 */
ids: Array<string>, change: MarkChange, };

/**
 * An exchange that has marks, or was imported.
 */
export type Marked = { id: string, marks: Marks, 
/**
 * The file it came from; `None` where this endpoint recorded it.
 */
imported: string | null, };

export type MarkedList = { 
/**
 * Those that have marks, or were imported.
 */
marked: Array<Marked>, };

/**
 * The marks of an exchange.
 */
export type Marks = { 
/**
 * Kept, whatever removes old exchanges.
 */
pinned: boolean, colour: Colour, 
/**
 * Empty for none.
 */
note: string, };

export type MarksQuery = { ids: Array<string>, };

/**
 * A place that holds the mask in place of a value.
 */
export type MaskedPlace = { 
/**
 * A JSON pointer (RFC 6901) into the body.
 */
pointer: string, 
/**
 * The attribute: `password`, or what a PATCH operation names as its path.
 */
name: string, };

/**
 * One side of an exchange. Header values that are secret read `•••`.
 */
export type Message = { headers: Array<[string, string]>, body: Body | null, };

/**
 * What is to be done.
 */
export type Milestone = "connection" | "mapped" | "checked" | "tried" | "endpoint" | "certificate" | "rehearsed" | "request" | "import";

/**
 * Something that is not as expected.
 */
export type Mismatch = { 
/**
 * "Result set 1, row 3, EMAIL".
 */
place: string, expected: JsonValue, got: JsonValue, };

/**
 * What a field holds.
 */
export type MomentKind = "date" | "datetime";

/**
 * A name under which clients call.
 */
export type NameAsked = { name: string, times: number, 
/**
 * Milliseconds since 1970.
 */
last: number, 
/**
 * Whether the certificate in use is good for it.
 */
named: boolean, };

export type NameHeld = { name: string, named: boolean, };

/**
 * A secret that a configuration needs and does not hold.
 */
export type NeededSecret = { 
/**
 * As the secrets are called: `token`, `connection.hr`, `application.hr`.
 */
name: string, what: string, 
/**
 * How it is set where nobody has it.
 */
how: string, 
/**
 * Whether this Sluice has it.
 */
set: boolean, };

/**
 * The input of commands that need none.
 */
export type Nothing = Record<string, never>;

/**
 * An object's name, with its schema where that is known. Letter case as the catalogue has it.
 */
export type ObjectName = { schema: string | null, name: string, };

/**
 * What there is to be named.
 */
export type ObjectNames = { 
/**
 * The schema that unqualified names are looked up in.
 */
schema: string | null, relations: Array<RelationNames>, routines: Array<RoutineNames>, 
/**
 * How many tables and views are there without their columns, because there are so many.
 */
without_columns: number, };

export type OfRelation = { connection: string, relation: ObjectName, };

/**
 * Whether a call may do without a parameter.
 */
export type Omission = "never" | "any" | "last";

export type OnConnection = { connection: string, };

/**
 * What the file holds beside what is in use.
 */
export type OnDisk = { 
/**
 * Whether somebody else changed the file since Sluice read or wrote it.
 */
elsewhere: boolean, 
/**
 * The text in use.
 */
in_use: string, 
/**
 * The text of the file.
 */
on_disk: string, 
/**
 * Why the file cannot be used, where it cannot.
 */
problem: Problem | null, };

/**
 * What an empty text in a request does to a field.
 */
export type OnEmpty = "empty" | "null" | "keep";

/**
 * What a `null`, or an empty list, in a request does to a field (RFC 7643 §2.5 calls both
 * unassigned).
 */
export type OnNull = "clear" | "keep";

/**
 * One of the things the provider can have done to a database.
 */
export type Operation = "get_users" | "get_user_by_id" | "get_all_entitlements" | "get_user_entitlements" | "create_user" | "update_user" | "activate_user" | "deactivate_user" | "add_entitlement" | "remove_entitlement" | "incremental_import";

export type OperationSummary = { operation: Operation, 
/**
 * Whether an application is whole without it.
 */
optional: boolean, enabled: boolean, kind: Kind | null, };

/**
 * A value that the routine gives back: `{ out = "…" }`. A cursor may be written so too.
 */
export type Out = { 
/**
 * What it is called in the record.
 */
out: string, };

/**
 * The value of an OUT or INOUT parameter.
 */
export type OutRecord = { name: string, 
/**
 * `•••` where secret.
 */
value: JsonValue, };

/**
 * How an exchange ended.
 */
export type Outcome = "ok" | "failed" | "refused";

/**
 * Everything the Overview screen shows.
 */
export type Overview = { workspace: WorkspaceInfo, endpoint: Endpoint, token: TokenInfo, certificate: Certificate, applications: Array<ApplicationSummary>, connections: Array<ConnectionHealth>, recording: Recording, 
/**
 * The latest exchanges that failed, newest first, at most ten.
 */
failures: Array<ExchangeSummary>, };

/**
 * A pair of one's own: two PEM texts, or a PKCS#12 file with its password.
 */
export type OwnCertificate = { certificates?: string, key?: string, 
/**
 * In base64.
 */
store?: string, password?: string, };

/**
 * How long pages took.
 */
export type PageTimes = { pages: number, 
/**
 * How many users a page was asked for.
 */
size: number, p50Us: number, p99Us: number, slowestUs: number, 
/**
 * At most 300, in order; of pages that are drawn together the slowest.
 */
drawnUs: Array<number>, };

/**
 * The verdict on one rule.
 */
export type PagingFinding = { rule: PagingRule, severity: SimulatorSeverity, 
/**
 * One sentence, with figures and the first place where it went wrong.
 */
text: string, };

/**
 * What was looked at.
 */
export type PagingRule = "size" | "figures" | "overlap" | "gap" | "total" | "order" | "shape" | "end" | "statement";

/**
 * Where a `?` gets its value.
 */
export type Parameter = string | Constant | Out | Cursor;

/**
 * One bound value.
 */
export type ParameterRecord = { 
/**
 * From 1.
 */
position: number, 
/**
 * The database field or constant it came from.
 */
name: string, 
/**
 * `null` for NULL; `•••` where secret.
 */
value: JsonValue, secret: boolean, };

export type ParameterSource = "field" | "constant" | "out" | "cursor";

export type PartKind = "general" | "connection" | "application" | "operation";

export type PartOfExport = { name: string, 
/**
 * Bytes before it.
 */
start: number, };

export type PartState = "added" | "removed" | "changed";

/**
 * Where a password was found.
 */
export type PasswordPlace = "keyring" | "environment" | "file";

/**
 * How a run ended, as far as it is known.
 */
export type PastEnd = "unfinished" | "not_run" | "succeeded" | "failed";

/**
 * A run that was made: what was given and what came of it, without rows.
 */
export type PastRun = { 
/**
 * What it is kept under.
 */
name: string, 
/**
 * Milliseconds since 1970, when it began.
 */
at: number, application: string, connection: string, routine: ObjectName, signature: string, 
/**
 * Secret values left out.
 */
arguments: Array<GivenArgument>, mode: RunMode, end: PastEnd, committed: boolean, 
/**
 * Why it failed, in one sentence.
 */
cause: string | null, problem: StatementProblem | null, affected: number | null, 
/**
 * The number of rows of each result set.
 */
sets: Array<number>, outs: Array<OutRecord>, returned: JsonValue | null, tables: Array<ExpectedTable>, 
/**
 * Microseconds.
 */
durationUs: number, };

/**
 * The runs of an application's procedures, the latest first.
 */
export type PastRuns = { runs: Array<PastRun>, };

/**
 * A version, without its text.
 */
export type PastVersion = { 
/**
 * From 1.
 */
version: number, 
/**
 * Milliseconds since 1970.
 */
at: number, 
/**
 * The account that Sluice ran under.
 */
who: string, act: Act, 
/**
 * The version that had this text first; its own number where none had.
 */
state: number, 
/**
 * What differs from the version before; empty where only comments do.
 */
touched: Array<Touched>, };

/**
 * A `?` of a statement.
 */
export type Place = { 
/**
 * From 1.
 */
position: number, span: Span, 
/**
 * What the routine calls the parameter; `null` where it is no call, or the parameter has no name.
 */
name: string | null, 
/**
 * The parameter's type, or that of the column its field is, in the database's words.
 */
dataType: string | null, 
/**
 * Which way the routine declares it.
 */
direction: Direction | null, 
/**
 * Whether the routine opens a cursor there.
 */
cursor: boolean, 
/**
 * Whether the call may leave it out.
 */
optional: boolean, };

/**
 * One step of a course.
 */
export type Point = { 
/**
 * Everything that was recorded, failures and refusals with it.
 */
requests: number, 
/**
 * Answered with an error.
 */
failed: number, 
/**
 * Turned away before it was read.
 */
refused: number, 
/**
 * What 95 of 100 requests did not exceed, in microseconds; `null` where there was none.
 */
p95Us: number | null, };

/**
 * Pool settings under the original's (HikariCP's) names; times in milliseconds, defaults as the
 * original ships them.
 */
export type Pool = { maximumPoolSize: number, minimumIdle: number, 
/**
 * How long a request waits for a free connection.
 */
connectionTimeout: number, 
/**
 * How long a check of a connection may take.
 */
validationTimeout: number, idleTimeout: number, 
/**
 * How often an idle connection is asked whether it is alive; 0 switches it off.
 */
keepaliveTime: number, maxLifetime: number, 
/**
 * A statement run on every new connection.
 */
connectionInitSql: string | null, };

export type PoolInfo = { busy: number, idle: number, max: number, };

/**
 * Connections of one pool.
 */
export type PoolNow = { connection: string, 
/**
 * Busy and idle together.
 */
open: number, busy: number, idle: number, 
/**
 * Requests that wait for one.
 */
waiting: number, max: number, };

/**
 * What the pools do now.
 */
export type Pools = { 
/**
 * Of those databases that were opened since the start.
 */
pools: Array<PoolNow>, };

export type PrepareInput = { application: string, 
/**
 * As [`detail`] gave it. What runs is held against the database anew.
 */
routine: Routine, 
/**
 * Whether there are others of its name.
 */
overloads: boolean, arguments: Array<GivenArgument>, };

/**
 * The call that a form becomes.
 */
export type PreparedCall = { 
/**
 * With a `?` for each value; `null` where an error stands in the way.
 */
text: string | null, 
/**
 * The bound values; secret ones read `•••`.
 */
parameters: Array<ParameterRecord>, notes: Array<FormNote>, };

export type PreviewedFile = { name: string, bytes: number, text: string, 
/**
 * Whether more is written than is shown.
 */
cut: boolean, };

export type PreviewedPart = { part: SupportPart, files: Array<PreviewedFile>, 
/**
 * Why nothing of it is there.
 */
problem: Problem | null, };

/**
 * A step with what came of it.
 */
export type ProbeResult = { step: ProbeStep, state: ProbeState, 
/**
 * What came of it, in a sentence; empty before it ended.
 */
words: string, 
/**
 * What to do, where there is something.
 */
remedy: string | null, 
/**
 * What the database said, word for word, where it did.
 */
said: string | null, 
/**
 * Microseconds; `null` where it was not taken, or not by itself.
 */
durationUs: number | null, };

/**
 * How far a step is.
 */
export type ProbeState = "waiting" | "running" | "passed" | "warned" | "failed" | "skipped";

/**
 * Something that has to go well before a statement can run.
 */
export type ProbeStep = "found" | "readable" | "writable" | "opened" | "lookup" | "reach" | "protect" | "login" | "version" | "rights" | "statement";

/**
 * What failed and why, what to do, and at which fields of a form.
 */
export type Problem = { 
/**
 * A stable machine word.
 */
code: string, message: string, hint: string | null, fields: { [key in string]: string }, 
/**
 * The exchange in which it happened.
 */
exchange: string | null, };

/**
 * All routines of a name.
 */
export type ProcedureDetail = { 
/**
 * Empty where there is none any more.
 */
overloads: Array<ProcedureOverload>, 
/**
 * What a rollback would not take back, found by the words of the source.
 */
cautions: Array<Caution>, 
/**
 * The tables that the source writes.
 */
writes: Array<ObjectName>, 
/**
 * The tables and views that it reads.
 */
reads: Array<ObjectName>, };

export type ProcedureInput = { application: string, name: ObjectName, };

/**
 * One routine of a name, as a form.
 */
export type ProcedureOverload = { signature: string, 
/**
 * With its source, where the account may read it.
 */
routine: Routine, fields: Array<FormField>, usedBy: Array<RoutineUse>, };

/**
 * What a run of a procedure gave.
 */
export type ProcedureRun = { mode: RunMode, end: RunEnd, 
/**
 * Whether Sluice committed; a failed run is rolled back.
 */
committed: boolean, 
/**
 * What a reader must know of the rollback, found beforehand.
 */
cautions: Array<Caution>, 
/**
 * The call with its bound values, its result sets (their first rows), out values and messages;
 * `None` where it was not run.
 */
statement: StatementRecord | null, 
/**
 * Why it failed, where it did.
 */
problem: Diagnosis | null, 
/**
 * What changed in the tables, as seen inside the transaction.
 */
tables: Array<TableChange>, rollback: Rollback, 
/**
 * Dry runs: what is different after the rollback from before. It may have been somebody else's
 * work.
 */
kept: Array<TableChange>, parts: Array<RunPart>, 
/**
 * Microseconds, everything together.
 */
durationUs: number, 
/**
 * What a test case made of this run would expect.
 */
expectation: Expectation | null, };

/**
 * The routines of a schema.
 */
export type Procedures = { 
/**
 * All that the account can see.
 */
schemas: Array<Schema>, 
/**
 * Whether they are scripts that Sluice runs, because the database has no procedures.
 */
scripts: boolean, 
/**
 * By name.
 */
routines: Array<ListedRoutine>, 
/**
 * Milliseconds since 1970.
 */
takenAt: number, };

export type ProceduresInput = { application: string, 
/**
 * `null` for the one that unqualified names are looked up in.
 */
schema: string | null, };

/**
 * How rows are shown as SCIM users.
 */
export type Profile = "columns" | "core";

export type PromoteInput = { promotion: PromotionInput, 
/**
 * `before` of the plan.
 */
before: string, 
/**
 * `after` of the plan: what was looked at.
 */
after: string, typed?: string, };

export type PromotionInput = { source: Source, 
/**
 * The application in the source.
 */
from: string, 
/**
 * Its name in the configuration in use; made where it is not there.
 */
to: string, 
/**
 * The connection of an application that is made.
 */
connection: string | null, 
/**
 * Whether the pool and the time limit of the connection come too.
 */
pool: boolean, };

/**
 * What a promotion would change, and what it leaves as it is here.
 */
export type PromotionPlan = { before: string, after: string, changes: Array<ChangedPart>, 
/**
 * What belongs to an environment: `before` is the source's, `after` is what stays here.
 */
kept: Array<KeptPart>, 
/**
 * The connection it works with here.
 */
connection: string | null, environment: Environment | null, 
/**
 * Why it cannot be done.
 */
problem: Problem | null, 
/**
 * What is to be typed first; `null` where nothing is.
 */
confirm: string | null, };

export type PropertySort = "used" | "replaced" | "harmless" | "unknown" | "secret";

/**
 * What a property means here.
 */
export type PropertyTold = { name: string, sort: PropertySort, 
/**
 * The setting of Sluice that does what it did.
 */
setting: string | null, };

/**
 * A check or a dry run that was made.
 */
export type Proven = { 
/**
 * Milliseconds since 1970.
 */
at: number, went: Went, 
/**
 * Whether the mapping was changed since.
 */
stale: boolean, };

/**
 * What the provider would have been told, had a request run the operation.
 */
export type ProviderAnswer = { 
/**
 * The HTTP status.
 */
status: number, 
/**
 * The SCIM resource, list or error.
 */
body: JsonValue, 
/**
 * What is different from a real answer: "The first 20 of 100,016 users; …".
 */
note: string | null, };

export type QuitInput = { 
/**
 * Whether to end although the endpoint listens, which ends it too.
 */
whileServing: boolean, };

/**
 * The time that is looked at, up to now.
 */
export type Range = "hour" | "day" | "week";

/**
 * `[log]` without its levels, as the console changes it.
 */
export type RecordSettings = { audit: Audit, 
/**
 * A recorded body is cut beyond this, in KiB.
 */
bodyLimitKb: number, 
/**
 * How many rows of a result are kept with a statement.
 */
sampleRows: number, 
/**
 * At least 1; `null` for no bound, as in the two below.
 */
keepDays: number | null, 
/**
 * In MiB.
 */
keepMb: number | null, keepExchanges: number | null, };

/**
 * The settings of the record, and what it holds.
 */
export type RecordSetup = { settings: RecordSettings, usual: RecordSettings, 
/**
 * The store's path.
 */
path: string, exchanges: number, pinned: number, 
/**
 * What they take, roughly.
 */
bytes: number, 
/**
 * The file with the space in it that is free.
 */
fileBytes: number, 
/**
 * When the oldest was, in milliseconds since 1970.
 */
oldest: number | null, 
/**
 * What is out of the bounds in use now.
 */
excess: WouldGo, };

/**
 * What the recording itself is doing.
 */
export type Recording = { 
/**
 * Exchanges in the store.
 */
recorded: number, 
/**
 * Exchanges lost since the start, because the queue was full or the store failed.
 */
dropped: number, 
/**
 * Why the store cannot be written, while it cannot.
 */
failing: string | null, requestsPerMinute: number, 
/**
 * Median duration of the last minute's exchanges, microseconds.
 */
p50Us: number | null, };

/**
 * A foreign key of some table, seen from the one it leads to.
 */
export type Reference = { 
/**
 * The table that has it.
 */
from: ObjectName, key: ForeignKey, };

/**
 * A table or a view.
 */
export type Relation = { name: ObjectName, kind: RelationKind, 
/**
 * In their order; empty where only names were asked for.
 */
columns: Array<RelationColumn>, 
/**
 * Primary key, unique keys and plain indexes.
 */
keys: Array<Key>, foreignKeys: Array<ForeignKey>, triggers: Array<string>, 
/**
 * The query of a view.
 */
source: string | null, 
/**
 * Whether a rollback undoes what is written to it; `None` where the dialect does not say
 * (every table of PostgreSQL, SQLite, SQL Server and Oracle is transactional: `Some(true)`).
 */
transactional: boolean | null, 
/**
 * The database's own estimate.
 */
rows: number | null, comment: string | null, };

/**
 * A column of a relation.
 */
export type RelationColumn = { name: string, dataType: DataType, nullable: boolean, 
/**
 * The default as the database writes it.
 */
default: string | null, 
/**
 * Whether the database fills it by itself: identity, AUTO_INCREMENT, a computed column.
 */
generated: boolean, comment: string | null, };

/**
 * Everything known of a table or view.
 */
export type RelationDetail = { relation: Relation, dialect: Dialect, 
/**
 * Columns whose values are never read.
 */
secret: Array<string>, 
/**
 * Columns that the rows can be ordered by.
 */
sortable: Array<string>, 
/**
 * The columns that tell rows apart; `null` where none do.
 */
key: Array<string> | null, 
/**
 * Foreign keys of other tables that lead here.
 */
referencedBy: Array<Reference>, };

/**
 * What kind of relation.
 */
export type RelationKind = "table" | "view" | "materialized_view" | "other";

/**
 * A table or view.
 */
export type RelationNames = { schema: string | null, name: string, 
/**
 * "table", "view".
 */
kind: string, columns: Array<ColumnNames>, };

/**
 * Something to know about what was generated.
 */
export type Remark = { 
/**
 * Whether it may not work as it stands.
 */
warning: boolean, text: string, };

export type RemoveConnection = { name: string, 
/**
 * Its password too, which an undo does not bring back.
 */
forgetPassword: boolean, };

export type Removed = { 
/**
 * Whether it was there.
 */
removed: boolean, };

export type RemovedExchanges = { removed: number, };

export type RemovedExport = { 
/**
 * Whether it was there.
 */
removed: boolean, };

export type Removing = { removed: number, 
/**
 * As it was counted before.
 */
of: number, };

/**
 * What an exchange did again.
 */
export type Repeats = { 
/**
 * The id of the exchange that was replayed.
 */
exchange: string, 
/**
 * The connection it ran on, which may be another one.
 */
connection: string, 
/**
 * Whether its method, path or body was changed before it was sent.
 */
edited: boolean, };

/**
 * What a rollback would not take back.
 */
export type ReplayCautions = { cautions: Array<Caution>, 
/**
 * Whether a dry run would be refused because of one of them.
 */
refused: boolean, };

/**
 * A replay to be run.
 */
export type ReplayInput = { 
/**
 * For each masked place of the body, by its pointer, the value; `null` leaves it out.
 */
secrets: Record<string, string | null>, 
/**
 * In a transaction that is rolled back, and not recorded.
 */
dry: boolean, 
/**
 * Dry although something was found that a rollback cannot take back.
 */
inSpite: boolean, 
/**
 * The connection's name, typed: on production nothing stays without it.
 */
confirmed: string | null, id: string, 
/**
 * `null`: as recorded.
 */
request: ReplayRequest | null, 
/**
 * `null`: the application's own.
 */
connection: string | null, };

/**
 * Which exchange, and what is different this time.
 */
export type ReplayOf = { id: string, 
/**
 * `null`: as recorded.
 */
request: ReplayRequest | null, 
/**
 * `null`: the application's own.
 */
connection: string | null, };

/**
 * What can be said of a replay before it runs. No database is asked.
 */
export type ReplayPlan = { method: string, path: string, 
/**
 * As recorded, secrets masked; empty where there was none, or it cannot be sent again.
 */
body: string, application: string, action: Action, 
/**
 * Plain words for what it asks.
 */
title: string, 
/**
 * The id in the path, where it has one.
 */
subject: string | null, 
/**
 * Whether it changes data.
 */
writes: boolean, 
/**
 * The application's own connection; `null` where it has none.
 */
connection: string | null, 
/**
 * Why it cannot be sent as it is.
 */
refused: Problem | null, 
/**
 * Places of the body that need a value.
 */
masked: Array<MaskedPlace>, 
/**
 * Headers that are not sent again.
 */
leftOut: Array<LeftOut>, };

export type ReplayProgress = { stage: ReplayStage, 
/**
 * Rows of an import read so far.
 */
rows: number, };

/**
 * A request in place of the recorded one.
 */
export type ReplayRequest = { method: string, 
/**
 * Path and query, from the first slash after the host on.
 */
path: string, 
/**
 * Empty for none. The mask of a secret stands for a value that is asked for.
 */
body: string, };

/**
 * What a replay is doing.
 */
export type ReplayStage = "running" | "comparing";

/**
 * What came of a replay.
 */
export type Replayed = { 
/**
 * The connection it ran on.
 */
connection: string, 
/**
 * `null` where nothing was run. Of a dry run it is in no store.
 */
exchange: Exchange | null, 
/**
 * The recorded one on the left, this one on the right.
 */
comparison: Comparison | null, 
/**
 * `null` where it was for real.
 */
report: DryRun | null, };

export type ReportingLine = { 
/**
 * From the top down to the user itself; empty where the import does not have this user.
 */
nodes: Array<ReportingNode>, };

/**
 * A user, or somebody whom users name as manager, in the tree.
 */
export type ReportingNode = { id: string, 
/**
 * What the user is called; `None` where nothing says it.
 */
name: string | null, title: string | null, active: boolean | null, 
/**
 * `false` where the id is named as manager and is no user of the import.
 */
user: boolean, 
/**
 * How many report to it directly.
 */
reports: number, 
/**
 * How many stand below it, in all levels.
 */
below: number, 
/**
 * Whether a circle of managers was cut above it.
 */
cut: boolean, };

/**
 * The tree at a glance, and what is wrong in it. Of each finding the first are told, and how many there
 * are in all.
 */
export type ReportingTree = { 
/**
 * `null` where no column names other users.
 */
column: ManagerColumn | null, 
/**
 * The columns that can be asked for.
 */
choices: Array<string>, users: number, levels: number, 
/**
 * How many stand at the top.
 */
tops: number, 
/**
 * How many of these have nobody below them.
 */
alone: number, 
/**
 * Users who report to each other, each circle from its first member upwards.
 */
circles: Array<Array<ReportingNode>>, circleCount: number, 
/**
 * Users who name themselves as manager.
 */
oneself: Array<ReportingNode>, oneselfCount: number, 
/**
 * Managers who are no users of the import.
 */
absent: Array<ReportingNode>, absentCount: number, 
/**
 * Inactive users to whom active ones report.
 */
inactiveManagers: Array<ReportingNode>, inactiveManagerCount: number, 
/**
 * When the users were read, in milliseconds since 1970.
 */
takenAt: number, };

export type ReportsPage = { nodes: Array<ReportingNode>, start: number, total: number, };

export type ReportsQuery = { application: string, column: string | null, 
/**
 * The id of a node; `null` for those at the top.
 */
of: string | null, 
/**
 * From 1.
 */
start: number, count: number, };

export type Revealed = { token: string, };

/**
 * Whether the rollback took everything back.
 */
export type Rollback = "not_run" | "held" | "broken" | "not_verified";

export type Rotate = { 
/**
 * How long the token before is good still, in milliseconds; 0 ends it at once.
 */
overlapMs: number, };

/**
 * A procedure or a function.
 */
export type Routine = { name: ObjectName, kind: RoutineKind, 
/**
 * In the order of a call.
 */
parameters: Array<RoutineParameter>, 
/**
 * Functions: what they give back; the columns of a table function are in `text`.
 */
returns: DataType | null, 
/**
 * Functions: whether they give rows.
 */
returnsRows: boolean, 
/**
 * Whether the last parameter takes any number of values (PostgreSQL's VARIADIC).
 */
variadic: boolean, 
/**
 * The text of its body, where the account may read it and it was asked for.
 */
source: string | null, 
/**
 * `definer` or `invoker`, where the dialect says it.
 */
security: string | null, comment: string | null, };

/**
 * How a routine is called.
 */
export type RoutineKind = "procedure" | "function";

/**
 * A procedure or function.
 */
export type RoutineNames = { schema: string | null, name: string, 
/**
 * "procedure", "function".
 */
kind: string, 
/**
 * "p_id varchar(100), p_rows out refcursor"; empty where it takes none.
 */
signature: string, 
/**
 * How many parameters a call has to give.
 */
parameters: number, };

/**
 * A parameter of a routine.
 */
export type RoutineParameter = { 
/**
 * Without `@`; `None` where it has no name.
 */
name: string | null, direction: Direction, dataType: DataType, 
/**
 * Whether a call may leave it out; the default's text where the database tells it.
 */
optional: boolean, default: string | null, };

/**
 * A mapping that calls a routine.
 */
export type RoutineUse = { application: string, operation: Operation, };

/**
 * How many rows an SQL statement that writes must have changed; anything else is an error, and
 * nothing of it is kept.
 */
export type RowContract = "one" | "one_or_none" | "any";

/**
 * One condition on a column. Values are text, as they were typed.
 */
export type RowFilter = { 
/**
 * A column of the rows, or one of those that stand for no column (`@state`).
 */
column: string, operator: RowOperator, values: Array<string>, };

/**
 * What a condition compares by.
 */
export type RowOperator = "contains" | "not_contains" | "starts_with" | "ends_with" | "equals" | "not_equals" | "one_of" | "none_of" | "less" | "at_most" | "greater" | "at_least" | "between" | "is_null" | "is_not_null";

/**
 * Which rows of which relation, in which order.
 */
export type RowQuery = { relation: ObjectName, 
/**
 * All of them hold for every row.
 */
conditions: Array<DataCondition>, 
/**
 * The first counts most. What they leave open is settled by a key, so that pages neither overlap
 * nor skip.
 */
sort: Array<DataSort>, };

/**
 * One column of an order; the first of a list counts most. NULL comes before everything.
 */
export type RowSort = { column: string, descending: boolean, };

export type RowsInput = { connection: string, query: RowQuery, 
/**
 * Rows before the page.
 */
first: number, 
/**
 * Rows of the page, at most 500.
 */
count: number, 
/**
 * Whether long values come whole, at most 4 MB each.
 */
whole: boolean, };

/**
 * A page of rows.
 */
export type RowsPage = { first: number, 
/**
 * One cell per column of the relation; `null` for NULL, `•••` where a secret column has a value,
 * base64 for bytes.
 */
rows: JsonValue[][], 
/**
 * The cells that are not whole.
 */
cut: Array<CutCell>, 
/**
 * What was run.
 */
statement: StatementRecord, durationUs: number, };

export type RunCases = { application: string, 
/**
 * What they are kept under, in the order in which they are run.
 */
names: Array<string>, };

/**
 * How a run ended.
 */
export type RunEnd = "not_run" | "succeeded" | "failed";

export type RunInput = { application: string, name: ObjectName, 
/**
 * Of the routine that the form was made for.
 */
signature: string, arguments: Array<GivenArgument>, mode: RunMode, 
/**
 * Run it dry although something was found that a rollback cannot take back.
 */
inSpite: boolean, 
/**
 * On production, for what may stay: the connection's name, as somebody typed it.
 */
confirm: string | null, };

/**
 * Whether what a run did is kept.
 */
export type RunMode = "dry" | "real";

/**
 * A run and what became of its line in the history.
 */
export type RunOutput = { run: ProcedureRun, 
/**
 * Why it is not in the history, where it is not.
 */
notKept: Problem | null, };

/**
 * How long a part of a run took.
 */
export type RunPart = { stage: RunStage, 
/**
 * Microseconds.
 */
durationUs: number, };

/**
 * How far a run is.
 */
export type RunProgress = { stage: RunStage, 
/**
 * Rows that came so far, of all result sets.
 */
rows: number, };

/**
 * What a run is doing.
 */
export type RunStage = "look" | "before" | "run" | "after" | "end" | "verify";

/**
 * An application to be added, or changed.
 */
export type SaveApplication = { name: string, 
/**
 * What was set when somebody began to change it; `null`: it is new.
 */
was: ApplicationSettings | null, settings: ApplicationSettings, };

/**
 * A connection to be added, or changed.
 */
export type SaveConnection = { name: string, 
/**
 * What was set when somebody began to change it; `null`: it is new.
 */
was: ConnectionSettings | null, settings: ConnectionSettings, 
/**
 * Left out, the one that is kept stays.
 */
password?: string, 
/**
 * Where to keep what was typed.
 */
keepIn?: KeepIn, 
/**
 * A connection whose password this one gets as well, where none was typed.
 */
passwordOf?: string, };

/**
 * New settings, and those they began from.
 */
export type SaveEndpoint = { was: EndpointSettings, settings: EndpointSettings, };

/**
 * What is to be saved of an application, all of it or nothing.
 */
export type SaveInput = { application: string, mappings: Array<ChangedMapping>, settings?: ChangedSettings, };

/**
 * New levels, and those they began from.
 */
export type SaveLevels = { was: Array<AreaLevel>, areas: Array<AreaLevel>, };

/**
 * New settings, and those they began from.
 */
export type SaveRecord = { was: RecordSettings, settings: RecordSettings, };

export type SaveSupport = { 
/**
 * `id` of the preview.
 */
id: number, 
/**
 * The parts that are written.
 */
parts: Array<SupportPart>, };

export type Saved = { in_use: InUse, 
/**
 * Where the password went; `null` where none was typed.
 */
password: PasswordPlace | null, };

/**
 * A schema (on MySQL: a database; on SQLite: an attached file).
 */
export type Schema = { name: string, 
/**
 * Whether unqualified names are looked up in it.
 */
current: boolean, };

export type Schemas = { schemas: Array<Schema>, };

/**
 * The certificate that a server showed.
 */
export type ServerCertificate = { 
/**
 * "CN=db.example.com".
 */
subject: string, issuer: string, 
/**
 * Host names and addresses it is made out to.
 */
names: Array<string>, 
/**
 * Milliseconds since 1970.
 */
notBefore: number, 
/**
 * Milliseconds since 1970.
 */
notAfter: number, 
/**
 * SHA-256, hex with colons.
 */
fingerprint: string, 
/**
 * "TLS 1.3"; `null` where the handshake did not come to its end.
 */
version: string | null, };

/**
 * A result set as recorded.
 */
export type SetRecord = { columns: Array<string>, 
/**
 * How many rows came back.
 */
rows: number, 
/**
 * The first rows, secret columns masked.
 */
sample: JsonValue[][], truncated: boolean, };

/**
 * The keys of an application that the screen Operations changes.
 */
export type Settings = { 
/**
 * The column that identifies a user.
 */
userIdColumn: string, 
/**
 * Says whether a user is active; without it every listed user is.
 */
statusColumn: string | null, 
/**
 * What means active there; the first is written. At least one.
 */
activeValue: Array<string>, 
/**
 * What means inactive; empty where the opposite of a Boolean's spelling is meant.
 */
inactiveValue: Array<string>, 
/**
 * Says when a user was changed last.
 */
changedColumn: string | null, entitlementIdColumn: string, entitlementDisplayColumn: string, entitlementDescriptionColumn: string | null, 
/**
 * Never returned, shown or recorded.
 */
secretColumns: Array<string>, 
/**
 * Whether an SQL statement may be several, separated by semicolons.
 */
severalStatements: boolean, 
/**
 * What a replace does with fields that the request leaves out.
 */
absentFields: AbsentFields, 
/**
 * Whether a user holds one entitlement at most.
 */
singleEntitlement: boolean, 
/**
 * What is special about single columns, by their names.
 */
fields: { [key in string]: FieldRules }, };

/**
 * The steps of an application, in the order in which they are done.
 */
export type Setup = { steps: Array<SetupStep>, };

export type SetupInput = { 
/**
 * `null` where the workspace has no application yet.
 */
application: string | null, };

export type SetupState = "done" | "warned" | "failed" | "open";

/**
 * A step, what is known of it, and where to go on.
 */
export type SetupStep = { step: Milestone, state: SetupState, 
/**
 * One sentence.
 */
said: string, 
/**
 * What to do, where something is to be done that the step's own screen does not say.
 */
hint: string | null, 
/**
 * The operation to begin with.
 */
operation: Operation | null, 
/**
 * The exchange that shows it.
 */
exchange: string | null, 
/**
 * When that was, in milliseconds since 1970.
 */
at: number | null, };

/**
 * How serious a message is.
 */
export type Severity = "note" | "warning" | "error";

/**
 * A certificate as a server shows it.
 */
export type ShownCertificate = { 
/**
 * SHA-256, in hex digits with colons.
 */
fingerprint: string, subject: string, issuer: string, 
/**
 * Names and addresses that it is made out to.
 */
names: Array<string>, 
/**
 * Milliseconds since 1970.
 */
notBefore: number, 
/**
 * Milliseconds since 1970.
 */
notAfter: number, 
/**
 * Why this machine does not trust it by itself; `null` where it does.
 */
distrusted: string | null, };

/**
 * One of two that are compared.
 */
export type Side = { title: string, text: string, };

/**
 * The same at another server.
 */
export type SimulatorBeside = { name: string, url: string, performed: SimulatorPerformed, };

/**
 * A call and its answer.
 */
export type SimulatorCall = { 
/**
 * What it is for, in plain words: "Look up by userName".
 */
title: string, method: string, 
/**
 * Below the base URL, with its query.
 */
path: string, 
/**
 * Whether it was sent. A write of a preview is shown only.
 */
sent: boolean, request: Message, 
/**
 * `null` where no answer came.
 */
status: number | null, answer: Message, 
/**
 * Microseconds until the whole answer was there.
 */
durationUs: number, 
/**
 * The id of the exchange in which Sluice recorded it, where it was an endpoint of Sluice.
 */
exchange: string | null, 
/**
 * Why no answer came.
 */
problem: Diagnosis | null, findings: Array<CallFinding>, };

/**
 * What an import was held against.
 */
export type SimulatorCompared = { 
/**
 * The server's name: its own, or another's.
 */
target: string, run: string, 
/**
 * Milliseconds since 1970.
 */
at: number, 
/**
 * How many users that import had.
 */
users: number, };

/**
 * How many are how.
 */
export type SimulatorCounts = { 
/**
 * How many came, each counted once.
 */
seen: number, new: number, changed: number, inactive: number, active: number, missing: number, same: number, };

/**
 * An entitlement that a user shall have.
 */
export type SimulatorEntitlement = { value: string, display: string | null, 
/**
 * The name of its resource type.
 */
type: string | null, };

/**
 * One field of the form.
 */
export type SimulatorField = { place: Array<string>, 
/**
 * `givenName`, `ext_TITLE`.
 */
label: string, 
/**
 * The URI of its schema.
 */
schema: string, kind: SimulatorValueKind, required: boolean, 
/**
 * Values to choose from; empty where any will do.
 */
choices: Array<string>, description: string | null, 
/**
 * `null` where no example would be sensible.
 */
example: JsonValue, };

/**
 * The form of a user, as the server's own schemas make it.
 */
export type SimulatorForm = { fields: Array<SimulatorField>, 
/**
 * Those of the server, as far as its first pages go.
 */
entitlements: Array<SimulatorEntitlement>, 
/**
 * What the user has in the fields.
 */
values: Array<SimulatorValue>, 
/**
 * The values of the entitlements that the user has.
 */
held: Array<string>, 
/**
 * Whether the user is active; `null` for a new one.
 */
active: boolean | null, 
/**
 * The calls that were made for it.
 */
calls: Array<SimulatorCall>, };

export type SimulatorFormOf = { target: SimulatorTargetRef, 
/**
 * Whose values are read with it; `null` for a new user.
 */
user: string | null, };

/**
 * What came of an import.
 */
export type SimulatorImport = { steps: Array<SimulatorStep>, 
/**
 * The calls before the pages, the first page, and the one that failed.
 */
calls: Array<SimulatorCall>, 
/**
 * Why it ended before its end; `null` where it did not.
 */
failure: Diagnosis | null, users: SimulatorCounts, entitlements: SimulatorCounts, times: PageTimes, paging: Array<PagingFinding>, 
/**
 * `null` where the server tells none.
 */
capabilities: Array<string> | null, durationUs: number, };

/**
 * An import to be made.
 */
export type SimulatorImportOrder = { target: SimulatorTargetRef, 
/**
 * How many users a page shall have: 1 to 1,000. The agent asks for 100 unless it was set otherwise.
 */
pageSize: number, 
/**
 * Whether pages are asked for again, to see whether they stay the same.
 */
again: boolean, 
/**
 * Whose newest import it is held against; `null` for its own.
 */
against: SimulatorTargetRef | null, };

/**
 * An import that was run.
 */
export type SimulatorImportRun = { import: SimulatorImport, 
/**
 * `null` where there was none to hold it against.
 */
compared: SimulatorCompared | null, };

export type SimulatorListOf = { target: SimulatorTargetRef, run: string, resources: SimulatorResources, kind: DifferenceKind, offset: number, 
/**
 * At most 500.
 */
limit: number, 
/**
 * Part of an id or a name; empty for all.
 */
search: string, };

export type SimulatorOfTarget = { target: SimulatorTargetRef, };

/**
 * A call of one side and the same of the other.
 */
export type SimulatorPair = { title: string, 
/**
 * The position among the calls of the left; `null` where only the right was called.
 */
left: number | null, right: number | null, 
/**
 * How many values of the answers differ.
 */
differences: number, answer: ComparedMessage, };

/**
 * A task to be done.
 */
export type SimulatorPerformOrder = { target: SimulatorTargetRef, 
/**
 * Where the same is done too, to hold the answers against each other.
 */
beside: SimulatorTargetRef | null, task: SimulatorTask, 
/**
 * Writes are shown and not sent.
 */
preview: boolean, 
/**
 * What a production server wants typed, for each of the two that is one.
 */
confirmed: Array<string>, };

/**
 * A call that is through.
 */
export type SimulatorPerformProgress = { 
/**
 * Whether it is the server beside.
 */
beside: boolean, call: SimulatorCall, };

/**
 * What came of a task.
 */
export type SimulatorPerformed = { 
/**
 * In order.
 */
calls: Array<SimulatorCall>, 
/**
 * The id of the user that it was about, as far as it is known.
 */
user: string | null, 
/**
 * Whether the provider would call it a success.
 */
passed: boolean, };

/**
 * How far an import is.
 */
export type SimulatorProgress = { 
/**
 * The step it is in.
 */
stage: SimulatorStepName, 
/**
 * The steps that are done.
 */
steps: Array<SimulatorStep>, pages: number, 
/**
 * How many pages there will be; `null` before the first one came.
 */
pagesTotal: number | null, users: SimulatorCounts, total: number | null, times: PageTimes, elapsedUs: number, };

/**
 * A document that stands by itself.
 */
export type SimulatorReport = { 
/**
 * A file's name.
 */
name: string, text: string, };

/**
 * The forms of a report.
 */
export type SimulatorReportFormat = "html" | "json";

export type SimulatorReportOf = { target: SimulatorTargetRef, run: string, format: SimulatorReportFormat, };

/**
 * What is imported.
 */
export type SimulatorResources = "users" | "entitlements";

/**
 * A run as it is shown.
 */
export type SimulatorRun = { id: string, 
/**
 * Milliseconds since 1970.
 */
at: number, 
/**
 * The server's name.
 */
target: string, url: string, environment: Environment, 
/**
 * One of the two is there.
 */
import: SimulatorImportRun | null, task: SimulatorTaskRun | null, 
/**
 * The calls of a task side by side, where there was another server.
 */
pairs: Array<SimulatorPair>, };

/**
 * A line of the list of runs.
 */
export type SimulatorRunLine = { id: string, 
/**
 * Milliseconds since 1970.
 */
at: number, 
/**
 * `import`, or the kind of the task.
 */
play: string, title: string, passed: boolean, 
/**
 * Of an import.
 */
users: SimulatorCounts | null, 
/**
 * Whether the next import can be held against it.
 */
whole: boolean, preview: boolean, 
/**
 * The other server's name.
 */
beside: string | null, durationUs: number, };

export type SimulatorRunOf = { target: SimulatorTargetRef, run: string, };

export type SimulatorRuns = { 
/**
 * The newest first.
 */
runs: Array<SimulatorRunLine>, };

export type SimulatorSaveTarget = { name: string, 
/**
 * The name it has so far; `null` for a new one.
 */
before: string | null, url: string, environment: Environment, 
/**
 * The name of the header that says who asks; `null` where none is sent.
 */
header: string | null, 
/**
 * The header's whole value; `null` keeps the one that is kept.
 */
authorization: string | null, 
/**
 * The value of `X-OKTA-ONPREM-DATA`; `null` keeps what is kept, an empty one takes it away.
 */
connectorHeader: string | null, trust: SimulatorTrust, };

/**
 * How bad something is.
 */
export type SimulatorSeverity = "good" | "warning" | "bad";

/**
 * A step that was done.
 */
export type SimulatorStep = { name: SimulatorStepName, 
/**
 * What it found, in a few words.
 */
detail: string, passed: boolean, durationUs: number, };

/**
 * The steps of an import.
 */
export type SimulatorStepName = "configure" | "discover" | "users" | "entitlements" | "paging" | "compare";

/**
 * A server as it is chosen on the screen.
 */
export type SimulatorTarget = { reference: SimulatorTargetRef, name: string, 
/**
 * Its base URL.
 */
url: string, environment: Environment, 
/**
 * What has to be typed before something is written to a production one.
 */
confirm: string, 
/**
 * The header that says who asks; `null` where none is sent.
 */
header: string | null, 
/**
 * Whether a value for it is kept.
 */
authorized: boolean, connectorHeader: boolean, 
/**
 * `null` for the endpoint's own, whose certificate is known.
 */
trust: SimulatorTrust | null, 
/**
 * Why it cannot be called now.
 */
problem: Problem | null, };

export type SimulatorTargetName = { name: string, };

/**
 * Which server.
 */
export type SimulatorTargetRef = { "kind": "own", application: string, } | { "kind": "saved", name: string, };

export type SimulatorTargets = { 
/**
 * The endpoint's own first.
 */
targets: Array<SimulatorTarget>, };

/**
 * What the provider is to do.
 */
export type SimulatorTask = { "kind": "look", 
/**
 * The id of the user that is read; the first one of the page where it is `null`.
 */
user: string | null, } | { "kind": "assign", values: Array<SimulatorValue>, entitlements: Array<SimulatorEntitlement>, } | { "kind": "update", user: string, values: Array<SimulatorValue>, } | { "kind": "deactivate", user: string, } | { "kind": "reactivate", user: string, } | { "kind": "entitlements", user: string, add: Array<SimulatorEntitlement>, 
/**
 * By their values.
 */
remove: Array<string>, } | { "kind": "life", values: Array<SimulatorValue>, change: Array<SimulatorValue>, entitlement: SimulatorEntitlement | null, };

/**
 * A task that was run.
 */
export type SimulatorTaskRun = { task: SimulatorTask, 
/**
 * Whether its writes were only shown.
 */
preview: boolean, performed: SimulatorPerformed, beside: SimulatorBeside | null, };

/**
 * Whose certificate is accepted.
 */
export type SimulatorTrust = { "kind": "system" } | { "kind": "authority", pem: string, } | { "kind": "fingerprint", sha256: string, };

export type SimulatorUrl = { url: string, };

/**
 * A value that somebody gave.
 */
export type SimulatorValue = { place: Array<string>, value: JsonValue, };

/**
 * What a field holds (RFC 7643 §2.3).
 */
export type SimulatorValueKind = "text" | "boolean" | "whole" | "decimal" | "moment";

/**
 * A kind of request, and how long it takes.
 */
export type SlowKind = { application: string, 
/**
 * What was asked for, in plain words.
 */
title: string, times: number, 
/**
 * Microseconds: the median, what 95 of 100 did not exceed, and the slowest.
 */
p50Us: number, p95Us: number, slowestUs: number, 
/**
 * The id of the slowest one.
 */
exchange: string, 
/**
 * The statement that took longest in it; `null` where none ran.
 */
statement: SlowStatement | null, };

/**
 * A statement of the slowest request.
 */
export type SlowStatement = { operation: Operation | null, 
/**
 * With `?` for its values.
 */
text: string, durationUs: number, };

/**
 * A configuration.
 */
export type Source = { "kind": "in_use" } | { "kind": "version", version: number, } | { "kind": "file", file: ImportInput, };

export type SourceInput = { source: Source, };

/**
 * What can be promoted from a configuration.
 */
export type SourceParts = { title: string, applications: Array<ApplicationOf>, connections: Array<ConnectionOf>, };

/**
 * A part of a text, in UTF-16 units, as an editor counts them.
 */
export type Span = { from: number, 
/**
 * Behind the last one.
 */
to: number, };

/**
 * What the database said, for administrators only.
 */
export type StatementProblem = { sqlstate: string | null, 
/**
 * The vendor's own number or word.
 */
code: string | null, message: string, 
/**
 * The parameter at fault, from 1, where it is known.
 */
parameter: number | null, };

/**
 * A statement as it ran: text with `?`, bound values with secrets masked, rows and effect.
 */
export type StatementRecord = { operation: Operation | null, kind: Kind, text: string, parameters: Array<ParameterRecord>, columns: Array<string>, 
/**
 * How many rows came back.
 */
rows: number, 
/**
 * How many rows the database says it changed; `None` where it does not say.
 */
affected: number | null, 
/**
 * The first rows, secret columns masked.
 */
sample: JsonValue[][], sampleTruncated: boolean, 
/**
 * The result sets after the first one.
 */
further: Array<SetRecord>, 
/**
 * The values of OUT and INOUT parameters.
 */
outs: Array<OutRecord>, 
/**
 * What the routine returned, where it was asked for.
 */
returned: JsonValue | null, 
/**
 * Notices and warnings.
 */
messages: Array<DatabaseMessage>, problem: StatementProblem | null, 
/**
 * What a reader must know of how it ran, such as that a procedure is a script.
 */
note?: string, };

/**
 * How a user's row says whether the user is active.
 */
export type Status = { column: string, 
/**
 * As text; `1` and `0` for a Boolean.
 */
active: string, inactive: string, };

/**
 * One step of a trace. Times are microseconds; `start_us` counts from the start of the exchange.
 */
export type Step = { kind: StepKind, title: string, startUs: number, durationUs: number, ok: boolean, detail: string | null, statement: StatementRecord | null, };

/**
 * What a step of a trace did.
 */
export type StepKind = "receive" | "authorise" | "parse" | "plan" | "connect" | "begin" | "statement" | "commit" | "rollback" | "answer";

/**
 * What a part is.
 */
export type SupportPart = "about" | "configuration" | "checks" | "failures" | "state" | "log";

export type SupportPreview = { 
/**
 * Names this collection.
 */
id: number, parts: Array<PreviewedPart>, };

export type SupportProgress = { 
/**
 * What is being collected.
 */
part: SupportPart, 
/**
 * Parts that are there.
 */
done: number, total: number, };

/**
 * What changed in a table.
 */
export type TableChange = { table: ObjectName, columns: Array<string>, 
/**
 * Which of the columns are the primary key.
 */
key: Array<number>, added: JsonValue[][], removed: JsonValue[][], changed: Array<ChangedRow>, 
/**
 * How many rows the table had before and has after.
 */
rowsBefore: number, rowsAfter: number, 
/**
 * Which rows were compared, in words: "all rows", "rows with USER_ID = luke".
 */
compared: string, };

export type TakeFile = { file: ImportInput, 
/**
 * `before` of the preview.
 */
before: string, typed?: string, };

/**
 * A saved call of a procedure with what is expected of it.
 */
export type TestCase = { routine: ObjectName, 
/**
 * As [`signature_of`] gives it.
 */
signature: string, arguments: Array<GivenArgument>, expectation: Expectation, };

/**
 * What to try.
 */
export type TestInput = { settings: ConnectionSettings, 
/**
 * As it was typed; it is used for this test and kept nowhere.
 */
password?: string, 
/**
 * A saved connection whose password is used where none was typed.
 */
passwordOf?: string, 
/**
 * The saved connection that this is; the rights that its applications need are looked at.
 */
name?: string, };

/**
 * What came of it.
 */
export type Tested = { steps: Array<ProbeResult>, 
/**
 * What the server showed; `null` where nothing was encrypted, or the driver does not show it.
 */
certificate: ServerCertificate | null, 
/**
 * Whether no step failed.
 */
passed: boolean, };

/**
 * How far a test is.
 */
export type Testing = { steps: Array<ProbeResult>, };

/**
 * A form of one text.
 */
export type TextForm = "toml" | "properties" | "header" | "curl";

export type TextInput = { form: TextForm, 
/**
 * For the header and the script; the pool of its connection stands in the properties.
 */
application: string, 
/**
 * For the properties: the customer in the file's name.
 */
customer?: string, };

/**
 * TLS to the database. Files are PEM; relative paths count from the configuration file's folder.
 */
export type Tls = { mode: TlsMode, 
/**
 * Authorities to trust instead of the system's.
 */
ca_file: string | null, 
/**
 * A certificate to show to the server, with `key_file`.
 */
certificate_file: string | null, key_file: string | null, };

/**
 * How much a connection to a server must be protected; the words are PostgreSQL's (libpq).
 */
export type TlsMode = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

/**
 * The token without the token.
 */
export type TokenInfo = { masked: string, 
/**
 * "operating-system keyring", "environment variable", "secrets file".
 */
store: string, };

/**
 * The token without the token.
 */
export type TokenSetup = { 
/**
 * "operating-system keyring", "environment variable", "secrets file".
 */
store: string, 
/**
 * Whether Sluice may change it: not where the environment sets it.
 */
ours: boolean, 
/**
 * Milliseconds since 1970; `null` where it was never rotated.
 */
rotatedAt: number | null, 
/**
 * The token before, for as long as it is good.
 */
former: FormerUse | null, 
/**
 * The applications that it opens.
 */
applications: Array<string>, };

/**
 * A part of the configuration that is different.
 */
export type Touched = { 
/**
 * `None`: something that belongs to no application: the endpoint, a connection.
 */
application: string | null, 
/**
 * `None`: what the application says beside its mappings.
 */
operation: Operation | null, };

export type TrafficPage = { 
/**
 * Newest first.
 */
exchanges: Array<ExchangeSummary>, 
/**
 * Those of them that have marks, or were imported.
 */
marked: Array<Marked>, more: boolean, 
/**
 * What to ask for next as `before`, where there is more. A page of a filter that looks into bodies and
 * statements may be short, or empty, and yet not the last.
 */
next: number | null, 
/**
 * How many match in all.
 */
total: number, 
/**
 * Whether `total` is the whole number; otherwise at least so many match.
 */
counted: boolean, 
/**
 * What of the filter cannot be read, and takes no part.
 */
problems: Array<FilterProblem>, };

export type TrafficQuery = { filter: string, 
/**
 * Only exchanges with a lower `seq`: `next` of the page before.
 */
before: number | null, limit: number, 
/**
 * Only exchanges with a higher `seq`.
 */
after?: number, 
/**
 * The view was cleared at this `seq`: only later exchanges, and pinned ones.
 */
cleared?: number, 
/**
 * In which the filter's times are written, such as `Europe/Berlin`; else UTC.
 */
zone?: string, };

/**
 * The tray of the desktop, as far as Sluice stands in it.
 */
export type Tray = "shown" | "no_tray" | "no_library";

/**
 * What a change would do, found by making it and taking it back.
 */
export type TriedUserChange = { 
/**
 * The operations it runs, in order; none where the user is as it is wanted already.
 */
operations: Array<Operation>, report: DryRun, 
/**
 * The SCIM user as the provider gets it now; `null` where nothing was run.
 */
before: JsonValue, 
/**
 * The SCIM user as the provider would get it; `null` where the change failed or was not run.
 */
after: JsonValue, };

export type TryInput = { draft: Draft, 
/**
 * A value for each database field.
 */
fields: Record<string, JsonValue>, 
/**
 * Run it although something was found that a rollback cannot take back.
 */
inSpite?: boolean, };

export type TryUserChange = { application: string, 
/**
 * The user's id.
 */
user: string, change: UserChange, 
/**
 * Run it although something was found that a rollback cannot take back.
 */
inSpite: boolean, };

/**
 * A dry run began.
 */
export type Trying = { 
/**
 * Milliseconds since 1970.
 */
since: number, };

/**
 * The kinds of types that matter to whoever binds a value.
 */
export type TypeKind = "boolean" | { "integer": { bits: number, } } | { "unsigned": { bits: number, } } | "decimal" | "float" | "text" | "bytes" | "date" | "time" | "timestamp" | "timestamp_tz" | "interval" | "uuid" | "json" | "enum" | "cursor" | "array" | "other";

export type UrlInput = { url: string, };

/**
 * An exchange that ran an operation.
 */
export type Use = { 
/**
 * Milliseconds since 1970.
 */
at: number, 
/**
 * The exchange's id.
 */
exchange: string, 
/**
 * Why it failed, where it did.
 */
cause: string | null, };

export type UsedBy = { application: string, 
/**
 * Milliseconds since 1970.
 */
last: number, times: number, };

export type UserById = { application: string, id: string, };

/**
 * A change of one user that the mapped operations can make.
 */
export type UserChange = { "what": "activate" } | { "what": "deactivate" } | { "what": "assign", entitlements: Array<string>, } | { "what": "revoke", entitlements: Array<string>, };

/**
 * A change of several users, one after the other.
 */
export type UserChangeInput = { application: string, change: UserChange, 
/**
 * Their ids.
 */
users: Array<string>, 
/**
 * On a connection labelled production: its name, as somebody typed it. Trying needs none.
 */
confirmation: string | null, };

/**
 * How a change of one user went, or would go.
 */
export type UserChangeOutcome = "changed" | "unchanged" | "failed" | "not_tried";

export type UserChangeProgress = { done: number, total: number, 
/**
 * Of the user that was done last.
 */
result: UserResult, };

export type UserChangeSummary = { changed: number, unchanged: number, failed: number, notTried: number, };

/**
 * Which users are wanted, and in which order.
 */
export type UserChoice = { 
/**
 * Text that any column holds that is not secret, without regard to letter case; empty for all.
 */
search: string, 
/**
 * All of them are to be true. Beside the columns of the rows there are `@state` (`active`,
 * `inactive`), `@name`, `@entitlements` (how many) and `@holds` (ids).
 */
filters: Array<RowFilter>, 
/**
 * Empty for the order of the import.
 */
sort: Array<RowSort>, };

export type UserCopy = { application: string, choice: UserChoice, 
/**
 * First and last position of each, from 0, both included.
 */
ranges: Array<[number, number]>, 
/**
 * When the rows of the list were read.
 */
takenAt: number, format: UserFormat, };

export type UserDetail = { columns: Array<Column>, user: UserRow, attributes: Array<ColumnAttribute>, 
/**
 * What was run to show it.
 */
steps: Array<Step>, };

export type UserExport = { application: string, choice: UserChoice, format: UserFormat, };

/**
 * In which form users leave.
 */
export type UserFormat = "csv" | "json" | "ndjson" | "insert" | "scim";

export type UserIds = { ids: Array<string>, };

/**
 * Rows of a list, by their positions in it.
 */
export type UserIdsQuery = { application: string, choice: UserChoice, 
/**
 * First and last position of each, from 0, both included.
 */
ranges: Array<[number, number]>, 
/**
 * When the rows of the list were read.
 */
takenAt: number, };

export type UserResult = { 
/**
 * The user's id.
 */
user: string, outcome: UserChangeOutcome, 
/**
 * The operations that ran, in order.
 */
operations: Array<Operation>, problem: Problem | null, 
/**
 * The id of the exchange that records it; `null` where it was only tried.
 */
exchange: string | null, };

export type UserRow = { id: string, display: string | null, active: boolean | null, 
/**
 * One cell per column; `null` for NULL, `•••` where the column is secret.
 */
row: JsonValue[], 
/**
 * The SCIM user as the provider gets it.
 */
resource: JsonValue, entitlements: Array<HeldEntitlement>, };

export type UsersPage = { columns: Array<Column>, idColumn: string, users: Array<UserRow>, 
/**
 * How many match.
 */
total: number, 
/**
 * How many there are without search and conditions.
 */
all: number, start: number, counting: Counting, 
/**
 * When the rows were read, in milliseconds since 1970. Pages of another time are of other rows.
 */
takenAt: number, durationUs: number, };

export type UsersQuery = { application: string, 
/**
 * From 1.
 */
start: number, count: number, choice: UserChoice, 
/**
 * Whether the operation is run anew; else the import is read that is there already.
 */
fresh: boolean, };

export type Verdict = "taken" | "same" | "secret" | "left";

export type VersionInput = { version: number, 
/**
 * One mapping; left out, the whole configuration.
 */
mapping?: MappingName, };

/**
 * The texts of a version, to be compared.
 */
export type VersionTexts = { version: PastVersion, 
/**
 * As it was in the version before; empty where there was none.
 */
before: string, after: string, 
/**
 * As it is in use.
 */
now: string, };

export type Versions = { 
/**
 * The newest first.
 */
versions: Array<PastVersion>, 
/**
 * The version that undo brings back.
 */
undo: number | null, 
/**
 * The version that redo brings back.
 */
redo: number | null, };

/**
 * How something went.
 */
export type Went = "well" | "warned" | "failed";

export type WorkspaceInfo = { name: string, environment: Environment, 
/**
 * The configuration's path.
 */
configuration: string, demo: boolean, };

export type WorkspaceInput = { 
/**
 * As the list has it.
 */
configuration: string, };

/**
 * A workspace that this account has opened.
 */
export type WorkspaceLine = { 
/**
 * The file of its configuration, which also says which one it is.
 */
configuration: string, 
/**
 * As the file names it; `null` where the file cannot be read, or is no configuration.
 */
name: string | null, environment: Environment | null, 
/**
 * When it was opened last.
 */
openedAt: number, 
/**
 * Whether it is the one in this window.
 */
here: boolean, };

export type WorkspaceLines = { 
/**
 * The one that was opened last first. The embedded demo is none of them.
 */
workspaces: Array<WorkspaceLine>, 
/**
 * Whether this window shows the embedded demo.
 */
demoHere: boolean, };

/**
 * What is to be otherwise; what is absent stays.
 */
export type WorkstationChange = { closing: Closing | null, startAtLogin: boolean | null, };

/**
 * The window and its surroundings now.
 */
export type WorkstationState = { closing: Closing, tray: Tray, 
/**
 * Whether Sluice starts when this account logs in, with this data folder and configuration.
 */
startAtLogin: boolean, 
/**
 * The file that starts it at login, whether it is there or not; `null` where this system has no such file.
 */
loginFile: string | null, };

/**
 * What goes by some bounds.
 */
export type WouldGo = { exchanges: number, 
/**
 * What they take, roughly.
 */
bytes: number, 
/**
 * Milliseconds since 1970, as `newest`.
 */
oldest: number | null, newest: number | null, 
/**
 * Pinned ones that are as old, and stay.
 */
pinned: number, };

export type Commands = {
  "kept.list": { input: KeptQuery; output: KeptItems };
  "kept.put": { input: Keep; output: Kept };
  "kept.remove": { input: KeptByName; output: Removed };
  "overview.get": { input: Nothing; output: Overview };
  "overview.figures": { input: FiguresInput; output: Figures };
  "overview.setup": { input: SetupInput; output: Setup };
  "endpoint.start": { input: Nothing; output: Endpoint };
  "endpoint.stop": { input: Nothing; output: Endpoint };
  "credentials.reveal": { input: Nothing; output: Revealed };
  "traffic.list": { input: TrafficQuery; output: TrafficPage };
  "traffic.get": { input: ById; output: Exchange };
  "traffic.complete": { input: CompleteInput; output: FilterCompletion };
  "traffic.marks": { input: MarksQuery; output: MarkedList };
  "traffic.mark": { input: MarkInput; output: MarkedList };
  "traffic.import": { input: HarImport; output: HarImported };
  "traffic.import_remove": { input: HarFile; output: HarRemoved };
  "traffic.compare": { input: ComparePair; output: Compared };
  "replay.plan": { input: ReplayOf; output: ReplayPlan };
  "replay.cautions": { input: ReplayOf; output: ReplayCautions };
  "imports.list": { input: Nothing; output: Imports };
  "users.list": { input: UsersQuery; output: UsersPage };
  "users.get": { input: UserById; output: UserDetail };
  "data.schemas": { input: OnConnection; output: Schemas };
  "data.relations": { input: InSchema; output: Listed };
  "data.relation": { input: OfRelation; output: RelationDetail };
  "data.rows": { input: RowsInput; output: RowsPage };
  "data.count": { input: CountInput; output: Counted };
  "data.format": { input: FormatInput; output: Formatted };
  "data.exports": { input: Nothing; output: Exports };
  "data.export_read": { input: PartOfExport; output: ExportPart };
  "data.export_remove": { input: ExportName; output: RemovedExport };
  "users.ids": { input: UserIdsQuery; output: UserIds };
  "users.copy": { input: UserCopy; output: Formatted };
  "users.try": { input: TryUserChange; output: TriedUserChange };
  "users.lines": { input: LinesQuery; output: ReportingTree };
  "users.reports": { input: ReportsQuery; output: ReportsPage };
  "users.line": { input: LineQuery; output: ReportingLine };
  "users.find_in_lines": { input: LineSearch; output: ReportsPage };
  "entitlements.list": { input: EntitlementsQuery; output: EntitlementList };
  "entitlements.holders": { input: HoldersQuery; output: HoldersPage };
  "entitlements.idle": { input: IdleQuery; output: IdlePage };
  "configuration.history": { input: HistoryQuery; output: Versions };
  "configuration.version": { input: VersionInput; output: VersionTexts };
  "configuration.restore": { input: VersionInput; output: InUse };
  "configuration.undo": { input: Nothing; output: InUse };
  "configuration.redo": { input: Nothing; output: InUse };
  "configuration.on_disk": { input: Nothing; output: OnDisk };
  "configuration.take": { input: Nothing; output: InUse };
  "connections.list": { input: Nothing; output: Connections };
  "connections.pools": { input: Nothing; output: Pools };
  "connections.explain": { input: ExplainInput; output: Explained };
  "connections.read_url": { input: UrlInput; output: Described };
  "connections.read_header": { input: HeaderInput; output: Described };
  "connections.save": { input: SaveConnection; output: Saved };
  "connections.remove": { input: RemoveConnection; output: InUse };
  "applications.save": { input: SaveApplication; output: InUse };
  "applications.remove": { input: ApplicationByName; output: InUse };
  "configuration.export": { input: TextInput; output: ExportedText };
  "configuration.bundle": { input: BundleInput; output: Bundled };
  "configuration.preview_file": { input: ImportInput; output: ImportPreview };
  "configuration.take_file": { input: TakeFile; output: InUse };
  "configuration.compare": { input: CompareInput; output: ComparedTexts };
  "configuration.parts": { input: SourceInput; output: SourceParts };
  "configuration.promotion": { input: PromotionInput; output: PromotionPlan };
  "configuration.promote": { input: PromoteInput; output: InUse };
  "support.save": { input: SaveSupport; output: ExportFile };
  "settings.endpoint": { input: Nothing; output: EndpointSetup };
  "settings.save_endpoint": { input: SaveEndpoint; output: InUse };
  "record.get": { input: Nothing; output: RecordSetup };
  "record.would_go": { input: RecordSettings; output: WouldGo };
  "record.save": { input: SaveRecord; output: InUse };
  "log.levels": { input: Nothing; output: LogSetup };
  "log.save_levels": { input: SaveLevels; output: InUse };
  "log.tail": { input: AfterLine; output: LogLines };
  "certificate.get": { input: Nothing; output: CertificateSetup };
  "certificate.bring": { input: OwnCertificate; output: CertificateJudged };
  "certificate.take": { input: Nothing; output: CertificateSetup };
  "certificate.discard": { input: Nothing; output: CertificateSetup };
  "certificate.bring_back": { input: EarlierId; output: CertificateSetup };
  "certificate.forget": { input: EarlierId; output: CertificateSetup };
  "token.get": { input: Nothing; output: TokenSetup };
  "token.rotate": { input: Rotate; output: TokenSetup };
  "token.end_former": { input: Nothing; output: TokenSetup };
  "operations.list": { input: MappingsInput; output: Mappings };
  "operations.check": { input: CheckInput; output: Checked };
  "operations.coverage": { input: CoverageInput; output: Coverage };
  "operations.names": { input: CoverageInput; output: ObjectNames };
  "operations.check_draft": { input: Draft; output: DraftChecked };
  "operations.save": { input: SaveInput; output: InUse };
  "operations.generate": { input: GenerateInput; output: Generated };
  "operations.grants": { input: GrantsInput; output: Granted };
  "procedures.list": { input: ProceduresInput; output: Procedures };
  "procedures.get": { input: ProcedureInput; output: ProcedureDetail };
  "procedures.prepare": { input: PrepareInput; output: PreparedCall };
  "procedures.history": { input: HistoryInput; output: PastRuns };
  "procedures.cases": { input: CasesInput; output: KeptCases };
  "procedures.keep_case": { input: KeepCase; output: KeptCase };
  "simulator.targets": { input: Nothing; output: SimulatorTargets };
  "simulator.save_target": { input: SimulatorSaveTarget; output: SimulatorTargets };
  "simulator.remove_target": { input: SimulatorTargetName; output: SimulatorTargets };
  "simulator.certificate": { input: SimulatorUrl; output: ShownCertificate };
  "simulator.form": { input: SimulatorFormOf; output: SimulatorForm };
  "simulator.runs": { input: SimulatorOfTarget; output: SimulatorRuns };
  "simulator.run": { input: SimulatorRunOf; output: SimulatorRun };
  "simulator.list": { input: SimulatorListOf; output: DifferencePage };
  "simulator.report": { input: SimulatorReportOf; output: SimulatorReport };
  "simulator.forget": { input: SimulatorOfTarget; output: SimulatorRuns };
  "workspaces.list": { input: Nothing; output: WorkspaceLines };
  "workspaces.open": { input: WorkspaceInput; output: Nothing };
  "workspaces.choose": { input: ChooseWorkspace; output: ChosenWorkspace };
  "workspaces.forget": { input: WorkspaceInput; output: Nothing };
  "workstation.get": { input: Nothing; output: InWindow };
  "workstation.set": { input: WorkstationChange; output: InWindow };
  "workstation.quit": { input: QuitInput; output: Nothing };
};

export type Streams = {
  "traffic.live": { input: After; item: LiveBatch };
  "workstation.asked": { input: Nothing; item: Asked };
};

export type Works = {
  "simulator.import": { input: SimulatorImportOrder; progress: SimulatorProgress; output: SimulatorRun };
  "simulator.perform": { input: SimulatorPerformOrder; progress: SimulatorPerformProgress; output: SimulatorRun };
  "replay.run": { input: ReplayInput; progress: ReplayProgress; output: Replayed };
  "connections.test": { input: TestInput; progress: Testing; output: Tested };
  "certificate.make": { input: Nothing; progress: Making; output: CertificateSetup };
  "record.remove_excess": { input: Nothing; progress: Removing; output: RemovedExchanges };
  "data.export": { input: ExportInput; progress: ExportProgress; output: Exported };
  "support.collect": { input: Nothing; progress: SupportProgress; output: SupportPreview };
  "operations.try": { input: TryInput; progress: Trying; output: DryRun };
  "procedures.run": { input: RunInput; progress: RunProgress; output: RunOutput };
  "procedures.test": { input: RunCases; progress: CasesProgress; output: CasesRun };
  "traffic.export": { input: HarExport; progress: HarProgress; output: HarExported };
  "users.try_all": { input: UserChangeInput; progress: UserChangeProgress; output: UserChangeSummary };
  "users.export": { input: UserExport; progress: ExportProgress; output: Exported };
  "users.change": { input: UserChangeInput; progress: UserChangeProgress; output: UserChangeSummary };
};
