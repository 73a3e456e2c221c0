import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Posted {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a request is answered; `undefined`: with 204. */
type Answer = { readonly status: number; readonly headers?: Record<string, string> } | 'never' | undefined;

/** A real HTTP server on loopback that keeps what it took, and answers what a test tells it to. */
export class WebhookServer {
  readonly asked: Posted[] = [];
  /** What was answered with 2xx. */
  readonly taken: Posted[] = [];
  answer: (posted: Posted) => Answer = () => undefined;
  readonly #server;
  readonly #scheme: string;

  constructor(tls?: ServerOptions) {
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response);
    this.#server = tls === undefined ? createServer(serve) : createSecureServer(tls, serve);
    this.#scheme = tls === undefined ? 'http' : 'https';
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}/log`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { url: path = '', headers } = request;
    const posted = { path, headers, body: Buffer.concat(chunks).toString('utf8') };
    this.asked.push(posted);
    const answer = this.answer(posted);
    if (answer === 'never') return;
    const { status, headers: told } = answer ?? { status: 204, headers: {} };
    if (status < 300) this.taken.push(posted);
    response.writeHead(status, told).end();
  }
}

/** Indices of the entries in what was taken, in order. */
export function takenIndices({ taken }: WebhookServer): number[] {
  return taken.flatMap(({ body }) => {
    const { type, data } = JSON.parse(body) as { type: string; data: { entries?: { i: number }[] } };
    return type === 'audit.entries' ? (data.entries ?? []).map(({ i }) => i) : [];
  });
}
