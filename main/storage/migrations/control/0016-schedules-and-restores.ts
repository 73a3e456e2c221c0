/**
 * When backups are made, where somebody set another schedule than the tier's. `owner`: a tenant's id or `installation`;
 * `setting`: JSON as the contract has it. A skip: the newest run that was left out, and up to when such were. A run that
 * failed has the number of failures in a row and when it is tried again. `restore_requests`: what a restore was asked for, as
 * JSON, until it has succeeded; `ended`: it did not, and may be asked for again. Times are epoch milliseconds.
 */
const sql = `
CREATE TABLE schedules (
  owner TEXT PRIMARY KEY,
  setting TEXT NOT NULL,
  set_at INTEGER NOT NULL,
  set_by TEXT
) STRICT;

CREATE TABLE schedule_skips (
  owner TEXT PRIMARY KEY,
  through INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  why TEXT NOT NULL CHECK (why IN ('missed', 'overlap'))
) STRICT;

CREATE TABLE restore_requests (
  job_id TEXT PRIMARY KEY,
  tenant_id TEXT,
  request TEXT NOT NULL,
  restore_id TEXT,
  asked_at INTEGER NOT NULL,
  ended INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1))
) STRICT;

ALTER TABLE schedule_runs ADD COLUMN failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0);
ALTER TABLE schedule_runs ADD COLUMN retry_at INTEGER;
`;

export const schedules = { number: 16, name: 'schedules-and-restores', sql };
