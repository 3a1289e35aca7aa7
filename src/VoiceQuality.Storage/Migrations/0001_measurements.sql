-- Times are microseconds since 1970-01-01 UTC (_us), scores ten-thousandths of a MOS point (_e4).
-- Enumerations are stored by name. INTEGER holds 64 bits; elsewhere that type is BIGINT, and BLOB is BYTEA.

CREATE TABLE call (
    call_key                BLOB    NOT NULL PRIMARY KEY, -- 16 octets, begins with started_at_us: key order is time order
    started_at_us           INTEGER NOT NULL,
    answered_at_us          INTEGER,
    ended_at_us             INTEGER,                      -- null: the capture did not see the end
    account_id              TEXT    NOT NULL,
    unit_id                 TEXT    NOT NULL,
    rule_id                 TEXT,
    service_month           TEXT,                         -- yyyy-MM in the account's calendar
    local_date              TEXT,                         -- yyyy-MM-dd in the account's zone
    tzdb_version            TEXT,
    outcome                 TEXT    NOT NULL,
    final_status            INTEGER,
    post_dial_delay_us      INTEGER,
    released_by             TEXT,
    mos_e4                  INTEGER,
    r_factor                TEXT,                         -- shortest decimal that reads back as the same double
    unscored_reason         TEXT    NOT NULL,
    is_quarantined          INTEGER NOT NULL,             -- 1: mos_e4 is outside 10000..50000 and no aggregate has it
    signalling_source       BLOB    NOT NULL,             -- address in network order, then port: 6 or 18 octets
    signalling_destination  BLOB    NOT NULL,
    retransmissions         INTEGER NOT NULL,
    branches                INTEGER NOT NULL,
    ladder_omitted          INTEGER NOT NULL,
    received_packets        INTEGER NOT NULL,             -- over all streams; decides which observation is kept
    facts_digest            BLOB    NOT NULL,             -- 16 octets over what was observed, scores left out
    identity                BLOB,                         -- Call-ID, tag, numbers, domains, headers; null: forgotten
    ladder                  BLOB                          -- signalling events; null: forgotten
);

CREATE INDEX call_by_account ON call (account_id, call_key);

CREATE TABLE score_model (
    model_id       INTEGER NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL,
    version        TEXT    NOT NULL,
    codec_row      TEXT,
    jitter_buffer  TEXT    NOT NULL
);

CREATE TABLE stream (
    call_key         BLOB    NOT NULL REFERENCES call (call_key),
    ordinal          INTEGER NOT NULL,
    direction        TEXT,
    source           BLOB    NOT NULL,
    destination      BLOB    NOT NULL,
    ssrc             INTEGER NOT NULL,
    codec            TEXT,
    payload_type     INTEGER NOT NULL,
    clock_rate_hz    INTEGER NOT NULL,
    started_at_us    INTEGER NOT NULL,
    ended_at_us      INTEGER NOT NULL,
    mos_e4           INTEGER,
    r_factor         TEXT,
    unscored_reason  TEXT    NOT NULL,
    scored_us        INTEGER NOT NULL,
    model_id         INTEGER NOT NULL REFERENCES score_model (model_id),
    measurement      BLOB    NOT NULL,                    -- totals and intervals, see MeasurementEncoding
    PRIMARY KEY (call_key, ordinal)
);

CREATE TABLE unannounced_stream (
    stream_key       BLOB    NOT NULL PRIMARY KEY,        -- 16 octets, begins with started_at_us
    received_packets INTEGER NOT NULL,
    facts_digest     BLOB    NOT NULL,
    direction        TEXT,
    source           BLOB    NOT NULL,
    destination      BLOB    NOT NULL,
    ssrc             INTEGER NOT NULL,
    codec            TEXT,
    payload_type     INTEGER NOT NULL,
    clock_rate_hz    INTEGER NOT NULL,
    started_at_us    INTEGER NOT NULL,
    ended_at_us      INTEGER NOT NULL,
    mos_e4           INTEGER,
    r_factor         TEXT,
    unscored_reason  TEXT    NOT NULL,
    scored_us        INTEGER NOT NULL,
    model_id         INTEGER NOT NULL REFERENCES score_model (model_id),
    measurement      BLOB    NOT NULL
);

CREATE TABLE unit_day (
    account_id         TEXT    NOT NULL,
    unit_id            TEXT    NOT NULL,
    service_month      TEXT    NOT NULL,
    local_date         TEXT    NOT NULL,
    calls              INTEGER NOT NULL CHECK (calls >= 0),
    answered           INTEGER NOT NULL CHECK (answered >= 0),
    cancelled          INTEGER NOT NULL CHECK (cancelled >= 0),
    rejected           INTEGER NOT NULL CHECK (rejected >= 0),
    failed             INTEGER NOT NULL CHECK (failed >= 0),
    unanswered         INTEGER NOT NULL CHECK (unanswered >= 0),
    incomplete         INTEGER NOT NULL CHECK (incomplete >= 0),
    scored             INTEGER NOT NULL CHECK (scored >= 0 AND scored <= answered),
    quarantined        INTEGER NOT NULL CHECK (quarantined >= 0),
    sum_mos_e4         INTEGER NOT NULL CHECK (sum_mos_e4 >= 10000 * scored AND sum_mos_e4 <= 50000 * scored),
    first_call_at_us   INTEGER NOT NULL,
    last_call_at_us    INTEGER NOT NULL,
    PRIMARY KEY (account_id, unit_id, service_month, local_date)
);

CREATE TABLE unit_month (
    account_id         TEXT    NOT NULL,
    unit_id            TEXT    NOT NULL,
    service_month      TEXT    NOT NULL,
    calls              INTEGER NOT NULL CHECK (calls >= 0),
    answered           INTEGER NOT NULL CHECK (answered >= 0),
    cancelled          INTEGER NOT NULL CHECK (cancelled >= 0),
    rejected           INTEGER NOT NULL CHECK (rejected >= 0),
    failed             INTEGER NOT NULL CHECK (failed >= 0),
    unanswered         INTEGER NOT NULL CHECK (unanswered >= 0),
    incomplete         INTEGER NOT NULL CHECK (incomplete >= 0),
    scored             INTEGER NOT NULL CHECK (scored >= 0 AND scored <= answered),
    quarantined        INTEGER NOT NULL CHECK (quarantined >= 0),
    sum_mos_e4         INTEGER NOT NULL CHECK (sum_mos_e4 >= 10000 * scored AND sum_mos_e4 <= 50000 * scored),
    first_call_at_us   INTEGER NOT NULL,
    last_call_at_us    INTEGER NOT NULL,
    PRIMARY KEY (account_id, unit_id, service_month)
);

CREATE INDEX unit_month_by_month ON unit_month (service_month);

CREATE INDEX unit_day_by_month ON unit_day (service_month);
