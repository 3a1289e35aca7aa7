using VoiceQuality.Storage.Migrations;

namespace VoiceQuality.Storage.Audit;

/// <summary>Schema of the audit trail's own file. A step that was released is never edited.</summary>
internal static class AuditSchema
{
    private const string First = """
        -- Who did what, when, from where. Rows are added and never changed or removed: the triggers refuse it on every
        -- connection, and each row is hashed together with the one before it. Times are microseconds since 1970-01-01
        -- UTC (_us).
        CREATE TABLE audit_entry (
            sequence         INTEGER NOT NULL PRIMARY KEY,
            recorded_at_us   INTEGER NOT NULL,
            category         TEXT    NOT NULL CHECK (category IN ('Change', 'Access')),
            actor            TEXT    NOT NULL,
            action           TEXT    NOT NULL,
            subject          TEXT    NOT NULL,
            origin           TEXT    NOT NULL,
            outcome          TEXT    NOT NULL,
            account_id       TEXT,
            before_value     TEXT,
            after_value      TEXT,
            policy_version   TEXT,
            purpose          TEXT,
            previous_hash    TEXT    NOT NULL CHECK (length(previous_hash) = 64),
            hash             TEXT    NOT NULL CHECK (length(hash) = 64)
        );

        CREATE INDEX audit_entry_by_account ON audit_entry (account_id, category, sequence);

        CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
        BEGIN
            SELECT RAISE(ABORT, 'audit: an entry is never changed');
        END;

        CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
        BEGIN
            SELECT RAISE(ABORT, 'audit: an entry is never removed');
        END;

        -- REPLACE would remove a row without a DELETE trigger, so a row that would collide is refused here.
        CREATE TRIGGER audit_entry_insert BEFORE INSERT ON audit_entry
        BEGIN
            SELECT RAISE(ABORT, 'audit: the entry does not follow the last one')
            WHERE NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit_entry)
                OR NEW.previous_hash IS NOT coalesce(
                    (SELECT e.hash FROM audit_entry e ORDER BY e.sequence DESC LIMIT 1),
                    '0000000000000000000000000000000000000000000000000000000000000000');
        END;

        """;

    public static IReadOnlyList<Migration> Steps { get; } = [new Migration(1, "audit", First.ReplaceLineEndings("\n"))];
}
