import type { IpcMainEvent, WebContents } from 'electron';
/** The scheme and the one host under which the window's page lives. */
export const scheme = 'app';
const host = 'holdfast';

/** Of the page, as Chromium serialises it (RFC 6454, section 6.1). */
export const ownOrigin = `${scheme}://${host}`;

/** The address if it is one of ours, and nothing else that is spelt like one. */
export function ownAddress(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const ours =
    url !== undefined &&
    url.protocol === `${scheme}:` &&
    url.host === host &&
    url.username === '' &&
    url.password === '';
  return ours ? url : undefined;
}

/** The page itself: no frame within it, no other page in its place. */
export function isOurPage({ sender, senderFrame }: IpcMainEvent, contents: WebContents): boolean {
  return (
    sender === contents &&
    senderFrame !== null &&
    senderFrame.parent === null &&
    senderFrame.origin === ownOrigin
  );
}
