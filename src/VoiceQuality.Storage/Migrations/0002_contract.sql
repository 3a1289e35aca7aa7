-- Money is decimal text, exact. Times are microseconds since 1970-01-01 UTC (_us).

-- Every account document that was in force, as it was given; the greatest version is the one in force.
CREATE TABLE account_book (
    version      INTEGER NOT NULL PRIMARY KEY,
    digest       TEXT    NOT NULL,                        -- SHA-256, lower-case hex
    document     BLOB    NOT NULL,
    stored_at_us INTEGER NOT NULL
);

-- The document in force, for joins. Replaced as a whole with each new document.
CREATE TABLE account (
    account_id   TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    time_zone    TEXT    NOT NULL
);

CREATE TABLE business_unit (
    unit_id      TEXT    NOT NULL PRIMARY KEY,
    account_id   TEXT    NOT NULL REFERENCES account (account_id),
    name         TEXT    NOT NULL
);

CREATE TABLE unit_rule (
    rule_id      TEXT    NOT NULL PRIMARY KEY,
    unit_id      TEXT    NOT NULL REFERENCES business_unit (unit_id),
    priority     INTEGER NOT NULL,
    side         TEXT    NOT NULL,
    match_kind   TEXT    NOT NULL
);

-- That a set of lines was imported, also an empty one: no import is not the same as no usage.
CREATE TABLE usage_import (
    account_id     TEXT    NOT NULL,
    unit_id        TEXT    NOT NULL,
    service_month  TEXT    NOT NULL,
    source_digest  TEXT    NOT NULL,                      -- of the file or message that the lines came with
    imported_at_us INTEGER NOT NULL,
    PRIMARY KEY (account_id, unit_id, service_month)
);

CREATE TABLE usage_line (
    account_id     TEXT    NOT NULL,
    unit_id        TEXT    NOT NULL,
    service_month  TEXT    NOT NULL,
    ordinal        INTEGER NOT NULL,
    kind           TEXT    NOT NULL,
    amount         TEXT    NOT NULL,                      -- US dollars
    number_digits  INTEGER,                               -- E.164 digits as one integer
    PRIMARY KEY (account_id, unit_id, service_month, ordinal),
    FOREIGN KEY (account_id, unit_id, service_month)
        REFERENCES usage_import (account_id, unit_id, service_month)
);

-- Rows are added and never changed.
CREATE TABLE credit_assessment (
    account_id         TEXT    NOT NULL,
    unit_id            TEXT    NOT NULL,
    service_month      TEXT    NOT NULL,
    version            INTEGER NOT NULL,
    content_digest     TEXT    NOT NULL,                  -- SHA-256 over the columns that follow
    assessed_at_us     INTEGER NOT NULL,
    period_start_us    INTEGER NOT NULL,
    period_end_us      INTEGER NOT NULL,
    answered           INTEGER NOT NULL,
    scored             INTEGER NOT NULL,
    sum_mos_e4         INTEGER NOT NULL,
    mos_status         TEXT    NOT NULL,
    mos_display        TEXT,
    row_name           TEXT,
    credit_percent     INTEGER NOT NULL,
    coverage_percent   TEXT,
    base_status        TEXT    NOT NULL,
    base_amount        TEXT,                              -- US dollars
    barred_amount      TEXT    NOT NULL,                  -- US dollars
    credit_if_claimed  TEXT,                              -- US dollars
    month_state        TEXT    NOT NULL,
    closes_at_us       INTEGER NOT NULL,
    claim_window       TEXT    NOT NULL,
    claim_before_us    INTEGER NOT NULL,
    policy_version     TEXT    NOT NULL,
    policy_digest      TEXT    NOT NULL,
    tzdb_version       TEXT    NOT NULL,
    PRIMARY KEY (account_id, unit_id, service_month, version)
);

CREATE INDEX credit_assessment_by_month ON credit_assessment (service_month);

CREATE TABLE capture_source (
    sha256              TEXT    NOT NULL PRIMARY KEY,     -- of the content, lower-case hex
    name                TEXT    NOT NULL,
    size_bytes          INTEGER NOT NULL,
    packets             INTEGER NOT NULL,
    calls               INTEGER NOT NULL,
    streams             INTEGER NOT NULL,
    first_packet_at_us  INTEGER,
    last_packet_at_us   INTEGER,
    finished_at_us      INTEGER NOT NULL
);
