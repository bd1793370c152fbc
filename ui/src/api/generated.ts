// Generated from the registry of commands by `UPDATE=1 cargo test -p sluice-app`. Do not edit.

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/**
 * What a replace (PUT) does with fields that the request leaves out.
 */
export type AbsentFields = "keep" | "null";

/**
 * What made a version.
 */
export type Act = "first" | "saved" | "undone" | "redone" | "restored" | "outside";

/**
 * What a request asked for.
 */
export type Action = "list_users" | "look_up_user" | "search_users" | "get_user" | "create_user" | "replace_user" | "patch_user" | "delete_user" | "deactivate_user" | "activate_user" | "list_entitlements" | "get_entitlement" | "list_groups" | "discover" | "status" | "refused" | "unknown";

export type After = { 
/**
 * The newest `seq` the list has; 0 for none.
 */
after: number, };

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
 * What the surroundings of the window ask of the screens.
 */
export type Asked = { "what": "nothing" } | { "what": "elsewhere", 
/**
 * The path of the other one; `null` for the demo.
 */
configuration: string | null, } | { "what": "stop_endpoint" };

/**
 * A body as recorded: whole up to a limit, cut beyond it.
 */
export type Body = { text: string, 
/**
 * The size before cutting.
 */
bytes: number, truncated: boolean, };

export type ById = { id: string, };

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

/**
 * A mapping with what it was when somebody began to change it.
 */
export type ChangedMapping = { operation: Operation, 
/**
 * `null`: it was not mapped.
 */
was: Mapping | null, mapping: Mapping, };

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

export type DryRunInput = { application: string, trial: Trial, 
/**
 * Run it although something was found that a rollback cannot take back.
 */
inSpite: boolean, };

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
export type Granted = { account: string, 
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
 * What stands under a key.
 */
export type HeaderKind = "null" | "boolean" | "number" | "text" | "list" | "object";

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
export type KeptKind = "traffic_filter" | "grid_view" | "test_case" | "procedure_run" | "layout" | "workstation";

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
export type Milestone = "connection" | "mapped" | "checked" | "tried" | "endpoint" | "rehearsed" | "request" | "import";

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

export type PartOfExport = { name: string, 
/**
 * Bytes before it.
 */
start: number, };

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

export type PoolInfo = { busy: number, idle: number, max: number, };

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

export type Removed = { 
/**
 * Whether it was there.
 */
removed: boolean, };

export type RemovedExport = { 
/**
 * Whether it was there.
 */
removed: boolean, };

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
 * What is to be saved of an application, all of it or nothing.
 */
export type SaveInput = { application: string, mappings: Array<ChangedMapping>, settings?: ChangedSettings, };

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

/**
 * A step, what is known of it, and where to go on.
 */
export type SetupStep = { step: Milestone, state: StepState, 
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

export type StepState = "done" | "warned" | "failed" | "open";

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

/**
 * A saved call of a procedure with what is expected of it.
 */
export type TestCase = { routine: ObjectName, 
/**
 * As [`signature_of`] gives it.
 */
signature: string, arguments: Array<GivenArgument>, expectation: Expectation, };

/**
 * The token without the token.
 */
export type TokenInfo = { masked: string, 
/**
 * "operating-system keyring", "environment variable", "secrets file".
 */
store: string, };

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
 * What is tried.
 */
export type Trial = { "what": "operation", operation: Operation, fields: Record<string, JsonValue>, } | { "what": "statement", kind: Kind, text: string, parameters: Array<TrialParameter>, };

/**
 * A value for a `?`.
 */
export type TrialParameter = { name: string, direction: Direction, 
/**
 * `null` for NULL and for out values.
 */
value: JsonValue, 
/**
 * Whether it must not be recorded.
 */
secret: boolean, };

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
  "operations.list": { input: MappingsInput; output: Mappings };
  "operations.check": { input: CheckInput; output: Checked };
  "operations.dry_run": { input: DryRunInput; output: DryRun };
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
  "workstation.get": { input: Nothing; output: InWindow };
  "workstation.set": { input: WorkstationChange; output: InWindow };
  "workstation.quit": { input: QuitInput; output: Nothing };
};

export type Streams = {
  "traffic.live": { input: After; item: LiveBatch };
  "workstation.asked": { input: Nothing; item: Asked };
};

export type Works = {
  "replay.run": { input: ReplayInput; progress: ReplayProgress; output: Replayed };
  "data.export": { input: ExportInput; progress: ExportProgress; output: Exported };
  "operations.try": { input: TryInput; progress: Trying; output: DryRun };
  "procedures.run": { input: RunInput; progress: RunProgress; output: RunOutput };
  "procedures.test": { input: RunCases; progress: CasesProgress; output: CasesRun };
  "traffic.export": { input: HarExport; progress: HarProgress; output: HarExported };
  "users.try_all": { input: UserChangeInput; progress: UserChangeProgress; output: UserChangeSummary };
  "users.export": { input: UserExport; progress: ExportProgress; output: Exported };
  "users.change": { input: UserChangeInput; progress: UserChangeProgress; output: UserChangeSummary };
};
