import { fileURLToPath } from 'node:url';

/** Where the built renderer lies: beside the compiled program, or in `dist` of a checkout. */
export function rendererFolder(): string {
  const compiled = import.meta.url.endsWith('.js');
  return fileURLToPath(new URL(compiled ? '../../../renderer' : '../../../dist/renderer', import.meta.url));
}
