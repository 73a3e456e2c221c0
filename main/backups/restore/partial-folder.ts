import { mkdir, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { HoldfastError } from '../../../shared/errors.ts';
import { partText, type RestorePart } from '../../../shared/restore-parts.ts';
import { replaceDurably, syncFolder } from '../../storage/durable-file.ts';
import { systemCode } from '../container/file-errors.ts';

/** Ours: a folder of this ending with this mark in it was left by a restore that was cut off. */
const partialEnding = '.holdfast-partial';
const partialMark = 'restore-not-finished';

const mark = z.strictObject({
  format: z.literal(1),
  snapshotId: z.string(),
  until: z.number().nullable(),
  /** The parts that are wanted, as text; null: all. */
  only: z.array(z.string()).nullable().default(null),
  /** Databases that are whole, and durable. */
  rebuilt: z.array(z.string()),
});

/** What of a restore is done already, durably: it is not read from the repository again. */
export interface Rebuilt {
  has(database: string): boolean;
  /** Errors: the system's. */
  add(database: string): Promise<void>;
  /** None of them is there any more. Errors: the system's. */
  clear(): Promise<void>;
}

/** Nothing is kept of what is rebuilt: it goes when the restore is cut off. */
export const nothingRebuilt: Rebuilt = {
  has: () => false,
  add: () => Promise.resolve(),
  clear: () => Promise.resolve(),
};

/** Where a restore to `target` works until all of it is there. */
export function partialOf(target: string): string {
  return `${target}${partialEnding}`;
}

interface PartialWork {
  readonly snapshotId: string;
  readonly until: number | null;
  readonly only: readonly RestorePart[] | null;
}

/**
 * The folder that a restore works in, and what an earlier one of the same point and parts that was cut off left in it. Errors:
 * CONFLICT (something else lies there), the system's.
 */
export async function openPartial(
  partial: string,
  { snapshotId, until, only }: PartialWork,
): Promise<{ readonly rebuilt: Rebuilt; readonly resumed: boolean }> {
  const found = await leftOver(partial);
  const parts = only === null ? null : only.map(partText);
  const resumed =
    found?.snapshotId === snapshotId &&
    found.until === until &&
    JSON.stringify(found.only) === JSON.stringify(parts);
  const done = new Set(resumed ? found.rebuilt : []);
  const store = () =>
    replaceDurably(
      join(partial, partialMark),
      Buffer.from(JSON.stringify({ format: 1, snapshotId, until, only: parts, rebuilt: [...done] })),
      join(partial, `${partialMark}.new`),
    );
  if (!resumed) {
    await rm(partial, { recursive: true, force: true });
    await mkdir(dirname(partial), { recursive: true });
    await mkdir(partial, { mode: 0o700 });
    await store();
  }
  return {
    resumed,
    rebuilt: {
      has: (database) => done.has(database),
      add: async (database) => {
        done.add(database);
        await store();
      },
      clear: async () => {
        done.clear();
        await store();
      },
    },
  };
}

/**
 * Gives the folder, in which everything is whole and durable, its name, and takes the mark out of it then: a folder that bears its own
 * name is whole with a mark as well. Errors: the system's.
 */
export async function becomeWhole(partial: string, target: string): Promise<void> {
  await syncFolder(partial);
  await rename(partial, target);
  await syncFolder(dirname(target));
  await withoutMark(target);
}

/** Takes the mark out of a whole folder, where a restore was cut off before it did. Answers whether one was there. Errors: the system's. */
export async function withoutMark(target: string): Promise<boolean> {
  try {
    await unlink(join(target, partialMark));
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return false;
    throw error;
  }
  await syncFolder(target);
  return true;
}

/** The mark of a folder that was left; null where there is none, or nothing that could be gone on with. */
async function leftOver(partial: string): Promise<z.infer<typeof mark> | null> {
  const names = await readdir(partial).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (names === null) return null;
  if (names.length > 0 && !names.some((name) => name.startsWith(partialMark))) {
    throw new HoldfastError(
      'CONFLICT',
      'Something else lies at the name a restore works under. Move it away.',
      { reason: 'destination-not-empty' },
    );
  }
  if (!names.includes(partialMark)) return null;
  try {
    return mark.parse(JSON.parse(await readFile(join(partial, partialMark), 'utf8')));
  } catch (error) {
    // an earlier version's mark was empty: what it left is not gone on with
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}
