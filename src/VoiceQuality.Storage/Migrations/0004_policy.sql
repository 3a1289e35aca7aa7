-- Readings of the contract and the month of service from which they are in force. Rows are added and never changed or
-- removed: the triggers refuse it on every connection. A row for the same account and month as an earlier one takes its
-- place. Times are microseconds since 1970-01-01 UTC (_us).
CREATE TABLE contract_policy (
    sequence         INTEGER NOT NULL PRIMARY KEY,          -- 1, 2, 3 …
    account_id       TEXT,                                  -- NULL: every account without a policy of its own
    from_month       TEXT    NOT NULL CHECK (from_month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
    version          TEXT    NOT NULL,
    digest           TEXT    NOT NULL CHECK (length(digest) = 64),
    document         TEXT    NOT NULL,                      -- JSON, see ContractPolicy.ToJson
    recorded_at_us   INTEGER NOT NULL
);

CREATE TRIGGER contract_policy_no_update BEFORE UPDATE ON contract_policy
BEGIN
    SELECT RAISE(ABORT, 'policy: a row is never changed');
END;

CREATE TRIGGER contract_policy_no_delete BEFORE DELETE ON contract_policy
BEGIN
    SELECT RAISE(ABORT, 'policy: a row is never removed');
END;

-- REPLACE would remove a row without a DELETE trigger, so a row that would collide is refused here.
CREATE TRIGGER contract_policy_insert BEFORE INSERT ON contract_policy
BEGIN
    SELECT RAISE(ABORT, 'policy: the row does not follow the last one')
    WHERE NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM contract_policy);

    SELECT RAISE(ABORT, 'policy: the version names another reading')
    WHERE EXISTS (SELECT 1 FROM contract_policy WHERE version = NEW.version AND digest <> NEW.digest);
END;
