import { type RestoreResult, restoreResult } from '../../../../shared/contract/backups.ts';
import type { JobStarted } from '../../../../shared/contract/values.ts';
import type { HoldfastClient } from '../../../rpc/client.ts';
import { exitStatus } from '../exit-status.ts';
import { toFailure } from '../failure.ts';
import { newFile } from '../new-file.ts';
import { facts, size } from '../output/text.ts';
import type { Run } from '../run.ts';

/** Restores, and then writes a report of it as a PDF. Without the report the restore is done all the same. */
export async function restoreWithReport(
  run: Run,
  start: (client: HoldfastClient) => Promise<JobStarted>,
  name: string,
): Promise<void> {
  let problem: string | undefined;
  await run.jobs(
    async ({ client, finish }) => {
      // before the restore: a place that cannot be written is told while nothing depends on it
      const file = await newFile(name, run.terminal);
      try {
        const job = await start(client);
        const result = await finish(job, restoreResult);
        problem = await client.backups
          .createRestoreReport(job)
          .then(({ pdf }) => file.fill(Buffer.from(pdf, 'base64')))
          .then(
            () => undefined,
            (error: unknown) => toFailure(error).message,
          );
        if (problem === undefined) return { ...result, report: file.path };
        run.terminal.stderr.write(`The restore is done, but its report could not be written: ${problem}\n`);
        await file.remove();
        return result;
      } catch (error) {
        await file.remove();
        throw error;
      }
    },
    {
      text: resultText,
      status: () => (problem === undefined ? exitStatus.done : exitStatus.failed),
    },
  );
}

export function resultText(result: RestoreResult): string {
  const text = facts([
    ['restored', result.tenantId ?? 'installation'],
    ['to', result.folder ?? (result.to === 'tenant' ? 'a new tenant' : 'in place')],
    ...(result.only === null ? [] : [['only', result.only.join(' ')] as const]),
    ['snapshot', result.snapshotId],
    ['verified', `level ${result.verifiedLevel}${result.only === null ? '' : ', of these parts'}`],
    ['rows', result.rows],
    ['files', result.files],
    ['size', size(result.bytes)],
  ]);
  if (result.to === 'tenant') {
    return `${text}\nNobody has access to the new tenant yet, and nothing of the backed-up one was changed.\nTo keep everybody out of it: holdfast tenant suspend --tenant ${result.tenantId}`;
  }
  if (result.importId !== null) {
    return `${text}\nTake it back with: holdfast data undo ${result.importId} --tenant ${result.tenantId}`;
  }
  if (result.pending) {
    return `${text}
It is carried out at the next start of Holdfast. Where nothing has the folder open, the next command is one.
Where something has, restart it; until then it can be cancelled: holdfast restore cancel --reason TEXT
Afterwards, take it back with: holdfast restore undo ${result.undoId}`;
  }
  return result.undoId === null ? text : `${text}\nTake it back with: holdfast restore undo ${result.undoId}`;
}
