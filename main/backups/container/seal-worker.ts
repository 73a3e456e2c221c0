import { parentPort, workerData } from 'node:worker_threads';
import { prepareForLarge } from './poly1305.ts';
import type { SealerOptions, SealReply, SealRequest } from './seal-protocol.ts';
import { Sealer } from './sealer.ts';

const sealer = new Sealer(workerData as SealerOptions);
const port = parentPort;

// such a thread is started for more than a few megabytes
prepareForLarge();

port?.on('message', (request: SealRequest) => {
  if (request.do === 'end') return port.close();
  const answer = sealer.answer(request);
  if (answer !== undefined) reply(answer);
});

function reply(message: SealReply): void {
  const bytes = message.did === 'seal' ? message.sealed : message.did === 'open' ? message.plain : undefined;
  port?.postMessage(message, bytes ? [bytes.buffer as ArrayBuffer] : []);
}
