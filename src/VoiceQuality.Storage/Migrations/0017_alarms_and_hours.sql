-- Times in which a tap lost packets itself: alarms of the operations centre. Times are microseconds since 1970-01-01 UTC
-- (_us), of the capture.
CREATE TABLE capture_loss (
    tap               TEXT    NOT NULL,
    began_at_us       INTEGER NOT NULL,
    ended_at_us       INTEGER NOT NULL,
    spans             INTEGER NOT NULL CHECK (spans >= 0),
    unseen_packets    INTEGER NOT NULL CHECK (unseen_packets >= 0),
    dropped_packets   INTEGER NOT NULL CHECK (dropped_packets >= 0),
    streams           INTEGER NOT NULL CHECK (streams >= 0),
    resolved_at_us    INTEGER,                              -- null: it may go on
    PRIMARY KEY (tap, began_at_us)
) WITHOUT ROWID;

CREATE INDEX capture_loss_by_time ON capture_loss (began_at_us, tap);
CREATE INDEX capture_loss_open ON capture_loss (tap) WHERE resolved_at_us IS NULL;

-- How far the signalling of calls from before step 13 is counted by hours: the next call; null when all are.
CREATE TABLE signalling_backfill (
    next_key BLOB
);

INSERT INTO signalling_backfill (next_key) SELECT min(call_key) FROM call WHERE challenges IS NULL;

-- Attempts of the sum of which challenges, delays and the confirmed end are not known, because they were stored before
-- step 13. They count in the other columns as far as they are known.
ALTER TABLE signalling_hour ADD COLUMN partial_attempts INTEGER NOT NULL DEFAULT 0 CHECK (partial_attempts >= 0);
