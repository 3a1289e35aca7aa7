-- Attempts and probes by who signals to whom, when somebody watched, the failures found in them, and what people say of
-- these. Times are microseconds since 1970-01-01 UTC (_us).

-- One row for each direction between two endpoints that was seen.
CREATE TABLE signalling_pair (
    pair_id       INTEGER NOT NULL PRIMARY KEY,
    source        BLOB    NOT NULL,                       -- address in network order, then port: 6 or 18 octets
    destination   BLOB    NOT NULL,
    has_answered  INTEGER NOT NULL CHECK (has_answered IN (0, 1)), -- 1: the destination has answered the source
    UNIQUE (source, destination)
);

CREATE INDEX signalling_pair_by_destination ON signalling_pair (destination);

-- What each call attempt and probe says of the way that it went. It follows from call and probe and replaces what
-- followed from a less complete observation.
CREATE TABLE attempt (
    attempt_key  BLOB    NOT NULL PRIMARY KEY,            -- of the call or of the probe
    pair_id      INTEGER NOT NULL REFERENCES signalling_pair (pair_id),
    class        INTEGER NOT NULL CHECK (class BETWEEN 1 AND 5), -- AttemptClass
    at_us        INTEGER NOT NULL,
    lasted_ms    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX attempt_by_pair ON attempt (pair_id, class, at_us, lasted_ms);

CREATE TABLE probe (
    probe_key        BLOB    NOT NULL PRIMARY KEY,        -- 16 octets, begins with started_at_us
    pair_id          INTEGER NOT NULL REFERENCES signalling_pair (pair_id),
    started_at_us    INTEGER NOT NULL,
    ended_at_us      INTEGER,                             -- null: no final response within 32 s
    final_status     INTEGER,
    retransmissions  INTEGER NOT NULL,
    CHECK ((ended_at_us IS NULL) = (final_status IS NULL))
) WITHOUT ROWID;

-- Calls from before this table: those from next_key on are not in attempt yet. Null when none is left.
CREATE TABLE attempt_backfill (
    next_key  BLOB
);

INSERT INTO attempt_backfill (next_key) SELECT min(call_key) FROM call;

-- Times that somebody watched: disjoint, none touches another.
CREATE TABLE watched (
    from_us   INTEGER NOT NULL PRIMARY KEY,
    until_us  INTEGER NOT NULL CHECK (until_us >= from_us)
);

INSERT INTO watched (from_us, until_us)
SELECT min(first_packet_at_us), max(last_packet_at_us)
FROM (
    SELECT first_packet_at_us, last_packet_at_us, sum(starts) OVER (ORDER BY first_packet_at_us, last_packet_at_us) AS island
    FROM (
        SELECT first_packet_at_us, last_packet_at_us,
            first_packet_at_us > coalesce(max(last_packet_at_us) OVER (
                ORDER BY first_packet_at_us, last_packet_at_us
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), -1) AS starts
        FROM capture_source
        WHERE first_packet_at_us >= 0 AND last_packet_at_us >= first_packet_at_us
    )
)
GROUP BY island;

-- Times in which failures are to be looked for, by pair; pair 0 is what was watched. Written with what changed, so that
-- none is forgotten by a stop.
CREATE TABLE failure_due (
    pair_id   INTEGER NOT NULL PRIMARY KEY,
    from_us   INTEGER NOT NULL,
    until_us  INTEGER NOT NULL,
    revision  INTEGER NOT NULL
);

-- By which definition and policies a component was looked at last as a whole.
CREATE TABLE failure_look (
    component_id  TEXT NOT NULL PRIMARY KEY,
    digest        TEXT NOT NULL
);

-- The tables that follow only grow: the triggers refuse updates and deletions on every connection, and REPLACE, which
-- would remove a row without a DELETE trigger.

-- A failure as it was known; its greatest version stands.
CREATE TABLE failure_version (
    failure_id       TEXT    NOT NULL,
    version          INTEGER NOT NULL CHECK (version >= 1),
    component_id     TEXT    NOT NULL,
    account_id       TEXT    NOT NULL,
    origin           TEXT    NOT NULL CHECK (origin IN ('Detected', 'Reported')),
    change           TEXT    NOT NULL,
    is_withdrawn     INTEGER NOT NULL CHECK (is_withdrawn IN (0, 1)), -- 1: no failure any more
    start_us         INTEGER NOT NULL,
    end_us           INTEGER CHECK (end_us > start_us),    -- null: it goes on
    gaps             TEXT    NOT NULL,                     -- unwatched times in it: "from_us-until_us", by spaces
    failed_attempts  INTEGER NOT NULL,                     -- calls and probes, when this was recorded
    policy_version   TEXT    NOT NULL,
    policy_digest    TEXT    NOT NULL,
    actor            TEXT,                                 -- null: found in the traffic
    notes            TEXT,
    recorded_at_us   INTEGER NOT NULL,
    PRIMARY KEY (failure_id, version)
);

CREATE INDEX failure_version_by_component ON failure_version (component_id, start_us);

CREATE INDEX failure_version_by_account ON failure_version (account_id, start_us);

CREATE TRIGGER failure_version_no_update BEFORE UPDATE ON failure_version
BEGIN
    SELECT RAISE(ABORT, 'failure: a version is never changed');
END;

CREATE TRIGGER failure_version_no_delete BEFORE DELETE ON failure_version
BEGIN
    SELECT RAISE(ABORT, 'failure: a version is never removed');
END;

CREATE TRIGGER failure_version_insert BEFORE INSERT ON failure_version
BEGIN
    SELECT RAISE(ABORT, 'failure: the version does not follow the last one')
    WHERE NEW.version IS NOT (
        SELECT coalesce(max(version), 0) + 1 FROM failure_version WHERE failure_id = NEW.failure_id);

    SELECT RAISE(ABORT, 'failure: a failure stays with its component')
    WHERE EXISTS (
        SELECT 1 FROM failure_version f
        WHERE f.failure_id = NEW.failure_id
            AND (f.component_id <> NEW.component_id OR f.account_id <> NEW.account_id OR f.origin <> NEW.origin));
END;

-- What the operations centre found out; the last one of a failure stands.
CREATE TABLE failure_confirmation (
    failure_id      TEXT    NOT NULL,
    sequence        INTEGER NOT NULL,
    version         INTEGER NOT NULL,                     -- of the failure, that was looked at
    cause           TEXT    NOT NULL,
    notes           TEXT    NOT NULL,
    actor           TEXT    NOT NULL,
    recorded_at_us  INTEGER NOT NULL,
    PRIMARY KEY (failure_id, sequence),
    FOREIGN KEY (failure_id, version) REFERENCES failure_version (failure_id, version)
);

CREATE TRIGGER failure_confirmation_no_update BEFORE UPDATE ON failure_confirmation
BEGIN
    SELECT RAISE(ABORT, 'failure: a confirmation is never changed');
END;

CREATE TRIGGER failure_confirmation_no_delete BEFORE DELETE ON failure_confirmation
BEGIN
    SELECT RAISE(ABORT, 'failure: a confirmation is never removed');
END;

CREATE TRIGGER failure_confirmation_insert BEFORE INSERT ON failure_confirmation
BEGIN
    SELECT RAISE(ABORT, 'failure: the confirmation does not follow the last one')
    WHERE NEW.sequence IS NOT (
        SELECT coalesce(max(sequence), 0) + 1 FROM failure_confirmation WHERE failure_id = NEW.failure_id);
END;

-- Planned work on the software of a component, and the notices of it that were sent to customers (R-31).
CREATE TABLE maintenance_window (
    maintenance_id  TEXT    NOT NULL PRIMARY KEY,
    component_id    TEXT    NOT NULL,
    account_id      TEXT    NOT NULL,
    start_us        INTEGER NOT NULL,
    end_us          INTEGER NOT NULL CHECK (end_us > start_us),
    description     TEXT    NOT NULL,
    actor           TEXT    NOT NULL,
    recorded_at_us  INTEGER NOT NULL
);

CREATE INDEX maintenance_window_by_component ON maintenance_window (component_id, start_us);

CREATE TRIGGER maintenance_window_no_update BEFORE UPDATE ON maintenance_window
BEGIN
    SELECT RAISE(ABORT, 'maintenance: a window is never changed');
END;

CREATE TRIGGER maintenance_window_no_delete BEFORE DELETE ON maintenance_window
BEGIN
    SELECT RAISE(ABORT, 'maintenance: a window is never removed');
END;

CREATE TRIGGER maintenance_window_insert BEFORE INSERT ON maintenance_window
BEGIN
    SELECT RAISE(ABORT, 'maintenance: the window is stored already')
    WHERE EXISTS (SELECT 1 FROM maintenance_window WHERE maintenance_id = NEW.maintenance_id);
END;

CREATE TABLE maintenance_notice (
    maintenance_id  TEXT    NOT NULL REFERENCES maintenance_window (maintenance_id),
    sequence        INTEGER NOT NULL,
    account_id      TEXT    NOT NULL,                     -- the customer that was told
    sent_at_us      INTEGER NOT NULL,
    send_record     TEXT    NOT NULL,                     -- reference to the record of the sending
    actor           TEXT    NOT NULL,
    recorded_at_us  INTEGER NOT NULL,
    PRIMARY KEY (maintenance_id, sequence)
);

CREATE TRIGGER maintenance_notice_no_update BEFORE UPDATE ON maintenance_notice
BEGIN
    SELECT RAISE(ABORT, 'maintenance: a receipt is never changed');
END;

CREATE TRIGGER maintenance_notice_no_delete BEFORE DELETE ON maintenance_notice
BEGIN
    SELECT RAISE(ABORT, 'maintenance: a receipt is never removed');
END;

CREATE TRIGGER maintenance_notice_insert BEFORE INSERT ON maintenance_notice
BEGIN
    SELECT RAISE(ABORT, 'maintenance: the receipt does not follow the last one')
    WHERE NEW.sequence IS NOT (
        SELECT coalesce(max(sequence), 0) + 1 FROM maintenance_notice WHERE maintenance_id = NEW.maintenance_id);
END;

-- What the provider says does not count (R-30), and who approved it or took it back (R-33, R-34).
CREATE TABLE exclusion (
    exclusion_id         TEXT    NOT NULL PRIMARY KEY,
    account_id           TEXT    NOT NULL,
    component_id         TEXT    NOT NULL,
    cause                TEXT    NOT NULL,
    start_us             INTEGER NOT NULL,
    end_us               INTEGER NOT NULL CHECK (end_us > start_us),
    evidence             TEXT    NOT NULL,                -- references, one a line
    maintenance_id       TEXT    REFERENCES maintenance_window (maintenance_id),
    is_providers_carrier INTEGER NOT NULL CHECK (is_providers_carrier IN (0, 1)),
    text_reference       TEXT,
    author               TEXT    NOT NULL,
    recorded_at_us       INTEGER NOT NULL
);

CREATE INDEX exclusion_by_component ON exclusion (component_id, start_us);

CREATE TRIGGER exclusion_no_update BEFORE UPDATE ON exclusion
BEGIN
    SELECT RAISE(ABORT, 'exclusion: an exclusion is never changed');
END;

CREATE TRIGGER exclusion_no_delete BEFORE DELETE ON exclusion
BEGIN
    SELECT RAISE(ABORT, 'exclusion: an exclusion is never removed');
END;

CREATE TRIGGER exclusion_insert BEFORE INSERT ON exclusion
BEGIN
    SELECT RAISE(ABORT, 'exclusion: the exclusion is stored already')
    WHERE EXISTS (SELECT 1 FROM exclusion WHERE exclusion_id = NEW.exclusion_id);
END;

CREATE TABLE exclusion_step (
    exclusion_id    TEXT    NOT NULL REFERENCES exclusion (exclusion_id),
    step            TEXT    NOT NULL CHECK (step IN ('Approved', 'LegallyApproved', 'Withdrawn')),
    actor           TEXT    NOT NULL,
    recorded_at_us  INTEGER NOT NULL,
    PRIMARY KEY (exclusion_id, step)
);

CREATE TRIGGER exclusion_step_no_update BEFORE UPDATE ON exclusion_step
BEGIN
    SELECT RAISE(ABORT, 'exclusion: a step is never changed');
END;

CREATE TRIGGER exclusion_step_no_delete BEFORE DELETE ON exclusion_step
BEGIN
    SELECT RAISE(ABORT, 'exclusion: a step is never removed');
END;

CREATE TRIGGER exclusion_step_insert BEFORE INSERT ON exclusion_step
BEGIN
    SELECT RAISE(ABORT, 'exclusion: the step is done already')
    WHERE EXISTS (
        SELECT 1 FROM exclusion_step s WHERE s.exclusion_id = NEW.exclusion_id AND s.step = NEW.step);

    SELECT RAISE(ABORT, 'exclusion: a second person approves')
    WHERE NEW.step <> 'Withdrawn' AND EXISTS (
        SELECT 1 FROM exclusion e WHERE e.exclusion_id = NEW.exclusion_id AND lower(e.author) = lower(NEW.actor));
END;
