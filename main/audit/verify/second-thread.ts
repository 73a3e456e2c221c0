import type { MessagePort } from 'node:worker_threads';
import { packFields } from './opening-batch.ts';
import type { OpeningKeys, SealedField } from './opening-keys.ts';

/** The other end of an `OpeningsTask`. */
export interface SecondThreadEnd {
  readonly port: MessagePort;
  readonly done: Int32Array<SharedArrayBuffer>;
}

/** So many fields, or so many bytes, go in one message. */
const fieldsAtOnce = 512;
const bytesAtOnce = 2 ** 20;
/** So many messages may wait; what comes then is opened in this thread, so that memory stays as it is. */
const mostWaiting = 4;

/** Hands sealed fields to another thread, as many as it can take, and opens the rest here. */
export class SecondThread {
  readonly #end: SecondThreadEnd;
  readonly #keys: OpeningKeys;
  readonly #answer: Promise<boolean>;
  #fields: SealedField[] = [];
  #bytes = 0;
  #sent = 0;
  #fit = true;

  constructor(end: SecondThreadEnd, keys: OpeningKeys) {
    this.#end = end;
    this.#keys = keys;
    this.#answer = new Promise((resolve) => {
      end.port.on('message', (fit: boolean) => resolve(fit));
      // it died or was called off: what it had is not known
      end.port.on('close', () => resolve(false));
    });
  }

  /** Whether it can be opened is known at the end. */
  add(field: SealedField): true {
    this.#fields.push(field);
    this.#bytes += field.sealed.length;
    if (this.#fields.length === fieldsAtOnce || this.#bytes >= bytesAtOnce) this.#next();
    return true;
  }

  /** After the last field: whether every one can be opened; false too where the other thread is gone. */
  async finish(): Promise<boolean> {
    this.#next();
    this.#end.port.postMessage('end');
    return (await this.#answer) && this.#fit;
  }

  #next(): void {
    const fields = this.#fields;
    this.#fields = [];
    this.#bytes = 0;
    if (this.#sent - Atomics.load(this.#end.done, 0) >= mostWaiting) {
      this.#fit = this.#fit && fields.every((field) => this.#keys.opens(field));
      return;
    }
    const packed = packFields(fields);
    this.#end.port.postMessage(packed, [packed.bytes.buffer]);
    this.#sent += 1;
  }
}
