/** Imports, so that each can be undone whole. */
const sql = `
CREATE TABLE imports (
  id TEXT PRIMARY KEY,
  collection TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'undone', 'interrupted')),
  imported INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0,
  started_at INTEGER NOT NULL
) STRICT;
CREATE INDEX imports_running ON imports (state) WHERE state = 'running';
`;

export const imports = { number: 4, name: 'imports', sql };
