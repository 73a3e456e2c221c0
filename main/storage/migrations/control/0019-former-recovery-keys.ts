/**
 * Recovery keys that were replaced. `salt`: base64, as in the key files made from them; `removed`: none of the first target's
 * repositories is opened by it any more. Further targets that hold something it may still open.
 */
const sql = `
CREATE TABLE former_recovery_keys (
  salt TEXT PRIMARY KEY,
  removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE targets_with_former_key (
  target_id TEXT PRIMARY KEY REFERENCES backup_targets (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
`;

export const formerRecoveryKeys = { number: 19, name: 'former-recovery-keys', sql };
