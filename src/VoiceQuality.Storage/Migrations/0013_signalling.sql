-- How call attempts went: what RFC 6076 measures of a call, and its sums by hour, unit and the two endpoints that it was
-- signalled between. Times are microseconds (_us); hours begin on the hour in UTC.

-- Null in calls from before this step: unknown, and in no sum.
ALTER TABLE call ADD COLUMN challenges INTEGER;           -- 401 and 407 to the INVITE; never null from this step on
ALTER TABLE call ADD COLUMN request_delay_us INTEGER;
ALTER TABLE call ADD COLUMN ring_time_us INTEGER;
ALTER TABLE call ADD COLUMN disconnect_delay_us INTEGER;
ALTER TABLE call ADD COLUMN release_protocol TEXT;        -- of a Reason header (RFC 3326)
ALTER TABLE call ADD COLUMN release_cause INTEGER;
ALTER TABLE call ADD COLUMN signalling_pair_id INTEGER;   -- that it counts under; 0: among the others; null: in no sum

-- Every sum is at all times what a recount of the calls would give. A unit has at most 256 pairs in an hour; the calls
-- of further ones are together under pair 0.
CREATE TABLE signalling_hour (
    hour_us                        INTEGER NOT NULL,      -- that the first message of the call lies in
    account_id                     TEXT    NOT NULL,
    unit_id                        TEXT    NOT NULL,
    pair_id                        INTEGER NOT NULL,      -- of signalling_pair; 0: others
    attempts                       INTEGER NOT NULL CHECK (attempts >= 0),
    answered                       INTEGER NOT NULL CHECK (answered >= 0),
    redirected                     INTEGER NOT NULL CHECK (redirected >= 0),
    declined                       INTEGER NOT NULL CHECK (declined >= 0),
    ineffective                    INTEGER NOT NULL CHECK (ineffective >= 0),
    not_answered_by_user           INTEGER NOT NULL CHECK (not_answered_by_user >= 0),
    completed                      INTEGER NOT NULL CHECK (completed >= 0),
    retransmissions                INTEGER NOT NULL CHECK (retransmissions >= 0),
    challenges                     INTEGER NOT NULL CHECK (challenges >= 0),
    post_dial_count                INTEGER NOT NULL CHECK (post_dial_count >= 0),
    post_dial_sum_us               INTEGER NOT NULL,
    ringing_count                  INTEGER NOT NULL CHECK (ringing_count >= 0),
    ringing_sum_us                 INTEGER NOT NULL,
    request_delay_count            INTEGER NOT NULL CHECK (request_delay_count >= 0),
    request_delay_sum_us           INTEGER NOT NULL,
    failed_request_delay_count     INTEGER NOT NULL CHECK (failed_request_delay_count >= 0),
    failed_request_delay_sum_us    INTEGER NOT NULL,
    disconnect_delay_count         INTEGER NOT NULL CHECK (disconnect_delay_count >= 0),
    disconnect_delay_sum_us        INTEGER NOT NULL,
    talk_count                     INTEGER NOT NULL CHECK (talk_count >= 0),
    talk_sum_us                    INTEGER NOT NULL,
    PRIMARY KEY (hour_us, account_id, unit_id, pair_id)
) WITHOUT ROWID;

CREATE INDEX signalling_hour_by_account ON signalling_hour (account_id, hour_us);
