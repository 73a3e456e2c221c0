import type { App, Session, WebContents } from 'electron';
import { ownAddress } from './own-address.ts';

/** Where downloads come from that the page itself asked for. */
const downloads = '/transfers/downloads/';

/** Whatever is shown in this process stays at our addresses, opens no window and trusts no certificate by hand. */
export function restrictApp(app: App): void {
  app.on('web-contents-created', (_event, contents) => restrictContents(contents));
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, callback) => {
    event.preventDefault();
    callback(false);
  });
}

function restrictContents(contents: WebContents): void {
  const stay = (details: { readonly url: string; preventDefault(): void }) => {
    if (ownAddress(details.url) === undefined) details.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** The page may write text to the clipboard and save what it asked us for; every other permission is refused. */
export function restrictSession(session: Session): void {
  const may = (permission: string, asking: string | undefined) =>
    permission === 'clipboard-sanitized-write' && ownAddress(asking ?? '') !== undefined;
  session.setPermissionRequestHandler((_contents, permission, callback, { requestingUrl, isMainFrame }) =>
    callback(isMainFrame && may(permission, requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin, { isMainFrame }) => isMainFrame && may(permission, origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    if (!isAskedFor(item.getURL())) event.preventDefault();
  });
}

/** A file that the host holds for the page, or one that the page made itself (File API, 8.1: `blob:` and its origin). */
function isAskedFor(address: string): boolean {
  if (address.startsWith('blob:')) return ownAddress(address.slice('blob:'.length)) !== undefined;
  return ownAddress(address)?.pathname.startsWith(downloads) ?? false;
}
