import type { AuditCounts } from '../../../shared/contract/audit/counts.ts';
import type { EntryProof } from '../../../shared/contract/audit/entry-proof.ts';
import type { AuditStates } from '../../../shared/contract/audit/states.ts';
import type { TrailNews } from '../../../shared/contract/audit/tail.ts';
import type { AuditEntry, AuditTimeline, Horizon } from '../../../shared/contract/audit.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Outcome, Severity } from '../../../shared/severities.ts';
import type { Operation } from '../../operations/operation.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Appender } from '../appender.ts';
import type { LogHead } from '../log-store.ts';
import { epochOf } from '../period.ts';
import type { SubjectDirectory } from '../subject-directory.ts';
import { TrailTail } from '../tail/trail-tail.ts';
import { type CountsForm, readCounts } from './counts/read-counts.ts';
import { entryProof } from './entry-proof.ts';
import type { EventFilter } from './event-filter.ts';
import type { EventIndex } from './event-index.ts';
import { hasOutcome } from './has-outcome.ts';
import { parseText } from './text/text-query.ts';
import { readTimeline } from './timeline.ts';
import { readEvent, readStates, readTrail, type TrailPage } from './trail.ts';

export interface ExplorerParts {
  readonly search: OpenStore;
  readonly people: SubjectDirectory;
  /** Throws UNAVAILABLE while the log cannot be opened. */
  opened(): { readonly store: OpenStore; readonly appender: Appender; readonly index: EventIndex };
  /** Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
  /** Numbers of the owner's logs, of every epoch. */
  logsOf(tenantId: Uuid): number[];
  horizon(): Horizon;
}

interface TimelineInput {
  readonly tenant?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly outcome?: Outcome | undefined;
  readonly buckets: number;
}

interface CountsInput extends TrailFilter, CountsForm {}

interface TrailInput extends TrailFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly order: 'newest' | 'oldest';
}

export interface TrailFilter {
  readonly tenant?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly severity?: AuditEntry['severity'] | undefined;
  readonly outcome?: AuditEntry['outcome'] | undefined;
  readonly text?: string | undefined;
  readonly resourceKind?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly correlationId?: string | undefined;
}

/** Finds entries of the logs: page by page, one by one, over time, and as they come. */
export class LogExplorer {
  /** Told of what is new. */
  readonly tail: TrailTail;
  readonly #parts: ExplorerParts;

  constructor(parts: ExplorerParts) {
    this.#parts = parts;
    this.tail = new TrailTail({
      heads: () => parts.opened().appender.heads(),
      store: () => parts.opened().store,
      openingKeys: () => parts.people.openingKeys(),
    });
  }

  /** Entries by time, then log and index. Errors: NOT_FOUND (tenant), VALIDATION (cursor, words), INTEGRITY. */
  async getAuditTrail(input: TrailInput, operation: Operation): Promise<TrailPage & { horizon: Horizon }> {
    const { store, appender, index } = this.#parts.opened();
    const tenantId = input.tenant === undefined ? undefined : this.#parts.tenantId(input.tenant);
    operation.describe({ resource: { kind: 'log', id: tenantId ?? 'all' } });
    await appender.settle();
    await index.catchUp(appender.heads());
    const filter = this.#filterOf(input, tenantId);
    const { limit, cursor, order } = input;
    const options = { filter, order, limit, cursor };
    const found = await readTrail(this.#parts.search, store, this.#parts.people.openingKeys(), options);
    return { ...found, horizon: this.#parts.horizon() };
  }

  /** Errors: NOT_FOUND, INTEGRITY. */
  async getAuditEntry({ eventId }: { readonly eventId: Uuid }, operation: Operation): Promise<AuditEntry> {
    operation.describe({ resource: { kind: 'entry', id: eventId } });
    const { store, appender } = this.#parts.opened();
    await appender.settle();
    return readEvent(store, this.#parts.people.openingKeys(), eventId);
  }

  /** New entries as they come, after those since a time. Errors: NOT_FOUND (tenant), VALIDATION (words), UNAVAILABLE. */
  watchAuditTrail(
    { since, ...input }: TrailFilter & { readonly since?: string | undefined },
    operation: Operation,
  ): AsyncIterable<TrailNews> {
    const { index } = this.#parts.opened();
    const tenantId = input.tenant === undefined ? undefined : this.#parts.tenantId(input.tenant);
    operation.describe({ resource: { kind: 'log', id: tenantId ?? 'all' } });
    const filter = () => this.#filterOf(input, tenantId);
    filter();
    const before = async (heads: readonly LogHead[]) => {
      if (since === undefined) return [];
      await index.catchUp(heads);
      const { search } = this.#parts;
      const options = {
        filter: { ...filter(), from: epochOf(since) },
        order: 'newest',
        limit: 1000,
      } as const;
      const { items } = await readTrail(
        search,
        this.#parts.opened().store,
        this.#parts.people.openingKeys(),
        options,
      );
      return items.reverse();
    };
    return this.tail.watch({ filter, before }, operation);
  }

  /** What an entry keeps of the states before and after. Errors: NOT_FOUND, INTEGRITY. */
  async getAuditStates({ eventId }: { readonly eventId: Uuid }, operation: Operation): Promise<AuditStates> {
    operation.describe({ resource: { kind: 'entry', id: eventId } });
    const { store, appender } = this.#parts.opened();
    await appender.settle();
    return readStates(store, this.#parts.people.openingKeys(), eventId);
  }

  /** That an entry is in its log, as it is signed now. Errors: NOT_FOUND, INTEGRITY. */
  async getAuditProof({ eventId }: { readonly eventId: Uuid }, operation: Operation): Promise<EntryProof> {
    operation.describe({ resource: { kind: 'entry', id: eventId } });
    const { store, appender } = this.#parts.opened();
    await appender.settle();
    return entryProof(store, eventId);
  }

  /** Whether any log has the outcome of an operation. Errors: UNAVAILABLE. */
  async hasOutcome(operation: string): Promise<boolean> {
    const { store, appender, index } = this.#parts.opened();
    await index.catchUp(appender.heads());
    return await hasOutcome(this.#parts.search, store, operation);
  }

  /** How many entries there are over time. Errors: NOT_FOUND. */
  async getAuditTimeline(input: TimelineInput): Promise<AuditTimeline> {
    const { appender, index } = this.#parts.opened();
    const tenantId = input.tenant === undefined ? undefined : this.#parts.tenantId(input.tenant);
    await appender.settle();
    const heads = appender.heads();
    await index.catchUp(heads);
    return await readTimeline(this.#parts.search, {
      logs: tenantId === undefined ? undefined : this.#parts.logsOf(tenantId),
      from: epochOf(input.from),
      to: epochOf(input.to),
      severity: input.severity,
      outcome: input.outcome,
      buckets: input.buckets,
    });
  }

  /** How often there is each action and each actor, and when. Errors: NOT_FOUND (tenant), VALIDATION (words), INTEGRITY. */
  async getAuditCounts(input: CountsInput, operation: Operation): Promise<AuditCounts> {
    const { store, appender, index } = this.#parts.opened();
    const tenantId = input.tenant === undefined ? undefined : this.#parts.tenantId(input.tenant);
    operation.describe({ resource: { kind: 'log', id: tenantId ?? 'all' } });
    await appender.settle();
    await index.catchUp(appender.heads());
    const { search, people } = this.#parts;
    const { top, buckets, beyond } = input;
    return await readCounts({ search, log: store, people }, this.#filterOf(input, tenantId), {
      top,
      buckets,
      beyond,
    });
  }

  /** Errors: VALIDATION (words). */
  #filterOf(input: TrailFilter, tenantId: Uuid | undefined): EventFilter {
    const { resourceKind: kind, resourceId: id, action, severity, outcome } = input;
    return {
      logs: tenantId === undefined ? undefined : this.#parts.logsOf(tenantId),
      from: epochOf(input.from),
      to: epochOf(input.to),
      actors: input.actor === undefined ? undefined : this.#parts.people.pseudonymsOf(input.actor),
      action,
      severity,
      outcome,
      text: input.text === undefined ? undefined : parseText(input.text),
      resource: kind === undefined && id === undefined ? undefined : { kind, id },
      correlation: input.correlationId,
    };
  }
}
