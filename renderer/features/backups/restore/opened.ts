import type { Job } from '../../../../shared/contract/suite.ts';
import { list, number, text } from '../../../ui/json-member.ts';

/** A moment that was opened to find parts in it, read from its job. */
export interface Opened {
  readonly pointId: string;
  readonly time: string;
  /** What there is to look through: the files, then each collection. */
  readonly places: readonly { readonly collection: string; readonly count: number }[];
}

/** undefined until the job has succeeded. */
export function openedOf(job: Job | undefined): Opened | undefined {
  if (job?.state !== 'succeeded') return undefined;
  const { result } = job;
  const files = number(result, 'files');
  return {
    pointId: text(result, 'pointId'),
    time: text(result, 'time'),
    places: [
      ...(files === 0 ? [] : [{ collection: '$files', count: files }]),
      ...list(result, 'collections').map((each) => ({
        collection: text(each, 'collection'),
        count: number(each, 'documents'),
      })),
    ],
  };
}
