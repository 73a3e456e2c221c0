/** A change that nobody else can approve holds by itself from `effective_at` (epoch milliseconds) on, unless it was cancelled. */
const sql = 'ALTER TABLE audit_retention_changes ADD COLUMN effective_at INTEGER;';

export const retentionCooling = { number: 29, name: 'retention cooling', sql };
