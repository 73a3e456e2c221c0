import { createHash } from 'node:crypto';
import type { AuditRecord } from '../../record.ts';

/** What is longer is cut, in the index and in what is asked for alike. */
const longestWord = 64;
const ascii = /^[\x20-\x7e]*$/;

/** The words of a text: letters and digits without accents, in lower case; all else is between them. */
export function wordsOf(text: string): string[] {
  const plain = ascii.test(text) ? text : text.normalize('NFKD').replace(/\p{M}/gu, '');
  return (plain.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, longestWord));
}

/** The texts of a record that full text searches. None of them is personal: those are commitments. */
export function textsOf({ act, res, x = {} }: AuditRecord): string[] {
  const facts = Object.entries(x).flatMap(([name, value]) =>
    typeof value === 'object' ? [] : [name, String(value)],
  );
  return [act, ...(res === undefined ? [] : [res.k, res.id]), ...facts];
}

/** What is not a word of the entry's but stands for a whole value of it; no word has a "=". */
export const marks = {
  /** Several entries share the place in the index. */
  shared: 'm=1',
  log: (log: number) => `l=${log}`,
  kind: (kind: number) => `k=${kind}`,
  severity: (severity: string) => `s=${severity}`,
  outcome: (outcome: string) => `o=${outcome}`,
  actor: (pseudonym: string) => `a=${shortHash(pseudonym)}`,
  resource: (id: string) => `r=${shortHash(id)}`,
  correlation: (id: string) => `c=${shortHash(id)}`,
} as const;

/** Equal for equal texts, and hardly ever for others: whoever looks one up looks at the entry as well. */
function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Everything that one entry is found by. */
export function tokensOf(record: AuditRecord, { log, kind }: { log: number; kind: number }): Set<string> {
  const tokens = new Set(textsOf(record).flatMap(wordsOf));
  tokens.add(marks.log(log)).add(marks.kind(kind));
  // most entries are these: they are found as what is none of the others
  if (record.sev !== 'info') tokens.add(marks.severity(record.sev));
  if (record.out !== 'success') tokens.add(marks.outcome(record.out));
  if (record.who.p !== undefined) tokens.add(marks.actor(record.who.p));
  if (record.res !== undefined) tokens.add(marks.resource(record.res.id));
  if (record.cor !== undefined) tokens.add(marks.correlation(record.cor));
  return tokens;
}
