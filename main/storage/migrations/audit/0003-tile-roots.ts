// Absent in tiles stored before; then it follows from their hashes.
const sql = 'ALTER TABLE tiles ADD COLUMN root BLOB';

export const tileRoots = { number: 3, name: 'tile roots', sql };
