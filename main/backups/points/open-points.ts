import { join } from 'node:path';
import { z } from 'zod';
import type { FoundPart, OpenedPoint } from '../../../shared/contract/backups/points.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { ThreadClient } from '../../jobs/thread-client.ts';
import { decodeCursor, type Page, pageOf } from '../../operations/cursor.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Input, Output } from '../inputs.ts';
import type { BackupParts } from '../parts.ts';
import { inspectWorkFolder } from '../restore/destination.ts';
import { inTheWay } from '../restore/obstacles.ts';
import { pointInput, type RestorePoint } from '../restore/point.ts';
import { rebuiltFile } from '../restore/rebuild.ts';
import { type ChosenSnapshot, chooseSnapshot, pointOf } from '../restore/source.ts';
import { readingSource, sourceAccess } from '../restore/source-place.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { removeWorkFolder } from '../work-folder.ts';
import type { FindPartsTask } from './find-parts-worker.ts';
import type { OpenPointInput, PointContents } from './open-point-worker.ts';

/** How long a point that nobody looks into stays, in milliseconds. */
const keptMs = 15 * 60_000;
/** Each is a whole database on the disk of the data. */
const mostOpen = 2;

const place = z.tuple([z.string(), z.string()]);

interface OpenPoint {
  /** What it is of: two who ask for the same share it. */
  readonly key: string;
  readonly folder: string;
  readonly opened: OpenedPoint;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Moments of tenants' data, rebuilt beside the live data so that parts to restore can be found in them. They lie in the
 * work folder, which a start empties.
 */
export class OpenPoints {
  readonly #parts: BackupParts;
  readonly #keptMs: number;
  readonly #thread: ThreadClient<FindPartsTask, FoundPart[]>;
  /** The one that was looked into last is the last. */
  readonly #open = new Map<Uuid, OpenPoint>();

  constructor(parts: BackupParts, { kept = keptMs }: { readonly kept?: number } = {}) {
    this.#parts = parts;
    this.#keptMs = kept;
    this.#thread = new ThreadClient(siblingModule(import.meta.url, 'find-parts-worker'), 'backups');
  }

  /**
   * Starts rebuilding what a tenant's data was. The job's result: `openedPoint`. Errors: NOT_FOUND, VALIDATION, and in the
   * job CONFLICT (no room; another owner's snapshot), UNAVAILABLE (the target is away), INTEGRITY, STORAGE_FULL, IO.
   */
  async openRestorePoint(
    input: Input<'openRestorePoint'>,
    operation: Operation,
  ): Promise<Output<'openRestorePoint'>> {
    const chosen = chooseSnapshot(this.#parts, input);
    const { owner } = chosen;
    if (owner === null) {
      throw new HoldfastError('VALIDATION', 'Parts are found in the data of a tenant.', {
        issues: [{ path: 'tenant', reason: 'installation' }],
      });
    }
    return await this.#parts.jobs.start<OpenedPoint>({
      kind: 'backup.restore.open',
      tenantId: owner,
      resource: `open:${operation.id}`,
      operation,
      run: (context) =>
        this.#parts.use.reading(repositoryIdOf(owner), () =>
          readingSource(this.#parts, chosen, context, () => this.#openPoint(owner, chosen, context)),
        ),
    });
  }

  /** A page of documents and files, by collection and id. Errors: NOT_FOUND (no longer open), VALIDATION (cursor). */
  async findRestoreParts(input: Input<'findRestoreParts'>): Promise<Page<FoundPart>> {
    const { pointId, collection, text = '', limit, cursor } = input;
    const point = this.#open.get(pointId);
    if (point === undefined) throw notOpen(pointId);
    // the same moment opened once more can be paged on
    const filter = { list: 'parts', of: point.key, collection, text };
    const after = decodeCursor(cursor, filter, place) ?? null;
    this.#touch(pointId, point);
    const query = { collection: collection ?? null, text, after, limit: limit + 1 };
    const found = await this.#thread.ask({ file: rebuiltFile(point.folder, 'data'), query });
    return pageOf(
      found,
      limit,
      filter,
      (part) => part,
      ({ collection, id }) => [collection, id],
    );
  }

  /** Removes what is open of a tenant. */
  async closeTenant(tenantId: Uuid): Promise<void> {
    for (const [id, { opened }] of [...this.#open]) if (opened.tenantId === tenantId) await this.#close(id);
  }

  /** Removes all that is open. */
  async stop(): Promise<void> {
    for (const id of [...this.#open.keys()]) await this.#close(id);
    await this.#thread.close();
  }

  async #openPoint(
    tenantId: Uuid,
    chosen: ChosenSnapshot,
    context: Pick<JobContext, 'operation' | 'progress'>,
  ): Promise<OpenedPoint> {
    const point = await pointOf(this.#parts, chosen, context);
    const key = keyOf(point);
    const [id, known] = [...this.#open].find(([, each]) => each.key === key) ?? [];
    if (id !== undefined && known !== undefined) {
      this.#touch(id, known);
      return known.opened;
    }
    return await this.#rebuild(tenantId, point, key, context);
  }

  async #rebuild(
    tenantId: Uuid,
    point: RestorePoint,
    key: string,
    { operation, progress }: Pick<JobContext, 'operation' | 'progress'>,
  ): Promise<OpenedPoint> {
    const { workFolder, ids } = this.#parts;
    for (const id of [...this.#open.keys()].slice(0, Math.max(0, this.#open.size + 1 - mostOpen)))
      await this.#close(id);
    const bytes = point.entry.summary.databases.reduce((sum, database) => sum + database.bytes, 0);
    const { obstacles } = await inspectWorkFolder(workFolder, bytes);
    if (obstacles.length > 0) throw inTheWay(obstacles);
    const pointId = ids.uuid();
    const folder = join(workFolder, `point-${pointId}`);
    try {
      const contents = await callWorker<OpenPointInput, PointContents>({
        module: siblingModule(import.meta.url, 'open-point-worker'),
        input: { access: sourceAccess(this.#parts, point), ...pointInput(point), folder },
        signal: operation.signal,
        progress,
      });
      const opened = { pointId, tenantId, snapshotId: point.entry.id, ...contents };
      this.#touch(pointId, { key, folder, opened, timer: undefined });
      return opened;
    } catch (error) {
      await removeWorkFolder(this.#parts, folder);
      throw error;
    }
  }

  #touch(id: Uuid, point: OpenPoint): void {
    clearTimeout(point.timer);
    point.timer = setTimeout(() => void this.#close(id), this.#keptMs).unref();
    this.#open.delete(id);
    this.#open.set(id, point);
  }

  async #close(id: Uuid): Promise<void> {
    const point = this.#open.get(id);
    if (point === undefined) return;
    clearTimeout(point.timer);
    this.#open.delete(id);
    await removeWorkFolder(this.#parts, point.folder);
  }
}

function keyOf({ owner, entry, until, targetId }: RestorePoint): string {
  return [owner, entry.id, until, targetId].join(' ');
}

function notOpen(id: Uuid): HoldfastError {
  return new HoldfastError(
    'NOT_FOUND',
    'What was looked through was put away: it had not been used for a quarter of an hour, or others were opened. Open it again.',
    { kind: 'restore-point', id },
  );
}
