import { z } from 'zod';
import { operation } from '../operation.ts';
import { uuid } from '../values.ts';

export const reports = {
  /** A finished restore on paper: what, from where, to where, how far it was proved, by whom and why. */
  createRestoreReport: operation({
    permission: 'backups:restore',
    action: 'backup.restore.report',
    audited: 'read',
  })
    .input(z.object({ jobId: uuid }))
    .output(z.object({ fileName: z.string(), pdf: z.base64() })),
};
