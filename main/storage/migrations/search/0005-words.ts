/**
 * What entries say, for full text: an inverted index without the text itself (FTS5, contentless). `rowid`: the time in
 * milliseconds and 6 bits of the position (`keyOf`), so that its order is that of time; a few entries may share one. All of it
 * is derived: every entry is indexed anew at the next catching up.
 */
const sql = `
DELETE FROM indexed;

CREATE VIRTUAL TABLE event_words USING fts5 (
  words, content = '', columnsize = 0, detail = none, tokenize = "ascii tokenchars '='"
);
INSERT INTO event_words (event_words, rank) VALUES ('automerge', 0);
INSERT INTO event_words (event_words, rank) VALUES ('crisismerge', 200);
INSERT INTO event_words (event_words, rank) VALUES ('usermerge', 16);
CREATE VIRTUAL TABLE event_vocabulary USING fts5vocab (event_words, 'instance');
`;

export const words = { number: 5, name: 'words', sql };
