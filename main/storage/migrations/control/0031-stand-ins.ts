/**
 * Whose backups a further target gets, and where backups are that the first target lacks. `covers`: JSON, null: everybody's.
 * `updated_at`: when a copy was last brought up to date; `unwanted`: the next synchronisation removes it; `stands_in_since`: since
 * then backups are written to it. Of snapshots `target_id`: the further target that alone has it; `returned_at`, `returned_from`:
 * when and from where it came to the first one. Times are epoch milliseconds.
 */
const sql = `
ALTER TABLE backup_targets ADD COLUMN covers TEXT;
ALTER TABLE backup_copies ADD COLUMN updated_at INTEGER;
ALTER TABLE backup_copies ADD COLUMN unwanted INTEGER NOT NULL DEFAULT 0 CHECK (unwanted IN (0, 1));
ALTER TABLE backup_copies ADD COLUMN stands_in_since INTEGER;
ALTER TABLE snapshots ADD COLUMN target_id TEXT;
ALTER TABLE snapshots ADD COLUMN returned_at INTEGER;
ALTER TABLE snapshots ADD COLUMN returned_from TEXT;
ALTER TABLE folder_snapshots ADD COLUMN target_id TEXT;
ALTER TABLE folder_snapshots ADD COLUMN returned_at INTEGER;
ALTER TABLE folder_snapshots ADD COLUMN returned_from TEXT;
`;

export const standIns = { number: 31, name: 'stand-ins', sql };
