import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { chmod, type FileHandle, lchown, lutimes, open, rename, symlink } from 'node:fs/promises';
import { HoldfastError } from '../../../shared/errors.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { checkForeignDatabase, journalOf } from '../../storage/foreign-database.ts';
import { systemError } from '../../storage/system-error.ts';
import { systemCode } from '../container/file-errors.ts';
import { nameBytes } from '../container/go-text.ts';
import { pipelined } from '../container/pipeline.ts';
import type { Repository } from '../container/repository.ts';
import type { TreeNode } from '../container/tree.ts';
import { destinationError } from '../restore/destination-error.ts';
import { permissionsOf } from './entry-node.ts';
import { FolderSelection } from './folder-selection.ts';
import { childPath } from './list-folder.ts';
import {
  type FolderRestorePlan,
  kindAt,
  obstaclesOf,
  previewFolderRestore,
  topOf,
} from './plan-folder-restore.ts';

type RestoreProblem =
  | 'damaged' // its content in the repository cannot be read; not restored
  | 'name' // this system has no such name; not restored
  | 'unsound' // restored as it was saved, and SQLite finds it damaged
  | 'attributes'; // restored, without its owner, mode or time

export interface RestoredFolder {
  readonly files: number;
  readonly bytes: number;
  readonly databases: number;
  readonly warnings: number;
  /** Files whose bytes could not be had. */
  readonly damaged: number;
  readonly notes: readonly { path: string; problem: RestoreProblem; detail: string | null }[];
}

const mostListed = 500;
const filesAtOnce = 4;

/**
 * Restores a folder snapshot, or parts of it. Each file appears under its name once it was written, read again and
 * found to be what was saved (level 4); databases are checked by SQLite. Symbolic links come last, so that nothing is
 * written through one. Errors: CONFLICT, NOT_FOUND, STORAGE_FULL, READ_ONLY, IO, CANCELLED.
 */
export async function restoreFolder(
  repository: Repository,
  plan: FolderRestorePlan,
  context: WorkerContext,
): Promise<RestoredFolder> {
  const preview = await previewFolderRestore(repository, plan, context);
  const obstacles = obstaclesOf(preview, plan.overwrite);
  if (obstacles.length > 0) {
    throw new HoldfastError('CONFLICT', `The restore cannot start: ${obstacles.join(' ')}`, {
      reason: 'obstacles',
      obstacles,
    });
  }
  context.progress.phase('Restoring files', preview.bytes, 'bytes');
  return await new FolderRestoring(repository, plan, context).run();
}

interface Placed {
  readonly path: Buffer;
  readonly below: string;
  readonly node: TreeNode;
}

class FolderRestoring {
  readonly #repository: Repository;
  readonly #plan: FolderRestorePlan;
  readonly #context: WorkerContext;
  readonly #selection: FolderSelection;
  readonly #links: Placed[] = [];
  /** Innermost first. */
  readonly #folders: Placed[] = [];
  readonly #notes: { path: string; problem: RestoreProblem; detail: string | null }[] = [];
  readonly #asRoot = process.getuid?.() === 0;
  #files = 0;
  #bytes = 0;
  #databases = 0;
  #damaged = 0;
  #warnings = 0;

  constructor(repository: Repository, plan: FolderRestorePlan, context: WorkerContext) {
    this.#repository = repository;
    this.#plan = plan;
    this.#context = context;
    this.#selection = new FolderSelection(plan.only);
  }

  async run(): Promise<RestoredFolder> {
    const top = await topOf(this.#repository, this.#plan);
    await inSystemWords('the folder', () => mkdirSync(this.#plan.destination, { recursive: true }));
    await this.#folder(top, '', Buffer.from(realpathSync(this.#plan.destination)));
    for (const link of this.#links) await this.#link(link);
    // whatever is made in a folder changes its time, and its mode may forbid it
    for (const made of this.#folders) await this.#attributes(made);
    return {
      files: this.#files,
      bytes: this.#bytes,
      databases: this.#databases,
      damaged: this.#damaged,
      warnings: this.#warnings,
      notes: this.#notes,
    };
  }

  async #folder(nodes: readonly TreeNode[], above: string, place: Buffer): Promise<void> {
    this.#context.signal.throwIfAborted();
    const wanted = nodes
      .map((node) => ({ node, below: above === '' ? node.name : `${above}/${node.name}` }))
      .filter(({ below }) => this.#selection.of(below) !== 'no')
      .filter(({ node, below }) => {
        if (isNameHere(node.name)) return true;
        this.#note(below, 'name', null);
        return false;
      })
      .map((each) => ({ ...each, path: childPath(place, nameBytes(each.node.name)) }));
    const files = wanted.filter(
      ({ node, below }) => node.type === 'file' && this.#selection.of(below) === 'yes',
    );
    const written = pipelined(files, filesAtOnce, ({ node, below, path }) =>
      this.#file(node, below, path, place),
    );
    for await (const _ of written) this.#context.signal.throwIfAborted();
    for (const { node, below, path } of wanted) {
      if (node.type === 'symlink' && this.#selection.of(below) === 'yes')
        this.#links.push({ path, below, node });
      if (node.type !== 'dir') continue;
      const made = await inSystemWords(below, () => makeFolder(path, below));
      await this.#folder(await this.#repository.loadTree(node.subtree ?? ''), below, path);
      if (made || this.#plan.overwrite) this.#folders.push({ path, below, node });
    }
  }

  async #file(node: TreeNode, below: string, path: Buffer, folder: Buffer): Promise<void> {
    const partial = childPath(folder, Buffer.from(`.holdfast-${randomBytes(8).toString('hex')}.partial`));
    try {
      const isDatabase = await inSystemWords(below, () => this.#write(node, partial));
      if (isDatabase) {
        this.#databases += 1;
        this.#check(partial, below);
      }
      await this.#prove(node, partial, below);
      await this.#attributes({ path: partial, below, node });
      await inSystemWords(below, async () => {
        if (!this.#plan.overwrite && kindAt(path) !== undefined) throw appeared(below);
        await rename(partial, path);
      });
      this.#files += 1;
      this.#bytes += node.size ?? 0;
    } catch (error) {
      rmSync(partial, { force: true });
      const lost = error instanceof HoldfastError && ['INTEGRITY', 'NOT_FOUND'].includes(error.code);
      if (!lost) throw error;
      this.#damaged += 1;
      this.#note(below, 'damaged', null);
    }
  }

  /** Whether what was written is a database. Holes stay holes. */
  async #write(node: TreeNode, partial: Buffer): Promise<boolean> {
    const { signal, progress } = this.#context;
    const handle = await open(partial, 'wx', 0o600);
    try {
      let size = 0;
      let isDatabase = false;
      for await (const bytes of this.#repository.readFile(node, { signal })) {
        if (size === 0) isDatabase = journalOf(bytes) !== undefined;
        if (!isEmpty(bytes)) await writeAll(handle, bytes, size);
        size += bytes.length;
        progress.advance(bytes.length);
      }
      if (size !== (node.size ?? 0)) throw notAsSaved();
      await handle.truncate(size);
      await handle.sync();
      return isDatabase;
    } finally {
      await handle.close();
    }
  }

  #check(partial: Buffer, below: string): void {
    try {
      const found = checkForeignDatabase(partial.toString('utf8'));
      if (found !== undefined) this.#note(below, 'unsound', null);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      this.#note(below, 'unsound', error.code);
    }
  }

  /** Reads the file again: each piece must have the hash that the tree names. */
  async #prove(node: TreeNode, partial: Buffer, below: string): Promise<void> {
    await inSystemWords(below, async () => {
      const handle = await open(partial, 'r');
      try {
        let at = 0;
        for (const id of node.content ?? []) {
          const length = await this.#repository.blobLength(id);
          const bytes = Buffer.allocUnsafe(length);
          const { bytesRead } = await handle.read(bytes, 0, length, at);
          at += bytesRead;
          if (bytesRead !== length || createHash('sha256').update(bytes).digest('hex') !== id)
            throw notAsSaved();
        }
      } finally {
        await handle.close();
      }
    });
  }

  async #link({ path, below, node }: Placed): Promise<void> {
    const target = node.linkTargetRaw
      ? Buffer.from(node.linkTargetRaw, 'base64')
      : Buffer.from(node.linkTarget ?? '');
    await inSystemWords(below, async () => {
      const there = kindAt(path);
      if (there === 'dir' || (there !== undefined && !this.#plan.overwrite)) throw appeared(below);
      if (there !== undefined) rmSync(path);
      await symlink(target, path);
    });
    this.#files += 1;
    await this.#attributes({ path, below, node });
  }

  async #attributes({ path, below, node }: Placed): Promise<void> {
    try {
      if (this.#asRoot) await lchown(path, node.uid, node.gid);
      // set-user bits make sense with their owner only
      const mode = this.#asRoot ? permissionsOf(node) : node.mode & 0o777;
      if (node.type !== 'symlink') await chmod(path, mode);
      await lutimes(path, seconds(node.mtime), seconds(node.mtime));
    } catch (error) {
      const system = systemError(error);
      if (system === undefined) throw error;
      this.#note(below, 'attributes', system.errno);
    }
  }

  #note(path: string, problem: RestoreProblem, detail: string | null): void {
    this.#warnings += 1;
    if (this.#notes.length < mostListed) this.#notes.push({ path: path.toWellFormed(), problem, detail });
  }
}

/** Makes a folder, or takes the one that is there: a symbolic link is none, it could lead anywhere. Whether it was made. */
function makeFolder(path: Buffer, below: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    if (kindAt(path) !== 'dir') throw appeared(below);
    return false;
  }
}

/** Names come from a repository: on Windows some of them mean something else. */
function isNameHere(name: string): boolean {
  if (process.platform !== 'win32') return true;
  return !/[\\:*?"<>|]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name);
}

const nothing = Buffer.alloc(2 ** 16);

function isEmpty(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += nothing.length) {
    const part = bytes.subarray(at, at + nothing.length);
    if (!nothing.subarray(0, part.length).equals(part)) return false;
  }
  return true;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

/** Seconds since the epoch, in the middle of their microsecond. */
function seconds(time: string): number {
  const microseconds = (/\.(\d+)/.exec(time)?.[1] ?? '').padEnd(6, '0').slice(0, 6);
  const whole = Date.parse(time.replace(/\.\d+/, '')) / 1000;
  // the system cuts off below a microsecond, and a double is as often a little below as above it
  return whole + (Number(microseconds) + 0.5) / 1_000_000;
}

function appeared(below: string): HoldfastError {
  return new HoldfastError('CONFLICT', `Something else lies at ${below.toWellFormed()}. Move it away.`, {
    reason: 'destination-not-empty',
  });
}

function notAsSaved(): HoldfastError {
  return new HoldfastError('INTEGRITY', 'A restored file is not what was saved.', { problems: [] });
}

async function inSystemWords<Result>(below: string, action: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw destinationError(error, below.toWellFormed());
  }
}
