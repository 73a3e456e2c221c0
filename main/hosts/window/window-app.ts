import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { z } from 'zod';
import { HoldfastError } from '../../../shared/errors.ts';
import type { ErrorLog } from '../../rpc/errors.ts';
import { toHoldfastError } from '../../rpc/errors.ts';
import type { Assets } from './assets.ts';
import { contentSecurityPolicy, newNonce } from './content-security-policy.ts';
import { bodyOf, jsonOf } from './request-body.ts';
import { contentDisposition, refusal } from './responses.ts';
import type { Transfers } from './transfers.ts';
import type { WindowSession } from './window-session.ts';

export interface WindowAppParts {
  readonly assets: Assets;
  readonly transfers: Transfers;
  readonly errors: ErrorLog;
  /** The session of the window that asks; null for whoever has none. */
  sessionOf(request: Request): WindowSession | null;
  /** The WebSocket origin that the page connects to, where it is not a MessagePort. */
  socketOf(request: Request): string | undefined;
}

const everywhere: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()',
};
const nonceMark = '__CSP_NONCE__';
const forever = 'public, max-age=31536000, immutable';
const downloadRequest = z.object({ name: z.string().min(1).max(1_000) });

/** Answers what a page asks of the host that serves it: itself, its files, and files on their way in and out. */
export function windowApp({ assets, transfers, errors, sessionOf, socketOf }: WindowAppParts): Hono {
  const app = new Hono();

  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(everywhere)) context.res.headers.set(name, value);
    if (!context.res.headers.has('cache-control')) context.res.headers.set('cache-control', 'no-store');
  });
  app.onError((error) => {
    const told = toHoldfastError(error, 'window', errors);
    return refusal(told);
  });
  app.notFound(() =>
    refusal(new HoldfastError('NOT_FOUND', 'There is nothing here.', { kind: 'path', id: '' })),
  );

  const signedIn = async (request: Request): Promise<WindowSession> => {
    const session = sessionOf(request);
    if (session !== null && (await session.isSignedIn())) return session;
    throw new HoldfastError('UNAUTHENTICATED', 'Nobody has signed in here. Sign in first.');
  };

  app.get('/session', (context) =>
    sessionOf(context.req.raw) === null
      ? refusal(new HoldfastError('UNAUTHENTICATED', 'This browser was not let in yet.'))
      : context.body(null, 204),
  );

  app.post('/transfers/uploads', async ({ req, json }) => {
    const session = await signedIn(req.raw);
    const { id, file } = await transfers.receive(session, nameIn(req.header('x-file-name')), bodyOf(req.raw));
    return json({ id, file });
  });
  app.delete('/transfers/uploads/:id', async ({ req, body }) => {
    await transfers.discard(await signedIn(req.raw), req.param('id'));
    return body(null, 204);
  });
  app.post('/transfers/downloads', async ({ req, json }) => {
    const session = await signedIn(req.raw);
    const { id, file } = transfers.reserve(session, (await jsonOf(req.raw, downloadRequest)).name);
    return json({ id, file });
  });
  app.get('/transfers/downloads/:id', async ({ req }) => {
    const session = await signedIn(req.raw);
    const { id, file, name, size } = transfers.find(session, req.param('id'));
    const stream = createReadStream(file);
    stream.once('close', () => void transfers.discard(session, id));
    return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, {
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'content-disposition': contentDisposition(name),
      },
    });
  });

  app.get('*', async (context, next) => {
    const { path, header } = { path: context.req.path, header: (name: string) => context.req.header(name) };
    const asset = assets.files.get(path);
    if (asset !== undefined) {
      const small = asset.brotli !== undefined && /\bbr\b/.test(header('accept-encoding') ?? '');
      return new Response(small ? asset.brotli : asset.bytes, {
        headers: {
          'content-type': asset.type,
          'cache-control': forever,
          vary: 'accept-encoding',
          ...(small ? { 'content-encoding': 'br' } : {}),
        },
      });
    }
    // a path of the page's own has no file ending
    if (/\.[^/]*$/.test(path) || !(header('accept') ?? '').includes('text/html')) return await next();
    const nonce = newNonce();
    return new Response(assets.page.replaceAll(nonceMark, nonce), {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': contentSecurityPolicy(nonce, socketOf(context.req.raw)),
      },
    });
  });
  return app;
}

function nameIn(header: string | undefined): string {
  try {
    return decodeURIComponent(header ?? 'file');
  } catch {
    throw new HoldfastError('VALIDATION', 'The name of the file is not percent-encoded UTF-8.', {
      issues: [{ path: 'x-file-name', message: 'percent-encoded UTF-8' }],
    });
  }
}
