-- Times in which SIP over TLS could not be read although its secrets may be known: alarms of the operations centre.
-- Times are microseconds since 1970-01-01 UTC (_us), of the capture.
CREATE TABLE tls_loss (
    tap               TEXT    NOT NULL,
    began_at_us       INTEGER NOT NULL,
    ended_at_us       INTEGER NOT NULL,
    gaps              INTEGER NOT NULL CHECK (gaps >= 0),            -- octets missing, read on behind them
    given_up          INTEGER NOT NULL CHECK (given_up >= 0),        -- connections
    suites_not_read   INTEGER NOT NULL CHECK (suites_not_read >= 0), -- connections
    without_room      INTEGER NOT NULL CHECK (without_room >= 0),    -- connections
    resolved_at_us    INTEGER,                                       -- null: it may go on
    PRIMARY KEY (tap, began_at_us)
) WITHOUT ROWID;

CREATE INDEX tls_loss_by_time ON tls_loss (began_at_us, tap);
CREATE INDEX tls_loss_open ON tls_loss (tap) WHERE resolved_at_us IS NULL;
