import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenStore } from '../../../main/storage/open-store.ts';
import type { Protected } from '../../doubles/protected-installation.ts';
import type { Prepared } from './prepared.ts';
import { named } from './traced.ts';

/**
 * What a start found, without what differs from run to run, as a hash: the files with their sizes, and the rows of the databases. What is
 * left in the same way twice needs no second proof.
 */
export function outlineOf({ folder, wanted: { restored } }: Prepared, place: Protected): string {
  const hash = createHash('sha256');
  for (const top of [folder, restored, `${restored}.holdfast-partial`])
    for (const line of filesIn(top)) hash.update(`${line}\n`);
  for (const store of [place.control, place.tenant])
    for (const line of rowsOf(store)) hash.update(`${line}\n`);
  return hash.digest('hex');
}

function filesIn(top: string): readonly string[] {
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !/\.db(-wal|-shm)?$/.test(path) || path.includes('restored'))
    .map((path) => `${named(path)} ${roughly(statSync(path).size)}`)
    .sort();
}

/** Ids and times in it take a few bytes more or less once they are compressed. */
const roughly = (bytes: number) => Math.round(Math.log2(bytes + 1) * 8);

function rowsOf(store: OpenStore): readonly string[] {
  const tables = store.sql<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return tables.flatMap(({ name }) =>
    store
      .sql<Record<string, unknown>>(`SELECT * FROM "${name}"`)
      .all()
      .map((row) => `${name} ${JSON.stringify(Object.values(row).map(withoutChance))}`)
      .sort(),
  );
}

/** Ids, times and figures vary; what is small is a state or a version. */
function withoutChance(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'number' || typeof value === 'bigint') return value < 10 ? Number(value) : '#';
  if (typeof value !== 'string') return value;
  return value.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}|\d{2,}/g, '#');
}
