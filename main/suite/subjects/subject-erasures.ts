import type { SubjectErasure, SubjectExport } from '../../../shared/contract/subjects.ts';
import type { JobStarted } from '../../../shared/contract/values.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { allows } from '../../../shared/roles.ts';
import type { Kept } from '../../backups/container/repository-files.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import type { Page } from '../../operations/cursor.ts';
import type { Operation } from '../../operations/operation.ts';
import { newOutside } from '../../outside/outside-path.ts';
import type { Transaction } from '../../storage/store.ts';
import type { Foundation } from '../foundation.ts';
import { exportSubject } from './export-subject.ts';
import {
  findSubject,
  keptOf,
  obstaclesTo,
  planSubjectErasure,
  type SubjectReference,
} from './plan-subject-erasure.ts';
import { type ErasureEndParts, SubjectErasureEnd } from './subject-erasure-end.ts';
import {
  abandonKeyPlaces,
  insertSubjectErasure,
  pageOfSubjectErasures,
  requireSubjectErasure,
  toSubjectErasure,
} from './subject-erasure-store.ts';

interface SubjectsParts extends ErasureEndParts, Pick<Foundation, 'layout'> {
  /** Version of this program. */
  readonly app: string;
}

/** What is kept about people: handed out to them, or their keys destroyed, here and in every copy. */
export class SubjectErasures {
  readonly #parts: SubjectsParts;
  readonly #end: SubjectErasureEnd;

  constructor(parts: SubjectsParts) {
    this.#parts = parts;
    this.#end = new SubjectErasureEnd(parts);
  }

  /** Errors: FORBIDDEN (an operator's), NOT_FOUND, UNAVAILABLE (the log). */
  async planSubjectErasure(
    reference: SubjectReference,
    operation: Operation,
  ): ReturnType<typeof planSubjectErasure> {
    requireAllowed(reference, operation);
    const plan = await planSubjectErasure(this.#parts, reference);
    operation.describe(entryOf({ ...plan, id: plan.subjectId }));
    return plan;
  }

  /**
   * The job's result: `SubjectErasure`. Errors: FORBIDDEN (an operator's), NOT_FOUND, VALIDATION (`confirm` is not the name),
   * CONFLICT (`held`, `operator-active`, `last-owner`), LOCKED (another erasure is at work on these keys).
   */
  async eraseSubject(
    { confirm, ...reference }: SubjectReference & { readonly confirm: string },
    operation: Operation,
  ): Promise<JobStarted> {
    const { jobs } = this.#parts;
    requireAllowed(reference, operation);
    const subject = findSubject(this.#parts, reference);
    operation.describe(entryOf(subject));
    if (confirm.normalize('NFC').trim() !== subject.name) {
      // the name belongs in no error
      throw new HoldfastError('VALIDATION', 'To erase this person, type the name exactly as it is shown.', {
        issues: [{ path: 'confirm', reason: 'not-the-name' }],
      });
    }
    const [obstacle] = obstaclesTo(this.#parts, subject);
    if (obstacle !== undefined) throw obstacle;
    return await jobs.start<SubjectErasure>({
      kind: 'subject.erase',
      tenantId: subject.tenantId,
      resource: `subject-keys:${subject.tenantId ?? 'installation'}`,
      operation,
      run: (context) => this.#erase(reference, context),
    });
  }

  /** Errors: FORBIDDEN (an operator's), NOT_FOUND, UNAVAILABLE (the log). */
  async planSubjectExport(reference: SubjectReference, operation: Operation): ReturnType<typeof keptOf> {
    requireAllowed(reference, operation);
    const subject = findSubject(this.#parts, reference);
    operation.describe(entryOf(subject));
    return await keptOf(this.#parts, subject);
  }

  /**
   * The job's result: `SubjectExport`. Errors: FORBIDDEN (an operator's), NOT_FOUND (the person, the folder), VALIDATION (the file);
   * the job's: those of `exportSubject`.
   */
  async exportSubjectData(
    { file, ...reference }: SubjectReference & { readonly file: string },
    operation: Operation,
  ): Promise<JobStarted> {
    const { jobs, layout } = this.#parts;
    requireAllowed(reference, operation);
    const subject = findSubject(this.#parts, reference);
    operation.describe(entryOf(subject));
    const destination = await newOutside(file, layout.folder);
    return await jobs.start<SubjectExport>({
      kind: 'subject.export',
      tenantId: subject.tenantId,
      resource: `subject-export:${operation.id}`,
      operation,
      run: async (context) => {
        const result = await exportSubject(this.#parts, subject, destination, context);
        const { entries, fields, bytes } = result;
        context.operation.describe({ facts: { entries, fields, bytes } });
        return result;
      },
    });
  }

  /** Newest first. Errors: VALIDATION (cursor). */
  async listSubjectErasures(input: {
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<SubjectErasure>> {
    return pageOfSubjectErasures(this.#parts.control, input);
  }

  /** Told when the copies of the keys on a target were replaced; looks at them where they may still hold an erased key. */
  async copiesReplaced(targetId: Uuid | null, kept: Kept | undefined): Promise<void> {
    const { report } = this.#parts;
    await this.#end.lookAt(targetId, kept).catch((error: unknown) => report(error, 'subject-erasures'));
  }

  /** Told in the transaction that removes a further target. */
  targetRemoved(transaction: Transaction, targetId: Uuid): void {
    abandonKeyPlaces(transaction, targetId, this.#parts.clock.now());
  }

  /** As the method of this name of `SubjectErasureEnd`. */
  async finishCutOff(): Promise<void> {
    await this.#end.finishCutOff();
  }

  /** After a synchronisation: new certificates where a target was removed meanwhile. */
  async certifyAgain(): Promise<void> {
    await this.#end.certifyAll();
  }

  async #erase(reference: SubjectReference, { operation, progress }: JobContext): Promise<SubjectErasure> {
    const { control, clock, tenants, auth, audit, backups } = this.#parts;
    const { subjectId } = reference;
    progress.phase('Erasing the person', null, 'entries');
    const time = clock.now();
    const places = backups.keyCopies.places().map(({ targetId, name }) => ({
      targetId,
      name,
      state: 'pending' as const,
      time,
      lockedUntil: null,
    }));
    await control.write((transaction) => {
      const subject = findSubject(this.#parts, reference);
      const [obstacle] = obstaclesTo(this.#parts, subject);
      if (obstacle !== undefined) throw obstacle;
      const apiKeys = auth.countApiKeys(subjectId);
      tenants.forgetPrincipal(transaction, subjectId);
      auth.forgetSubject(transaction, subjectId);
      const { kind, tenantId } = subject;
      insertSubjectErasure(
        transaction,
        {
          subjectId,
          pseudonym: audit.subjects.pseudonymOf(subjectId),
          kind,
          tenantId,
          operationId: operation.id,
          erasedAt: time,
          keyDestroyedAt: null,
          entries: null,
          fields: null,
          certificate: null,
        },
        places,
      );
      operation.record(transaction, { ...entryOf(subject), facts: { apiKeys, kind, places: places.length } });
    });
    progress.phase('Destroying the key', null, 'entries');
    await this.#end.finish(requireSubjectErasure(control, subjectId));
    return toSubjectErasure(control, requireSubjectErasure(control, subjectId));
  }
}

/** Operators are managed by owners only. */
function requireAllowed({ tenant }: SubjectReference, { caller }: Operation): void {
  if (tenant !== undefined) return;
  const permission = 'operators:write';
  if (caller.kind === 'operator' && allows(caller.role, permission)) return;
  throw new HoldfastError(
    'FORBIDDEN',
    `Your role does not allow ${permission}. Ask an owner, or sign in as someone whose role does.`,
    { permission },
  );
}

function entryOf({
  id,
  kind,
  tenantId,
}: {
  readonly id: Uuid;
  readonly kind: SubjectErasure['kind'];
  readonly tenantId: Uuid | null;
}) {
  const resource = { kind, id, person: true };
  return { resource, ...(tenantId === null ? {} : { tenantId }) };
}
