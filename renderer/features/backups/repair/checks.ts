import type { Job } from '../../../../shared/contract/suite.ts';
import { list, member, number, text } from '../../../ui/json-member.ts';

export const fileKinds = ['config', 'keys', 'index', 'data', 'snapshots', 'other'] as const;
type FileKind = (typeof fileKinds)[number];

interface Problem {
  readonly kind: FileKind;
  readonly snapshotId: string | null;
  readonly reason: string;
}

/** What the newest verification found in one owner's repository on one target. */
export interface Check {
  readonly key: string;
  readonly jobId: string;
  /** null: the installation's own. */
  readonly tenantId: string | null;
  /** Name of a further target; null: the first. */
  readonly target: string | null;
  readonly time: string | null;
  readonly level: number;
  readonly problems: readonly Problem[];
}

/** From verifications that succeeded, newest first: the newest of each owner and target, those with problems first. */
export function checksOf(jobs: readonly Job[]): readonly Check[] {
  const found = new Map<string, Check>();
  for (const { id, result, endedAt } of jobs) {
    const target = text(result, 'target') === '' ? null : text(result, 'target');
    for (const each of list(result, 'byOwner')) {
      const tenantId = text(each, 'tenantId') === '' ? null : text(each, 'tenantId');
      const key = `${tenantId ?? ''} ${target ?? ''}`;
      if (found.has(key)) continue;
      const problems = list(each, 'problems').map(problemOf);
      found.set(key, {
        key,
        jobId: id,
        tenantId,
        target,
        time: endedAt,
        level: number(result, 'level'),
        problems,
      });
    }
  }
  return [...found.values()].sort((one, other) => other.problems.length - one.problems.length);
}

function problemOf(problem: unknown): Problem {
  const reason = text(problem, 'reason');
  const snapshotId = member(problem, 'snapshotId');
  return {
    kind: kindOf(reason, typeof snapshotId === 'string'),
    snapshotId: typeof snapshotId === 'string' ? snapshotId : null,
    reason,
  };
}

/** The kind of file that a problem names first; one that only names its snapshot is of that. */
function kindOf(reason: string, isOfSnapshot: boolean): FileKind {
  const named = /\b(config|keys|index|data|snapshots)\b(?=[/:])/.exec(reason)?.[1];
  return fileKinds.find((kind) => kind === named) ?? (isOfSnapshot ? 'snapshots' : 'other');
}
