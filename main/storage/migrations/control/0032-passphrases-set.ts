/**
 * Of operators. `passphrase_set_at`: when the passphrase was last set anew, null: it is that of the beginning; `access_given_at`: when
 * somebody else last set it, who knew it then. Times are epoch milliseconds.
 */
const sql = `
ALTER TABLE operator ADD COLUMN passphrase_set_at INTEGER;
ALTER TABLE operator ADD COLUMN access_given_at INTEGER;
`;

export const passphrasesSet = { number: 32, name: 'passphrases set', sql };
