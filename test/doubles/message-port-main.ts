import { EventEmitter } from 'node:events';
import type { MessagePort } from 'node:worker_threads';

/** A real MessagePort with the surface that Electron's main process gives it: events with `data`, nothing before `start`. */
export class PortMain extends EventEmitter {
  readonly #port: MessagePort;
  #started = false;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
  }

  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#port.on('message', (data) => this.emit('message', { data, ports: [] }));
    this.#port.on('close', () => this.emit('close'));
  }

  close(): void {
    this.#port.close();
  }
}
