import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toRfc3339 } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { allOperators } from '../../auth/operator-store.ts';
import {
  type ControlRestoreRow,
  endControlRestore,
  waitingControlRestore,
} from '../../backups/restore/control-restores.ts';
import type { Notices } from '../../notices/notices.ts';
import type { OperationRun } from '../../operations/operation-run.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Reading } from '../../storage/store.ts';
import type { Foundation } from '../foundation.ts';
import { openers, unlocking } from '../unlocking.ts';
import { takenFacts } from './access-warnings.ts';
import { setControlBack } from './set-control-back.ts';

interface CarryOut {
  readonly foundation: Foundation;
  readonly audit: OpenStore;
  readonly notices: Notices;
  readonly begin: () => OperationRun;
  readonly report: (error: unknown) => void;
}

const quiet = { phase: () => undefined, advance: () => undefined };

/**
 * At a start, before anybody is let in: carries out the restore of the installation's own data that waits. A kill before its one commit leaves
 * it waiting; one after it is found at the next start. One that fails leaves everything as it was, and a notice; the installation opens.
 */
export async function carryOutSetBack(parts: CarryOut): Promise<void> {
  const { foundation, report } = parts;
  const waiting = waitingControlRestore(foundation.control);
  if (waiting?.state === 'pending') {
    try {
      await apply(parts, waiting);
    } catch (error) {
      report(error);
      await fail(parts, waiting, error);
    }
  }
  const applied = waitingControlRestore(foundation.control);
  if (applied?.state === 'applied') await finish(parts, applied);
  await rm(foundation.layout.settingBack, { recursive: true, force: true });
}

async function apply({ foundation, audit }: CarryOut, row: ControlRestoreRow): Promise<void> {
  const past = join(foundation.layout.settingBack, row.id, 'control.db');
  if (!existsSync(past)) {
    throw new HoldfastError(
      'INTEGRITY',
      'What was prepared to set the installation’s own data back is gone. Ask for the restore again.',
      { problems: [{ kind: 'missing', file: 'control.db' }] },
    );
  }
  const { signal } = new AbortController();
  const stores = { ...foundation, audit, past, undoes: row.undoes, openers: await openers(foundation) };
  await setControlBack(stores, row, { signal, progress: quiet });
}

async function fail(
  { foundation: { control, clock }, notices, begin }: CarryOut,
  row: ControlRestoreRow,
  error: unknown,
): Promise<void> {
  const code = error instanceof HoldfastError ? error.code : 'INTERNAL';
  await control.write((transaction) => {
    endControlRestore(transaction, row.id, 'failed', clock.now());
    notices.controlRestore(transaction, 'control-restore-failed');
    begin().record(transaction, {
      outcome: 'failure',
      resource: { kind: 'snapshot', id: row.snapshotId },
      facts: { restore: row.id, moment: toRfc3339(row.moment), error: code },
    });
  });
}

/** What comes after the commit; it may be done again. */
async function finish(
  { foundation, notices, begin, report }: CarryOut,
  row: ControlRestoreRow,
): Promise<void> {
  const { control, clock, installation } = foundation;
  let passphrasesNeeded = 0;
  if (installation.secrets === 'passphrase') {
    // whoever may not sign in opens the installation no more; what fails here must not keep everybody out
    const { revoke } = unlocking(foundation);
    const people = allOperators(control);
    for (const { id, state } of people) {
      if (state === 'disabled') await revoke(id).catch(report);
    }
    const opening = await openers(foundation).catch((error: unknown) => {
      report(error);
      return null;
    });
    const active = people.filter(({ state }) => state === 'active');
    passphrasesNeeded = active.filter(({ id }) => opening?.includes(id) === false).length;
  }
  await control.write((transaction) => {
    const { taken } = transaction
      .sql<{ taken: string }>('SELECT taken FROM control_restores WHERE id = ?')
      .get(row.id) ?? { taken: '{}' };
    endControlRestore(transaction, row.id, 'done', clock.now());
    notices.controlRestoreSettled(transaction);
    begin().record(transaction, {
      resource: { kind: 'snapshot', id: row.snapshotId },
      facts: {
        restore: row.id,
        moment: toRfc3339(row.moment),
        undo: row.undoId,
        undoSnapshot: row.undoSnapshotId,
        ...takenFacts(JSON.parse(taken)),
        passphrasesNeeded,
        ...(row.undoes === null ? {} : { accessAgain: accessAgain(transaction, row.undoes) }),
      },
    });
  });
}

/** How many have access of those whom the restore that was taken back left without. */
function accessAgain(reading: Reading, undone: Uuid): number {
  const row = reading
    .sql<{ n: number }>(
      `SELECT count(*) AS n FROM control_restore_access AS access WHERE restore_id = ? AND (
         EXISTS (SELECT 1 FROM operator WHERE id = access.id AND state = 'active')
         OR EXISTS (SELECT 1 FROM tenants WHERE id = access.id AND state = 'active')
         OR EXISTS (SELECT 1 FROM principals WHERE id = access.id AND state = 'active')
         OR EXISTS (SELECT 1 FROM api_key WHERE id = access.id AND revoked_at IS NULL))`,
    )
    .get(undone);
  return row?.n ?? 0;
}
