import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const page = `<!doctype html><html lang="en"><head><meta name="csp-nonce" content="__CSP_NONCE__"><meta name="notifications" content="__NOTIFICATIONS__"><title>Stub</title><link rel="icon" href="/icon.svg">
<script type="module" src="/assets/index-Ab12cd34.js"></script></head><body><p id="told">nothing yet</p></body></html>`;

/** A folder like the one that the renderer's build leaves, with a script that the test hands in. */
export function builtRenderer(folder: string, script = 'export {};'): string {
  const files = {
    'index.html': page,
    'assets/index-Ab12cd34.js': `${script}\n${'// long enough to be worth compressing\n'.repeat(50)}`,
    'assets/index-Ab12cd34.css': 'body { color: rebeccapurple }',
    'assets/index-Ab12cd34.js.map': '{}',
    'assets/tiny-Ab12cd34.js': '1',
    'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
