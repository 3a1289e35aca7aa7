-- What measured calls cost, and the sums that usage lines are made from. A charge is billable seconds times
-- ten-thousandths of a US dollar per minute (_units): whole numbers, 600000 to the dollar, so that no sum is ever rounded.
-- Every sum is at all times what a recount of rated_call would give. Enumerations are stored by name.

CREATE TABLE rated_call (
    call_key              BLOB    NOT NULL PRIMARY KEY,
    account_id            TEXT    NOT NULL,
    unit_id               TEXT    NOT NULL,
    service_month         TEXT    NOT NULL,
    answered_at_us        INTEGER NOT NULL,
    state                 TEXT    NOT NULL CHECK (state IN ('Rated', 'ZeroForWantOfRate', 'Rejected', 'Unrated')),
    unrated_reason        TEXT,
    leaves_pattern_open   INTEGER NOT NULL CHECK (leaves_pattern_open IN (0, 1)),
    direction             TEXT,
    service               TEXT,
    caller_id_source      TEXT    NOT NULL,               -- R-68
    called_number_source  TEXT    NOT NULL,
    jurisdiction          TEXT,
    basis                 TEXT,
    jurisdiction_reason   TEXT,
    charge_kind           TEXT,
    billable_seconds      INTEGER,
    rate_e4               INTEGER,
    charge_units          INTEGER,
    pattern_program       TEXT,                           -- null: no share of the call pattern
    pattern_tier          TEXT,                           -- null: unknown
    pattern_seconds       INTEGER,
    number_digits         INTEGER,                        -- the account's toll-free number that was called
    area_code_table       TEXT,                           -- editions
    tier_table            TEXT,
    CHECK ((state = 'Unrated') = (unrated_reason IS NOT NULL)),
    CHECK ((state IN ('Rated', 'ZeroForWantOfRate')) = (charge_units IS NOT NULL)),
    CHECK (charge_units IS NULL OR charge_units = billable_seconds * rate_e4),
    CHECK ((pattern_program IS NULL) = (pattern_seconds IS NULL)),
    CHECK (pattern_tier IS NULL OR pattern_program IS NOT NULL)
);

-- Only the Tier C calls of the one hour in which the allowance ends are ever read.
CREATE INDEX rated_call_tier_c ON rated_call (account_id, service_month, answered_at_us, call_key)
    WHERE pattern_tier = 'C' AND pattern_program = 'FlatRate';

CREATE TABLE rated_charge (
    service_month         TEXT    NOT NULL,
    account_id            TEXT    NOT NULL,
    unit_id               TEXT    NOT NULL,
    charge_kind           TEXT    NOT NULL,
    number_digits         INTEGER NOT NULL,               -- 0: for no number
    calls                 INTEGER NOT NULL CHECK (calls >= 0),
    billable_seconds      INTEGER NOT NULL CHECK (billable_seconds >= 0),
    charge_units          INTEGER NOT NULL CHECK (charge_units BETWEEN 0 AND 9000000000000000000),
    PRIMARY KEY (service_month, account_id, unit_id, charge_kind, number_digits)
);

CREATE TABLE rated_state (
    service_month         TEXT    NOT NULL,
    account_id            TEXT    NOT NULL,
    unit_id               TEXT    NOT NULL,
    state                 TEXT    NOT NULL,
    unrated_reason        TEXT    NOT NULL,               -- empty: none
    leaves_pattern_open   INTEGER NOT NULL,
    calls                 INTEGER NOT NULL CHECK (calls >= 0),
    PRIMARY KEY (service_month, account_id, unit_id, state, unrated_reason, leaves_pattern_open)
);

CREATE TABLE rated_pattern (
    service_month         TEXT    NOT NULL,
    account_id            TEXT    NOT NULL,
    unit_id               TEXT    NOT NULL,
    program               TEXT    NOT NULL,
    tier_a                INTEGER NOT NULL CHECK (tier_a >= 0),
    tier_b                INTEGER NOT NULL CHECK (tier_b >= 0),
    tier_c                INTEGER NOT NULL CHECK (tier_c >= 0),
    unknown_tier          INTEGER NOT NULL CHECK (unknown_tier >= 0),
    tier_c_seconds        INTEGER NOT NULL CHECK (tier_c_seconds >= 0),
    PRIMARY KEY (service_month, account_id, unit_id, program)
);

CREATE TABLE rated_tier_c_hour (
    service_month         TEXT    NOT NULL,
    account_id            TEXT    NOT NULL,
    hour_us               INTEGER NOT NULL,               -- first instant of the hour, UTC
    unit_id               TEXT    NOT NULL,
    number_digits         INTEGER NOT NULL,               -- 0: for no number
    calls                 INTEGER NOT NULL CHECK (calls >= 0),
    seconds               INTEGER NOT NULL CHECK (seconds >= 0),
    PRIMARY KEY (service_month, account_id, hour_us, unit_id, number_digits)
);

-- By what the calls of a month are rated. All null but the keys: it is to be rated; with a target: it is being rated.
CREATE TABLE rated_month (
    account_id            TEXT    NOT NULL,
    service_month         TEXT    NOT NULL,
    fingerprint           TEXT,                           -- that every call of the month is rated by
    target                TEXT,                           -- that it is being rated by
    rated_up_to           BLOB,                           -- call_key of the last call that is rated by the target
    revision              INTEGER NOT NULL DEFAULT 0,     -- moves with every change of a row or sum of the month
    PRIMARY KEY (account_id, service_month),
    CHECK (fingerprint IS NULL OR target IS NULL)
);

CREATE INDEX rated_month_by_month ON rated_month (service_month);

-- Calls from before this step are rated in the background.
INSERT INTO rated_month (account_id, service_month)
SELECT DISTINCT account_id, service_month FROM unit_month WHERE answered > 0;
