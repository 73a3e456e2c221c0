import { systemClock } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { serveTasks } from '../../jobs/serve-tasks.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { openWorkerStore, type WorkerStore } from '../../storage/worker-store.ts';
import { packContents } from '../snapshot/packed-contents.ts';
import { schemaHash } from '../snapshot/table-hash.ts';
import { type DatabaseState, tenantState } from '../snapshot/tenant-state.ts';
import { Capture } from './capture.ts';
import { doubt } from './doubt.ts';
import { LocalSegments } from './local-segments.ts';

/** What a tenant's database says of itself at the state that was captured. */
export interface CapturedState extends Omit<DatabaseState, 'contents'> {
  /** Sizes by SHA-256, as `packContents` packs them. */
  readonly contents: Uint8Array;
  readonly commit: { readonly seq: number; readonly time: number };
  readonly schemaHash: string;
  /** Segments with commits after the one that was asked from, in order. */
  readonly segments: readonly string[];
}

export type PageLogTask =
  | {
      readonly kind: 'begin' | 'resume';
      readonly owner: Uuid;
      readonly shared: SharedStore;
      readonly folder: string;
      readonly chain: string;
    }
  | { readonly kind: 'flush'; readonly owner: Uuid; readonly after: number }
  | { readonly kind: 'trim'; readonly owner: Uuid; readonly through: number }
  | { readonly kind: 'capture' | 'finish' | 'end'; readonly owner: Uuid };

interface Followed {
  readonly store: WorkerStore;
  readonly capture: Capture;
  readonly segments: LocalSegments;
}

const followed = new Map<Uuid, Followed>();

serveTasks<PageLogTask, CapturedState | null>(async (task) => {
  switch (task.kind) {
    case 'begin':
    case 'resume':
      await follow(task);
      return null;
    case 'capture':
      await capture(captureOf(task.owner));
      return null;
    case 'flush':
      return await flush(task.owner, task.after);
    case 'trim':
      captureOf(task.owner).segments.removeThrough(task.through);
      return null;
    case 'finish':
      await leave(task.owner, (capture) => capture.finish());
      return null;
    case 'end':
      if (followed.has(task.owner)) await leave(task.owner, (capture) => capture.end());
      return null;
  }
});

async function follow({ kind, owner, shared, folder, chain }: PageLogTask & { kind: 'begin' | 'resume' }) {
  const store = openWorkerStore(shared, { clock: systemClock });
  try {
    const capture = await Capture[kind]({ store, folder, chain });
    followed.set(owner, { store, capture, segments: new LocalSegments(folder) });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function capture({ capture, segments }: Followed): Promise<void> {
  await capture.capture();
  segments.merge();
}

async function flush(owner: Uuid, after: number): Promise<CapturedState> {
  const { capture, segments } = captureOf(owner);
  await capture.capture();
  const { reading, captured } = capture;
  const { contents, ...state } = tenantState(reading, owner);
  return {
    commit: { seq: captured.seq, time: captured.time },
    ...state,
    contents: packContents(contents),
    schemaHash: schemaHash(reading),
    segments: segments.handOut(after, captured.seq),
  };
}

async function leave(owner: Uuid, how: (capture: Capture) => void): Promise<void> {
  const { store, capture } = captureOf(owner);
  followed.delete(owner);
  try {
    how(capture);
  } finally {
    capture.end();
    await store.close();
  }
}

function captureOf(owner: Uuid): Followed {
  const found = followed.get(owner);
  if (found === undefined) throw doubt('the thread that followed the database has ended');
  return found;
}
