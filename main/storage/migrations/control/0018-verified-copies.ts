/** When and how a copy on a further target was last verified; `verified_at`: epoch milliseconds, null: never. */
const sql = `
ALTER TABLE backup_copies ADD COLUMN verified_at INTEGER;
ALTER TABLE backup_copies ADD COLUMN verified_level INTEGER CHECK (verified_level BETWEEN 0 AND 4);
ALTER TABLE backup_copies ADD COLUMN verified_problems INTEGER;
`;

export const verifiedCopies = { number: 18, name: 'verified-copies', sql };
