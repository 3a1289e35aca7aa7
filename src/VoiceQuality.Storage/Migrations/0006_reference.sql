-- Reference data as it was imported, one document of each kind in force: the one with the greatest version. Rows are
-- added and never changed or removed: the triggers refuse it on every connection. Documents that were imported together
-- carry the same import_id. Times are microseconds since 1970-01-01 UTC (_us).
CREATE TABLE reference_document (
    sequence         INTEGER NOT NULL PRIMARY KEY,          -- 1, 2, 3 … over all kinds
    kind             TEXT    NOT NULL CHECK (length(kind) BETWEEN 1 AND 64),
    version          INTEGER NOT NULL,                      -- 1, 2, 3 … of its kind
    import_id        INTEGER NOT NULL,                      -- sequence of the first document of the import
    digest           TEXT    NOT NULL CHECK (length(digest) = 64), -- SHA-256 of the octets that were imported
    document         BLOB    NOT NULL,                      -- those octets, gzip
    octets           INTEGER NOT NULL CHECK (octets >= 0),  -- their number before gzip
    row_count        INTEGER NOT NULL CHECK (row_count >= 0),
    actor            TEXT    NOT NULL CHECK (length(actor) BETWEEN 1 AND 64),
    stored_at_us     INTEGER NOT NULL,
    UNIQUE (kind, version)
);

CREATE TRIGGER reference_document_no_update BEFORE UPDATE ON reference_document
BEGIN
    SELECT RAISE(ABORT, 'reference: a document is never changed');
END;

CREATE TRIGGER reference_document_no_delete BEFORE DELETE ON reference_document
BEGIN
    SELECT RAISE(ABORT, 'reference: a document is never removed');
END;

-- REPLACE would remove a row without a DELETE trigger, so a row that would collide is refused here.
CREATE TRIGGER reference_document_insert BEFORE INSERT ON reference_document
BEGIN
    SELECT RAISE(ABORT, 'reference: the row does not follow the last one')
    WHERE NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM reference_document);

    SELECT RAISE(ABORT, 'reference: the version does not follow the last one of its kind')
    WHERE NEW.version IS NOT (
        SELECT coalesce(max(version), 0) + 1 FROM reference_document WHERE kind = NEW.kind);

    SELECT RAISE(ABORT, 'reference: the import is no sequence so far')
    WHERE NEW.import_id NOT BETWEEN 1 AND NEW.sequence;
END;
