import type { AuditRecord } from '../../record.ts';

const hourMs = 3_600_000;
const hoursOfDay = 24;

/** What the statistics see of an entry. */
export interface CountedEntry {
  readonly index: number;
  /** Whole hours since 1970, UTC. */
  readonly hour: number;
  readonly actor: string;
  readonly isOperator: boolean;
  readonly action: string;
  readonly resource: string | undefined;
  readonly source: string | undefined;
  readonly failed: boolean;
}

/** Facts by which an entry may say where it came from, the first that is there. */
const sourceFacts = ['source', 'host', 'address', 'client'] as const;
const longestValue = 120;

/** Undefined for an intent and for what the system does on its own. A refused sign-in counts for whom it names. */
export function countedEntry(record: AuditRecord): CountedEntry | undefined {
  const { ph, who, res, act, out, x } = record;
  const actor = who.p ?? (out === 'failure' && res?.id.startsWith('p:') ? res.id : undefined);
  if (ph !== 'outcome' || actor === undefined) return undefined;
  const source = sourceFacts.map((name) => x?.[name]).find((value) => typeof value === 'string');
  return {
    index: record.i,
    hour: Math.floor(record.t / hourMs),
    actor,
    isOperator: who.k === 'operator',
    action: act.slice(0, longestValue),
    resource: res?.k.slice(0, longestValue),
    source: typeof source === 'string' ? source.slice(0, longestValue) : undefined,
    failed: out === 'failure',
  };
}

export const dayOf = (hour: number): number => Math.floor(hour / hoursOfDay);

/** Three hours of a working day or of the weekend, UTC: `weekday 09-12`. */
export function hoursName(hour: number): string {
  // 1 January 1970 was a Thursday
  const weekday = (dayOf(hour) + 4) % 7;
  const start = Math.floor((hour % hoursOfDay) / 3) * 3;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${weekday === 0 || weekday === 6 ? 'weekend' : 'weekday'} ${two(start)}-${two(start + 3)}`;
}
