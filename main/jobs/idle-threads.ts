import { Worker } from 'node:worker_threads';
import { endThread } from './end-thread.ts';
import type { ToWorker } from './worker-message.ts';

/** How long a thread waits for another call, in milliseconds. */
const idleMs = 3000;

const events = ['message', 'messageerror', 'error', 'exit'] as const;

interface IdleThread {
  readonly worker: Worker;
  readonly timer: NodeJS.Timeout;
}

/** By module; of each one at most. */
const idle = new Map<string, IdleThread>();

/** A thread of this module: one that waits for another call, or a new one with this much room for new objects. */
export function takeThread(module: URL, youngMegabytes: number | undefined): Worker {
  const found = idle.get(module.href);
  if (found === undefined) {
    if (youngMegabytes === undefined) return new Worker(module);
    return new Worker(module, { resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes } });
  }
  forget(module.href, found);
  found.worker.ref();
  return found.worker;
}

/** Starts a thread of this module for a call that comes soon, where none waits. */
export async function prepareThread(module: URL): Promise<void> {
  if (!idle.has(module.href)) await keepThread(module, takeThread(module, undefined));
}

/** Lets a thread that has answered wait for another call, without keeping the process alive, and end if none comes. */
export async function keepThread(module: URL, worker: Worker): Promise<void> {
  if (idle.has(module.href)) return await stopThread(worker);
  leaveAlone(worker);
  const timer = setTimeout(() => {
    forget(module.href, kept);
    void stopThread(worker);
  }, idleMs);
  const kept = { worker, timer };
  idle.set(module.href, kept);
  for (const event of events) worker.on(event, () => forget(module.href, kept));
  timer.unref();
  worker.unref();
}

/** Ends the threads that wait for calls of other modules than this one: what it will need is much memory. */
export async function makeRoomFor(module: URL): Promise<void> {
  const others = [...idle].filter(([href]) => href !== module.href);
  for (const [href, thread] of others) forget(href, thread);
  await Promise.all(others.map(([, { worker }]) => stopThread(worker)));
}

/** Ends a thread, whatever it is at. */
export async function stopThread(worker: Worker): Promise<void> {
  // whoever called it has its answer
  worker.on('error', () => undefined);
  await endThread(worker, () => worker.postMessage({ kind: 'end' } satisfies ToWorker));
}

function forget(href: string, { worker, timer }: IdleThread): void {
  clearTimeout(timer);
  leaveAlone(worker);
  if (idle.get(href)?.worker === worker) idle.delete(href);
}

/** Takes the listeners of the last call off; those of Node itself stay. */
function leaveAlone(worker: Worker): void {
  for (const event of events) worker.removeAllListeners(event);
}
