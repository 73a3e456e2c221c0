import { toRfc3339 } from '../../../shared/clock.ts';
import type { RetentionSimulation } from '../../../shared/contract/backups/retention.ts';
import type { RetentionPolicy } from '../../../shared/retention.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { accessAhead, type BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { choose } from './choose.ts';
import type { Simulated, SimulateInput } from './simulate-worker.ts';
import type { Subject } from './subject.ts';

const nothing: Simulated = { usage: { kept: 0, freed: 0, loose: 0, trees: 0 }, ahead: [] };

/** What a policy would leave of a subject's snapshots, and of their bytes. Changes nothing. Errors: those of `findUsage`. */
export async function simulateRetention(
  parts: BackupParts,
  { subject, policy }: { readonly subject: Subject; readonly policy: RetentionPolicy },
  { operation, progress }: JobContext,
): Promise<RetentionSimulation> {
  const { control, retention, clock } = parts;
  const { owner, folder } = subject;
  const startedMicros = clock.monotonicMicros();
  const { entries, reasons } = choose(control, parts, subject, policy);
  const snapshots = entries.map(({ id, time, kind, safety }) => ({
    id,
    time: toRfc3339(time),
    kind,
    safety,
    reasons: [...(reasons.get(id) ?? [])],
  }));
  const going = snapshots.filter(({ reasons: why }) => why.length === 0).map(({ id }) => id);
  const stays = new Set(snapshots.filter(({ reasons: why }) => why.length > 0).map(({ id }) => id));
  const kept = entries.filter(({ id, safety }) => stays.has(id) && !safety).map(({ time }) => time);
  const everyMs = retention.backupEveryMs(owner);
  const timeZone = retention.timeZone();
  const read = async () =>
    await callWorker<SimulateInput, Simulated>({
      module: siblingModule(import.meta.url, 'simulate-worker'),
      input: {
        access: await accessAhead(parts, owner),
        going,
        ahead: everyMs === null ? null : { kept, policy, now: clock.now(), everyMs, timeZone },
      },
      signal: operation.signal,
      progress,
    });
  const { usage, ahead } =
    entries.length === 0 ? nothing : await parts.use.reading(repositoryIdOf(owner), read);
  return {
    tenantId: owner,
    folderId: folder,
    policy,
    timeZone,
    snapshots,
    kept: { snapshots: stays.size, bytes: usage.kept },
    removed: { snapshots: going.length, bytes: usage.freed },
    looseBytes: usage.loose,
    ahead,
    cost: {
      trees: usage.trees,
      durationMs: Math.round((clock.monotonicMicros() - startedMicros) / 1000),
    },
  };
}
