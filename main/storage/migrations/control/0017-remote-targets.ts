// Targets on other machines: where they lie, as JSON (null: the folder in `path`), and what their place keeps of files
// that were removed, under an object lock, until when (null while files are kept: without an end). Credentials are in
// keyring.enc.
const sql = `
ALTER TABLE backup_targets ADD COLUMN place TEXT;
ALTER TABLE backup_targets ADD COLUMN kept_files INTEGER NOT NULL DEFAULT 0;
ALTER TABLE backup_targets ADD COLUMN kept_until INTEGER;
`;

export const remoteTargets = { number: 17, name: 'remote-targets', sql };
