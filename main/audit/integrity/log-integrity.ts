import { toRfc3339 } from '../../../shared/clock.ts';
import type { LogIntegrity as Integrity } from '../../../shared/contract/audit/integrity-facts.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Reading } from '../../storage/store.ts';
import type { LiveLog } from '../live-log.ts';
import { epochOf, tenantOf } from '../log-name.ts';
import type { LogTrust } from '../log-trust.ts';
import type { AuditRecord } from '../record.ts';
import type { SigningKeys } from '../signing-keys.ts';
import { beganAt, silentTimes, toldGaps } from './log-gaps.ts';
import { logKeys } from './log-keys.ts';

interface LogIntegrityParts {
  readonly live: Pick<LiveLog, 'origin' | 'opened' | 'heads' | 'head' | 'recordsOf'>;
  readonly trust: Pick<LogTrust, 'vouchers'>;
  readonly keys: SigningKeys;
  readonly search: Reading;
}

const mostListed = 100;

/** What can be known of the log's soundness without reading all of it. */
export class LogIntegrity {
  readonly #parts: LogIntegrityParts;

  constructor(parts: LogIntegrityParts) {
    this.#parts = parts;
  }

  /** Errors: UNAVAILABLE, INTEGRITY. */
  async read(operation: Operation): Promise<Integrity> {
    const { live, trust, keys, search } = this.#parts;
    operation.describe({ resource: { kind: 'log', id: live.origin } });
    const { store } = live.opened();
    const rotations = await live.recordsOf('log.key.rotate', null);
    const [jumps, suspends, resumes, prunings] = await Promise.all(
      ['log.clock.jump', 'log.suspend', 'log.resume', 'log.pruned'].map((action) =>
        live.recordsOf(action, null),
      ),
    );
    const head = live.head();
    const silent =
      head === undefined ? { gaps: [], since: null } : await silentTimes(search, store, head.log);
    const sleeps = [...(suspends ?? []), ...(resumes ?? [])].filter(({ log }) => log === live.origin);
    const told = toldGaps(
      (jumps ?? []).filter(({ log }) => log === live.origin),
      sleeps.sort((one, other) => one.i - other.i),
    );
    const numberOf = (epoch: number) =>
      live.heads().find(({ tenantId, origin }) => tenantId === null && epochOf(origin) === epoch)?.log;
    return {
      logId: live.origin,
      size: head?.size ?? 0,
      vouchers: trust.vouchers(),
      keys: logKeys({
        verifierKeys: keys.verifierKeys(),
        presentSince: keys.present.createdAt,
        rotations,
        beganAt: (epoch) => {
          const number = numberOf(epoch);
          return number === undefined ? null : beganAt(store, number);
        },
      }),
      gaps: [...silent.gaps, ...told]
        .sort((one, other) => Date.parse(other.from) - Date.parse(one.from))
        .slice(0, mostListed),
      gapsSince: silent.since === null ? null : toRfc3339(silent.since),
      pruned: (prunings ?? []).slice(-mostListed).reverse().map(toPruned),
    };
  }
}

function toPruned({ t, res, x = {}, i, id }: AuditRecord): Integrity['pruned'][number] {
  const logId = res?.id ?? '';
  return {
    logId,
    tenantId: (tenantOf(logId) ?? null) as Uuid | null,
    from: Number(x.from),
    to: Number(x.to) - 1,
    time: toRfc3339(t),
    file: String(x.file),
    entry: { index: i, eventId: id as Uuid },
  };
}
