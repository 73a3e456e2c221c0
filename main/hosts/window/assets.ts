import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { HoldfastError } from '../../../shared/errors.ts';

export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Smaller forms, the smallest first. */
  readonly variants: readonly Variant[];
  /** Its name changes with its content, so that it can be kept for ever. */
  readonly hashed: boolean;
}

interface Variant {
  /** As in Accept-Encoding: RFC 7932, RFC 1952. Browsers take `br` over plain HTTP only where they know the host for their own. */
  readonly encoding: 'br' | 'gzip';
  readonly bytes: Uint8Array<ArrayBuffer>;
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
/** Where the build puts what it names by its content. */
const hashedFolder = `assets${sep}`;
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
      variants: compressible.has(extname(name)) ? variantsOf(bytes) : [],
      hashed: name.startsWith(hashedFolder),
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

/** At levels that cost a few milliseconds for each file: it happens at each start. */
function variantsOf(bytes: Uint8Array): Variant[] {
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
  const variants: Variant[] = [
    { encoding: 'br', bytes: Uint8Array.from(brotli) },
    { encoding: 'gzip', bytes: Uint8Array.from(gzipSync(bytes)) },
  ];
  return variants.filter((variant) => variant.bytes.length < bytes.length);
}

function notBuilt(): HoldfastError {
  return new HoldfastError(
    'NOT_FOUND',
    'The console was not built. Run `npm run build:renderer` in the checkout first.',
    { kind: 'renderer', id: pageName },
  );
}
