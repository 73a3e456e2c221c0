import type { BreachState } from '../../../shared/breaches.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { aesGcmNonceLength, aesGcmOpen, aesGcmSeal } from '../../secrets/aes-gcm.ts';
import { derivedKey } from '../../secrets/derived-key.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import {
  type BreachContent,
  type BreachRecord,
  breachContent,
  outcomeOf,
  stateOf,
} from './breach-content.ts';

/** A row of the table `breaches`; times are epoch milliseconds. */
interface BreachRow {
  readonly id: Uuid;
  readonly revision: number;
  readonly state: BreachState;
  readonly awareAt: number;
  readonly recordedAt: number;
  readonly closedAt: number | null;
  readonly sealed: Uint8Array;
}

/** How far the time of an open breach has run. */
export interface RunningRow {
  readonly id: Uuid;
  readonly awareAt: number;
  readonly told: number;
  readonly wallStage: number;
  readonly spentMs: number;
}

export interface BreachSelection {
  readonly state: BreachState | undefined;
  readonly tenantId: Uuid | undefined;
  /** Whether the last one shown is open (1 or 0), its `rankOf` and its id. */
  readonly after: readonly [number, number, Uuid] | undefined;
  readonly limit: number;
}

const columns = `id, revision, state, aware_at AS awareAt, recorded_at AS recordedAt, closed_at AS closedAt, sealed`;

/** In SQL what `rankOf` says of a record. */
const rank = `CASE state WHEN 'open' THEN -aware_at ELSE recorded_at END`;

/** By which records of one kind, open or not, are sorted: the greatest comes first. */
export function rankOf({ recordedAt, content }: BreachRecord): number {
  return stateOf(content) === 'open' ? -Date.parse(content.awareAt) : recordedAt;
}

/** The records in control.db: what they say is sealed, since it may tell of people, and bound to the columns beside it. */
export class BreachStore {
  readonly #key: Uint8Array;
  readonly #random: (length: number) => Uint8Array;

  constructor(installationKey: Uint8Array, random: (length: number) => Uint8Array) {
    this.#key = derivedKey(installationKey, 'holdfast/breach/1');
    this.#random = random;
  }

  /** Errors: NOT_FOUND, INTEGRITY. */
  find(reading: Reading, id: Uuid): BreachRecord {
    const row = reading.sql<BreachRow>(`SELECT ${columns} FROM breaches WHERE id = ?`).get(id);
    if (row !== undefined) return this.#opened(row);
    throw new HoldfastError('NOT_FOUND', 'There is no such breach. See `holdfast breach list`.', {
      kind: 'breach',
      id,
    });
  }

  /** Open ones first, the most urgent at the top; then the others, the newest at the top. Errors: INTEGRITY. */
  select(reading: Reading, { state, tenantId, after, limit }: BreachSelection): BreachRecord[] {
    const conditions = [
      'true',
      ...(state === undefined ? [] : ['state = $state']),
      ...(tenantId === undefined
        ? []
        : ['id IN (SELECT breach_id FROM breach_tenants WHERE tenant_id = $tenantId)']),
      ...(after === undefined ? [] : [`(state = 'open', ${rank}, id) < ($open, $rank, $id)`]),
    ];
    return reading
      .sql<BreachRow>(
        `SELECT ${columns} FROM breaches WHERE ${conditions.join(' AND ')}
         ORDER BY state = 'open' DESC, ${rank} DESC, id DESC LIMIT $limit`,
      )
      .all({
        limit,
        ...(state === undefined ? {} : { state }),
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(after === undefined ? {} : { open: after[0], rank: after[1], id: after[2] }),
      })
      .map((row) => this.#opened(row));
  }

  /** `restart`: its time runs from the beginning. */
  put(transaction: Transaction, { content, ...record }: BreachRecord, restart: boolean): void {
    const row = {
      ...record,
      state: stateOf(content),
      awareAt: Date.parse(content.awareAt),
      closedAt: content.closed === null ? null : Date.parse(content.closed.at),
    };
    const sealed = this.#seal(row, content);
    transaction
      .sql(
        `INSERT INTO breaches (id, revision, state, outcome, aware_at, recorded_at, closed_at, sealed)
         VALUES ($id, $revision, $state, $outcome, $awareAt, $recordedAt, $closedAt, $sealed)
         ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, state = excluded.state, outcome = excluded.outcome,
           aware_at = excluded.aware_at,
           closed_at = excluded.closed_at, sealed = excluded.sealed`,
      )
      .run({ ...row, outcome: outcomeOf(content), sealed });
    if (restart) noteRun(transaction, { id: row.id, told: 0, wallStage: 0, spentMs: 0 });
    transaction.sql('DELETE FROM breach_tenants WHERE breach_id = ?').run(row.id);
    const insert = transaction.sql('INSERT INTO breach_tenants (tenant_id, breach_id) VALUES (?, ?)');
    for (const tenantId of content.tenants) insert.run(tenantId, row.id);
  }

  #seal(row: Omit<BreachRow, 'sealed'>, content: BreachContent): Uint8Array {
    const nonce = this.#random(aesGcmNonceLength);
    const plain = Buffer.from(JSON.stringify(content), 'utf8');
    return Buffer.concat([nonce, aesGcmSeal(this.#key, nonce, plain, placeOf(row))]);
  }

  #opened(row: BreachRow): BreachRecord {
    const { id, revision, recordedAt, sealed } = row;
    return { id, revision, recordedAt, content: this.#contentOf(row, sealed) };
  }

  #contentOf(row: BreachRow, sealed: Uint8Array): BreachContent {
    try {
      const nonce = sealed.subarray(0, aesGcmNonceLength);
      const plain = aesGcmOpen(this.#key, nonce, sealed.subarray(aesGcmNonceLength), placeOf(row));
      return breachContent.parse(JSON.parse(Buffer.from(plain).toString('utf8')));
    } catch (cause) {
      throw new HoldfastError(
        'INTEGRITY',
        `The record of breach ${row.id} was changed behind Holdfast. The log has what it said: see \`holdfast audit list\`.`,
        { problems: [`breach ${row.id}`] },
        { cause },
      );
    }
  }
}

/** What decides about a record outside its seal: a changed column, or another row's content, does not open. */
function placeOf({
  id,
  revision,
  state,
  awareAt,
  recordedAt,
  closedAt,
}: Omit<BreachRow, 'sealed'>): Uint8Array {
  return Buffer.from(JSON.stringify([id, revision, state, awareAt, recordedAt, closedAt]), 'utf8');
}

/** Breaches of which the authority was not told, and of which it was not decided that it need not be. */
export function readRunning(reading: Reading): RunningRow[] {
  return reading
    .sql<RunningRow>(
      `SELECT id, aware_at AS awareAt, told, wall_stage AS wallStage, spent_ms AS spentMs FROM breaches WHERE state = 'open'`,
    )
    .all();
}

export function noteRun(
  transaction: Transaction,
  { id, told, wallStage, spentMs }: Omit<RunningRow, 'awareAt'>,
): void {
  transaction
    .sql('UPDATE breaches SET told = ?, wall_stage = ?, spent_ms = ? WHERE id = ?')
    .run(told, wallStage, spentMs, id);
}
