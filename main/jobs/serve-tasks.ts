import { parentPort } from 'node:worker_threads';
import type { ThreadReply, ThreadRequest } from './thread-client.ts';
import { carry } from './worker-message.ts';

/** The worker's side of `ThreadClient`: answers each task, however many, until it is told to end. */
export function serveTasks<Task, Result>(work: (task: Task) => Promise<Result> | Result): void {
  const port = parentPort;
  if (port === null) throw new TypeError('serveTasks runs in worker threads only');
  const answer = async (id: number, task: Task): Promise<ThreadReply<Result>> => {
    try {
      return { id, result: await work(task) };
    } catch (error) {
      return { id, error: carry(error) };
    }
  };
  port.on('message', (request: ThreadRequest<Task>) => {
    if (request === 'end') port.close();
    else void answer(request.id, request.task).then((reply) => port.postMessage(reply));
  });
}
