import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller, EntryDetails, Operation } from '../../main/operations/operation.ts';
import { controlMigrations } from '../../main/storage/migrations/control.ts';
import { type OpenStore, openStore } from '../../main/storage/open-store.ts';
import type { Clock } from '../../shared/clock.ts';
import { type Ids, type Uuid, uuidSource } from '../../shared/ids.ts';

/** A clock that stands still until told. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

function manualClock(start = 1_790_000_000_000): ManualClock {
  let now = start;
  return {
    now: () => now,
    monotonicMicros: () => Math.round(performance.now() * 1000),
    advance(ms) {
      now += ms;
    },
  };
}

interface Recorded extends EntryDetails {
  readonly action: string;
}

type Described = { readonly action: string } & Partial<EntryDetails>;

/** A real control.db in a folder of its own, and callers whose audit entries are kept in `entries`. */
export interface ControlStand {
  readonly store: OpenStore;
  readonly clock: ManualClock;
  readonly ids: Ids;
  readonly entries: Recorded[];
  readonly described: Described[];
  readonly errors: unknown[];
  operation(action: string, options?: { caller?: Caller; signal?: AbortSignal }): Operation;
  /** Changes the file as an SQLite tool in another process does. */
  edit(sql: string): void;
  /** Closes and opens the file again, as the next process would. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export async function controlStand(): Promise<ControlStand> {
  const folder = mkdtempSync(join(tmpdir(), 'control-'));
  const clock = manualClock();
  const ids = uuidSource(() => clock.now(), randomBytes);
  const open = () =>
    openStore({
      file: join(folder, 'control.db'),
      name: 'control',
      migrations: controlMigrations,
      clock,
      createIfMissing: true,
    });
  let store = await open();
  const entries: Recorded[] = [];
  const described: Described[] = [];
  return {
    get store() {
      return store;
    },
    clock,
    ids,
    entries,
    described,
    errors: [],
    operation(action, { caller = systemCaller, signal = new AbortController().signal } = {}) {
      const id = ids.uuid();
      return {
        id,
        action,
        caller,
        signal,
        record(transaction, details) {
          transaction.outbox({
            eventId: ids.uuid(),
            tenantId: details.tenantId ?? null,
            critical: details.severity === 'critical',
            draft: Buffer.from(JSON.stringify({ action, details })),
            openings: [],
          });
          entries.push({ action, ...details });
        },
        describe(details) {
          described.push({ action, ...details });
        },
      };
    },
    edit(sql) {
      execFileSync('sqlite3', [join(folder, 'control.db'), sql]);
    },
    async reopen() {
      await store.close();
      store = await open();
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const systemCaller: Caller = { kind: 'system' };

export const ownerCaller = (id: Uuid, sessionId: Uuid): Caller => ({
  kind: 'operator',
  id,
  name: 'Ada',
  role: 'owner',
  sessionId,
});
