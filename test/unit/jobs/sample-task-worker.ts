import { setTimeout as delay } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { serveTask } from '../../../main/jobs/serve-task.ts';
import { HoldfastError } from '../../../shared/errors.ts';

export interface SampleTask {
  readonly mode:
    | 'sum'
    | 'refuse'
    | 'break'
    | 'exit'
    | 'spin'
    | 'wait'
    | 'throw-later'
    | 'who'
    | 'grow'
    | 'die-later';
  readonly bytes?: Uint8Array;
}

const grown: Buffer[] = [];

serveTask<SampleTask, unknown, number>(async ({ mode, bytes = new Uint8Array() }, { signal, send }) => {
  switch (mode) {
    case 'sum':
      for (const byte of bytes) send(byte);
      return bytes.reduce((sum, byte) => sum + byte, 0);
    case 'refuse':
      throw new HoldfastError('VALIDATION', 'line 7 is damaged', { line: 7 });
    case 'break':
      throw new RangeError('inside');
    case 'exit':
      return process.exit(3);
    case 'throw-later':
      setTimeout(() => {
        throw new RangeError('later');
      }, 5);
      return delay(60_000);
    case 'spin':
      send(1);
      for (;;);
    case 'wait':
      send(1);
      await delay(60_000, undefined, { signal }).catch(() => undefined);
      return 'came to an end';
    case 'who':
      return threadId;
    case 'grow':
      grown.push(...Array.from({ length: 100 }, () => Buffer.alloc(2 ** 20)));
      return threadId;
    case 'die-later':
      setTimeout(() => process.exit(3), 5);
      return threadId;
  }
});
