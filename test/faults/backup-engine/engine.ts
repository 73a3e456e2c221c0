import { execFileSync } from 'node:child_process';
import { createHash, hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { restic } from '../../interop/restic-program.ts';
import { Installation, password } from './installation.ts';
import { type Commit, Content, History } from './model.ts';
import { Random } from './random.ts';
import { flip, listFiles, storedIn } from './stored.ts';
import type { Stand, Told } from './told.ts';
import { viewOf } from './view.ts';

const weights = {
  put: 45,
  remove: 8,
  file: 5,
  removeFile: 5,
  briefFile: 8,
  capture: 12,
  backup: 8,
  restoreFolder: 7,
  restoreInPlace: 3,
  undo: 1,
  kill: 5,
  restart: 2,
  foreign: 1,
  damageSegment: 1,
  damageChain: 1,
  damagePack: 1,
  restic: 2,
  prune: 1,
  sync: 2,
} as const;
type Step = keyof typeof weights;

/**
 * Does steps that a seed chooses to a real installation, and holds all that it answers against a model of every row
 * at every commit. A run with the same seed does the same steps; only the moments of kills differ.
 */
export class Engine {
  readonly #random: Random;
  readonly #installation: Installation;
  readonly #history = new History();
  readonly #snapshots: { readonly id: string; readonly seq: number }[] = [];
  readonly #log: (line: string) => void;
  #undo: { readonly id: Uuid; readonly commit: Commit } | undefined;
  #damagedSegment = '';
  /** Contents of files that there were. */
  readonly #texts: string[] = [];
  /** Earlier commits may be gone. */
  #from = 0;
  #step = 0;

  constructor(
    folder: string,
    ids: { readonly tenantId: Uuid; readonly installationId: Uuid },
    { seed, log }: { readonly seed: number; readonly log: (line: string) => void },
  ) {
    this.#random = new Random(seed);
    this.#installation = new Installation(folder, ids);
    this.#log = log;
  }

  /** Throws at the first step whose outcome is not the model's. */
  async run(steps: number): Promise<void> {
    try {
      this.#now(await this.#installation.start(), new Content());
      for (this.#step = 1; this.#step <= steps; this.#step += 1) {
        const step = this.#random.weighted(weights);
        const { seq } = this.#history.now;
        this.#log(`${this.#step} ${step} at ${seq}`);
        await this.#do(step);
      }
      await this.#end();
    } catch (error) {
      throw new Error(`step ${this.#step}: ${(error as Error).message}`, { cause: error });
    } finally {
      this.#installation.stop();
    }
  }

  async #do(step: Step): Promise<void> {
    switch (step) {
      case 'put':
      case 'remove':
      case 'file':
      case 'removeFile':
        return await this.#write(this.#change(step));
      case 'briefFile':
        for (const part of ['file', 'put', 'removeFile'] as const) await this.#write(this.#change(part));
        return;
      case 'capture':
        return this.#unchanged(await this.#installation.tell({ what: 'capture' }));
      case 'backup':
        return await this.#backUp();
      case 'restoreFolder':
        return await this.#restoreFolder();
      case 'restoreInPlace':
        return await this.#restoreInPlace();
      case 'undo':
        return await this.#takeBack();
      case 'kill':
        return await this.#kill();
      case 'restart':
        await this.#installation.end();
        return this.#unchanged(await this.#installation.start());
      case 'foreign':
        return this.#writeForeign();
      case 'damageSegment':
        return this.#damageSegment();
      case 'damageChain':
        return await this.#damageChain();
      case 'damagePack':
        return await this.#damagePack();
      case 'restic':
        return this.#restic();
      case 'prune':
        return await this.#prune();
      case 'sync':
        return await this.#synchronise();
    }
  }

  #change(step: 'put' | 'remove' | 'file' | 'removeFile'): {
    readonly told: Told;
    readonly content: Content;
  } {
    const random = this.#random;
    const { content } = this.#history.now;
    const ids = content.liveIds;
    if (step === 'remove' && ids.length > 0) {
      const id = random.oneOf(ids);
      return { told: { what: 'remove', id }, content: content.remove(id) };
    }
    if (step === 'file') {
      const name = `file-${this.#step}`;
      const again = this.#texts.length > 0 && random.next() < 0.3;
      const text = again ? random.oneOf(this.#texts) : random.text(1 + random.below(20_000));
      this.#texts.push(text);
      return { told: { what: 'file', name, content: text }, content: content.addFile(name, text) };
    }
    if (step === 'removeFile' && content.files.size > 0) {
      // the newest one more often: between two backups there is little time
      const names = [...content.files.keys()];
      const name = random.oneOf(random.next() < 0.7 ? names.slice(-1) : names);
      return { told: { what: 'removeFile', name }, content: content.removeFile(name) };
    }
    const first = random.below(60);
    const documents = Array.from({ length: random.next() < 0.1 ? 12 : 1 }, (_, at) => ({
      id: `document-${(first + at) % 60}`,
      value: { step: this.#step, text: random.text(random.below(3000)) },
    }));
    return { told: { what: 'put', documents }, content: content.put(documents) };
  }

  async #write({ told, content }: { readonly told: Told; readonly content: Content }): Promise<void> {
    this.#now(await this.#installation.tell(told), content);
  }

  async #backUp(): Promise<void> {
    const kind = this.#random.next() < 0.1 ? 'full' : 'incremental';
    const made = await this.#installation.tell({ what: 'backup', kind });
    this.#unchanged(made);
    if (made.id === undefined) throw new Error('no snapshot was made');
    if (kind === 'full') expectSame(made.kind, 'full');
    if (made.kind === 'full') {
      const named = new Set(this.#history.now.content.files.values());
      expectSame(
        made.contents.filter((sha256) => !named.has(sha256)),
        [],
      );
    }
    this.#snapshots.push({ id: made.id, seq: made.seq });
    this.#history.saved(made.seq);
    // the newest segment waits on, and what was damaged in it is found at the next start
    if (made.kind === 'full' && !existsSync(this.#damagedSegment)) this.#history.rebased(made.seq);
  }

  async #restoreFolder(): Promise<void> {
    if (this.#snapshots.length === 0) return;
    const path = join(this.#installation.folder, '..', 'restored');
    const destination = { kind: 'folder', path } as const;
    const wanted = this.#anyCommit();
    try {
      const restored = await this.#installation.tell({
        what: 'restore',
        at: toRfc3339(wanted.time),
        destination,
      });
      expectSame(restored.level, 4);
      this.#unchanged(restored);
      const { content } = this.#expectCommit(wanted, join(path, 'data.db'));
      for (const [name, sha256] of content.files) {
        expectSame([name, hash('sha256', readFileSync(join(path, 'files', name)))], [name, sha256]);
      }
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  }

  async #restoreInPlace(): Promise<void> {
    if (this.#snapshots.length === 0) return;
    const before = this.#history.now;
    const wanted = this.#anyCommit();
    const destination = { kind: 'in-place' } as const;
    const told = { what: 'restore', at: toRfc3339(wanted.time), destination } as const;
    const restored = await this.#installation.tell(told);
    expectSame(restored.level, 4);
    const reached = this.#reached(wanted, restored.view);
    this.#now(restored, reached.content);
    if (restored.undoId) this.#undo = { id: restored.undoId, commit: before };
  }

  async #takeBack(): Promise<void> {
    const undo = this.#undo;
    if (undo === undefined) return;
    this.#undo = undefined;
    const undone = await this.#installation.tell({ what: 'undo', undoId: undo.id });
    this.#now(undone, undo.commit.content);
  }

  async #kill(): Promise<void> {
    const random = this.#random;
    const what = random.oneOf(['put', 'backup', 'full', 'in-place', 'capture', 'sync'] as const);
    const afterMs = random.below(what === 'put' || what === 'capture' ? 15 : 1200);
    const { content } = this.#history.now;
    if (what === 'put') {
      const change = this.#change('put');
      const stands = await this.#installation.killDuring(change.told, afterMs);
      return this.#now(stands, isSame(stands.view, content.view()) ? content : change.content);
    }
    if (what === 'in-place' && this.#snapshots.length > 0) {
      const wanted = this.#anyCommit();
      const told = {
        what: 'restore',
        at: toRfc3339(wanted.time),
        destination: { kind: 'in-place' },
      } as const;
      const stands = await this.#installation.killDuring(told, afterMs);
      const unchanged = isSame(stands.view, content.view());
      return this.#now(stands, unchanged ? content : this.#reached(wanted, stands.view).content);
    }
    this.#unchanged(await this.#installation.killDuring(this.#toldUnchanging(what), afterMs));
  }

  #toldUnchanging(what: 'backup' | 'full' | 'in-place' | 'capture' | 'sync'): Told {
    if (what === 'capture') return { what };
    if (what === 'sync') return this.#sync;
    return { what: 'backup', kind: what === 'full' ? 'full' : 'incremental' };
  }

  /** Another program writes to the database. */
  #writeForeign(): void {
    const limit = 10 ** 15 + this.#step;
    execFileSync('sqlite3', [
      '-batch',
      this.#installation.database,
      `PRAGMA wal_autocheckpoint = 0; UPDATE storage SET storage_limit = ${limit}`,
    ]);
    this.#history.doubt();
  }

  #damageSegment(): void {
    if (this.#snapshots.length === 0) return;
    const segments = listFiles(this.#installation.pageLog).filter((path) => path.endsWith('.hflog'));
    if (segments.length === 0) return;
    this.#damagedSegment = this.#random.oneOf(segments);
    flip(this.#damagedSegment, this.#random);
    this.#history.doubt();
  }

  async #damageChain(): Promise<void> {
    await this.#installation.end();
    const file = join(this.#installation.pageLog, 'chain.json');
    if (this.#snapshots.length > 0) {
      writeFileSync(file, '{"format":1');
      this.#history.doubt();
    }
    this.#unchanged(await this.#installation.start());
  }

  /** A flipped bit in a pack is found: healed where the copy has that pack, and otherwise told until it is flipped back. */
  async #damagePack(): Promise<void> {
    if (this.#snapshots.length === 0) return;
    const { repository, copy } = this.#installation;
    const pack = this.#random.oneOf(listFiles(join(repository, 'data')));
    const flipBack = flip(pack, this.#random);
    const { ok } = await this.#installation.tell({ what: 'verify', level: 2 });
    expectSame(ok, existsSync(join(copy, relative(repository, pack))));
    if (ok !== true) flipBack();
    expectSame(createHash('sha256').update(readFileSync(pack)).digest('hex'), basename(pack));
    const { problems } = await this.#installation.tell({ what: 'verify', level: 2 });
    expectSame(problems, []);
  }

  #restic(): void {
    if (this.#snapshots.length === 0) return;
    const repository = this.#installation.repository;
    restic(repository, password, 'unlock');
    const command = this.#random.oneOf([['check'], ['check', '--read-data'], ['prune', '--max-unused', '0']]);
    restic(repository, password, ...command);
  }

  /** What is left reaches back to the newest base before it. */
  async #prune(): Promise<void> {
    if (this.#snapshots.length === 0) return;
    const { seq } = this.#history.now;
    const inDoubt = this.#history.inDoubt;
    // the wait makes the base old, and what was in doubt gets a new one
    const pruned = await this.#installation.tell({ what: 'prune', last: 2 + this.#random.below(6) });
    this.#unchanged(pruned);
    this.#history.saved(pruned.seq);
    if (this.#history.inDoubt) this.#history.rebased(pruned.seq);
    const from = inDoubt ? seq : (pruned.newestBase ?? seq);
    if ((pruned.removed ?? []).length > 0) this.#from = Math.max(this.#from, from);
  }

  get #sync(): Told {
    mkdirSync(this.#installation.copyTarget, { recursive: true });
    return { what: 'sync', path: this.#installation.copyTarget };
  }

  /** The copy holds the same files, by name and content, whatever became of earlier ones. */
  async #synchronise(): Promise<void> {
    this.#unchanged(await this.#installation.tell(this.#sync));
    if (this.#snapshots.length === 0) return;
    const { repository, copy } = this.#installation;
    expectSame(storedIn(copy), storedIn(repository));
    const command = this.#random.oneOf([['check'], ['check', '--read-data']]);
    restic(copy, password, ...command);
  }

  async #end(): Promise<void> {
    this.#unchanged(await this.#installation.tell({ what: 'backup', kind: 'incremental' }));
    await this.#synchronise();
    const { problems } = await this.#installation.tell({ what: 'verify', level: 2 });
    expectSame(problems, []);
    await this.#installation.end();
    restic(this.#installation.repository, password, 'check', '--read-data');
  }

  /** One that can be restored: not before the first snapshot. */
  #anyCommit(): Commit {
    const first = Math.max(this.#from, this.#snapshots[0]?.seq ?? 0);
    const all = this.#history.commits.filter(({ seq }) => seq >= first);
    const between = all.filter(({ content }) => this.#namesBetween(content));
    const some = between.length > 0 && this.#random.next() < 0.7 ? between : all;
    const { time } = this.#random.oneOf(some);
    // where a clock stood still, a time means the last commit of it: workers keep the machine's, which is behind
    return this.#history.at(time);
  }

  /** Whether a file is in there that was gone again before a snapshot was made. */
  #namesBetween({ files }: Content): boolean {
    const saved = new Set([this.#history.now.seq, ...this.#snapshots.map(({ seq }) => seq)]);
    const states = this.#history.commits.filter(({ seq }) => saved.has(seq));
    return [...files.keys()].some((name) => !states.some(({ content }) => content.files.has(name)));
  }

  #expectCommit(wanted: Commit, file: string): Commit {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const view = viewOf((sql) => database.prepare(sql).all());
      const [check] = database.prepare('PRAGMA integrity_check').all();
      expectSame(check?.integrity_check, 'ok');
      return this.#reached(wanted, view);
    } finally {
      database.close();
    }
  }

  /** The commit that a restore to `wanted` came to. */
  #reached(wanted: Commit, view: readonly string[]): Commit {
    const all = this.#history.commits.filter(({ seq }) => seq <= wanted.seq).reverse();
    const reached = all.find(
      (commit) => this.#history.mayBe(wanted, commit.seq) && isSame(view, commit.content.view()),
    );
    if (reached !== undefined) return reached;
    const really = this.#history.commits.filter(({ content }) => isSame(view, content.view()));
    const got = really.length === 0 ? 'what never was' : `commit ${really.map(told).join(' or ')}`;
    const at = this.#history.commits.indexOf(wanted);
    const after = this.#history.commits.slice(at + 1, at + 4).map(told);
    throw new Error(
      `asked for commit ${told(wanted)}, got ${got}; after it came ${after.join(', ')}; ${this.#history.told(wanted)}`,
    );
  }

  #unchanged(stands: Stand): void {
    this.#now(stands, this.#history.now.content);
  }

  #now({ seq, time, view, contents }: Stand, content: Content): void {
    if (!isSame(view, content.view())) {
      throw new Error(`the database holds\n${difference(view, content.view())}`);
    }
    const named = [...content.files.values()];
    expectSame(
      named.filter((sha256) => !contents.includes(sha256)),
      [],
    );
    if (this.#history.commits.at(-1)?.seq !== seq) this.#history.commits.push({ seq, time, content });
  }
}

const told = ({ seq, time }: Commit) => `${seq} at ${toRfc3339(time)}`;

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, at) => line === other[at]);
}

function difference(got: readonly string[], wanted: readonly string[]): string {
  const more = got.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`);
  return [...more, ...wanted.filter((line) => !got.includes(line)).map((line) => `- ${line}`)].join('\n');
}

function expectSame(got: unknown, wanted: unknown): void {
  if (JSON.stringify(got) !== JSON.stringify(wanted)) {
    throw new Error(`got ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
  }
}
