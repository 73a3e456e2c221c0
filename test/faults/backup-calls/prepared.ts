import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../shared/clock.ts';
import { openCutOff } from '../../doubles/cut-off-installation.ts';
import {
  makeProtected,
  type Protected,
  type ProtectedOptions,
} from '../../doubles/protected-installation.ts';
import { ShiftedClock } from '../../doubles/shifted-clock.ts';
import { perform, type Wanted } from './operations.ts';
import { named } from './traced.ts';

export const password = 'the machine keeps this';
const hourMs = 3_600_000;

type Options = Pick<ProtectedOptions, 'folder' | 'tenantId' | 'installationId' | 'keep'> & {
  readonly folder: string;
};

/** An installation with backups, of which some are due for removal: made once, and put back before each run. */
export class Prepared {
  readonly wanted: Wanted;
  readonly rows: number;
  readonly repository: string;
  readonly #options: Options;
  readonly #prefix: Uint8Array;
  readonly #aheadMs: number;
  readonly #saved: string;

  private constructor(made: {
    readonly wanted: Wanted;
    readonly rows: number;
    readonly options: Options;
    readonly prefix: Uint8Array;
    readonly aheadMs: number;
  }) {
    const { folder, tenantId } = made.options;
    this.wanted = made.wanted;
    this.rows = made.rows;
    this.repository = join(folder, 'repositories', tenantId ?? '');
    this.#options = made.options;
    this.#prefix = made.prefix;
    this.#aheadMs = made.aheadMs;
    this.#saved = `${folder}-saved`;
  }

  static async make(): Promise<Prepared> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-calls-'));
    const prefix = randomBytes(32);
    const clock = new ShiftedClock();
    const place = await makeProtected({ folder, prefix, password, clock, keep: true });
    const { tenantId, parts } = place;
    const restored = `${folder}-restored`;
    const newest = () =>
      place.control.sql<{ id: string }>('SELECT id FROM snapshots ORDER BY time DESC').get()?.id ?? '';
    const backUp = async (kind: 'full' | 'incremental', row: number) => {
      clock.pass(hourMs);
      await place.put('orders', `order ${row}`, { text: randomBytes(1000).toString('hex') });
      await perform(place, kind, { snapshotId: '', restored });
    };
    const rules = { last: 2, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, minimum: 1 };
    await place.manager.retention.setRetention(
      { tenant: tenantId, policy: rules, reason: 'a sweep' },
      place.operation('backup.retention.set'),
    );
    await place.addFile('a file that goes', randomBytes(60_000));
    await backUp('full', 1);
    await backUp('incremental', 2);
    await place.removeFile('a file that goes');
    await place.addFile('a file', randomBytes(50_000));
    await backUp('full', 3);
    await backUp('incremental', 4);
    await place.finished(
      place.manager.retention.applyRetention({ tenant: tenantId }, place.operation('backup.retention.apply')),
    ); // marks
    clock.pass(73 * hourMs);
    await backUp('incremental', 5);
    await backUp('incremental', 6);
    await place.addFile('another file', randomBytes(50_000));
    // as a killed process leaves it: after an orderly end a copied file would be a replaced one
    cpSync(folder, `${folder}-saved`, { recursive: true });
    const wanted = { snapshotId: newest(), restored };
    await place.close();
    const options = { folder, tenantId, installationId: parts.sources.installationId, keep: true };
    const aheadMs = clock.now() - systemClock.now() + hourMs;
    const prepared = new Prepared({ wanted, rows: 6, options, prefix, aheadMs });
    prepared.putBack();
    return prepared;
  }

  putBack(): void {
    const { folder } = this.#options;
    for (const path of [folder, this.wanted.restored, `${this.wanted.restored}.holdfast-partial`])
      rmSync(path, { recursive: true, force: true });
    cpSync(this.#saved, folder, { recursive: true, filter: (path) => !path.endsWith('-shm') });
  }

  /** Whether a file has the same path in each run: no name in it is drawn. */
  isAlwaysNamed(file: string): boolean {
    const { folder, tenantId = '' } = this.#options;
    const known = file.replace(folder, '').replaceAll(tenantId, '');
    return file.startsWith(folder) && named(known) === known;
  }

  /** In which everything lies but what is restored beside it. */
  get folder(): string {
    return this.#options.folder;
  }

  remove(): void {
    for (const path of [this.#options.folder, this.#saved, this.wanted.restored])
      rmSync(path, { recursive: true, force: true });
  }

  /** For the process that does one operation. */
  get given(): string {
    const prefix = Buffer.from(this.#prefix).toString('hex');
    return JSON.stringify({ ...this.#options, prefix, aheadMs: this.#aheadMs, wanted: this.wanted });
  }

  /** Opens what there is now, as a start does a day later. */
  open(): Promise<Protected> {
    return openPrepared({ ...this.#options, prefix: this.#prefix, aheadMs: this.#aheadMs + 26 * hourMs });
  }
}

/** Opens it, and lets what was cut off be recovered. */
export async function openPrepared({
  aheadMs,
  ...options
}: Options & { readonly prefix: Uint8Array; readonly aheadMs: number }): Promise<Protected> {
  const clock = new ShiftedClock();
  clock.pass(aheadMs);
  return await openCutOff({ ...options, password, clock });
}
