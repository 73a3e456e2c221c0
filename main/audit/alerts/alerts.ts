import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { AlertRuleId } from '../../../shared/alert-rules.ts';
import { toRfc3339 } from '../../../shared/clock.ts';
import type {
  Alert,
  AlertMute,
  AlertRuleState,
  ExplainedAlert,
  RaisedAlert,
} from '../../../shared/contract/audit/alerts.ts';
import type { AnomalyBaseline } from '../../../shared/contract/audit/anomalies.ts';
import { uuid } from '../../../shared/contract/values.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { decodeCursor, type Page, pageOf } from '../../operations/cursor.ts';
import type { Operation } from '../../operations/operation.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import { positionOf } from '../log-store.ts';
import { type OpeningKeys, readEntry } from '../search/trail.ts';
import type { AlertLog } from './alert-log.ts';
import { type AlertRow, countRaised, dayMs, entriesOf, findAlert, selectAlerts } from './alert-store.ts';
import { anomalyView } from './anomalies/anomaly-view.ts';
import { baselineOf } from './anomalies/baseline-state.ts';
import { parseAnomaly } from './anomalies/contribution.ts';
import { Mutes, type MutesParts } from './mutes.ts';
import { mostPerDay } from './raise.ts';
import { recompute } from './recompute.ts';
import { alertRule, alertRules } from './rules.ts';
import { Watching, type WatchingParts } from './watching.ts';

export interface AlertsParts extends MutesParts, Omit<WatchingParts, 'kept'> {
  /** Throws UNAVAILABLE. */
  opened(): AlertLog;
  openingKeys(): OpeningKeys;
}

interface ListInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly tenant?: string | undefined;
  readonly rule?: AlertRuleId | undefined;
}

const place = z.tuple([z.number(), uuid]);
const countedDays = 30;

/** What rules find in the log, once it is durable there; and which rules are muted. */
export class Alerts {
  readonly watching: Watching;
  readonly #parts: AlertsParts;
  readonly #mutes: Mutes;
  readonly #listeners: ((alert: RaisedAlert) => void)[] = [];

  constructor(parts: AlertsParts) {
    this.#parts = parts;
    this.#mutes = new Mutes(parts);
    this.watching = new Watching({
      ...parts,
      kept: (alert) => {
        for (const tell of this.#listeners) tell(alert);
      },
    });
  }

  /** `listener` is told of each alert that is news, once it is kept. */
  onRaised(listener: (alert: RaisedAlert) => void): void {
    this.#listeners.push(listener);
  }

  /** Newest first, of all that is in the log by now. Errors: NOT_FOUND (tenant), VALIDATION (cursor). */
  async list(input: ListInput): Promise<Page<Alert>> {
    const { control, tenantId: idOf } = this.#parts;
    const { limit, cursor, tenant, rule } = input;
    const tenantId = tenant === undefined ? undefined : idOf(tenant);
    const filter = { list: 'alerts', tenantId, rule };
    const after = decodeCursor(cursor, filter, place);
    await this.watching.catchUp();
    const told = this.#teller();
    return pageOf(
      selectAlerts(control, { tenantId, rule, after, limit: limit + 1 }),
      limit,
      filter,
      told,
      ({ time, id }) => [time, id],
    );
  }

  /** Errors: NOT_FOUND. */
  get({ alertId }: { readonly alertId: Uuid }, operation: Operation): Alert {
    operation.describe({ resource: { kind: 'alert', id: alertId } });
    return this.#teller()(this.#row(alertId));
  }

  /** Errors: NOT_FOUND, UNAVAILABLE. */
  async explain({ alertId }: { readonly alertId: Uuid }, operation: Operation): Promise<ExplainedAlert> {
    operation.describe({ resource: { kind: 'alert', id: alertId } });
    const row = this.#row(alertId);
    const { store, appender } = this.#parts.opened();
    await appender.settle();
    const { hasOutcome } = this.#parts;
    const again = await recompute(row, this.#numberOf(row.origin), store, hasOutcome);
    return { alert: this.#teller()(row), ...again };
  }

  /** How far the statistics of each log are. Errors: NOT_FOUND (tenant). */
  async baselines(input: { readonly tenant?: string | undefined }): Promise<{ items: AnomalyBaseline[] }> {
    const { control, clock, tenantId: idOf } = this.#parts;
    const tenantId = input.tenant === undefined ? undefined : idOf(input.tenant);
    await this.watching.catchUp();
    const heads = this.#parts.log()?.appender.heads() ?? [];
    const items: AnomalyBaseline[] = [];
    for (const head of heads) {
      if (tenantId !== undefined && head.tenantId !== tenantId) continue;
      items.push(baselineOf(control, head, clock.now()));
      await setImmediate();
    }
    return { items };
  }

  rules(): { perDay: number; rules: AlertRuleState[] } {
    const { control, clock } = this.#parts;
    const mutes = this.#mutes.list();
    const raised = countRaised(control, Math.floor(clock.now() / dayMs) - countedDays);
    const rules = alertRules.map(({ id, severity, watches, threshold, bits }) => ({
      id,
      severity,
      actions: watches === undefined ? [] : watches.actions === undefined ? null : [...watches.actions],
      threshold: threshold ?? null,
      bits: bits ?? null,
      mutes: mutes.filter(({ rule }) => rule === id),
      raised: raised.get(id) ?? 0,
    }));
    return { perDay: mostPerDay, rules };
  }

  /** Errors: those of `Mutes.mute`. */
  async mute(input: Parameters<Mutes['mute']>[0], operation: Operation): Promise<AlertMute> {
    return await this.#mutes.mute(input, operation);
  }

  /** Errors: those of `Mutes.unmute`. */
  async unmute(input: Parameters<Mutes['unmute']>[0], operation: Operation): Promise<Record<string, never>> {
    return await this.#mutes.unmute(input, operation);
  }

  #row(alertId: Uuid): AlertRow {
    const row = findAlert(this.#parts.control, alertId);
    if (row !== undefined) return row;
    throw new HoldfastError('NOT_FOUND', 'There is no such alert. See `holdfast audit alerts list`.', {
      kind: 'alert',
      id: alertId,
    });
  }

  #numberOf(origin: string): number | undefined {
    return this.#parts
      .log()
      ?.appender.heads()
      .find((head) => head.origin === origin)?.log;
  }

  #teller(): (row: AlertRow) => Alert {
    const log = this.#parts.log();
    const keys = this.#parts.openingKeys();
    return (row) => {
      const { actor, origin, threshold, windowMs } = row;
      const entries = entriesOf(row);
      const number = this.#numberOf(origin);
      const last = entries.at(-1);
      const position = number === undefined || last === undefined ? undefined : positionOf(number, last[0]);
      const name =
        actor === null || log === undefined || position === undefined
          ? null
          : nameIn(log.store, keys, position);
      return {
        id: row.id,
        rule: row.rule,
        severity: row.severity,
        time: toRfc3339(row.time),
        raisedAt: toRfc3339(row.raisedAt),
        logId: origin,
        tenantId: row.tenantId,
        actor: actor === null ? null : { pseudonym: actor, name },
        entries: entries.map(([index, eventId]) => ({ index, eventId })),
        threshold:
          threshold === null || windowMs === null
            ? null
            : { count: threshold, windowMs, per: alertRule(row.rule).threshold?.per ?? 'log' },
        anomaly: row.anomaly === null ? null : anomalyView(parseAnomaly(row.anomaly)),
        more: row.more,
        lastTime: toRfc3339(row.lastTime),
      };
    };
  }
}

/** Null where the entry is not as it was: `explain` says so. */
function nameIn(log: OpenStore, keys: OpeningKeys, position: number): string | null {
  try {
    return readEntry(log, keys, position).actor.name;
  } catch (error) {
    if (error instanceof HoldfastError) return null;
    throw error;
  }
}
