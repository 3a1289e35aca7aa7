-- Rows of these tables are added and never changed or removed: the triggers refuse it on every connection. REPLACE would
-- remove a row without a DELETE trigger, so each BEFORE INSERT trigger refuses every row that would collide.
-- Amounts are whole cents in the customer's favour (_cents). Times are microseconds since 1970-01-01 UTC (_us).

CREATE TABLE ledger_entry (
    sequence         INTEGER NOT NULL PRIMARY KEY,          -- 1, 2, 3 … over the whole ledger
    entry_id         TEXT    NOT NULL UNIQUE,
    account_id       TEXT    NOT NULL,
    unit_id          TEXT    NOT NULL,
    component_id     TEXT,
    service_month    TEXT    NOT NULL,
    kind             TEXT    NOT NULL CHECK (kind IN ('MosCredit', 'OutageCredit', 'GoodwillCredit', 'Charge')),
    posting_period   TEXT    NOT NULL CHECK (posting_period GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
    amount_cents     INTEGER NOT NULL CHECK (amount_cents BETWEEN -100000000000000 AND 100000000000000),
    policy_version   TEXT    NOT NULL,
    evidence_digest  TEXT    NOT NULL,
    corrects         TEXT    UNIQUE REFERENCES ledger_entry (entry_id),
    state            TEXT    NOT NULL CHECK (state IN ('Posted', 'PendingSecondApproval')),
    actor            TEXT    NOT NULL,
    approver         TEXT    CHECK (approver <> actor),
    posted_at_us     INTEGER NOT NULL,
    previous_hash    TEXT    NOT NULL CHECK (length(previous_hash) = 64),
    hash             TEXT    NOT NULL CHECK (length(hash) = 64), -- SHA-256, see LedgerChain
    CHECK (typeof(amount_cents) = 'integer'),
    CHECK (state = 'Posted' OR (amount_cents < 0 AND approver IS NULL)),
    CHECK (state <> 'Posted' OR amount_cents >= 0 OR approver IS NOT NULL OR (kind = 'Charge' AND corrects IS NULL))
);

-- One first posting a claim; every later one corrects the one before it, and that only once.
CREATE UNIQUE INDEX ledger_entry_by_claim
    ON ledger_entry (account_id, unit_id, service_month, kind, coalesce(component_id, ''))
    WHERE corrects IS NULL;

CREATE INDEX ledger_entry_by_key ON ledger_entry (account_id, unit_id, service_month, kind, component_id, sequence);

CREATE INDEX ledger_entry_by_period ON ledger_entry (posting_period, sequence);

-- A posting period that billing has pulled; nothing is posted into it or before it any more.
CREATE TABLE ledger_period (
    posting_period   TEXT    NOT NULL PRIMARY KEY,
    entry_count      INTEGER NOT NULL,                      -- posted entries
    sum_cents        INTEGER NOT NULL,
    head_sequence    INTEGER NOT NULL,                      -- of the whole ledger when it was pulled
    head_hash        TEXT    NOT NULL,
    actor            TEXT    NOT NULL,
    pulled_at_us     INTEGER NOT NULL
);

-- Answers to requests with an Idempotency-Key.
CREATE TABLE idempotency_key (
    account_id       TEXT    NOT NULL,
    request_key      TEXT    NOT NULL,
    body_digest      TEXT    NOT NULL,
    status           INTEGER NOT NULL CHECK (status BETWEEN 100 AND 599),
    content_type     TEXT    NOT NULL,
    response         BLOB    NOT NULL,
    answered_at_us   INTEGER NOT NULL,
    PRIMARY KEY (account_id, request_key)
);

CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN
    SELECT RAISE(ABORT, 'ledger: an entry is never changed');
END;

CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN
    SELECT RAISE(ABORT, 'ledger: an entry is never removed');
END;

CREATE TRIGGER ledger_entry_insert BEFORE INSERT ON ledger_entry
BEGIN
    SELECT RAISE(ABORT, 'ledger: the entry does not follow the last one')
    WHERE NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM ledger_entry)
        OR NEW.previous_hash IS NOT coalesce(
            (SELECT hash FROM ledger_entry ORDER BY sequence DESC LIMIT 1),
            '0000000000000000000000000000000000000000000000000000000000000000');

    SELECT RAISE(ABORT, 'ledger: the posting period is closed')
    WHERE NEW.posting_period <= (SELECT max(posting_period) FROM ledger_period);

    SELECT RAISE(ABORT, 'ledger: the entry exists')
    WHERE EXISTS (SELECT 1 FROM ledger_entry WHERE entry_id = NEW.entry_id);

    SELECT RAISE(ABORT, 'ledger: the entry is corrected already')
    WHERE EXISTS (SELECT 1 FROM ledger_entry WHERE corrects = NEW.corrects);

    SELECT RAISE(ABORT, 'ledger: the claim has a first posting already')
    WHERE NEW.corrects IS NULL AND EXISTS (
        SELECT 1 FROM ledger_entry e
        WHERE e.account_id = NEW.account_id AND e.unit_id = NEW.unit_id AND e.service_month = NEW.service_month
            AND e.kind = NEW.kind AND e.component_id IS NEW.component_id);

    SELECT RAISE(ABORT, 'ledger: the entry corrects one of another claim')
    WHERE NEW.corrects IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM ledger_entry e
        WHERE e.entry_id = NEW.corrects AND e.account_id = NEW.account_id AND e.unit_id = NEW.unit_id
            AND e.service_month = NEW.service_month AND e.kind = NEW.kind AND e.component_id IS NEW.component_id);

    SELECT RAISE(ABORT, 'ledger: the approval fits no entry that waits')
    WHERE NEW.approver IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM ledger_entry e
        WHERE e.entry_id = NEW.corrects AND e.state = 'PendingSecondApproval' AND e.amount_cents = NEW.amount_cents
            AND e.actor = NEW.actor);
END;

CREATE TRIGGER ledger_period_no_update BEFORE UPDATE ON ledger_period
BEGIN
    SELECT RAISE(ABORT, 'ledger: a pulled period is never changed');
END;

CREATE TRIGGER ledger_period_no_delete BEFORE DELETE ON ledger_period
BEGIN
    SELECT RAISE(ABORT, 'ledger: a pulled period is never removed');
END;

CREATE TRIGGER ledger_period_insert BEFORE INSERT ON ledger_period
BEGIN
    SELECT RAISE(ABORT, 'ledger: the period is pulled already')
    WHERE EXISTS (SELECT 1 FROM ledger_period WHERE posting_period = NEW.posting_period);

    SELECT RAISE(ABORT, 'ledger: the control totals are not those of the entries')
    WHERE NEW.entry_count IS NOT
            (SELECT count(*) FROM ledger_entry WHERE posting_period = NEW.posting_period AND state = 'Posted')
        OR NEW.sum_cents IS NOT (
            SELECT coalesce(sum(amount_cents), 0) FROM ledger_entry
            WHERE posting_period = NEW.posting_period AND state = 'Posted')
        OR NEW.head_sequence IS NOT (SELECT coalesce(max(sequence), 0) FROM ledger_entry);
END;

CREATE TRIGGER idempotency_key_no_update BEFORE UPDATE ON idempotency_key
BEGIN
    SELECT RAISE(ABORT, 'ledger: an answer is never changed');
END;

CREATE TRIGGER idempotency_key_no_delete BEFORE DELETE ON idempotency_key
BEGIN
    SELECT RAISE(ABORT, 'ledger: an answer is never removed');
END;

CREATE TRIGGER idempotency_key_insert BEFORE INSERT ON idempotency_key
BEGIN
    SELECT RAISE(ABORT, 'ledger: the key is answered already')
    WHERE EXISTS (
        SELECT 1 FROM idempotency_key k WHERE k.account_id = NEW.account_id AND k.request_key = NEW.request_key);
END;
