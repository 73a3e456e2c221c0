// The installation's checkpoint that both keys of a rotation signed, by the generation that signs from then on.
const sql = `
CREATE TABLE rotations (
  epoch INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  note BLOB NOT NULL,
  PRIMARY KEY (epoch, generation)
) STRICT;
`;

export const rotations = { number: 4, name: 'rotations', sql };
