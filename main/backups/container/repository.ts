import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { HoldfastError } from '../../../shared/errors.ts';
import { release } from '../../storage/release.ts';
import { type BlobKind, type ContainerProgress, plainLengthOf } from './blob.ts';
import { BlobIndex, type BlobPlace, type LoadIndexOptions, loadBlobIndex } from './blob-index.ts';
import { BlobReader, noSuchBlob } from './blob-reader.ts';
import { throwIfCancelled } from './cancelling.ts';
import { type CheckLevel, type CheckReport, checkRepository } from './check.ts';
import type { CheckOptions, Problem } from './check-stored.ts';
import { type RepositoryConfig, readConfig, writeConfig } from './config-file.ts';
import { damaged } from './damage.ts';
import { type Healing, type HealReport, healStored } from './heal-stored.ts';
import type { IndexedPack } from './index-file.ts';
import {
  addIndexFiles,
  type RebuiltIndex,
  rebuildIndexFiles,
  replaceIndexFiles,
} from './index-maintenance.ts';
import {
  type Credential,
  type KeyFile,
  type KeyOwner,
  listKeyFiles,
  openMasterKeys,
  writeKeyFile,
} from './key-file.ts';
import { acquireLock, type RepositoryLock, thisProcess } from './locks.ts';
import { snapshotWithoutIndex } from './lost-index.ts';
import { packSize } from './pack.ts';
import { pipelined } from './pipeline.ts';
import { type PruneOptions, type PruneReport, pruneRepository } from './prune.ts';
import { planRepair, type Repaired, type RepairPlan, repairRepository } from './repair.ts';
import type { RepositoryFiles } from './repository-files.ts';
import { SealPool } from './seal-pool.ts';
import { loadSealedJson } from './sealed-json.ts';
import { randomSealingKeys, type SealingKeys } from './sealing.ts';
import { parseSnapshot, type Snapshot } from './snapshot-file.ts';
import { SnapshotWriter } from './snapshot-writer.ts';
import { parseTree, type TreeNode } from './tree.ts';
import { findUsedBlobs, type UsedBlobs, type UsedBlobsOptions } from './used-blobs.ts';

export interface RepositoryOptions {
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly random?: (length: number) => Uint8Array;
  /** Threads that seal and unseal; by default one a core, at most 8. */
  readonly workers?: number;
  /** Bytes that the thread which asks seals and opens by itself before those are started; 8 MiB by default. */
  readonly ownBytes?: number;
  /** zstd, 1 by default. */
  readonly compressionLevel?: number;
  /** Bytes at which a pack is full. */
  readonly packBytes?: number;
  /** Bytes of plain blobs kept for reading again. */
  readonly cacheBytes?: number;
  /** Milliseconds between writing a lock and looking again for others; 200 as in restic. */
  readonly lockSettleMs?: number;
}

interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ContainerProgress) => void) | undefined;
}

/**
 * A restic repository, format version 2. Reading takes no lock by itself: hold `lock()` around a restore or
 * a check where another program may prune. Call `close` at the end: it stops the threads.
 *
 * @example
 * const repository = await Repository.open(new FolderFiles(path), { password });
 * const writer = await repository.begin();
 * const { content, size } = await writer.saveFile(createReadStream('data.db'));
 * const tree = await writer.saveTree([fileNode({ name: 'data.db', content, size, mtimeMs })]);
 * const { id } = await writer.commit({ time: goTime(now), tree, paths: ['/data'] });
 */
export class Repository {
  readonly config: RepositoryConfig;
  /** The key file that opened it. */
  readonly keyName: string;
  readonly #files: RepositoryFiles;
  readonly #keys: SealingKeys;
  readonly #pool: SealPool;
  readonly #reader: BlobReader;
  readonly #now: () => number;
  readonly #packBytes: number;
  readonly #lockSettleMs: number;
  #index: BlobIndex | undefined;

  private constructor(
    files: RepositoryFiles,
    opened: { config: RepositoryConfig; keyName: string; keys: SealingKeys },
    options: RepositoryOptions,
  ) {
    const { workers = Math.min(availableParallelism(), 8), ownBytes, compressionLevel = 1 } = options;
    this.config = opened.config;
    this.keyName = opened.keyName;
    this.#files = files;
    this.#keys = opened.keys;
    this.#pool = new SealPool({ keys: opened.keys, compressionLevel }, { threads: workers, ownBytes });
    this.#reader = new BlobReader(files, this.#pool, options.cacheBytes ?? 32 * 2 ** 20);
    this.#now = options.now ?? Date.now;
    this.#packBytes = options.packBytes ?? 16 * 2 ** 20;
    this.#lockSettleMs = options.lockSettleMs ?? 200;
  }

  /** Makes a repository in an empty place, with one key file for each credential. Throws CONFLICT. */
  static async create(
    files: RepositoryFiles,
    made: { readonly keys: readonly [Credential, ...Credential[]]; readonly owner?: KeyOwner },
    options: RepositoryOptions = {},
  ): Promise<Repository> {
    const { now = Date.now, random = randomBytes } = options;
    await files.prepare();
    for (const kind of ['config', 'snapshots', 'index', 'data'] as const) {
      if ((await files.list(kind)).length > 0) {
        throw new HoldfastError('CONFLICT', 'There is a repository in this folder already.', {
          reason: 'repository-exists',
        });
      }
    }
    // left over from a creation that was cut off: without a config they open nothing
    for (const { name } of await files.list('keys')) await files.remove('keys', name);
    const keys = randomSealingKeys(random);
    const owner = made.owner ?? thisProcess();
    const names: string[] = [];
    for (const credential of made.keys) {
      names.push(await writeKeyFile(files, keys, credential, owner, now()));
    }
    const config = await writeConfig(files, keys, random);
    return new Repository(files, { config, keyName: names[0] ?? '', keys }, options);
  }

  /** Throws UNAUTHENTICATED, NOT_FOUND, NEWER_FORMAT, INTEGRITY. */
  static async open(
    files: RepositoryFiles,
    credential: Credential,
    options: RepositoryOptions = {},
  ): Promise<Repository> {
    if ((await files.size('config', '')) === undefined) {
      throw new HoldfastError(
        'NOT_FOUND',
        'There is no repository in this place. Connect the disk it is on, or bring its folder back.',
        {
          kind: 'repository',
          id: 'config',
        },
      );
    }
    const { keyName, master: keys } = await openMasterKeys(files, credential);
    return new Repository(files, { config: await readConfig(files, keys), keyName, keys }, options);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** Ends its threads until they are needed again: each holds some thirty megabytes. */
  async rest(): Promise<void> {
    await this.#pool.rest();
  }

  /** Adds a key file and returns its name. */
  async addKey(credential: Credential, owner: KeyOwner = thisProcess()): Promise<string> {
    return await writeKeyFile(this.#files, this.#keys, credential, owner, this.#now());
  }

  /** Whether a sound key file opens with it. Errors: IO. */
  async opensWith(credential: Credential): Promise<boolean> {
    try {
      await openMasterKeys(this.#files, credential);
      return true;
    } catch (error) {
      if (!(error instanceof HoldfastError && ['UNAUTHENTICATED', 'INTEGRITY'].includes(error.code)))
        throw error;
      return false;
    }
  }

  async listKeys(): Promise<readonly KeyFile[]> {
    return await listKeyFiles(this.#files);
  }

  /** Removes a key file. Throws CONFLICT for the one this repository was opened with. */
  async removeKey(name: string): Promise<void> {
    if (name === this.keyName) {
      throw new HoldfastError(
        'CONFLICT',
        'The key in use cannot be removed; open the repository with another.',
        {
          reason: 'key-in-use',
        },
      );
    }
    await this.#files.remove('keys', name);
  }

  /** Takes a lock that restic honours too. Throws LOCKED naming the holder. */
  async lock(exclusive: boolean): Promise<RepositoryLock> {
    const settings = { exclusive, now: this.#now, settleMs: this.#lockSettleMs };
    return await acquireLock(this.#files, this.#keys, settings);
  }

  /**
   * Begins a snapshot under a shared lock, with the index read anew. Blobs whose pack is missing or cut off
   * count as unknown, so that what is saved again heals the repository. Throws INTEGRITY where a part of the index is
   * damaged or lost: `heal` brings it back.
   */
  async begin(options: WorkOptions = {}): Promise<SnapshotWriter> {
    this.#requireWritable();
    throwIfCancelled(options.signal);
    const lock = await this.lock(false);
    try {
      const stored = new Map((await this.#files.list('data')).map(({ name, size }) => [name, size]));
      const whole = new BlobIndex();
      const index = await this.reloadIndex({ signal: options.signal });
      if ([...stored.keys()].some((id) => !index.packs().has(id))) await this.#requireIndex(index, options);
      for (const [id, blobs] of index.packs()) {
        if (stored.get(id) === packSize(blobs)) whole.add({ id, blobs });
      }
      this.#index = whole;
      return new SnapshotWriter({
        files: this.#files,
        keys: this.#keys,
        pool: this.#pool,
        index: whole,
        lock,
        packBytes: this.#packBytes,
        signal: options.signal,
        onProgress: options.onProgress,
      });
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** All snapshots, oldest first. */
  async listSnapshots(): Promise<readonly Snapshot[]> {
    const snapshots: Snapshot[] = [];
    for (const { name } of await this.#files.list('snapshots')) snapshots.push(await this.readSnapshot(name));
    return snapshots.sort((left, right) => Date.parse(left.time) - Date.parse(right.time));
  }

  async readSnapshot(id: string): Promise<Snapshot> {
    return parseSnapshot(await loadSealedJson(this.#files, this.#keys, 'snapshots', id), id);
  }

  /** Removes snapshot files under an exclusive lock; their blobs stay until a prune. */
  async removeSnapshots(ids: readonly string[]): Promise<void> {
    await this.#exclusively(async (lost) => {
      for (const id of ids) {
        throwIfCancelled(lost);
        await this.#files.remove('snapshots', id);
      }
    });
  }

  /**
   * Merges the index files when there are more than `most`, under an exclusive lock; tells how many there
   * were.
   */
  async mergeIndexes(most = 64): Promise<number> {
    const count = (await this.#files.list('index')).length;
    if (count > most) {
      await this.#exclusively(async (lost) => {
        const packs = [...(await this.reloadIndex()).packs()].map(([id, blobs]) => ({ id, blobs }));
        await replaceIndexFiles(this.#files, this.#keys, packs, lost);
      });
    }
    return count;
  }

  /** Lists packs that were copied here from a repository with the same keys. The caller holds a lock. Errors: IO, STORAGE_FULL. */
  async addToIndex(packs: readonly IndexedPack[]): Promise<void> {
    this.#requireWritable();
    await addIndexFiles(this.#files, this.#keys, packs);
  }

  /** What trees refer to; see `findUsedBlobs`. */
  async usedBlobs(trees: readonly string[], options: UsedBlobsOptions = {}): Promise<UsedBlobs> {
    return await findUsedBlobs(trees, (id) => this.loadTree(id), options);
  }

  /**
   * Removes what no snapshot uses and gathers what is scattered, under an exclusive lock; see `pruneRepository`. Any
   * snapshot or tree that cannot be read ends it before a change.
   */
  async prune(options: PruneOptions = {}): Promise<PruneReport> {
    this.#requireWritable();
    return await this.#exclusively(async (lost) => {
      const signal = eitherOf(options.signal, lost);
      const index = await this.reloadIndex({ signal });
      const trees = (await this.listSnapshots()).map(({ tree }) => tree);
      let done = 0;
      const onTree = () => {
        done += 1;
        options.onProgress?.({ phase: 'checking-structure', done, total: null, bytes: 0 });
      };
      const used = await this.usedBlobs(trees, { signal, onTree });
      const [files, keys, pool, packBytes] = [this.#files, this.#keys, this.#pool, this.#packBytes];
      this.#index = undefined;
      return await pruneRepository({ files, keys, pool, index, used, packBytes }, { ...options, signal });
    });
  }

  /** Makes the index anew from the packs, under an exclusive lock: the cure for a lost or damaged index. */
  async rebuildIndex(options: CheckOptions = {}): Promise<RebuiltIndex> {
    this.#index = undefined;
    return await this.#exclusively((lost) =>
      rebuildIndexFiles(this.#files, this.#keys, { ...options, signal: eitherOf(options.signal, lost) }),
    );
  }

  /** What a repair would find and do; nothing is changed. Every pack is read. */
  async planRepair(options: CheckOptions = {}): Promise<RepairPlan> {
    return await planRepair(this.#repaired(), options);
  }

  /**
   * Saves what is sound in damaged packs anew, and takes those and what is missing out of the index, under an exclusive
   * lock; see `repairRepository`. What was lost is then unknown, so that the next full snapshot stores it again.
   */
  async repair(options: CheckOptions = {}): Promise<RepairPlan> {
    this.#requireWritable();
    this.#index = undefined;
    return await this.#exclusively((lost) =>
      repairRepository(this.#repaired(), { ...options, signal: eitherOf(options.signal, lost) }),
    );
  }

  /** Brings back what is damaged or missing, under a shared lock; see `healStored`. */
  async heal(
    wanted: Pick<Healing, 'sources' | 'snapshots' | 'suspects'>,
    options: CheckOptions = {},
  ): Promise<HealReport> {
    this.#requireWritable();
    this.#index = undefined;
    const [files, keys, pool] = [this.#files, this.#keys, this.#pool];
    const lock = await this.lock(false);
    try {
      const signal = eitherOf(options.signal, lock.lost);
      return await healStored({ files, keys, pool, ...wanted }, { ...options, signal });
    } finally {
      await lock.release();
    }
  }

  /** A blob's plain bytes, checked against its id; not to be changed by the caller. */
  async readBlob(kind: BlobKind, id: string): Promise<Uint8Array> {
    const index = this.#index?.has(kind, id) ? this.#index : await this.reloadIndex();
    return await this.#reader.read(index, kind, id);
  }

  async loadTree(id: string): Promise<readonly TreeNode[]> {
    return parseTree(await this.readBlob('tree', id), id);
  }

  /** How many plain bytes a data blob has. Throws NOT_FOUND when no index names it. */
  async blobLength(id: string): Promise<number> {
    return plainLengthOf(await this.#placeOf(id));
  }

  async #placeOf(id: string): Promise<BlobPlace> {
    const index = this.#index?.has('data', id) ? this.#index : await this.reloadIndex();
    const place = index.find('data', id);
    if (place === undefined) throw noSuchBlob('data', id);
    return place;
  }

  /** A file's bytes, one blob after the other; each is gone when the next is asked for. */
  async *readFile(node: Pick<TreeNode, 'content'>, options: WorkOptions = {}): AsyncGenerator<Uint8Array> {
    const content = node.content ?? [];
    const blobs = pipelined(content, 2 * this.#pool.size + 1, (id) => this.readBlob('data', id));
    let [done, bytes] = [0, 0];
    for await (const blob of blobs) {
      throwIfCancelled(options.signal);
      done += 1;
      bytes += blob.length;
      options.onProgress?.({ phase: 'reading', done, total: content.length, bytes });
      yield blob;
      release(blob);
    }
  }

  /**
   * Writes a file's bytes to a descriptor, from its beginning on, each blob where it belongs once it is proved; tells how
   * many bytes, blob by blob. Nothing is synced. Throws as `readBlob`, CANCELLED, and the system's errors of writing.
   */
  async *writeFile(
    node: Pick<TreeNode, 'content'>,
    descriptor: number,
    { signal }: Pick<WorkOptions, 'signal'> = {},
  ): AsyncGenerator<number> {
    const places = await this.#placesOf(node);
    this.#pool.expect(places.reduce((sum, { place }) => sum + plainLengthOf(place), 0));
    const written = pipelined(places, 2 * this.#pool.size + 1, async ({ place, position }) => {
      throwIfCancelled(signal);
      await this.#reader.write(place, descriptor, position);
      return plainLengthOf(place);
    });
    yield* written;
  }

  async #placesOf({ content }: Pick<TreeNode, 'content'>) {
    const places: { readonly place: BlobPlace; readonly position: number }[] = [];
    let position = 0;
    for (const id of content ?? []) {
      const place = await this.#placeOf(id);
      places.push({ place, position });
      position += plainLengthOf(place);
    }
    return places;
  }

  /** Checks to the level asked for and reports every problem found. */
  async check(level: CheckLevel, options: CheckOptions = {}): Promise<CheckReport> {
    const damage: Problem[] = [];
    const index = await loadBlobIndex(this.#files, this.#keys, {
      signal: options.signal,
      onDamage: (file, error) => damage.push({ file, what: error.message }),
    });
    const [files, keys, pool] = [this.#files, this.#keys, this.#pool];
    const reader = new BlobReader(files, pool, 0);
    const loadTree = async (id: string) => parseTree(await reader.read(index, 'tree', id), id);
    const report = await checkRepository({ files, keys, pool, index, loadTree }, level, options);
    return { ...report, problems: [...damage, ...report.problems] };
  }

  /** Reads the index files again, as others may have written or pruned. */
  async reloadIndex(options: LoadIndexOptions = {}): Promise<BlobIndex> {
    this.#index = await loadBlobIndex(this.#files, this.#keys, options);
    return this.#index;
  }

  #repaired(): Repaired {
    return { files: this.#files, keys: this.#keys, pool: this.#pool, packBytes: this.#packBytes };
  }

  async #requireIndex(index: BlobIndex, { signal }: WorkOptions): Promise<void> {
    const snapshots: Snapshot[] = [];
    for (const { name } of await this.#files.list('snapshots')) {
      try {
        snapshots.push(await this.readSnapshot(name));
      } catch (error) {
        if (!(error instanceof HoldfastError && error.code === 'INTEGRITY')) throw error;
      }
    }
    const lost = await snapshotWithoutIndex(this.#files, this.#keys, index, snapshots, signal);
    if (lost !== undefined) throw damaged('index', `no file of it lists what snapshot ${lost} needs`);
  }

  #requireWritable(): void {
    if (this.config.version === 2) return;
    throw new HoldfastError('CONFLICT', 'A repository of format version 1 is read, never written to.', {
      reason: 'repository-format-1',
    });
  }

  async #exclusively<T>(work: (lost: AbortSignal) => Promise<T>): Promise<T> {
    const lock = await this.lock(true);
    try {
      return await work(lock.lost);
    } finally {
      await lock.release();
    }
  }
}

function eitherOf(signal: AbortSignal | undefined, lost: AbortSignal): AbortSignal {
  return signal === undefined ? lost : AbortSignal.any([signal, lost]);
}
