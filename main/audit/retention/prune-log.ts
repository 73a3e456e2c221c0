import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AppliedRetention } from '../../../shared/contract/audit/retention.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { encodeBase64 } from '../base64.ts';
import { type ExportParts, exportLog } from '../bundle/export-log.ts';
import type { LogHead } from '../log-store.ts';
import type { EventIndex } from '../search/event-index.ts';
import { archiveName, partialOf } from './archive-file.ts';
import { dropEntries } from './drop-entries.ts';
import type { ExaminedRange, ExamineTask } from './examine-worker.ts';
import { type Cutoffs, classesText, type KeptDays } from './kept-days.ts';
import { prunedOf, storePruned } from './pruned-rows.ts';
import type { ReadingGate } from './reading-gate.ts';

export interface PruneParts extends ExportParts {
  readonly index: EventIndex;
  readonly gate: ReadingGate;
  /** The real path of a file to be made, outside the installation. Throws VALIDATION, NOT_FOUND, IO. */
  newFile(path: string): Promise<string>;
}

export interface PruneRequest {
  readonly head: LogHead;
  /** Origin of the installation's log. */
  readonly installation: string;
  /** Below this index entries go. */
  readonly to: number;
  readonly days: KeptDays;
  readonly cutoffs: Cutoffs;
  readonly folder: string;
  /** Asked last before the log says that entries go, when nobody reads. Throws CONFLICT. */
  stillMay(): void;
}

type Watch = Pick<JobContext, 'progress'> & { readonly signal: AbortSignal };
type PrunedLog = AppliedRetention['logs'][number];

/**
 * Archives the entries of a log below an index, reads the archive back, says so in the log, then drops them. Cut at any
 * moment it leaves a log that verifies; the next one takes an archive that is whole, and goes on dropping. Errors: INTEGRITY
 * (the archive does not verify, an entry is too young), CONFLICT, those of `exportLog`.
 */
export async function pruneLog(parts: PruneParts, request: PruneRequest, watch: Watch): Promise<PrunedLog> {
  const { store, appender, maker, keys } = parts;
  const { head, installation, to, days, cutoffs, folder } = request;
  await finishPruning(parts, head, watch);
  const from = prunedOf(store, head.log)?.minimum ?? 0;
  const range = { first: from, end: to };
  const file = await parts.newFile(join(folder, archiveName(head.origin, from, to)));
  if (!existsSync(file)) {
    const period = { from: null, to: null };
    const archive = { range, openings: undefined, file, partial: partialOf(file) };
    await exportLog(parts, { origin: head.origin, installation, period, ...archive }, watch);
  }
  const audit = store.share();
  const { manifest, indices, digest, oldest, newest } = await callWorker<ExamineTask, ExaminedRange>({
    module: siblingModule(import.meta.url, 'examine-worker'),
    input: { audit, file, key: keys.verifierKey(), log: head.log, origin: head.origin, range, cutoffs },
    transfer: [audit.port],
    ...watch,
  });
  const archive = encodeBase64(Buffer.from(manifest, 'hex'));
  const classes = classesText(days);
  await parts.gate.prune(
    async () => {
      request.stillMay();
      const leaf = maker.leaf('log.pruned', {
        severity: 'critical',
        of: head.origin,
        facts: {
          archive,
          days: days.every,
          ...(classes === '' ? {} : { classes }),
          file: basename(file),
          from,
          kept: digest,
          newest,
          oldest,
          to,
        },
      });
      await appender.append(leaf, (transaction) =>
        storePruned(transaction, {
          log: head.log,
          minimum: to,
          dropped: from,
          kept: JSON.stringify(indices),
          leaf: leaf.eventId,
        }),
      );
    },
    { signal: watch.signal, onWait: (waits) => waits && tellWaiting(watch) },
  );
  await finishPruning(parts, head, watch);
  return { logId: head.origin, from, to: to - 1, entries: to - from, file, manifest };
}

/**
 * Drops what the log says was pruned and a cut left there, in search.db and in audit.db: a few entries at a time, while nobody
 * reads many of them.
 */
export async function finishPruning(
  { store, index, gate }: Pick<PruneParts, 'store' | 'index' | 'gate'>,
  head: Pick<LogHead, 'log' | 'origin'>,
  watch: Watch,
): Promise<void> {
  const row = prunedOf(store, head.log);
  if (row === undefined) return;
  const { progress, signal } = watch;
  let left = row.minimum - row.dropped;
  const tell = () => progress.phase('Removing entries', left, 'entries');
  const onWait = (waits: boolean) => (waits ? tellWaiting(watch) : tell());
  const step = <Result>(work: () => Promise<Result>) => gate.prune(work, { signal, onWait });
  if (left > 0) tell();
  await index.dropPruned(head, step);
  await dropEntries(store, head, step, (count) => {
    left -= count;
    progress.advance(count);
  });
}

function tellWaiting({ progress }: Watch): void {
  progress.phase('Waiting for those who read the log', null, 'entries');
}

/** Why entries stay that were about to go. */
export const heldMeanwhile = () =>
  new HoldfastError(
    'CONFLICT',
    'The log was put on hold, or is to be kept for longer, while it was archived: nothing was removed.',
    { reason: 'held-meanwhile' },
  );
