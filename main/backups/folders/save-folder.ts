import { lstatSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { HoldfastError } from '../../../shared/errors.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { journalOf } from '../../storage/foreign-database.ts';
import { ContentChunker } from '../container/content-chunker.ts';
import { goTime, nameFromBytes } from '../container/go-text.ts';
import { cut, pipelined } from '../container/pipeline.ts';
import type { Repository } from '../container/repository.ts';
import type { SavedFile, SnapshotWriter } from '../container/snapshot-writer.ts';
import type { TreeNode } from '../container/tree.ts';
import { Turns } from '../turns.ts';
import { entryNode, isUnchanged } from './entry-node.ts';
import { type Excluded, excludedBy } from './excludes.ts';
import { type FolderFacts, tagsOf } from './folder-facts.ts';
import { nodesIn, pathElements } from './folder-tree.ts';
import { type Entry, type FileEntry, listFolder, noteRefusal } from './list-folder.ts';
import { type EntryNote, EntryNotes } from './notes.ts';
import { EntryReader } from './read-entry.ts';
import { saveDatabase } from './save-database.ts';

export interface FolderPlan {
  readonly folderId: string;
  /** Absolute, without symbolic links in it. */
  readonly path: string;
  readonly excludes: readonly string[];
  /** The snapshot before of this folder: what is unchanged since is not read again. */
  readonly parent: string | null;
  /** A folder of our own for copies of databases. */
  readonly workFolder: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Version of this program. */
  readonly app: string;
}

export interface FolderMade extends FolderFacts {
  readonly id: string;
  readonly bytesAdded: number;
  /** Files that were read; the others were as in the snapshot before. */
  readonly filesRead: number;
  readonly hardLinks: number;
  readonly special: number;
  readonly warnings: number;
  readonly notes: readonly EntryNote[];
}

const filesAtOnce = 4;
/** A file no larger than that is one piece, however it is cut. */
const onePieceBytes = 512n * 1024n;

/**
 * Saves a folder as restic does, so that either program restores it and finds what the other stored. Whatever could
 * not be saved as it lies there is in `notes`. Errors: NOT_FOUND (the folder is gone), READ_ONLY, CANCELLED, and those
 * of writing to the repository.
 */
export async function saveFolder(
  repository: Repository,
  plan: FolderPlan,
  context: WorkerContext,
): Promise<FolderMade> {
  const writer = await repository.begin({ signal: context.signal });
  try {
    return await new FolderSaving(repository, writer, plan, context).save();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

class FolderSaving {
  readonly #repository: Repository;
  readonly #writer: SnapshotWriter;
  readonly #plan: FolderPlan;
  readonly #context: WorkerContext;
  readonly #excluded: Excluded;
  readonly #chunker: ContentChunker;
  /** Large files one after the other, databases too: each of them keeps every thread busy. */
  readonly #turns = new Turns();
  readonly #notes = new EntryNotes();
  #files = 0;
  #filesRead = 0;
  #bytes = 0;
  #databases = 0;
  #hardLinks = 0;

  constructor(repository: Repository, writer: SnapshotWriter, plan: FolderPlan, context: WorkerContext) {
    this.#repository = repository;
    this.#writer = writer;
    this.#plan = plan;
    this.#context = context;
    this.#excluded = excludedBy(plan.excludes);
    this.#chunker = new ContentChunker(repository.config.chunkerPolynomial);
  }

  async save(): Promise<FolderMade> {
    const { path, folderId, excludes, startedAt, app, parent } = this.#plan;
    this.#context.progress.phase('Saving files', null, 'bytes');
    const bytes = Buffer.from(path);
    const root = { name: '', path: bytes, below: '', stat: lstatSync(bytes, { bigint: true }) };
    const before = parent === null ? [] : await nodesIn(this.#repository, parent, path);
    const saved = root.stat.isDirectory() ? await this.#folder(root, before) : undefined;
    if (saved === undefined) throw folderGone();
    const tree = await this.#wrap(path, saved);
    const { id, bytesAdded } = await this.#writer.commit({
      time: goTime(startedAt),
      parent: parent ?? undefined,
      tree,
      paths: [path],
      hostname: hostname(),
      excludes,
      tags: tagsOf(folderId),
      programVersion: `holdfast ${app}`,
    });
    const { listed: notes, warnings, special } = this.#notes;
    return {
      id,
      folderId,
      path,
      time: startedAt,
      files: this.#files,
      bytes: this.#bytes,
      databases: this.#databases,
      bytesAdded,
      filesRead: this.#filesRead,
      hardLinks: this.#hardLinks,
      special,
      warnings,
      notes,
    };
  }

  /** The tree as restic makes it: one folder in the other from the root of the disk. */
  async #wrap(path: string, subtree: string): Promise<string> {
    let tree = subtree;
    for (const { name, place } of pathElements(path).reverse()) {
      const node = entryNode(name, lstatSync(place, { bigint: true }));
      tree = await this.#writer.saveTree([{ ...node, type: 'dir', content: null, subtree: tree }]);
    }
    return tree;
  }

  /** The id of the folder's tree; undefined where it cannot be read. */
  async #folder(folder: Entry, before: readonly TreeNode[]): Promise<string | undefined> {
    this.#context.signal.throwIfAborted();
    const listed = listFolder(folder, this.#excluded, this.#notes);
    if (listed === undefined) return undefined;
    const known = new Map(before.map((node) => [node.name, node]));
    const nodes: TreeNode[] = [];
    const saved = pipelined(listed.files, filesAtOnce, (entry) => this.#file(entry, known));
    for await (const some of saved) nodes.push(...some);
    for (const entry of listed.links) nodes.push(...this.#link(entry));
    for (const entry of listed.folders) {
      const earlier = known.get(entry.name)?.subtree;
      const inside = earlier === undefined ? [] : await this.#earlier(earlier);
      const subtree = await this.#folder(entry, inside);
      if (subtree !== undefined) nodes.push({ ...entryNode(entry.name, entry.stat), content: null, subtree });
    }
    return await this.#writer.saveTree(nodes);
  }

  /** A tree of the snapshot before. One that is damaged costs reading the files in it again. */
  async #earlier(id: string): Promise<readonly TreeNode[]> {
    try {
      return await this.#repository.loadTree(id);
    } catch (error) {
      if (error instanceof HoldfastError && ['INTEGRITY', 'NOT_FOUND'].includes(error.code)) return [];
      throw error;
    }
  }

  #link(entry: Entry): TreeNode[] {
    try {
      const target = readlinkSync(entry.path, { encoding: 'buffer' });
      const linkTarget = nameFromBytes(target);
      const raw = linkTarget.isWellFormed() ? {} : { linkTargetRaw: target.toString('base64') };
      return [
        {
          ...entryNode(entry.name, entry.stat),
          linkTarget: linkTarget.toWellFormed(),
          ...raw,
          content: null,
        },
      ];
    } catch (error) {
      noteRefusal(entry.below, this.#notes, error);
      return [];
    }
  }

  /** The file's node, and its companions' where it is no database; none where it could not be read. */
  async #file(entry: FileEntry, known: ReadonlyMap<string, TreeNode>): Promise<TreeNode[]> {
    const { companions } = entry;
    this.#context.check();
    try {
      const before = known.get(entry.name);
      const hasLog = companions.some(({ name, stat }) => name.endsWith('-wal') && stat.size > 0n);
      const content = before?.content ?? [];
      const unchanged =
        before !== undefined &&
        !hasLog &&
        isUnchanged(before, entry.stat) &&
        content.every((id) => this.#writer.has('data', id));
      if (unchanged && companions.length === 0) {
        return [this.#counted(entry, { content, size: Number(entry.stat.size) })];
      }
      const journal = journalOf(headerOf(entry));
      if (journal !== undefined) {
        const node = unchanged
          ? this.#counted(entry, { content, size: Number(entry.stat.size) })
          : await this.#database(entry, journal);
        if (node !== undefined) {
          this.#databases += 1;
          return [node];
        }
      }
      const own = unchanged
        ? this.#counted(entry, { content, size: Number(entry.stat.size) })
        : await this.#plain(entry);
      const others: TreeNode[] = [];
      for (const companion of companions) {
        others.push(...(await this.#file({ ...companion, companions: [] }, known)));
      }
      return [own, ...others];
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      noteRefusal(entry.below, this.#notes, error);
      return [];
    }
  }

  /** Undefined where it cannot be captured as a database; that is noted. */
  async #database(entry: FileEntry, journal: 'log' | 'rollback'): Promise<TreeNode | undefined> {
    const { workFolder } = this.#plan;
    try {
      const saved = await this.#turns.take('large', () =>
        saveDatabase(this.#writer, { path: entry.path, journal, workFolder }, this.#context),
      );
      this.#filesRead += 1;
      const node = this.#counted(entry, saved);
      // its own times do not tell of commits in the log, so it is never taken for unchanged
      return saved.logged ? { ...node, inode: undefined } : node;
    } catch (error) {
      const cause = error instanceof HoldfastError ? error : undefined;
      const ours = ['CANCELLED', 'INTERRUPTED', 'NOT_FOUND'].includes(cause?.code ?? '');
      const atRepository = cause?.data.where === 'repository' || cause?.data.file !== undefined;
      if (cause === undefined || ours || atRepository) throw error;
      this.#notes.add(entry.below, 'database-as-file', cause.code);
      return undefined;
    }
  }

  async #plain(entry: Entry): Promise<TreeNode> {
    const small = entry.stat.size <= onePieceBytes;
    return await (small ? this.#read(entry) : this.#turns.take('large', () => this.#read(entry)));
  }

  async #read(entry: Entry): Promise<TreeNode> {
    const reader = new EntryReader(entry.path);
    try {
      const stat = reader.stat();
      if (!stat.isFile()) throw Object.assign(new Error('no file any longer'), { code: 'ENOENT' });
      const { check, progress } = this.#context;
      const bytes = reader.bytes((by) => {
        check();
        progress.advance(by);
      });
      // by the size it was listed with, as whose turn it is: one chunker has one stream
      const small = entry.stat.size <= onePieceBytes;
      const pieces = small ? cut(bytes, Math.max(1, Number(entry.stat.size))) : this.#chunker.cut(bytes);
      const saved = await this.#writer.savePieces(pieces);
      const after = reader.stat();
      const still = after.mtimeNs === stat.mtimeNs && after.ctimeNs === stat.ctimeNs;
      if (!still || BigInt(saved.size) !== stat.size) this.#notes.add(entry.below, 'changed');
      this.#filesRead += 1;
      return this.#counted({ ...entry, stat }, saved);
    } finally {
      reader.close();
    }
  }

  #counted({ name, stat }: Entry, { content, size }: SavedFile): TreeNode {
    this.#files += 1;
    this.#bytes += size;
    if (stat.nlink > 1n) this.#hardLinks += 1;
    return { ...entryNode(name, stat), size, content };
  }
}

function headerOf({ path }: Entry): Uint8Array {
  const reader = new EntryReader(path);
  try {
    return reader.header();
  } finally {
    reader.close();
  }
}

/** Said where a protected folder is not there, or is no folder. */
export function folderGone(): HoldfastError {
  return new HoldfastError(
    'NOT_FOUND',
    'The protected folder is not there or cannot be read. Connect its disk, or take it out of the protected folders.',
    { kind: 'folder', id: 'protected' },
  );
}
