import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlRestore } from '../../../shared/contract/backups/control-restore.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Output } from '../inputs.ts';
import type { BackupParts } from '../parts.ts';
import { endControlRestore, newestControlRestore, requirePending } from './control-restores.ts';

/** The restore of the installation's own data that waits for a start, or the newest that did. */
export class WaitingRestore {
  readonly #parts: BackupParts;

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  async getControlRestore(): Promise<Output<'getControlRestore'>> {
    return { restore: await this.#newest() };
  }

  /** Nothing was changed by it but for the safety snapshot, which stays. Errors: NOT_FOUND. */
  async cancelControlRestore(operation: Operation): Promise<Output<'cancelControlRestore'>> {
    const { control, clock, controlRestore } = this.#parts;
    const { id } = await control.write((transaction) => {
      const pending = requirePending(transaction);
      endControlRestore(transaction, pending.id, 'cancelled', clock.now());
      controlRestore.settled(transaction);
      operation.record(transaction, {
        resource: { kind: 'snapshot', id: pending.snapshotId },
        facts: { restore: pending.id },
      });
      return pending;
    });
    await rm(join(controlRestore.folder, id), { recursive: true, force: true });
    const restore = await this.#newest();
    if (restore === null) throw new TypeError('what was cancelled is listed');
    return { restore };
  }

  async #newest(): Promise<ControlRestore | null> {
    const { control, controlRestore } = this.#parts;
    const newest = newestControlRestore(control, (id) => controlRestore.operatorName(id));
    if (newest === null) return null;
    const needPassphrase = newest.state === 'done' ? [...(await controlRestore.needPassphrase())] : [];
    return { ...newest, needPassphrase };
  }
}
