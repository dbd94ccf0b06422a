-- One row: where the store is. Revision 0 = nothing was ever committed.
CREATE TABLE store (
    id                 INTEGER PRIMARY KEY CHECK (id = 1),
    revision           INTEGER NOT NULL,
    compacted_revision INTEGER NOT NULL,
    last_lease         INTEGER NOT NULL
);

INSERT INTO store (id, revision, compacted_revision, last_lease) VALUES (1, 0, 0, 0);

-- A lease's remaining time is not kept: when the store is opened again, every lease has its full time.
CREATE TABLE leases (
    lease               INTEGER PRIMARY KEY,
    time_to_live_millis INTEGER NOT NULL
);

-- The present: one row per key.
CREATE TABLE entries (
    key             TEXT    NOT NULL PRIMARY KEY COLLATE BINARY,
    value           BLOB    NOT NULL,
    create_revision INTEGER NOT NULL,
    mod_revision    INTEGER NOT NULL,
    lease           INTEGER NULL REFERENCES leases (lease)
) WITHOUT ROWID;

CREATE INDEX entries_by_lease ON entries (lease) WHERE lease IS NOT NULL;

-- The past: what each revision did, for watches. A null value is a delete.
CREATE TABLE history (
    revision        INTEGER NOT NULL,
    ordinal         INTEGER NOT NULL,
    key             TEXT    NOT NULL COLLATE BINARY,
    value           BLOB    NULL,
    create_revision INTEGER NOT NULL,
    PRIMARY KEY (revision, ordinal)
) WITHOUT ROWID;
