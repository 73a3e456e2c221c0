import { setTimeout as delay } from 'node:timers/promises';
import { serveTask } from '../../../main/jobs/serve-task.ts';
import { HoldfastError } from '../../../shared/errors.ts';

export interface SampleTask {
  readonly mode: 'sum' | 'refuse' | 'break' | 'exit' | 'spin' | 'wait' | 'throw-later';
  readonly bytes?: Uint8Array;
}

await serveTask<SampleTask, unknown, number>(async ({ mode, bytes = new Uint8Array() }, { signal, send }) => {
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
  }
});
