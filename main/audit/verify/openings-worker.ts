import type { MessagePort } from 'node:worker_threads';
import { serveCall } from '../../jobs/serve-call.ts';
import { type PackedFields, unpackFields } from './opening-batch.ts';
import { type OpeningCheck, OpeningKeys } from './opening-keys.ts';

export interface OpeningsTask extends Pick<OpeningCheck, 'installationKey' | 'subjectKeys'> {
  /** Fields come by it, and `end`; then whether all could be opened goes back. Closed when the other thread ends. */
  readonly port: MessagePort;
  /** How many messages of fields were looked at. */
  readonly done: Int32Array<SharedArrayBuffer>;
}

serveCall<OpeningsTask, null>(async ({ port, done, ...keys }, { signal }) => {
  const opening = new OpeningKeys(keys);
  const closed = Promise.withResolvers<null>();
  let fit = true;
  port.on('message', (message: PackedFields | 'end') => {
    if (message === 'end') return port.postMessage(fit);
    fit = fit && unpackFields(message).every((field) => opening.opens(field));
    Atomics.add(done, 0, 1);
    return undefined;
  });
  port.on('close', () => closed.resolve(null));
  signal.addEventListener('abort', () => port.close(), { once: true });
  return await closed.promise;
});
