// Of each log that was pruned: entries below `minimum` may be gone, those below `dropped` are, but for the indices in `kept` (JSON).
// `leaf`: the event that tells of it. A tile of leaves that lies below `dropped` may have no hashes any more, only its root.
const sql = `
CREATE TABLE pruned (
  log INTEGER PRIMARY KEY,
  minimum INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  kept TEXT NOT NULL,
  leaf TEXT NOT NULL
) STRICT;
`;

export const pruned = { number: 7, name: 'pruned', sql };
