import { createHash } from 'node:crypto';
import { HoldfastError } from '../../../shared/errors.ts';
import type { BlobKind, PackedBlob } from './blob.ts';
import { loadBlobIndex } from './blob-index.ts';
import { throwIfCancelled } from './cancelling.ts';
import type { CheckOptions, Problem } from './check-stored.ts';
import type { IndexedPack } from './index-file.ts';
import { replaceIndexFiles } from './index-maintenance.ts';
import { parsePack } from './pack.ts';
import { pipelined } from './pipeline.ts';
import { copyBlobs, removePacks } from './prune.ts';
import { fileLabel, type RepositoryFiles } from './repository-files.ts';
import type { SealPool } from './seal-pool.ts';
import type { SealingKeys } from './sealing.ts';

export interface Repaired {
  readonly files: RepositoryFiles;
  readonly keys: SealingKeys;
  readonly pool: SealPool;
  /** Bytes at which a pack is full. */
  readonly packBytes: number;
}

export interface RepairPlan {
  /** Index files and packs that are damaged or missing, with what is wrong. */
  readonly damage: readonly Problem[];
  /** Sound packs with blobs that no other has, which the index does not list as they are. */
  readonly relisted: readonly string[];
  /** Sound blobs in damaged packs, and their stored bytes: saved anew. */
  readonly salvaged: { readonly blobs: number; readonly bytes: number };
  /** Blobs that were in damaged or missing packs and are nowhere else. */
  readonly lost: Readonly<Record<BlobKind, readonly string[]>>;
}

interface Found extends RepairPlan {
  readonly keep: readonly IndexedPack[];
  readonly copy: readonly { readonly pack: string; readonly blob: PackedBlob }[];
  /** Damaged packs that are there. */
  readonly remove: readonly string[];
}

/**
 * Reads every pack and answers what a repair would do. Memory: the index and one pack. Throws IO where the disk does not
 * read, which says nothing about what it holds; CANCELLED.
 */
export async function planRepair(repaired: Repaired, options: CheckOptions = {}): Promise<RepairPlan> {
  return told(await examine(repaired, options));
}

/**
 * Repairs packs and index in an order in which an end at any moment leaves every sound blob readable, and a repair that
 * was cut off is simply done again: new packs, index files that name them, old index files, and only then damaged packs.
 * The caller holds the exclusive lock. Throws as `planRepair`, and STORAGE_FULL, READ_ONLY.
 */
export async function repairRepository(repaired: Repaired, options: CheckOptions = {}): Promise<RepairPlan> {
  const found = await examine(repaired, options);
  if (found.damage.length === 0 && found.relisted.length === 0) return told(found);
  const written = await copyBlobs(repaired, found, options);
  throwIfCancelled(options.signal);
  await replaceIndexFiles(repaired.files, repaired.keys, [...found.keep, ...written], options.signal);
  await removePacks(repaired.files, found.remove, options);
  return told(found);
}

async function examine(repaired: Repaired, options: CheckOptions): Promise<Found> {
  const { files, keys } = repaired;
  const damage: Problem[] = [];
  const index = await loadBlobIndex(files, keys, {
    signal: options.signal,
    onDamage: (file, error) => {
      if (!isDamage(error)) throw error;
      damage.push({ file, what: error.message });
    },
  });
  const stored = await files.list('data');
  const there = new Set(stored.map(({ name }) => name));
  const kept = new Kept();
  const unlisted: IndexedPack[] = [];
  const relisted: string[] = [];
  const remove: string[] = [];
  const sound: { pack: string; blob: PackedBlob }[] = [];
  const wanted: PackedBlob[] = [];
  let bytes = 0;
  for (const [done, { name, size }] of stored.entries()) {
    throwIfCancelled(options.signal);
    const listed = index.packs().get(name);
    const pack = await examinePack(repaired, name, listed ?? []);
    if (pack.damage === undefined) {
      if (listed !== undefined && sameBlobs(listed, pack.blobs)) kept.add({ id: name, blobs: pack.blobs });
      else unlisted.push({ id: name, blobs: pack.blobs });
    } else {
      damage.push({ file: fileLabel('data', name), what: pack.damage });
      remove.push(name);
      for (const blob of pack.sound) sound.push({ pack: name, blob });
      wanted.push(...pack.blobs);
    }
    bytes += size;
    options.onProgress?.({ phase: 'checking-content', done: done + 1, total: stored.length, bytes });
  }
  for (const [id, blobs] of index.packs()) {
    if (there.has(id)) continue;
    damage.push({ file: fileLabel('data', id), what: 'the pack is missing' });
    wanted.push(...blobs);
  }
  for (const pack of unlisted) {
    // one that only repeats others was left over by what was cut off: a prune removes it
    if (!index.packs().has(pack.id) && pack.blobs.every((blob) => kept.has(blob))) continue;
    kept.add(pack);
    relisted.push(pack.id);
  }
  const copy = sound.filter(({ blob }) => kept.take(blob));
  const lost: Record<BlobKind, string[]> = { data: [], tree: [] };
  for (const blob of wanted) if (kept.take(blob)) lost[blob.kind].push(blob.id);
  const salvaged = { blobs: copy.length, bytes: copy.reduce((sum, { blob }) => sum + blob.length, 0) };
  return { damage, relisted, salvaged, lost, keep: kept.packs, copy, remove };
}

/** Packs that stay, and the blobs that are accounted for. */
class Kept {
  readonly packs: IndexedPack[] = [];
  readonly #seen: Record<BlobKind, Set<string>> = { data: new Set(), tree: new Set() };

  add(pack: IndexedPack): void {
    this.packs.push(pack);
    for (const { kind, id } of pack.blobs) this.#seen[kind].add(id);
  }

  has({ kind, id }: PackedBlob): boolean {
    return this.#seen[kind].has(id);
  }

  /** Whether it was not accounted for before. */
  take(blob: PackedBlob): boolean {
    if (this.has(blob)) return false;
    this.#seen[blob.kind].add(blob.id);
    return true;
  }
}

interface ExaminedPack {
  /** What is wrong with it; undefined where it is sound. */
  readonly damage: string | undefined;
  /** All that its header or the index say is in it. */
  readonly blobs: readonly PackedBlob[];
  readonly sound: readonly PackedBlob[];
}

async function examinePack(
  { files, keys, pool }: Repaired,
  name: string,
  listed: readonly PackedBlob[],
): Promise<ExaminedPack> {
  const label = fileLabel('data', name);
  const bytes = await files.read('data', name);
  const whole = createHash('sha256').update(bytes).digest('hex') === name;
  let damage = whole ? undefined : 'its bytes do not match its name';
  let blobs = listed;
  try {
    const header = parsePack(keys, bytes, label);
    blobs = whole ? header : distinctBlobs([...header, ...listed]);
  } catch (error) {
    if (!isDamage(error)) throw error;
    damage ??= error.message;
  }
  const sound: PackedBlob[] = [];
  const opened = pipelined(blobs, pool.size * 2, async (blob) => {
    const problem = await openingProblem(
      pool,
      bytes.slice(blob.offset, blob.offset + blob.length),
      blob,
      label,
    );
    return { blob, problem };
  });
  for await (const { blob, problem } of opened) {
    if (problem === undefined) sound.push(blob);
    else damage ??= problem;
  }
  return { damage, blobs, sound };
}

async function openingProblem(
  pool: SealPool,
  sealed: Uint8Array,
  blob: PackedBlob,
  label: string,
): Promise<string | undefined> {
  try {
    await pool.open(sealed, blob, label);
    return undefined;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return error.message;
  }
}

function isDamage(error: unknown): error is HoldfastError {
  return error instanceof HoldfastError && error.code === 'INTEGRITY';
}

function placeOf({ kind, id, offset, length, plainLength }: PackedBlob): string {
  return `${kind} ${id} ${offset} ${length} ${plainLength ?? 'plain'}`;
}

function distinctBlobs(blobs: readonly PackedBlob[]): readonly PackedBlob[] {
  return [...new Map(blobs.map((blob) => [placeOf(blob), blob])).values()];
}

function sameBlobs(listed: readonly PackedBlob[], header: readonly PackedBlob[]): boolean {
  const places = new Set(header.map(placeOf));
  return listed.length === header.length && listed.every((blob) => places.has(placeOf(blob)));
}

function told({ damage, relisted, salvaged, lost }: RepairPlan): RepairPlan {
  return { damage, relisted, salvaged, lost };
}
