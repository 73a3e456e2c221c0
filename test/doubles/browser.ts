import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import type { ConsoleServer } from '../../main/hosts/console/serve-console.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A browser as a console sees it: it keeps its cookie and says where its requests come from. */
export class Browser {
  readonly #port: number;
  cookie = '';

  constructor({ port }: Pick<ConsoleServer, 'port'>) {
    this.#port = port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Hands in the secret of a link, as the page does. */
  async enter(link: string): Promise<Answer> {
    const secret = new URL(link).hash.slice(1);
    const answer = await this.ask('/enter', { method: 'POST', body: JSON.stringify({ link: secret }) });
    this.cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? this.cookie;
    return answer;
  }

  /** The headers of our own page's requests, unless others are named. */
  ask(path: string, { method = 'GET', headers = {}, body }: Question = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          path,
          method,
          headers: { ...this.#own, ...(method === 'GET' ? {} : { origin: this.origin }), ...headers },
        },
        (response) => {
          const { statusCode: status = 0, headers: told } = response;
          buffer(response).then(
            (bytes) => resolve({ status, headers: told, text: bytes.toString() }),
            reject,
          );
        },
      );
      asked.once('error', reject);
      asked.end(body);
    });
  }

  /** Opens the contract's socket; rejects with the status when it is refused. */
  async socket(headers: Readonly<Record<string, string>> = {}): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/rpc`, {
      headers: { ...this.#own, origin: this.origin, ...headers },
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    return socket;
  }

  /** What a host answers to bytes that no browser would send, until it ends the connection. */
  raw(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const stream = connect(this.#port, '127.0.0.1', () => stream.write(text));
      buffer(stream).then((bytes) => resolve(bytes.toString()), reject);
    });
  }

  get #own(): Record<string, string> {
    return this.cookie === '' ? {} : { cookie: this.cookie };
  }
}
