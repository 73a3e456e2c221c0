import { randomBytes } from 'node:crypto';

/** A value that is used once, for the style elements of one page (CSP Level 3, 2.3.1). */
export function newNonce(): string {
  return randomBytes(16).toString('base64');
}

/**
 * What the page may load and do (CSP Level 3): its own files, nothing inline but styles with the nonce, no frame around it, no
 * address but its host's. `socket` is the host's own WebSocket origin, which 'self' does not cover in every browser.
 */
export function contentSecurityPolicy(nonce: string, socket: string | undefined): string {
  const directives: Readonly<Record<string, string>> = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': `'self' 'nonce-${nonce}'`,
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    'connect-src': socket === undefined ? "'self'" : `'self' ${socket}`,
    // sheets for printing are frames that the page makes and fills
    'frame-src': "'self'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
    'require-trusted-types-for': "'script'",
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}
