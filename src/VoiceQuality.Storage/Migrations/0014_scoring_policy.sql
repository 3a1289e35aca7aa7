-- The scoring policies that scores stand by. Rows are added and never changed or removed: the triggers refuse it on
-- every connection. Times are microseconds since 1970-01-01 UTC (_us).
CREATE TABLE scoring_policy (
    digest           TEXT    NOT NULL PRIMARY KEY CHECK (length(digest) = 64),
    id               TEXT    NOT NULL,
    document         TEXT    NOT NULL,                      -- JSON, see ScoringPolicyDocument.ToJson
    codecs           TEXT    NOT NULL,                      -- the codec table that the document names, as it was read
    recorded_at_us   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TRIGGER scoring_policy_no_update BEFORE UPDATE ON scoring_policy
BEGIN
    SELECT RAISE(ABORT, 'scoring policy: a row is never changed');
END;

CREATE TRIGGER scoring_policy_no_delete BEFORE DELETE ON scoring_policy
BEGIN
    SELECT RAISE(ABORT, 'scoring policy: a row is never removed');
END;

-- An id names one policy. What was put together by single settings has no id of its own: 'settings' and the digest.
-- REPLACE would remove a row without a DELETE trigger, so a digest that is there is refused here.
CREATE TRIGGER scoring_policy_insert BEFORE INSERT ON scoring_policy
BEGIN
    SELECT RAISE(ABORT, 'scoring policy: the digest is there already')
    WHERE EXISTS (SELECT 1 FROM scoring_policy WHERE digest = NEW.digest);

    SELECT RAISE(ABORT, 'scoring policy: the id names another policy')
    WHERE NEW.id <> 'settings' AND EXISTS (SELECT 1 FROM scoring_policy WHERE id = NEW.id);
END;

-- Null in what was scored before this step: the policy was not kept.
ALTER TABLE score_model ADD COLUMN policy_id TEXT;
ALTER TABLE score_model ADD COLUMN policy_digest TEXT;
