import type { ControlFound, PolicyFound, PopulationFound } from '../../../shared/contract/audit/reports.ts';
import type { Pruning } from '../../../shared/contract/audit/retention.ts';
import type { AuditVerification } from '../../../shared/contract/audit.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Tier } from '../../../shared/tiers.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Appender } from '../appender.ts';
import type { LogHead } from '../log-store.ts';
import type { EventIndex } from '../search/event-index.ts';
import { type Archived, archivedOf, type ReportLogs } from './archived.ts';
import { assess } from './assess.ts';
import type { Control, EntryEvidence } from './control.ts';
import { type Counted, type CountedEvidence, entryEvidenceOf } from './count.ts';
import type { CountTask } from './count-worker.ts';
import type { ReportSource } from './needs.ts';
import { populationsAt } from './populations.ts';
import type { CountedPart, ReportPeriod } from './tally.ts';

export interface EvidenceParts {
  readonly search: OpenStore;
  readonly source: ReportSource;
  /** Errors: UNAVAILABLE. */
  opened(): { readonly store: OpenStore; readonly appender: Appender; readonly index: EventIndex };
  /** What was archived and pruned of some logs. */
  prunings(logs: readonly LogHead[]): Promise<Pruning[]>;
}

/** Of whom. */
export interface Owner {
  /** null: the installation with all its tenants. */
  readonly tenantId: Uuid | null;
  readonly owner: string;
  /** undefined: the installation has none. */
  readonly tier: Tier | undefined;
}

export interface LookedFor {
  readonly tenantId: Uuid | null;
  readonly period: ReportPeriod;
  readonly controls: readonly Control[];
  /** So many entries are listed of each kind of evidence. */
  readonly listed: number;
  /** All that is counted of one log; else of every log all. */
  readonly part?: CountedPart;
}

/** What was found in the logs. */
export interface Looked {
  readonly tenantId: Uuid | null;
  readonly period: ReportPeriod;
  readonly counted: Counted;
  readonly archived: Archived;
  readonly entries: ReadonlyMap<EntryEvidence, CountedEvidence>;
}

export interface Assessed {
  readonly controls: ControlFound[];
  readonly populations: PopulationFound[];
  readonly policies: PolicyFound[];
}

/** Counts in the log and beside it what controls draw on. */
export class EvidenceFinder {
  readonly #parts: EvidenceParts;

  constructor(parts: EvidenceParts) {
    this.#parts = parts;
  }

  /** Errors: NOT_FOUND (there is no such tenant, or not any more). */
  ownerOf(tenantId: Uuid | null): Owner {
    if (tenantId === null)
      return { tenantId, owner: 'The installation with all its tenants', tier: undefined };
    const { name: owner, tier } = this.#parts.source.tenant(tenantId);
    return { tenantId, owner, tier };
  }

  /** Counts in the logs. Errors: UNAVAILABLE, CANCELLED. */
  async look(wanted: LookedFor, signal: AbortSignal): Promise<Looked> {
    const { tenantId, period, controls, listed, part } = wanted;
    const { store, appender, index } = this.#parts.opened();
    await appender.settle();
    const heads = appender.heads();
    await index.catchUp(heads);
    const logs: ReportLogs = {
      own: heads.filter((head) => tenantId === null || head.tenantId === tenantId),
      installation: heads.filter((head) => head.tenantId === null),
    };
    const evidence = entryEvidenceOf(controls);
    const [search, audit] = [this.#parts.search.share(), store.share()];
    const counted = await callWorker<CountTask, Counted>({
      module: siblingModule(import.meta.url, 'count-worker'),
      input: {
        search,
        audit,
        logs: {
          own: logs.own.map(({ log }) => log),
          installation: logs.installation.map(({ log }) => log),
        },
        period,
        evidence,
        listed,
        part,
      },
      transfer: [search.port, audit.port],
      signal,
    });
    // the log says that entries go before they do
    const prunings = await this.#parts.prunings([...logs.own, ...logs.installation]);
    const entries = new Map(
      evidence.flatMap((each, at) => {
        const found = counted.evidence[at];
        return found === undefined ? [] : [[each, found] as const];
      }),
    );
    return { tenantId, period, counted, archived: archivedOf(prunings, logs, period), entries };
  }

  populations({ tenantId, period, counted, archived }: Looked): PopulationFound[] {
    const tables = this.#parts.source.populations(tenantId, period);
    return populationsAt(tables, counted.succeeded, archived.since);
  }

  /** What was found for controls that were looked for. `verdict` undefined: the log was not verified. */
  assess(
    controls: readonly Control[],
    looked: Looked,
    verdict: AuditVerification['verdict'] | undefined,
  ): Assessed {
    const populations = this.populations(looked);
    const policies = [...this.#parts.source.policies(looked.tenantId)];
    const { entries, archived } = looked;
    const findings = { entries, populations, policies, archived, verdict, origin: this.origins() };
    return { controls: controls.map((control) => assess(control, findings)), populations, policies };
  }

  /** The name of a log, by its number. */
  origins(): (log: number) => string {
    const names = new Map(
      this.#parts
        .opened()
        .appender.heads()
        .map(({ log, origin }) => [log, origin]),
    );
    return (log) => names.get(log) ?? '';
  }
}

/** Errors: VALIDATION (it ends before it begins). */
export function periodOf({ from, to }: { readonly from: string; readonly to: string }): ReportPeriod {
  const period = { from: Date.parse(from), to: Date.parse(to) };
  if (period.from < period.to) return period;
  throw new HoldfastError('VALIDATION', 'The period ends before it begins. Choose a later end.', {
    issues: [{ path: 'to', reason: 'period-ends-first' }],
  });
}
