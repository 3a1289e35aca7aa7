-- Claims for MOS credits and what was decided on them. Rows are added and never changed or removed, like the ledger's.

CREATE TABLE credit_claim (
    claim_id         TEXT    NOT NULL PRIMARY KEY,
    account_id       TEXT    NOT NULL,
    unit_id          TEXT    NOT NULL,
    service_month    TEXT    NOT NULL,
    received_at_us   INTEGER NOT NULL,
    decision         TEXT    NOT NULL CHECK (decision IN ('Granted', 'Denied', 'Review')),
    reason           TEXT,
    mos_status       TEXT    NOT NULL,
    mos_display      TEXT,
    credit_percent   INTEGER NOT NULL CHECK (credit_percent BETWEEN 0 AND 100),
    base_amount      TEXT,
    credit_amount    TEXT    NOT NULL,
    duplicate_of     TEXT,
    settles          INTEGER NOT NULL CHECK (settles IN (0, 1)), -- 1: the one decision on its unit and month
    entry_id         TEXT    UNIQUE REFERENCES ledger_entry (entry_id),
    policy_version   TEXT    NOT NULL,
    evidence_digest  TEXT    NOT NULL CHECK (length(evidence_digest) = 64),
    bundle           BLOB    NOT NULL,                           -- the evidence, octet by octet as it is given out
    CHECK ((decision = 'Granted') = (entry_id IS NOT NULL)),
    CHECK ((decision = 'Granted') = (reason IS NULL))
);

CREATE UNIQUE INDEX credit_claim_settling ON credit_claim (account_id, unit_id, service_month) WHERE settles = 1;

CREATE INDEX credit_claim_by_account ON credit_claim (account_id, received_at_us, claim_id);

CREATE INDEX credit_claim_by_unit ON credit_claim (account_id, unit_id, service_month, received_at_us);

CREATE TRIGGER credit_claim_no_update BEFORE UPDATE ON credit_claim
BEGIN
    SELECT RAISE(ABORT, 'claim: a decision is never changed');
END;

CREATE TRIGGER credit_claim_no_delete BEFORE DELETE ON credit_claim
BEGIN
    SELECT RAISE(ABORT, 'claim: a decision is never removed');
END;

-- REPLACE would remove a row without a DELETE trigger.
CREATE TRIGGER credit_claim_insert BEFORE INSERT ON credit_claim
BEGIN
    SELECT RAISE(ABORT, 'claim: the claim is stored already')
    WHERE EXISTS (SELECT 1 FROM credit_claim c WHERE c.claim_id = NEW.claim_id OR c.entry_id = NEW.entry_id);

    SELECT RAISE(ABORT, 'claim: the month is decided already')
    WHERE NEW.settles = 1 AND EXISTS (
        SELECT 1 FROM credit_claim c
        WHERE c.account_id = NEW.account_id AND c.unit_id = NEW.unit_id AND c.service_month = NEW.service_month
            AND c.settles = 1);
END;
