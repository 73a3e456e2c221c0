import type { Hono } from 'hono';
import { z } from 'zod';
import { HoldfastError } from '../../../shared/errors.ts';
import { jsonOf } from '../window/request-body.ts';
import { refusal } from '../window/responses.ts';
import type { OneTimeLinks } from './one-time-links.ts';

const request = z.object({ link: z.string().max(200) });

/** Where a page hands in the secret of its one-time link, and gets the cookie that it is known by. */
export function addEntrance(app: Hono, links: OneTimeLinks, admit: () => string): void {
  app.post('/enter', async (context) => {
    const { link } = await jsonOf(context.req.raw, request);
    if (!links.use(link)) {
      return refusal(
        new HoldfastError(
          'UNAUTHENTICATED',
          'This link was used already, or is too old. Ask for a new one.',
          {
            reason: 'link-used-or-expired',
          },
        ),
      );
    }
    context.header('set-cookie', admit());
    return context.body(null, 204);
  });
}
