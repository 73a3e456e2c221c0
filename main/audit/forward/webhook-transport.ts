import { createHash, createHmac } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { toRfc3339 } from '../../../shared/clock.ts';
import { alertText } from '../alerts/told-alert.ts';
import { DeliveryFailure, EntriesRefused, socketFailure } from './delivery-failure.ts';
import { type Batch, entryText } from './outgoing.ts';
import { openConnection, type Peer } from './peer-connection.ts';
import type { Route, Transport } from './route.ts';

/** Answers that are about what was sent, and not about who sent it or where to: RFC 9110. */
const aboutEntries = new Set([400, 409, 413, 415, 422, 431]);
const longestRetryAfterMs = 15 * 60_000;
const slice = 50;

/**
 * Batches as JSON to an HTTP server, which takes one by answering 2xx: signed as Standard Webhooks has it, under an id that is the same
 * for the same entries.
 */
export class WebhookTransport implements Transport {
  readonly limits = { entries: 200, bytes: 256 * 1024 };
  readonly #route: Route;
  readonly #url: URL;
  readonly #peer: Peer;

  constructor(route: Route, url: URL) {
    this.#route = route;
    this.#url = url;
    const { ca, fingerprints, secrets } = route;
    const secure = url.protocol === 'https:';
    const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    this.#peer = { host, port, secure, ca, fingerprints, client: secrets.client };
  }

  async send({ origin, entries }: Batch, signal: AbortSignal): Promise<void> {
    const newest = entries.at(-1);
    if (newest === undefined) return;
    const { destinationId, format, what } = this.#route;
    const alerts = what === 'alerts';
    const texts: string[] = [];
    for (const [at, entry] of entries.entries()) {
      texts.push(alerts ? alertText(entry.record) : entryText(entry, format));
      if (at % slice === slice - 1) await nextTurn();
    }
    const time = toRfc3339(newest.record.t);
    const log = JSON.stringify(origin);
    const body = alerts
      ? `{"type":"audit.alerts","timestamp":"${time}","data":{"log":${log},"alerts":[${texts.join(',')}]}}`
      : `{"type":"audit.entries","timestamp":"${time}","data":{"log":${log},"format":"${format}","entries":[${texts.join(',')}]}}`;
    const ids = entries.map(({ record }) => record.id).join(' ');
    const id = `audit_${createHash('sha256')
      .update(`${destinationId} ${alerts ? what : format} ${ids}`)
      .digest('hex')
      .slice(0, 40)}`;
    await this.#post(id, body, signal);
  }

  async test(time: number, signal: AbortSignal): Promise<void> {
    const id = `test_${createHash('sha256').update(`${this.#route.destinationId} ${time}`).digest('hex').slice(0, 40)}`;
    await this.#post(
      id,
      JSON.stringify({ type: 'audit.test', timestamp: toRfc3339(time), data: {} }),
      signal,
    );
  }

  async #post(id: string, text: string, signal: AbortSignal): Promise<void> {
    const { timing } = this.#route;
    const body = Buffer.from(text, 'utf8');
    const socket = await openConnection(this.#peer, timing.connectMs, signal);
    try {
      const answer = await this.#answer(socket, this.#headers(id, body), body, signal);
      judge(answer);
    } finally {
      socket.destroy(); // an answer's body is not read
    }
  }

  async #answer(
    socket: Socket,
    headers: Record<string, string | number>,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { pathname } = this.#url;
    return await new Promise((resolve, reject) => {
      const { silenceMs } = this.#route.timing;
      const timer = setTimeout(() => reject(new DeliveryFailure('timeout', 'answer')), silenceMs);
      const done = () => clearTimeout(timer);
      const sent = request({
        method: 'POST',
        path: pathname,
        headers,
        maxHeaderSize: 16 * 1024,
        createConnection: () => socket,
      });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      sent.on('response', resolve);
      sent.on('error', (error) => reject(socketFailure(error, 'connection-lost')));
      sent.on('close', done);
      sent.end(body);
    });
  }

  #headers(id: string, body: Buffer): Record<string, string | number> {
    const { bearerToken, signingSecret } = this.#route.secrets;
    const seconds = Math.floor(Date.now() / 1000);
    return {
      host: this.#url.host,
      'content-type': 'application/json',
      'content-length': body.length,
      'user-agent': `Holdfast/${this.#route.origin.appVersion}`,
      connection: 'close',
      'idempotency-key': id,
      'webhook-id': id,
      'webhook-timestamp': seconds,
      ...(signingSecret === undefined
        ? {}
        : { 'webhook-signature': signature(signingSecret, id, seconds, body) }),
      ...(bearerToken === undefined ? {} : { authorization: `Bearer ${bearerToken}` }),
    };
  }
}

/** Of Standard Webhooks: `v1,` and the base64 of HMAC-SHA-256 over id, time and body. */
function signature(secret: string, id: string, seconds: number, body: Buffer): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body);
  return `v1,${mac.digest('base64')}`;
}

/** Throws DeliveryFailure, EntriesRefused. */
function judge({ statusCode = 0, headers }: IncomingMessage): void {
  if (statusCode >= 200 && statusCode < 300) return;
  const status = String(statusCode);
  if (aboutEntries.has(statusCode)) {
    throw new EntriesRefused(statusCode === 413 ? 'too-large' : 'refused', status);
  }
  if (statusCode >= 300 && statusCode < 400) throw new DeliveryFailure('redirect', status);
  throw new DeliveryFailure('http-status', status, retryAfter(headers['retry-after']));
}

/** RFC 9110 section 10.2.3, in milliseconds and within reason. */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d{1,6}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestRetryAfterMs) : undefined;
}
