import { toRfc3339 } from '../../../shared/clock.ts';
import type { LogIntegrity } from '../../../shared/contract/audit/integrity-facts.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { AuditRecord } from '../record.ts';

type LogKey = LogIntegrity['keys'][number];

interface KeysKnown {
  /** Of every epoch and generation, in C2SP's form; the one that signs comes first. */
  readonly verifierKeys: readonly string[];
  /** Of the one that signs, epoch milliseconds. */
  readonly presentSince: number;
  /** `log.key.rotate`, oldest first. */
  readonly rotations: readonly AuditRecord[];
  /** When the log of an epoch began, epoch milliseconds; null where no entry says so any more. */
  readonly beganAt: (epoch: number) => number | null;
}

/** Every key that ever signed, the newest first, with the entries by which each took over. */
export function logKeys({ verifierKeys, presentSince, rotations, beganAt }: KeysKnown): LogKey[] {
  const [present] = verifierKeys;
  const keys = verifierKeys.map((key): LogKey => {
    const [name = '', fingerprint = ''] = key.split('+');
    const [epoch, generation] = name
      .split('/')
      .slice(1)
      .map((part) => Number(part.slice(1)));
    const tookOver = rotations.find(({ x }) => x?.to === key);
    const hands = rotations.find(({ x }) => x?.from === key);
    const signs = key === present;
    const since = signs ? presentSince : (tookOver?.t ?? (generation === 1 ? beganAt(epoch ?? 0) : null));
    return {
      name,
      epoch: epoch ?? 0,
      generation: generation ?? 0,
      fingerprint,
      since: since === null ? null : toRfc3339(since),
      handedOver: hands ? { index: hands.i, eventId: hands.id as Uuid, time: toRfc3339(hands.t) } : null,
      signs,
    };
  });
  return keys.sort((one, other) => other.epoch - one.epoch || other.generation - one.generation);
}
