-- Version 2 of the exchange store: what an administrator adds to the record, apart from what was recorded.

-- Pin, colour and note of an exchange. No row: none of them.
CREATE TABLE marks (
  seq INTEGER PRIMARY KEY REFERENCES exchanges (seq) ON DELETE CASCADE,
  pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
  colour TEXT,                           -- a word; NULL for none
  note TEXT,                             -- NULL for none
  note_search TEXT                       -- the note in lower case, folded by the program
) STRICT;

-- Whatever comes to remove old exchanges: a pinned one stays until it is no longer pinned.
CREATE TRIGGER pinned_exchanges_stay BEFORE DELETE ON exchanges
WHEN EXISTS (SELECT 1 FROM marks WHERE marks.seq = OLD.seq AND marks.pinned = 1)
BEGIN
  SELECT raise(IGNORE);
END;

-- A file of exchanges that was opened here. They are no record of this endpoint.
CREATE TABLE imports (
  import_id INTEGER PRIMARY KEY AUTOINCREMENT,
  file TEXT NOT NULL,                    -- the file's name, without a path
  file_search TEXT NOT NULL,             -- in lower case, folded by the program
  imported_at INTEGER NOT NULL           -- milliseconds since 1970, UTC
) STRICT;

-- NULL for what this endpoint recorded itself.
ALTER TABLE exchanges ADD COLUMN import_id INTEGER REFERENCES imports (import_id) ON DELETE CASCADE;

-- Holds imported ones only.
CREATE INDEX exchanges_imported ON exchanges (import_id) WHERE import_id IS NOT NULL;

PRAGMA user_version = 2;
