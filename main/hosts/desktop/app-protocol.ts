import type { Protocol } from 'electron';
import { ownAddress, scheme } from './own-address.ts';

/** Makes the page's scheme one with an origin, like https. Only before the application is ready. */
export function registerScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme,
      privileges: {
        standard: true,
        secure: true,
        supportFetchAPI: true,
        bypassCSP: false,
        allowServiceWorkers: false,
        corsEnabled: false,
      },
    },
  ]);
}

/** Answers the page's requests with `answer`; what is asked of another host is not there. */
export function serveApp(
  protocol: Protocol,
  answer: (request: Request) => Response | Promise<Response>,
): void {
  protocol.handle(scheme, async (request) => {
    if (ownAddress(request.url) === undefined) return new Response(null, { status: 404 });
    // Chromium undoes no content coding of an answer that does not come from the network
    const headers = new Headers(request.headers);
    headers.delete('accept-encoding');
    return await answer(new Request(request, { headers }));
  });
}
