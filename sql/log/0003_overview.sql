-- Version 3 of the exchange store: what the Overview counts.

-- What the client calls itself: its User-Agent, or "console". NULL: it did not say, or it was recorded before this version.
ALTER TABLE exchanges ADD COLUMN client TEXT;

-- Requests, failures and durations over time are read from here alone, without a look at the rows.
CREATE INDEX exchanges_course ON exchanges (at, outcome, duration_us) WHERE import_id IS NULL;

PRAGMA user_version = 3;
