import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { HoldfastError } from '../../../shared/errors.ts';

export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** RFC 7932; absent where it would not be smaller. */
  readonly brotli: Uint8Array<ArrayBuffer> | undefined;
}

/** The built renderer: what a path means is looked up here, and nothing is ever read by a path that somebody asked for. */
export interface Assets {
  /** The page itself, with the placeholder of its nonce. */
  readonly page: string;
  /** By path, such as `/assets/index-Ab12.js`. */
  readonly files: ReadonlyMap<string, Asset>;
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
const pageName = 'index.html';
const compressible = new Set(['.js', '.css', '.svg']);

/** Reads the built renderer into memory. Errors: NOT_FOUND (it was not built), IO. */
export function readAssets(folder: string): Assets {
  const names = listed(folder);
  const files = new Map<string, Asset>();
  for (const name of names) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const bytes = Uint8Array.from(readFileSync(join(folder, name)));
    files.set(`/${name.split(sep).join('/')}`, {
      type,
      bytes,
      brotli: compressible.has(extname(name)) ? compressed(bytes) : undefined,
    });
  }
  if (!names.includes(pageName)) throw notBuilt();
  return { page: readFileSync(join(folder, pageName), 'utf8'), files };
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw notBuilt();
    throw error;
  }
}

/** At a level that costs a few milliseconds for each file: it happens at each start. */
function compressed(bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const smaller = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
  return smaller.length < bytes.length ? Uint8Array.from(smaller) : undefined;
}

function notBuilt(): HoldfastError {
  return new HoldfastError(
    'NOT_FOUND',
    'The console was not built. Run `npm run build:renderer` in the checkout first.',
    { kind: 'renderer', id: pageName },
  );
}
