import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HoldfastError } from '../../../shared/errors.ts';
import { answerHeaders } from '../window/answer-headers.ts';
import { objectionTo, refusals } from './own-requests.ts';

/** Reached from this machine only. */
export const loopbackAddress = '127.0.0.1';

const mostConnections = 256;
const headersMs = 10_000;
const uploadMs = 2 * 3_600_000;
const bodyMs = 10_000;
const silenceMs = 2 * 60_000;

/** An HTTP server for our own page: others are refused before `answer` sees them, and nobody holds a connection by being slow. */
export function consoleListener(answer: RequestListener): Server {
  const http = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: headersMs,
      requestTimeout: uploadMs,
      connectionsCheckingInterval: 2_000,
    },
    (request, response) => {
      for (const [name, value] of Object.entries(answerHeaders)) response.setHeader(name, value);
      const objection = objectionTo(request.method ?? '', request.headers);
      if (objection !== undefined) {
        const [status, text] = refusals[objection];
        response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${text}\n`);
        return;
      }
      if (request.url !== '/transfers/uploads') expectSoon(request);
      void answer(request, response);
    },
  );
  http.maxConnections = mostConnections;
  http.setTimeout(silenceMs);
  return http;
}

/** Only an upload is given long to arrive: what belongs to another request is small. */
function expectSoon(request: IncomingMessage): void {
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, bodyMs).unref();
  request.once('close', () => clearTimeout(timer));
}

/** Answers the port, `port` or a free one for 0. Errors: IO (it is taken). */
export function listenOnLoopback(http: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const message =
        cause.code === 'EADDRINUSE'
          ? `Port ${port} is taken. Choose another with --port, or leave it out for a free one.`
          : 'The console cannot listen on this machine.';
      const data = { syscall: cause.syscall ?? 'listen', errno: cause.code ?? 'unknown' };
      reject(new HoldfastError('IO', message, data, { cause }));
    });
    http.listen(port, loopbackAddress, () => resolve((http.address() as AddressInfo).port));
  });
}
