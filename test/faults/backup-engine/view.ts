import { hash } from 'node:crypto';

interface DocumentRow {
  readonly id: string;
  readonly revision: number;
  readonly state: number;
  readonly content: string;
}

/**
 * What a tenant's database holds, a line for each document (its newest revision), each file, and how many revisions there
 * are. `all`: runs a query and answers its rows.
 */
export function viewOf(all: (sql: string) => unknown[]): string[] {
  const documents = all(
    `SELECT id, revision, state, content FROM documents AS d WHERE revision =
       (SELECT max(revision) FROM documents WHERE collection = d.collection AND id = d.id) ORDER BY id`,
  ) as DocumentRow[];
  const files = all(`SELECT name, lower(hex(sha256)) AS sha256 FROM files ORDER BY name`) as {
    readonly name: string;
    readonly sha256: string;
  }[];
  const [counted] = all('SELECT count(*) AS n FROM documents') as { readonly n: number }[];
  return [
    ...documents.map(({ id, revision, state, content }) => line(id, revision, state === 1, content)),
    ...files.map(({ name, sha256 }) => `file ${name} ${sha256}`),
    `revisions ${counted?.n}`,
  ];
}

export function line(id: string, revision: number, live: boolean, content: string): string {
  return live ? `${id} r${revision} ${hash('sha256', content).slice(0, 24)}` : `${id} r${revision} deleted`;
}
