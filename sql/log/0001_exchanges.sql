-- Version 1 of the exchange store. Runs once, in one transaction, on an empty file.
-- A migration is never edited after a release: the next change is the next file.

-- "SLCE": says that the file is Sluice's, so that no other database is ever taken for a store.
PRAGMA application_id = 1397506885;

-- One line of the Traffic list. Kept apart from the details, so that a filter that looks through
-- every exchange reads a few hundred bytes for each and not its bodies.
CREATE TABLE exchanges (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice, not even after old rows are deleted
  id TEXT NOT NULL UNIQUE,               -- unique, so that a batch may be tried again
  at INTEGER NOT NULL,                   -- milliseconds since 1970, UTC
  application TEXT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  title TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT,
  status INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  effect TEXT,
  duration_us INTEGER NOT NULL,
  cause TEXT,
  -- The same words in lower case, folded by the program: SQLite folds ASCII letters only.
  search TEXT NOT NULL,
  subject_search TEXT
) STRICT;

-- For retention and for "what happened at that time".
CREATE INDEX exchanges_at ON exchanges (at);

-- For the latest failures; holds those only.
CREATE INDEX exchanges_failed ON exchanges (seq) WHERE outcome <> 'ok';

-- Everything else of an exchange, as JSON.
CREATE TABLE details (
  seq INTEGER PRIMARY KEY REFERENCES exchanges (seq) ON DELETE CASCADE,
  body TEXT NOT NULL
) STRICT;

-- Written while the store is failing, to learn when it can be written again.
CREATE TABLE probe (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 1;
