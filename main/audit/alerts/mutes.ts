import type { AlertRuleId } from '../../../shared/alert-rules.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { AlertMute } from '../../../shared/contract/audit/alerts.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Store } from '../../storage/store.ts';
import { dayMs } from './alert-store.ts';
import { endMutes, insertMute, type MuteRow, muteOf, selectMutes } from './mute-store.ts';

export interface MutesParts {
  readonly control: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
  /** Null once it cannot be read any more. */
  operatorName(id: Uuid): string | null;
}

interface Muting {
  readonly rule: AlertRuleId;
  readonly tenant?: string | undefined;
  readonly reason: string;
}

const longestDays = 366;

/** Rules that raise nothing for some time, for one tenant or everywhere. */
export class Mutes {
  readonly #parts: MutesParts;

  constructor(parts: MutesParts) {
    this.#parts = parts;
  }

  /** Those in force, the newest last. */
  list(): AlertMute[] {
    const { control, clock } = this.#parts;
    return selectMutes(control, clock.now()).map((row) => this.#told(row));
  }

  /** Errors: NOT_FOUND (tenant), VALIDATION (`until` is past, or too far). */
  async mute(
    { until, ...muting }: Muting & { readonly until: string },
    operation: Operation,
  ): Promise<AlertMute> {
    const { control, clock, ids } = this.#parts;
    const now = clock.now();
    const end = Date.parse(until);
    if (end <= now || end > now + longestDays * dayMs) {
      throw new HoldfastError(
        'VALIDATION',
        `A rule is muted until a time that is to come, within ${longestDays} days.`,
        { issues: [{ path: 'until', reason: 'out-of-range' }] },
      );
    }
    const whose = this.#whose(muting);
    const { caller } = operation;
    const row: MuteRow = {
      id: ids.uuid(),
      ...whose,
      reason: muting.reason,
      mutedAt: now,
      mutedBy: caller.kind === 'operator' ? caller.id : null,
      until: end,
      met: 0,
    };
    await control.write((transaction) => {
      const replaces = endMutes(transaction, whose, now);
      insertMute(transaction, row);
      operation.record(transaction, { ...ruleOf(whose), facts: { until, of: scopeOf(whose), replaces } });
    });
    return this.#told(row);
  }

  /** Errors: NOT_FOUND (tenant, no such mute). */
  async unmute(muting: Muting, operation: Operation): Promise<Record<string, never>> {
    const { control, clock } = this.#parts;
    const whose = this.#whose(muting);
    await control.write((transaction) => {
      if (!endMutes(transaction, whose, clock.now())) {
        throw new HoldfastError(
          'NOT_FOUND',
          'The rule is not muted there. See `holdfast audit alerts rules`.',
          {
            kind: 'mute',
            id: `${whose.rule} ${scopeOf(whose)}`,
          },
        );
      }
      operation.record(transaction, { ...ruleOf(whose), facts: { of: scopeOf(whose) } });
    });
    return {};
  }

  #whose({ rule, tenant }: Muting): Pick<MuteRow, 'rule' | 'tenantId'> {
    return { rule, tenantId: tenant === undefined ? null : this.#parts.tenantId(tenant) };
  }

  #told(row: MuteRow): AlertMute {
    return muteOf(row, row.mutedBy === null ? null : this.#parts.operatorName(row.mutedBy));
  }
}

const ruleOf = ({ rule, tenantId }: Pick<MuteRow, 'rule' | 'tenantId'>) => ({
  resource: { kind: 'alert-rule', id: rule },
  ...(tenantId === null ? {} : { tenantId }),
});
const scopeOf = ({ tenantId }: Pick<MuteRow, 'tenantId'>) => tenantId ?? 'everywhere';
