-- The statements of SqliteSession. Each begins with a line "-- name: ..." and ends where the next begins.

-- name: begin
BEGIN IMMEDIATE;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: select-revisions
SELECT revision, compacted_revision, last_lease FROM store;

-- name: update-revision
UPDATE store SET revision = @revision;

-- name: select-entries
-- U+10FFFF cannot be in a key, so it closes the range of the prefix.
SELECT key, value, create_revision, mod_revision, lease
FROM entries
WHERE key >= @prefix AND key < @prefix || char(1114111)
ORDER BY key;

-- name: select-entry-revisions
SELECT create_revision, mod_revision FROM entries WHERE key = @key;

-- name: put-entry
INSERT INTO entries (key, value, create_revision, mod_revision, lease)
VALUES (@key, @value, @revision, @revision, @lease)
ON CONFLICT (key) DO UPDATE
SET value = excluded.value, mod_revision = excluded.mod_revision, lease = excluded.lease;

-- name: delete-entry
DELETE FROM entries WHERE key = @key;

-- name: insert-history
INSERT INTO history (revision, ordinal, key, value, create_revision)
VALUES (@revision, @ordinal, @key, @value, @create_revision);

-- name: select-history
SELECT revision, key, value, create_revision
FROM history
WHERE revision >= @revision AND key >= @prefix AND key < @prefix || char(1114111)
ORDER BY revision, ordinal;

-- name: delete-history
DELETE FROM history WHERE revision <= @revision;

-- name: update-compacted-revision
UPDATE store SET compacted_revision = @revision;

-- name: select-leases
SELECT lease, time_to_live_millis FROM leases ORDER BY lease;

-- name: update-last-lease
UPDATE store SET last_lease = @lease;

-- name: insert-lease
INSERT INTO leases (lease, time_to_live_millis) VALUES (@lease, @time_to_live_millis);

-- name: delete-lease
DELETE FROM leases WHERE lease = @lease;

-- name: select-keys-of-lease
SELECT key FROM entries WHERE lease = @lease ORDER BY key;
