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
import { dropEntries } from './drop-entries.ts';
import type { ExaminedRange, ExamineTask } from './examine-worker.ts';
import { prunedOf, storePruned } from './pruned-rows.ts';

export interface PruneParts extends ExportParts {
  readonly index: EventIndex;
  /** The real path of a file to be made, outside the installation. Throws VALIDATION, NOT_FOUND, IO. */
  newFile(path: string): Promise<string>;
}

export interface PruneRequest {
  readonly head: LogHead;
  /** Origin of the installation's log. */
  readonly installation: string;
  /** Below this index entries go. */
  readonly to: number;
  readonly days: number;
  /** Epoch milliseconds: what is of this time or later stays. */
  readonly before: number;
  readonly folder: string;
  /** Asked last before the log says that entries go. Throws CONFLICT. */
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
  const { head, installation, to, days, before, folder } = request;
  await finishPruning(parts, head, watch);
  const from = prunedOf(store, head.log)?.minimum ?? 0;
  const range = { first: from, end: to };
  const file = await parts.newFile(join(folder, archiveName(head.origin, from, to)));
  if (!existsSync(file)) {
    const period = { from: null, to: null };
    const request = { origin: head.origin, installation, period, range, openings: undefined, file };
    await exportLog(parts, request, watch);
  }
  const audit = store.share();
  const { manifest, indices, digest, oldest, newest } = await callWorker<ExamineTask, ExaminedRange>({
    module: siblingModule(import.meta.url, 'examine-worker'),
    input: { audit, file, key: keys.verifierKey(), log: head.log, origin: head.origin, range, before },
    transfer: [audit.port],
    ...watch,
  });
  request.stillMay();
  const archive = encodeBase64(Buffer.from(manifest, 'hex'));
  const leaf = maker.leaf('log.pruned', {
    severity: 'critical',
    of: head.origin,
    facts: { archive, days, file: basename(file), from, kept: digest, newest, oldest, to },
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
  await finishPruning(parts, head, watch);
  return { logId: head.origin, from, to: to - 1, entries: to - from, file, manifest };
}

/** Drops what the log says was pruned and a cut left there, in audit.db and in search.db. */
export async function finishPruning(
  { store, index }: Pick<PruneParts, 'store' | 'index'>,
  head: Pick<LogHead, 'log' | 'origin'>,
  { progress, signal }: Watch,
): Promise<void> {
  const row = prunedOf(store, head.log);
  if (row === undefined || row.dropped === row.minimum) return;
  progress.phase('Removing entries', row.minimum - row.dropped, 'entries');
  await dropEntries(store, head, (count) => {
    progress.advance(count);
    signal.throwIfAborted();
  });
  await index.dropPruned(head);
}

/** One name for one range, so that an archive that a cut left is found again. */
function archiveName(origin: string, from: number, to: number): string {
  return `holdfast-log-${origin.replaceAll('/', '-')}-${from}-${to - 1}.hfbundle.zip`;
}

/** Why entries stay that were about to go. */
export const heldMeanwhile = () =>
  new HoldfastError(
    'CONFLICT',
    'The log was put on hold, or is to be kept for longer, while it was archived: nothing was removed.',
    { reason: 'held-meanwhile' },
  );
