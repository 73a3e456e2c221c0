import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventOutbox } from '../../../main/audit/appender.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

let stand: AuditStand;

beforeEach(async () => {
  stand = await auditStand();
});

afterEach(() => stand.close());

/** The outbox of control.db, and how often it was read. */
function counted(): EventOutbox & { readonly reads: number } {
  const { store } = stand.control;
  let reads = 0;
  return {
    get reads() {
      return reads;
    },
    pendingEvents: (limit) => {
      reads += 1;
      return store.pendingEvents(limit);
    },
    drainedThrough: (seq) => store.drainedThrough(seq),
    onCommit: (listener) => store.onCommit(listener),
  };
}

async function change(): Promise<string> {
  const run = stand.run('thing.create');
  await stand.control.store.write((transaction) =>
    run.record(transaction, { resource: { kind: 'thing', id: 'one' } }),
  );
  return run.id;
}

const entries = () => stand.store.sql<{ n: number }>('SELECT count(*) AS n FROM entries').get()?.n;

describe('outboxes of the log', () => {
  it('are read after their own commits, not for every entry of others', async () => {
    stand.audit.detach(stand.control.store);
    const outbox = counted();
    stand.audit.attach(outbox);
    await stand.audit.settle();
    const before = outbox.reads;
    for (let made = 0; made < 20; made += 1) await stand.run('thing.read').succeeded();
    expect(outbox.reads).toBe(before);
    await change();
    await vi.waitUntil(() => entries() === 21);
    expect(outbox.reads).toBeGreaterThan(before);
    const after = outbox.reads;
    await stand.run('thing.read').succeeded();
    expect(outbox.reads).toBe(after);
  });

  it('are read to their end, however much waits', async () => {
    stand.audit.detach(stand.control.store);
    for (let made = 0; made < 300; made += 1) await change();
    stand.audit.attach(stand.control.store);
    await vi.waitUntil(() => entries() === 300);
  });

  it('are read again when the log has refused what was in them', async () => {
    const { store } = stand.control;
    stand.audit.detach(store);
    await change();
    let broken = true;
    const outbox: EventOutbox = {
      pendingEvents: (limit) => {
        const pending = store.pendingEvents(limit);
        if (!broken || pending.length === 0) return pending;
        return pending.map(({ seq, event }) => ({ seq, event: { ...event, eventId: 7 as never } }));
      },
      drainedThrough: (seq) => store.drainedThrough(seq),
      onCommit: (listener) => store.onCommit(listener),
    };
    stand.audit.attach(outbox);
    await stand.audit.settle();
    broken = false;
    await stand.run('thing.read').succeeded();
    expect(entries()).toBe(2);
  });
});
