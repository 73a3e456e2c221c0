import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { snapshotIdPattern, uuidPattern } from '../../../shared/ids.ts';
import { replaceDurably } from '../../storage/durable-file.ts';

/** The commit of each database, by name. */
const commits = z.record(z.string(), z.int().nonnegative());
const snapshot = z.strictObject({ id: z.string().regex(snapshotIdPattern), commits });

const chain = z.strictObject({
  format: z.literal(1),
  /** Names the unbroken line of captures. */
  chain: z.string().regex(uuidPattern),
  /** The databases that are captured together. */
  databases: z.array(z.string()),
  /** The full snapshot that its segments build on; null until it is made. */
  base: snapshot.extend({ bytes: z.number(), time: z.number() }).nullable(),
  /** The newest snapshot that holds segments of it, or the base; and the bytes of segments since the base. */
  last: snapshot.extend({ logBytes: z.number() }).nullable(),
});

/** What is known of a chain beside its segments. Times in epoch milliseconds. */
export type Chain = z.infer<typeof chain>;
export type Commits = z.infer<typeof commits>;

export function newChain(id: string, databases: readonly string[]): Chain {
  return { format: 1, chain: id, databases: [...databases], base: null, last: null };
}

/** Undefined where there is none, or none that can be read: then a new one is begun. */
export function readChain(file: string): Chain | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return chain.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Throws the system's errors. */
export async function writeChain(file: string, content: Chain): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const bytes = Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
  await replaceDurably(file, bytes, `${file}.partial`);
}
