-- What persons decided on restatements and decreases, what was blocked on purpose, and alarms on Local Numbers. Rows of
-- the decisions and alarms are added and never changed or removed, like the ledger's. Times are microseconds since
-- 1970-01-01 UTC (_us), money is decimal text in US dollars.

-- What a person decided on a restatement that the rules left to one; there is one for a restatement.
CREATE TABLE restatement_resolution (
    restatement_id   TEXT    NOT NULL PRIMARY KEY REFERENCES restatement (restatement_id),
    account_id       TEXT    NOT NULL,
    claim_id         TEXT    NOT NULL,                       -- the decision whose credit is restated
    decision         TEXT    NOT NULL CHECK (decision IN ('Grant', 'Deny')),
    reason           TEXT    NOT NULL,
    evidence         TEXT    NOT NULL,                       -- JSON list of references
    actor            TEXT    NOT NULL,
    credit_amount    TEXT,                                   -- what the claim is worth; null: what was posted stands
    difference       TEXT,                                   -- of the entry; null without one
    entry_id         TEXT    UNIQUE REFERENCES ledger_entry (entry_id),
    policy_version   TEXT    NOT NULL,
    resolved_at_us   INTEGER NOT NULL,
    evidence_digest  TEXT    NOT NULL CHECK (length(evidence_digest) = 64),
    bundle           BLOB    NOT NULL,
    CHECK ((entry_id IS NULL) = (difference IS NULL))
);

CREATE INDEX restatement_resolution_by_claim ON restatement_resolution (account_id, claim_id);

-- A decrease that a second person rejected, and the entry of 0.00 that took it back.
CREATE TABLE ledger_rejection (
    entry_id            TEXT    NOT NULL PRIMARY KEY REFERENCES ledger_entry (entry_id),
    rejection_entry_id  TEXT    NOT NULL UNIQUE REFERENCES ledger_entry (entry_id),
    account_id          TEXT    NOT NULL,
    reason              TEXT    NOT NULL,
    evidence            TEXT    NOT NULL,                    -- JSON list of references
    actor               TEXT    NOT NULL,
    facts               TEXT,                                -- digest of what the decrease followed from; null: a person
    rejected_at_us      INTEGER NOT NULL,
    evidence_digest     TEXT    NOT NULL CHECK (length(evidence_digest) = 64),
    bundle              BLOB    NOT NULL
);

-- Restatements that wait for a person are looked for among those.
CREATE INDEX restatement_in_review ON restatement (account_id, unit_id, service_month) WHERE outcome = 'Review';

-- Uses of a Local Number that the contract does not know, seen on the wire (R-44).
CREATE TABLE local_number_alarm (
    call_key        BLOB    NOT NULL PRIMARY KEY,
    kind            TEXT    NOT NULL CHECK (kind IN ('UseNotSupported', 'EmergencyAttempt')),
    account_id      TEXT    NOT NULL,
    unit_id         TEXT    NOT NULL,
    at_us           INTEGER NOT NULL                        -- first INVITE
) WITHOUT ROWID;

CREATE INDEX local_number_alarm_by_time ON local_number_alarm (at_us, call_key);

-- Calls that were blocked on purpose (R-43), and what each would say of its component if it were not. They follow from
-- call and reference data, so they may go again.
CREATE TABLE blocked_call (
    call_key   BLOB    NOT NULL PRIMARY KEY,
    pair_id    INTEGER REFERENCES signalling_pair (pair_id), -- null: it would say nothing
    class      INTEGER,
    at_us      INTEGER,
    lasted_ms  INTEGER,
    CHECK ((pair_id IS NULL) = (class IS NULL))
) WITHOUT ROWID;

-- Each look at the stored calls by other blocks than before; the last one stands. It goes on after a restart.
CREATE TABLE block_review (
    review_id     INTEGER NOT NULL PRIMARY KEY,
    digest        TEXT    NOT NULL,                          -- of blocks, restricted destinations and consents
    next_key      BLOB,                                      -- first call that is not looked at yet; null: done
    looked_at     INTEGER NOT NULL DEFAULT 0 CHECK (looked_at >= 0),
    marked        INTEGER NOT NULL DEFAULT 0 CHECK (marked >= 0),
    unmarked      INTEGER NOT NULL DEFAULT 0 CHECK (unmarked >= 0),
    began_at_us   INTEGER NOT NULL,
    ended_at_us   INTEGER,
    CHECK ((next_key IS NULL) = (ended_at_us IS NOT NULL))
);

CREATE TRIGGER restatement_resolution_no_update BEFORE UPDATE ON restatement_resolution
BEGIN
    SELECT RAISE(ABORT, 'restatement: a resolution is never changed');
END;

CREATE TRIGGER restatement_resolution_no_delete BEFORE DELETE ON restatement_resolution
BEGIN
    SELECT RAISE(ABORT, 'restatement: a resolution is never removed');
END;

-- REPLACE would remove a row without a DELETE trigger.
CREATE TRIGGER restatement_resolution_insert BEFORE INSERT ON restatement_resolution
BEGIN
    SELECT RAISE(ABORT, 'restatement: resolved already')
    WHERE EXISTS (
        SELECT 1 FROM restatement_resolution r
        WHERE r.restatement_id = NEW.restatement_id OR r.entry_id = NEW.entry_id);

    SELECT RAISE(ABORT, 'restatement: it is not in review')
    WHERE NOT EXISTS (
        SELECT 1 FROM restatement r
        WHERE r.restatement_id = NEW.restatement_id AND r.account_id = NEW.account_id AND r.outcome = 'Review');
END;

CREATE TRIGGER ledger_rejection_no_update BEFORE UPDATE ON ledger_rejection
BEGIN
    SELECT RAISE(ABORT, 'ledger: a rejection is never changed');
END;

CREATE TRIGGER ledger_rejection_no_delete BEFORE DELETE ON ledger_rejection
BEGIN
    SELECT RAISE(ABORT, 'ledger: a rejection is never removed');
END;

CREATE TRIGGER ledger_rejection_insert BEFORE INSERT ON ledger_rejection
BEGIN
    SELECT RAISE(ABORT, 'ledger: rejected already')
    WHERE EXISTS (
        SELECT 1 FROM ledger_rejection r
        WHERE r.entry_id = NEW.entry_id OR r.rejection_entry_id = NEW.rejection_entry_id);

    SELECT RAISE(ABORT, 'ledger: the rejection takes back no decrease that waits, or its author rejects it')
    WHERE NOT EXISTS (
        SELECT 1 FROM ledger_entry waiting
        JOIN ledger_entry taken ON taken.corrects = waiting.entry_id
        WHERE waiting.entry_id = NEW.entry_id AND waiting.state = 'PendingSecondApproval'
            AND waiting.account_id = NEW.account_id AND waiting.actor <> NEW.actor
            AND taken.entry_id = NEW.rejection_entry_id AND taken.amount_cents = 0 AND taken.state = 'Posted');
END;

CREATE TRIGGER local_number_alarm_no_update BEFORE UPDATE ON local_number_alarm
BEGIN
    SELECT RAISE(ABORT, 'alarm: never changed');
END;

CREATE TRIGGER local_number_alarm_no_delete BEFORE DELETE ON local_number_alarm
BEGIN
    SELECT RAISE(ABORT, 'alarm: never removed');
END;

CREATE TRIGGER local_number_alarm_insert BEFORE INSERT ON local_number_alarm
BEGIN
    SELECT RAISE(IGNORE)
    WHERE EXISTS (SELECT 1 FROM local_number_alarm a WHERE a.call_key = NEW.call_key);
END;

-- A rejection finds the evidence of the decrease by its digest.
CREATE INDEX restatement_by_digest ON restatement (evidence_digest);

CREATE INDEX outage_decision_by_digest ON outage_decision (evidence_digest);
