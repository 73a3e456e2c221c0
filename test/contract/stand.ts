import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { fromTransportError } from '../../main/rpc/errors.ts';
import { EnterpriseSuite } from '../../main/suite/enterprise-suite.ts';
import type { Job } from '../../shared/contract/suite.ts';
import type { Tenant } from '../../shared/contract/tenants.ts';
import { errorCodes, HoldfastError } from '../../shared/errors.ts';
import { type Role, roles } from '../../shared/roles.ts';
import type { Tier } from '../../shared/tiers.ts';
import { Evidence } from './evidence.ts';
import { findLeak } from './leak.ts';
import { operationNamed } from './operations.ts';
import type { Connection, Served, Transport } from './transports.ts';

/**
 * `stale`: an owner whose proof of the passphrase is old. `leaving`: one who may sign out. `nobody`: without
 * session. `ended`: with a dead one.
 */
export type Who = Role | 'stale' | 'leaving' | 'nobody' | 'ended';

/** How a call ended; a job's end is the call's. */
export type Ending =
  | { readonly answer: unknown; readonly error?: undefined }
  | { readonly error: HoldfastError; readonly answer?: undefined };

export const passphrase = 'correct horse battery staple';
const ownerName = 'Ada';
const otherOwnerName = 'Grace';

/** One installation, everybody who may call it over one transport, and a look from outside. */
export class Stand {
  readonly work: string;
  readonly dataFolder: string;
  readonly evidence: Evidence;
  readonly #suite: EnterpriseSuite;
  readonly #served: Served;
  readonly #callers = new Map<Who, Connection>();
  readonly #snapshots = new Map<string, Promise<string>>();
  readonly #folder: string;
  #count = 0;
  #provedAt = 0;
  #staleSession = '';
  #otherOwner: Connection | undefined;
  #tenants: { readonly full: Tenant; readonly basic: Tenant; readonly other: Tenant } | undefined;

  static async open(transport: Transport): Promise<Stand> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-contract-')));
    const [dataFolder, work, run] = [join(folder, 'data'), join(folder, 'work'), join(folder, 'run')];
    for (const made of [work, run]) mkdirSync(made);
    // nobody approves anything on their first day
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 2 * 86_400_000 });
    let stand: Stand;
    try {
      const { suite } = await EnterpriseSuite.initialise({
        dataFolder,
        ownerName,
        ownerPassphrase: passphrase,
        secrets: 'passphrase',
      });
      stand = new Stand(suite, await transport.serve(suite, dataFolder, run), folder);
      const { client } = await stand.signIn(ownerName);
      await client.auth.createOperator({ name: otherOwnerName, role: 'owner', passphrase });
    } finally {
      vi.useRealTimers();
    }
    await stand.#fill();
    return stand;
  }

  private constructor(suite: EnterpriseSuite, served: Served, folder: string) {
    this.#suite = suite;
    this.#served = served;
    this.#folder = folder;
    this.dataFolder = join(folder, 'data');
    this.work = join(folder, 'work');
    this.evidence = new Evidence(this.dataFolder, [this.work]);
  }

  async close(): Promise<void> {
    this.evidence.close();
    for (const { close } of this.#callers.values()) await close();
    await this.#otherOwner?.close();
    await this.#served.close();
    await this.#suite.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A tenant whose log is full, one whose log is basic, and one that belongs to somebody else. */
  get tenants() {
    if (this.#tenants === undefined) throw new Error('the stand is not filled yet');
    return this.#tenants;
  }

  get owner() {
    return this.#caller('owner').client;
  }

  /** Who agrees to what the owner asks for, or asks the owner. */
  get otherOwner() {
    if (this.#otherOwner === undefined) throw new Error('the stand is not filled yet');
    this.evidence.sql(`UPDATE operator SET state = 'active' WHERE role = 'owner'`);
    return this.#otherOwner.client;
  }

  /** Until the other owner is asked for: their row counts no more. */
  leaveOwnerAlone(): void {
    // two ids of one millisecond come from two sources: they say nothing of who was first
    const newest = `(SELECT id FROM operator WHERE role = 'owner' ORDER BY rowid DESC LIMIT 1)`;
    this.evidence.sql(`UPDATE operator SET state = 'disabled' WHERE id = ${newest}`);
  }

  /** Another text, number or path each time. */
  fresh(word: string): string {
    this.#count += 1;
    return `${word}-${this.#count}`;
  }

  path(word: string): string {
    return join(this.work, this.fresh(word));
  }

  file(word: string, content: string): string {
    const path = this.path(word);
    writeFileSync(path, content);
    return path;
  }

  newTenant(tier: Tier): Promise<Tenant> {
    return this.owner.tenants.createTenant({ name: this.fresh('Tenant'), tier });
  }

  /** Calls as the contract's clients do, waits for the end of a job, and looks at every error for leaks. */
  async call(who: Who, name: string, input: unknown): Promise<Ending> {
    const ending = await this.#ending(who, name, input);
    if (ending.error !== undefined) {
      const leak = findLeak(ending.error, this.#folder);
      if (leak !== undefined) throw new Error(`${name} leaks ${leak}`, { cause: ending.error });
    }
    return ending;
  }

  /** What a call answers that has to succeed. */
  async done(name: string, input: unknown): Promise<unknown> {
    const { answer, error } = await this.call('owner', name, input);
    if (error !== undefined) throw new Error(`${name}: ${error.code} ${error.message}`, { cause: error });
    return answer;
  }

  /** A snapshot of a tenant, made once. */
  snapshotOf({ id }: Tenant): Promise<string> {
    const made = this.#snapshots.get(id) ?? this.#backUp(id);
    this.#snapshots.set(id, made);
    return made;
  }

  /** However long the suite takes, proofs of the passphrase stay fresh, and the stale one old. */
  keepProofs(): void {
    const now = Date.now();
    if (now - this.#provedAt < 60_000) return;
    this.#provedAt = now;
    this.evidence.sql('UPDATE session SET proved_at = ?, seen_at = ?', now, now);
    this.evidence.sql('UPDATE session SET proved_at = ? WHERE id = ?', now - 6 * 60_000, this.#staleSession);
  }

  /** Follows a job to its end. */
  async endOf(jobId: string): Promise<Job> {
    let last: Job | undefined;
    for await (const job of await this.owner.jobs.watchJob({ jobId })) last = job;
    if (last === undefined) throw new Error('the job was never shown');
    return last;
  }

  async signIn(name: string): Promise<Connection> {
    const connection = await this.#served.connect();
    connection.session.token = (await connection.client.auth.signIn({ name, passphrase })).token;
    return connection;
  }

  async #ending(who: Who, name: string, input: unknown): Promise<Ending> {
    const { meta } = operationNamed(name);
    try {
      const answer = await lastOf(await callOf(this.#caller(who), name)(input), endless.has(name));
      // a window whose host keeps its session is somebody from now on
      if (name === 'auth.signIn') this.#callers.set(who, await this.#reconnected(who));
      if (!meta.job) return { answer };
      const { state, error, result } = await this.endOf(jobIdOf(answer));
      if (error !== null) return { error: new HoldfastError(error.code, error.message, error.data) };
      return state === 'succeeded' ? { answer: result } : { error: new HoldfastError('INTERNAL', state) };
    } catch (thrown) {
      const error = fromTransportError(thrown);
      if (error instanceof HoldfastError && errorCodes.includes(error.code)) return { error };
      throw new Error(`${name} fails with an error that is not of the contract: ${thrown}`, {
        cause: thrown,
      });
    }
  }

  async #backUp(id: string): Promise<string> {
    const { jobId } = await this.owner.backups.createBackup({ scope: { tenant: id } });
    const { error } = await this.endOf(jobId);
    if (error !== null) throw new Error(`no backup: ${error.message}`);
    const { items } = await this.owner.backups.getBackupHistory({ tenant: id });
    const newest = items.find(({ safety }) => !safety);
    if (newest === undefined) throw new Error('no snapshot');
    return newest.id;
  }

  async #fill(): Promise<void> {
    this.#callers.set('owner', await this.signIn(ownerName));
    this.#otherOwner = await this.signIn(otherOwnerName);
    for (const role of roles) {
      if (role === 'owner') continue;
      await this.owner.auth.createOperator({ name: role, role, passphrase });
      this.#callers.set(role, await this.signIn(role));
    }
    this.#callers.set('stale', await this.signIn(ownerName));
    this.#staleSession = this.evidence.newestSession();
    this.#callers.set('leaving', await this.signIn(ownerName));
    this.#callers.set('nobody', await this.#served.connect());
    const ended = await this.signIn(ownerName);
    await ended.client.auth.signOut({});
    this.#callers.set('ended', ended);
    this.#tenants = {
      full: await this.newTenant('professional'),
      basic: await this.newTenant('free'),
      other: await this.newTenant('professional'),
    };
    this.keepProofs();
  }

  async #reconnected(who: Who): Promise<Connection> {
    await this.#caller(who).close();
    return await this.#served.connect();
  }

  #caller(who: Who): Connection {
    const found = this.#callers.get(who);
    if (found === undefined) throw new Error(`nobody is ${who}`);
    return found;
  }
}

function callOf({ client }: Connection, name: string): (input: unknown) => Promise<unknown> {
  const [group = '', operation = ''] = name.split('.');
  const found: unknown = Reflect.get(Reflect.get(client, group), operation);
  if (typeof found !== 'function') throw new Error(`the client has no ${name}`);
  return async (input) => await Reflect.apply(found, undefined, [input]);
}

/** What goes on telling until nobody listens. */
const endless: ReadonlySet<string> = new Set(['audit.watchAuditTrail']);

/** An iterator's last value, or its first where it is endless; any other answer as it is. */
async function lastOf(answer: unknown, first: boolean): Promise<unknown> {
  if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer)) return answer;
  let last: unknown;
  for await (const value of { [Symbol.asyncIterator]: () => iteratorOf(answer) }) {
    last = value;
    if (first) break;
  }
  return last;
}

function iteratorOf(answer: object): AsyncIterator<unknown> {
  const make: unknown = Reflect.get(answer, Symbol.asyncIterator);
  if (typeof make !== 'function') throw new Error('no iterator');
  return Reflect.apply(make, answer, []);
}

function jobIdOf(answer: unknown): string {
  if (typeof answer === 'object' && answer !== null && 'jobId' in answer) return String(answer.jobId);
  throw new Error('the answer names no job');
}
