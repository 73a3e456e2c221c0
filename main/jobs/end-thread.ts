import type { Worker } from 'node:worker_threads';

/** How long a thread that was asked to end may take, in milliseconds; most are gone in two. */
const endMs = 2000;

/**
 * Answers when the thread is gone: by itself, once `ask` told it to end, or terminated when it does not. Terminating a
 * thread in the middle of native code can take the whole process down, so it is the last resort.
 */
export async function endThread(worker: Worker, ask: () => void): Promise<void> {
  if (worker.threadId < 0) return;
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
    timer = setTimeout(resolve, endMs);
    worker.ref();
    ask();
  });
  clearTimeout(timer);
  if (worker.threadId >= 0) await worker.terminate();
}
