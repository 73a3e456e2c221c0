import type { Disclosure } from '../../../shared/disclosures.ts';
import type { Reading } from '../../storage/store.ts';
import { decodeBase64, encodeBase64 } from '../base64.ts';
import { canonicalText } from '../canonical-json.ts';
import { openField } from '../commitment.ts';
import { positionOf } from '../log-store.ts';
import type { OpeningCheck } from '../verify/opening-keys.ts';
import type { ExportedEntry } from './event-lines.ts';

/** What a sealed field belongs to. */
export function disclosureOf(field: string): Disclosure {
  return field === 'why' ? 'reasons' : field.startsWith('dif.') ? 'states' : 'people';
}

/** Opens what is disclosed, and nothing else. */
export interface DisclosingKeys extends Pick<OpeningCheck, 'installationKey' | 'subjectKeys'> {
  readonly disclose: readonly Disclosure[];
}

/** The lines of openings.jsonl for one entry: what of it is disclosed and can still be opened. Errors: INTEGRITY. */
export function openingLines(
  reading: Reading,
  log: number,
  { record }: ExportedEntry,
  { installationKey, subjectKeys, disclose }: DisclosingKeys,
): string[] {
  return reading
    .sql<{ field: string; sealed: Uint8Array }>(
      'SELECT field, sealed FROM openings WHERE position = ? ORDER BY field',
    )
    .all(positionOf(log, record.i))
    .flatMap(({ field, sealed }) => {
      if (!disclose.includes(disclosureOf(field))) return [];
      const personal = record.pd?.find(({ f }) => f === field);
      const key = personal === undefined ? installationKey : subjectKeys.get(personal.s);
      const plain = { why: record.why, 'dif.b': record.dif?.b, 'dif.a': record.dif?.a };
      const text = personal?.c ?? Object.entries(plain).find(([name]) => name === field)?.[1];
      const committed = text === undefined ? undefined : decodeBase64(text);
      if (key === undefined || committed === undefined) return [];
      const { randomness, value } = openField(key, { eventId: record.id, field }, committed, sealed);
      const line = { event: record.id, field, index: record.i, r: encodeBase64(randomness), v: value };
      return [`${canonicalText(line, {})}\n`];
    });
}
