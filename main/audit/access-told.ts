import type { Reading } from '../storage/store.ts';
import { readHeads, unprunedRecords } from './log-store.ts';
import { type AuditRecord, decodeRecord } from './record.ts';

/** What became last of the access of an operator, a user, a bot, an API key or a tenant. gone: it exists no more. */
export type AccessTold = 'given' | 'taken' | 'gone';

const meaning: ReadonlyMap<string, AccessTold> = new Map([
  ['operator.disable', 'taken'],
  ['operator.enable', 'given'],
  ['principal.disable', 'taken'],
  ['principal.enable', 'given'],
  ['principal.delete', 'gone'],
  ['subject.erase', 'gone'],
  ['auth.key.revoke', 'taken'],
  ['tenant.suspend', 'taken'],
  ['tenant.resume', 'given'],
  ['tenant.erase', 'gone'],
  ['tenant.sample.delete', 'gone'],
]);

const batch = 1000;
/** A clock that goes back makes entries older than the one before. */
const clockMarginMs = 3_600_000;

/**
 * What every log of audit.db tells of access since a moment (epoch milliseconds), by the resource as the log names it: a person's
 * pseudonym, another's id. What retention pruned is not told. `check` is called now and then. Errors: INTEGRITY.
 */
export function accessTold(
  log: Reading,
  since: number,
  check: () => void = () => undefined,
): ReadonlyMap<string, AccessTold> {
  const found: { readonly record: AuditRecord; readonly told: AccessTold }[] = [];
  for (const head of readHeads(log)) {
    let end = head.size;
    while (end > 0) {
      const start = Math.max(0, end - batch);
      const records = unprunedRecords(log, head.log, start, end).map(({ record }) => decodeRecord(record));
      for (const record of records) {
        const told = meaning.get(record.act);
        if (told !== undefined && isDone(record)) found.push({ record, told });
      }
      check();
      const recent = records.some(({ t }) => t >= since - clockMarginMs);
      if (records.length > 0 && !recent) break;
      end = start;
    }
  }
  const byTime = found.filter(({ record }) => record.t >= since - clockMarginMs);
  byTime.sort((one, other) => one.record.t - other.record.t);
  const last = new Map<string, AccessTold>();
  for (const { record, told } of byTime) {
    if (record.res !== undefined && last.get(record.res.id) !== 'gone') last.set(record.res.id, told);
  }
  return last;
}

function isDone({ out, ph }: AuditRecord): boolean {
  return ph === 'outcome' && out === 'success';
}
