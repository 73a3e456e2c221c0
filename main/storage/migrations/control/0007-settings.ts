// What the installation was set to: one JSON value a name.
const sql = `
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

export const settings = { number: 7, name: 'settings', sql };
