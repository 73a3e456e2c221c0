/** The timeline that a restore in place began; with no row, the first one, whose id is the tenant's. */
const sql = `
CREATE TABLE timeline (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL
) STRICT;
`;

export const timeline = { number: 5, name: 'timeline', sql };
