import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// for the worker threads and processes that tests start
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/holdfast', import.meta.url));

export default defineConfig({
  // outside of Electron its package tries to fetch the program
  resolve: { alias: { electron: fileURLToPath(new URL('test/doubles/electron.ts', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/system/warm-compile-cache.ts',
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
