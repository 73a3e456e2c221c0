import { Hono } from 'hono';
import { HoldfastError } from '../../../shared/errors.ts';
import { type ErrorLog, toHoldfastError } from '../../rpc/errors.ts';
import { answerHeaders } from './answer-headers.ts';
import type { Asset, Assets } from './assets.ts';
import { contentSecurityPolicy, newNonce } from './content-security-policy.ts';
import { refusal } from './responses.ts';
import { addTransfers } from './transfer-routes.ts';
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
  /** Whether alerts become notifications of the machine: they do, its system has none, or this host does not do that. */
  readonly notifications: 'shown' | 'unsupported' | 'none';
}

const nonceMark = '__CSP_NONCE__';
const notificationsMark = '__NOTIFICATIONS__';
const forever = 'public, max-age=31536000, immutable';

/** Answers what a page asks of the host that serves it: itself, its files, and files on their way in and out. */
export function windowApp({
  assets,
  transfers,
  errors,
  sessionOf,
  socketOf,
  notifications,
}: WindowAppParts): Hono {
  const app = new Hono();
  const page = assets.page.replaceAll(notificationsMark, notifications);

  app.use(async (context, next) => {
    await next();
    const { headers } = context.res;
    for (const [name, value] of Object.entries(answerHeaders)) {
      if (!headers.has(name)) headers.set(name, value);
    }
  });
  app.onError((error) => refusal(toHoldfastError(error, 'window', errors)));
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

  addTransfers(app, transfers, signedIn);

  app.get('*', async ({ req }, next) => {
    const asset = assets.files.get(req.path);
    if (asset !== undefined) return assetAnswer(asset, req.header('accept-encoding') ?? '');
    // a path of the page's own has no file ending
    if (/\.[^/]*$/.test(req.path) || !(req.header('accept') ?? '').includes('text/html')) return await next();
    const nonce = newNonce();
    return new Response(page.replaceAll(nonceMark, nonce), {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': contentSecurityPolicy(nonce, socketOf(req.raw)),
      },
    });
  });
  return app;
}

function assetAnswer({ type, bytes, variants, hashed }: Asset, accepted: string): Response {
  const variant = variants.find(({ encoding }) => new RegExp(`\\b${encoding}\\b`).test(accepted));
  return new Response(variant?.bytes ?? bytes, {
    headers: {
      'content-type': type,
      vary: 'accept-encoding',
      ...(hashed ? { 'cache-control': forever } : {}),
      ...(variant === undefined ? {} : { 'content-encoding': variant.encoding }),
    },
  });
}
