import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readAssets } from '../../../../main/hosts/window/assets.ts';
import { builtRenderer } from '../../../doubles/built-renderer.ts';
import { temporaryFolder } from '../../../doubles/temporary-folder.ts';

test('a build is read whole, with its types, and nothing that no page asks for', () => {
  const { page, files } = readAssets(builtRenderer(temporaryFolder()));
  expect(page).toContain('__CSP_NONCE__');
  const told = [...files].map(([path, { type, hashed }]) => [path, type, hashed]);
  expect(told.sort()).toEqual([
    ['/assets/index-Ab12cd34.css', 'text/css; charset=utf-8', true],
    ['/assets/index-Ab12cd34.js', 'text/javascript; charset=utf-8', true],
    ['/assets/tiny-Ab12cd34.js', 'text/javascript; charset=utf-8', true],
    ['/icon.svg', 'image/svg+xml', false],
  ]);
});

test('smaller forms hold the same bytes, and are made only where they are smaller', () => {
  const { files } = readAssets(builtRenderer(temporaryFolder()));
  const script = files.get('/assets/index-Ab12cd34.js');
  const undone = script?.variants.map(({ encoding, bytes }) => ({
    encoding,
    same: Buffer.from(script.bytes).equals(
      encoding === 'br' ? brotliDecompressSync(bytes) : gunzipSync(bytes),
    ),
  }));
  expect(undone).toEqual([
    { encoding: 'br', same: true },
    { encoding: 'gzip', same: true },
  ]);
  expect(files.get('/assets/tiny-Ab12cd34.js')?.variants).toEqual([]);
});

test('a renderer that was not built is said with the command that builds it', () => {
  const folder = builtRenderer(temporaryFolder());
  const notBuilt = expect.objectContaining({
    code: 'NOT_FOUND',
    message: expect.stringContaining('npm run build:renderer'),
  });
  expect(() => readAssets(join(folder, 'nowhere'))).toThrow(notBuilt);
  rmSync(join(folder, 'index.html'));
  expect(() => readAssets(folder)).toThrow(notBuilt);
});
