import { Readable } from 'node:stream';
import type { Hono } from 'hono';
import { z } from 'zod';
import { HoldfastError } from '../../../shared/errors.ts';
import { bodyOf, jsonOf } from './request-body.ts';
import { contentDisposition } from './responses.ts';
import type { Transfers } from './transfers.ts';
import type { WindowSession } from './window-session.ts';

const downloadRequest = z.object({ name: z.string().min(1).max(1_000) });

/** Where a page hands files in and takes them out; `signedIn` answers its window, or throws UNAUTHENTICATED. */
export function addTransfers(
  app: Hono,
  transfers: Transfers,
  signedIn: (request: Request) => Promise<WindowSession>,
): void {
  app.post('/transfers/uploads', async ({ req, json }) => {
    const window = await signedIn(req.raw);
    const { id, file } = await transfers.receive(window, nameIn(req.header('x-file-name')), bodyOf(req.raw));
    return json({ id, file });
  });

  app.delete('/transfers/uploads/:id', async ({ req, body }) => {
    await transfers.discard(await signedIn(req.raw), req.param('id'));
    return body(null, 204);
  });

  app.post('/transfers/downloads', async ({ req, json }) => {
    const window = await signedIn(req.raw);
    const { name } = await jsonOf(req.raw, downloadRequest);
    const { id, file } = await transfers.reserve(window, name);
    return json({ id, file });
  });

  app.get('/transfers/downloads/:id', async ({ req, body }) => {
    const window = await signedIn(req.raw);
    const id = req.param('id');
    const { name, size, file } = await transfers.open(window, id);
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': String(size),
      'content-disposition': contentDisposition(name),
    };
    if (req.raw.method === 'HEAD') {
      await file.close();
      return body(null, { headers });
    }
    const stream = file.createReadStream();
    stream.once('close', () => void transfers.discard(window, id));
    return body(Readable.toWeb(stream), { headers });
  });
}

function nameIn(header: string | undefined): string {
  try {
    return decodeURIComponent(header ?? 'file');
  } catch (cause) {
    const issues = [{ path: 'x-file-name', message: 'percent-encoded UTF-8' }];
    const message = 'The name of the file is not percent-encoded UTF-8.';
    throw new HoldfastError('VALIDATION', message, { issues }, { cause });
  }
}
