import type { z } from 'zod';
import type { subjectOperations } from '../../../shared/contract/subjects.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { AuditLogger } from '../../audit/audit-logger.ts';
import type { AdvancedAuth } from '../../auth/advanced-auth.ts';
import type { BackupManager } from '../../backups/backup-manager.ts';
import type { TenantManager } from '../../tenants/tenant-manager.ts';

export type SubjectPlan = z.output<
  NonNullable<(typeof subjectOperations.planSubjectErasure)['~orpc']['outputSchema']>
>;

/** Who is to be erased; without a tenant, an operator. */
export interface SubjectReference {
  readonly tenant?: string | undefined;
  readonly subjectId: Uuid;
}

export interface FoundSubject {
  readonly id: Uuid;
  readonly kind: SubjectPlan['kind'];
  readonly tenantId: Uuid | null;
  /** The id where the name cannot be read any more. */
  readonly name: string;
}

interface PlanParts {
  readonly tenants: TenantManager;
  readonly auth: AdvancedAuth;
  readonly backups: BackupManager;
  readonly audit: AuditLogger;
}

/** Errors: NOT_FOUND. */
export function findSubject(
  { tenants, auth }: Pick<PlanParts, 'tenants' | 'auth'>,
  { tenant, subjectId }: SubjectReference,
): FoundSubject {
  if (tenant === undefined) {
    const { name } = auth.getOperator(subjectId);
    return { id: subjectId, kind: 'operator', tenantId: null, name: name || subjectId };
  }
  const { kind, tenantId, name } = tenants.getPrincipal({ tenant, principalId: subjectId });
  return { id: subjectId, kind, tenantId, name: name || subjectId };
}

/** What keeps a person from being erased, each as the error that says so. */
export function obstaclesTo(
  { auth, backups }: Pick<PlanParts, 'auth' | 'backups'>,
  { id, tenantId }: FoundSubject,
): HoldfastError[] {
  if (tenantId !== null) {
    try {
      backups.retention.requireUnheld(tenantId);
      return [];
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      const message =
        'Backups of this tenant are under legal hold, so nobody of it can be erased. Lift the hold first.';
      return [new HoldfastError(error.code, message, error.data)];
    }
  }
  if (auth.isLastOwner(id)) {
    const message = 'This is the last active owner. Create another owner first, then disable this one.';
    return [new HoldfastError('CONFLICT', message, { reason: 'last-owner' })];
  }
  if (auth.getOperator(id).state === 'disabled') return [];
  const message = 'This operator is active. Disable the operator first.';
  return [new HoldfastError('CONFLICT', message, { reason: 'operator-active' })];
}

/** What is kept about a person: for an export, and for the plan of an erasure. Errors: NOT_FOUND, UNAVAILABLE. */
export async function keptOf(
  { auth, audit }: Pick<PlanParts, 'auth' | 'audit'>,
  { id, kind, tenantId, name }: FoundSubject,
): Promise<Omit<SubjectPlan, 'sessions' | 'places' | 'obstacles'>> {
  return {
    subjectId: id,
    pseudonym: audit.subjects.pseudonymOf(id),
    kind,
    tenantId,
    name,
    ...(await audit.subjects.count(id, tenantId ?? undefined)),
    apiKeys: auth.countApiKeys(id),
  };
}

/** What an erasure would destroy, and what stands in its way, in words. Errors: NOT_FOUND, UNAVAILABLE. */
export async function planSubjectErasure(
  parts: PlanParts,
  reference: SubjectReference,
): Promise<SubjectPlan> {
  const { auth, backups } = parts;
  const subject = findSubject(parts, reference);
  const places = await backups.keyCopies.reached();
  return {
    ...(await keptOf(parts, subject)),
    sessions: auth.countSessions(subject.id),
    places: places.map(({ isHere, ...place }) => ({ ...place, state: isHere ? 'ready' : 'away' })),
    obstacles: obstaclesTo(parts, subject).map(({ message }) => message),
  };
}
