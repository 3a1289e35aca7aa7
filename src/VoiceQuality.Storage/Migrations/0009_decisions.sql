-- Decisions beside those on MOS claims: restatements of published months, claims for outage credits, and what a person
-- decided. Rows are added and never changed or removed, like the ledger's. Times are microseconds since 1970-01-01 UTC
-- (_us), money is decimal text in US dollars.

CREATE TABLE restatement (
    restatement_id   TEXT    NOT NULL PRIMARY KEY,
    account_id       TEXT    NOT NULL,
    unit_id          TEXT    NOT NULL,
    component_id     TEXT,                                   -- of an outage credit
    service_month    TEXT    NOT NULL,
    kind             TEXT    NOT NULL CHECK (kind IN ('MosCredit', 'OutageCredit')),
    claim_id         TEXT,                                   -- the decision whose credit follows; null without one
    from_version     INTEGER,                                -- of the assessment; null before the first and for outages
    to_version       INTEGER,
    reasons          TEXT    NOT NULL,                       -- names, separated by commas
    differences      TEXT    NOT NULL,                       -- JSON list of figure, before, after
    outcome          TEXT    NOT NULL
        CHECK (outcome IN ('NoDecision', 'NothingToPost', 'Posted', 'PendingSecondApproval', 'Review')),
    posted_before    TEXT    NOT NULL,
    recomputed       TEXT,                                   -- null: a person decides
    difference       TEXT,                                   -- of the entry; null without one
    entry_id         TEXT    UNIQUE REFERENCES ledger_entry (entry_id),
    policy_version   TEXT    NOT NULL,
    restated_at_us   INTEGER NOT NULL,
    evidence_digest  TEXT    NOT NULL CHECK (length(evidence_digest) = 64),
    bundle           BLOB    NOT NULL,
    CHECK ((entry_id IS NOT NULL) = (outcome IN ('Posted', 'PendingSecondApproval')))
);

CREATE INDEX restatement_by_account ON restatement (account_id, restated_at_us, restatement_id);

CREATE INDEX restatement_by_unit ON restatement (account_id, unit_id, service_month, restated_at_us);

-- Requests for outage credits, complete or not.
CREATE TABLE outage_claim (
    claim_id         TEXT    NOT NULL PRIMARY KEY,
    account_id       TEXT    NOT NULL,
    received_at_us   INTEGER NOT NULL
);

CREATE INDEX outage_claim_by_account ON outage_claim (account_id, received_at_us, claim_id);

CREATE TABLE outage_claim_message (
    claim_id         TEXT    NOT NULL REFERENCES outage_claim (claim_id),
    ordinal          INTEGER NOT NULL,                       -- 1 is the request itself
    received_at_us   INTEGER NOT NULL,
    items            TEXT    NOT NULL,                       -- JSON list of the failures as told
    PRIMARY KEY (claim_id, ordinal)
);

-- The one decision on a request, made when it was complete.
CREATE TABLE outage_decision (
    claim_id         TEXT    NOT NULL PRIMARY KEY REFERENCES outage_claim (claim_id),
    account_id       TEXT    NOT NULL,
    submitted_at_us  INTEGER NOT NULL,
    decided_at_us    INTEGER NOT NULL,
    decision         TEXT    NOT NULL CHECK (decision IN ('Granted', 'Denied', 'Review')),
    reason           TEXT,
    credit_amount    TEXT    NOT NULL,
    details          TEXT    NOT NULL,                       -- JSON: each failure, each component and month
    policy_version   TEXT    NOT NULL,
    evidence_digest  TEXT    NOT NULL CHECK (length(evidence_digest) = 64),
    bundle           BLOB    NOT NULL,
    CHECK ((decision = 'Granted') = (reason IS NULL))
);

-- Failures and dates that decisions took into account, by component: what the next credit of a month starts from.
CREATE TABLE outage_accepted (
    claim_id         TEXT    NOT NULL REFERENCES outage_claim (claim_id),
    ordinal          INTEGER NOT NULL,
    account_id       TEXT    NOT NULL,
    component_id     TEXT    NOT NULL,
    failure_id       TEXT,                                   -- null: a date that a person granted
    start_us         INTEGER,
    end_us           INTEGER,
    granted_date     TEXT,                                   -- yyyy-MM-dd in the account's zone
    PRIMARY KEY (claim_id, ordinal),
    CHECK ((failure_id IS NULL) = (granted_date IS NOT NULL)),
    CHECK ((failure_id IS NULL) = (start_us IS NULL))
);

CREATE INDEX outage_accepted_by_component ON outage_accepted (account_id, component_id);

-- What a person decided on a claim in review; there is one for a claim.
CREATE TABLE claim_resolution (
    claim_id         TEXT    NOT NULL PRIMARY KEY,
    account_id       TEXT    NOT NULL,
    kind             TEXT    NOT NULL CHECK (kind IN ('Mos', 'Outage')),
    decision         TEXT    NOT NULL CHECK (decision IN ('Grant', 'Deny')),
    reason           TEXT    NOT NULL,
    evidence         TEXT    NOT NULL,                       -- JSON list of references
    actor            TEXT    NOT NULL,
    credit_amount    TEXT    NOT NULL,
    goodwill_amount  TEXT    NOT NULL,
    entry_ids        TEXT    NOT NULL,                       -- JSON list
    resolved_at_us   INTEGER NOT NULL,
    evidence_digest  TEXT    NOT NULL CHECK (length(evidence_digest) = 64),
    bundle           BLOB    NOT NULL
);

-- Keys by which this service recognises what it gave out itself, such as cursors.
CREATE TABLE service_key (
    name             TEXT    NOT NULL PRIMARY KEY,
    key              BLOB    NOT NULL CHECK (length(key) = 32)
);

INSERT INTO service_key (name, key) VALUES ('posting-cursor', randomblob(32));

CREATE TRIGGER restatement_no_update BEFORE UPDATE ON restatement
BEGIN
    SELECT RAISE(ABORT, 'restatement: never changed');
END;

CREATE TRIGGER restatement_no_delete BEFORE DELETE ON restatement
BEGIN
    SELECT RAISE(ABORT, 'restatement: never removed');
END;

-- REPLACE would remove a row without a DELETE trigger.
CREATE TRIGGER restatement_insert BEFORE INSERT ON restatement
BEGIN
    SELECT RAISE(ABORT, 'restatement: stored already')
    WHERE EXISTS (
        SELECT 1 FROM restatement r WHERE r.restatement_id = NEW.restatement_id OR r.entry_id = NEW.entry_id);
END;

CREATE TRIGGER outage_claim_no_update BEFORE UPDATE ON outage_claim
BEGIN
    SELECT RAISE(ABORT, 'claim: never changed');
END;

CREATE TRIGGER outage_claim_no_delete BEFORE DELETE ON outage_claim
BEGIN
    SELECT RAISE(ABORT, 'claim: never removed');
END;

CREATE TRIGGER outage_claim_insert BEFORE INSERT ON outage_claim
BEGIN
    SELECT RAISE(ABORT, 'claim: stored already')
    WHERE EXISTS (SELECT 1 FROM outage_claim c WHERE c.claim_id = NEW.claim_id)
        OR EXISTS (SELECT 1 FROM credit_claim c WHERE c.claim_id = NEW.claim_id);
END;

CREATE TRIGGER outage_claim_message_no_update BEFORE UPDATE ON outage_claim_message
BEGIN
    SELECT RAISE(ABORT, 'claim: a message is never changed');
END;

CREATE TRIGGER outage_claim_message_no_delete BEFORE DELETE ON outage_claim_message
BEGIN
    SELECT RAISE(ABORT, 'claim: a message is never removed');
END;

CREATE TRIGGER outage_claim_message_insert BEFORE INSERT ON outage_claim_message
BEGIN
    SELECT RAISE(ABORT, 'claim: the message does not follow the last one')
    WHERE NEW.ordinal IS NOT
        (SELECT coalesce(max(m.ordinal), 0) + 1 FROM outage_claim_message m WHERE m.claim_id = NEW.claim_id);

    SELECT RAISE(ABORT, 'claim: decided already')
    WHERE EXISTS (SELECT 1 FROM outage_decision d WHERE d.claim_id = NEW.claim_id);
END;

CREATE TRIGGER outage_decision_no_update BEFORE UPDATE ON outage_decision
BEGIN
    SELECT RAISE(ABORT, 'claim: a decision is never changed');
END;

CREATE TRIGGER outage_decision_no_delete BEFORE DELETE ON outage_decision
BEGIN
    SELECT RAISE(ABORT, 'claim: a decision is never removed');
END;

CREATE TRIGGER outage_decision_insert BEFORE INSERT ON outage_decision
BEGIN
    SELECT RAISE(ABORT, 'claim: decided already')
    WHERE EXISTS (SELECT 1 FROM outage_decision d WHERE d.claim_id = NEW.claim_id);
END;

CREATE TRIGGER outage_accepted_no_update BEFORE UPDATE ON outage_accepted
BEGIN
    SELECT RAISE(ABORT, 'claim: what was accepted is never changed');
END;

CREATE TRIGGER outage_accepted_no_delete BEFORE DELETE ON outage_accepted
BEGIN
    SELECT RAISE(ABORT, 'claim: what was accepted is never removed');
END;

CREATE TRIGGER outage_accepted_insert BEFORE INSERT ON outage_accepted
BEGIN
    SELECT RAISE(ABORT, 'claim: stored already')
    WHERE EXISTS (
        SELECT 1 FROM outage_accepted a WHERE a.claim_id = NEW.claim_id AND a.ordinal = NEW.ordinal);
END;

CREATE TRIGGER claim_resolution_no_update BEFORE UPDATE ON claim_resolution
BEGIN
    SELECT RAISE(ABORT, 'claim: a resolution is never changed');
END;

CREATE TRIGGER claim_resolution_no_delete BEFORE DELETE ON claim_resolution
BEGIN
    SELECT RAISE(ABORT, 'claim: a resolution is never removed');
END;

CREATE TRIGGER claim_resolution_insert BEFORE INSERT ON claim_resolution
BEGIN
    SELECT RAISE(ABORT, 'claim: resolved already')
    WHERE EXISTS (SELECT 1 FROM claim_resolution r WHERE r.claim_id = NEW.claim_id);
END;

-- What was published stays visible.
CREATE TRIGGER credit_assessment_no_update BEFORE UPDATE ON credit_assessment
BEGIN
    SELECT RAISE(ABORT, 'assessment: a version is never changed');
END;

CREATE TRIGGER credit_assessment_no_delete BEFORE DELETE ON credit_assessment
BEGIN
    SELECT RAISE(ABORT, 'assessment: a version is never removed');
END;

CREATE TRIGGER credit_assessment_insert BEFORE INSERT ON credit_assessment
BEGIN
    SELECT RAISE(ABORT, 'assessment: the version does not follow the last one')
    WHERE NEW.version IS NOT (
        SELECT coalesce(max(a.version), 0) + 1 FROM credit_assessment a
        WHERE a.account_id = NEW.account_id AND a.unit_id = NEW.unit_id AND a.service_month = NEW.service_month);
END;
