import { z } from 'zod';
import { systemClock } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import type { Range } from '../bundle/export-range.ts';
import { recordClassOf } from '../bundle/ocsf.ts';
import { verifyFile } from '../bundle/verifier/node.mjs';
import type { Cutoffs } from './kept-days.ts';
import { type Examined, examineEntries } from './kept-entries.ts';

export interface ExamineTask {
  readonly audit: SharedStore;
  /** The archive of the range. */
  readonly file: string;
  /** Verifier key that it has to be signed by. */
  readonly key: string;
  readonly log: number;
  readonly origin: string;
  readonly range: Range;
  readonly cutoffs: Cutoffs;
}

export type ExaminedRange = Examined & {
  /** SHA-256 of the archive's manifest, in hex. */
  readonly manifest: string;
};

const bundleReport = z.object({
  verdict: z.string(),
  log: z.string().nullable(),
  first: z.number(),
  entries: z.number(),
  manifest: z.string().nullable(),
  problems: z.array(z.object({ reason: z.string() })),
});

/** Nothing is dropped before its archive was read back and verified, and every entry was looked at. */
serveCall<ExamineTask, ExaminedRange>(async (task, { progress, check }) => {
  const { file, key, log, origin, range, cutoffs } = task;
  progress.phase('Verifying the archive', null, 'entries');
  const report = bundleReport.parse(await verifyFile(file, { key }));
  const fits =
    report.verdict === 'verified' &&
    report.log === origin &&
    report.first === range.first &&
    report.entries === range.end - range.first;
  if (!fits || report.manifest === null) throw unsound(file, report.problems[0]?.reason);
  const store = openWorkerStore(task.audit, { clock: systemClock });
  try {
    progress.phase('Reading entries', range.end, 'entries');
    const examined = store.snapshot((reading) =>
      examineEntries(reading, log, range, ({ t, act }) => {
        check();
        if (t >= cutoffs[recordClassOf(act)]) throw tooYoung(t);
        progress.advance(1);
      }),
    );
    return { ...examined, manifest: report.manifest };
  } finally {
    await store.close();
  }
});

function unsound(file: string, reason = 'it is of other entries, or of another log'): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `The archive ${file} does not verify, so nothing was removed: ${reason}. Move it away and prune again.`,
    { problems: [reason], reason: 'archive-unsound' },
  );
}

function tooYoung(time: number): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    'An entry that would be pruned is younger than search.db says, so nothing was removed. Run `holdfast audit verify`, then prune again.',
    { problems: [`an entry is of ${new Date(time).toISOString()}`], reason: 'entry-too-young' },
  );
}
