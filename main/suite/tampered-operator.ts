import { HoldfastError } from '../../shared/errors.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import type { AuditTrail } from '../operations/operation-run.ts';
import { systemRun } from '../operations/system-run.ts';

interface Telling {
  readonly ids: Ids;
  readonly audit: AuditTrail;
  readonly report: (error: unknown, correlationId: Uuid) => void;
}

/** Leaves a critical entry about an operator whose row or session in control.db is not as Holdfast wrote it. Never rejects. */
export async function tellTampered(operatorId: Uuid, { ids, audit, report }: Telling): Promise<void> {
  const run = systemRun(
    { id: ids.uuid(), action: 'operator.tampered', severity: 'critical', cure: false },
    audit,
  );
  const error = new HoldfastError('INTEGRITY', 'An operator was changed outside Holdfast.', {
    problems: ['operator'],
  });
  run.describe({ resource: { kind: 'operator', id: operatorId, person: true } });
  await run.failed(error).catch((failure: unknown) => report(failure, run.id));
}
