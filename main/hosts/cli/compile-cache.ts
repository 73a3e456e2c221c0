import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * In a checkout, keeps compiled modules between runs, in a folder that nobody else writes; threads and processes started
 * from here use it too. Threads start in half the time, and no longer strip types side by side: the WebAssembly that
 * does so can end the whole process when threads share it (V8: "Check failed: jit_page.has_value()").
 */
export function keepCompiledModules(): void {
  const modules = new URL('../../../node_modules/', import.meta.url);
  if (process.env.NODE_COMPILE_CACHE !== undefined || !existsSync(modules)) return;
  const folder = fileURLToPath(new URL('.cache/holdfast', modules));
  if (enableCompileCache(folder).directory !== undefined) process.env.NODE_COMPILE_CACHE = folder;
}
