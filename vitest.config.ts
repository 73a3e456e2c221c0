import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// for the worker threads and processes that tests start
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/holdfast', import.meta.url));

/** Where tests take long, longest first; what is short comes last and fills the gaps. */
const long = [
  'screens.test.ts',
  'test/e2e/',
  'test/faults/',
  'test/interop/',
  'test/contract/',
  'test/unit/backups/',
  'test/unit/suite/',
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = long.findIndex((part) => moduleId.includes(part));
      return at === -1 ? long.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  // outside of Electron its package tries to fetch the program
  resolve: { alias: { electron: fileURLToPath(new URL('test/doubles/electron.ts', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/system/warm-compile-cache.ts',
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 3, // much of what they do is waiting: for disks, processes and seconds to pass
    sequence: { sequencer: LongFirst },
  },
});
