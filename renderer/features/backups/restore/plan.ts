import type { Job } from '../../../../shared/contract/suite.ts';
import { list, number, text } from '../../../ui/json-member.ts';

/** What the plan of a restore says, read from its job. */
export interface Plan {
  readonly snapshotTime: string;
  readonly bytes: number;
  readonly freeBytes: number;
  readonly rows: number;
  readonly files: number;
  readonly changes: readonly {
    readonly collection: string;
    readonly added: number;
    readonly changed: number;
    readonly lost: number;
  }[];
  readonly obstacles: readonly string[];
}

/** undefined until the job has succeeded. */
export function planOf(job: Job | undefined): Plan | undefined {
  if (job?.state !== 'succeeded') return undefined;
  const { result } = job;
  return {
    snapshotTime: text(result, 'snapshotTime'),
    bytes: number(result, 'bytes'),
    freeBytes: number(result, 'freeBytes'),
    rows: number(result, 'rows'),
    files: number(result, 'files'),
    changes: list(result, 'changes').map((change) => ({
      collection: text(change, 'collection'),
      added: number(change, 'added'),
      changed: number(change, 'changed'),
      lost: number(change, 'lost'),
    })),
    obstacles: list(result, 'obstacles').filter((each) => typeof each === 'string'),
  };
}

/** How many rows of now would not be there any more as they are. */
export function endangered({ changes }: Plan): number {
  return changes.reduce((sum, { changed, lost }) => sum + changed + lost, 0);
}

export function totals({ changes }: Plan): { added: number; changed: number; lost: number } {
  return changes.reduce(
    (sum, { added, changed, lost }) => ({
      added: sum.added + added,
      changed: sum.changed + changed,
      lost: sum.lost + lost,
    }),
    { added: 0, changed: 0, lost: 0 },
  );
}

const freshMs = 5 * 60_000;

/** Whether a plan still says how things are; `now` in epoch milliseconds. */
export function isFresh({ endedAt }: Pick<Job, 'endedAt'>, now: number): boolean {
  return endedAt !== null && now - Date.parse(endedAt) < freshMs;
}
