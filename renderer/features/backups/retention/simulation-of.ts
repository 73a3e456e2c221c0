import type { RetentionSimulation } from '../../../../shared/contract/backups/retention.ts';
import type { Job } from '../../../../shared/contract/suite.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import { type KeepReason, keepReasons, type RetentionPolicy } from '../../../../shared/retention.ts';
import { list, member, number, text } from '../../../ui/json-member.ts';

const kinds = ['full', 'incremental', 'folder'] as const;

/** What a simulation found, read from its job; undefined until that has succeeded. */
export function simulationOf(job: Job | undefined): RetentionSimulation | undefined {
  if (job?.state !== 'succeeded') return undefined;
  const { result, tenantId } = job;
  const side = (name: string) => ({
    snapshots: number(member(result, name), 'snapshots'),
    bytes: number(member(result, name), 'bytes'),
  });
  const cost = member(result, 'cost');
  const folder = text(result, 'folderId');
  return {
    tenantId,
    folderId: folder === '' ? null : (folder as Uuid),
    policy: policyOf(member(result, 'policy')),
    timeZone: text(result, 'timeZone') || 'UTC',
    snapshots: list(result, 'snapshots').map((each) => ({
      id: text(each, 'id'),
      time: text(each, 'time'),
      kind: kinds.find((known) => known === text(each, 'kind')) ?? 'incremental',
      safety: member(each, 'safety') === true,
      reasons: list(each, 'reasons').filter(isReason),
    })),
    kept: side('kept'),
    removed: side('removed'),
    looseBytes: number(result, 'looseBytes'),
    ahead: list(result, 'ahead').map((each) => ({
      time: text(each, 'time'),
      snapshots: number(each, 'snapshots'),
      oldest: text(each, 'oldest'),
    })),
    cost: { trees: number(cost, 'trees'), durationMs: number(cost, 'durationMs') },
  };
}

function policyOf(value: unknown): RetentionPolicy {
  return {
    last: number(value, 'last'),
    hourly: number(value, 'hourly'),
    daily: number(value, 'daily'),
    weekly: number(value, 'weekly'),
    monthly: number(value, 'monthly'),
    yearly: number(value, 'yearly'),
    minimum: number(value, 'minimum'),
  };
}

function isReason(value: unknown): value is KeepReason {
  return keepReasons.some((reason) => reason === value);
}
