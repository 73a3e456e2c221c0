import { Failure, toFailure } from '../rpc/failure.ts';

const linkPath = '/enter';

/**
 * In a browser the host lets in whoever brings its one-time link, and knows them by a cookie afterwards; the link's secret
 * is in the fragment, which no server and no log sees. Errors: UNAUTHENTICATED (used, too old, or no link at all).
 */
export async function enter(): Promise<void> {
  if (window.location.protocol === 'app:') return;
  const link = window.location.pathname === linkPath ? window.location.hash.slice(1) : '';
  if (link !== '') {
    window.history.replaceState(null, '', '/');
    const answer = await fetch(linkPath, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ link }),
    });
    if (answer.ok) return;
    // a page opened twice may have its cookie already
  }
  const { status } = await fetch('/session');
  if (status === 401) throw new Failure('UNAUTHENTICATED', { reason: 'link-used-or-expired' });
  if (status !== 204) throw toFailure(undefined);
}
