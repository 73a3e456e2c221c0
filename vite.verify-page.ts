import type { Plugin } from 'vite';
import { verifyPage } from './main/audit/bundle/verifier-files.ts';

const name = 'virtual:verify-page';

/** Lets the renderer hand out the page that checks an exported log: it is saved as text, never shown. */
export const verifyPageText: Plugin = {
  name: 'verify-page',
  resolveId: (id) => (id === name ? `\0${name}` : undefined),
  load: (id) =>
    id === `\0${name}`
      ? `export const verifyPage = ${JSON.stringify(verifyPage().toString('utf8'))};`
      : undefined,
};
