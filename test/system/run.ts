// npm test: installs what the tests need of the system, runs them where a keychain is, and closes with one
// plain line. Arguments go to vitest: npm test -- test/unit/secrets
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ensurePackages } from './packages.ts';
import { runWithKeychain } from './with-keychain.ts';

const vitestReport = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({ name: z.string(), status: z.string(), assertionResults: z.array(z.unknown()) }),
  ),
});

interface Result {
  passed: number;
  failed: number;
  skipped: number;
  trouble?: string;
}

function readReport(file: string): Result {
  if (!existsSync(file))
    return { passed: 0, failed: 0, skipped: 0, trouble: 'vitest ended without a report' };
  const report = vitestReport.parse(JSON.parse(readFileSync(file, 'utf8')));
  const unread = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const result: Result = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unread,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  if (unread > 0) result.trouble = `${unread} test files could not be run at all`;
  else if (result.passed + result.failed === 0) result.trouble = 'no test was run';
  else if (!report.success && result.failed === 0)
    result.trouble = 'vitest reports a failure outside the tests';
  return result;
}

function runTests(args: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'));
  const file = join(folder, 'report.json');
  try {
    const status = runWithKeychain([
      process.execPath,
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...args,
    ]);
    const { passed, failed, skipped, trouble } = readReport(file);
    const reason =
      trouble ?? (status !== 0 && failed === 0 ? `vitest ended with status ${status}` : undefined);
    if (reason) console.error(reason);
    // A run that went wrong outside its tests counts as one failure, so that the line never reads as good.
    const failures = Math.max(failed, reason ? 1 : 0);
    console.log(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    return failures === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Browsers are shown what was built from the sources as they are now. */
function buildRenderer(): boolean {
  const built = spawnSync('npm', ['run', '--silent', 'build:renderer'], { stdio: 'inherit' });
  if (built.status !== 0) console.error('the renderer could not be built');
  return built.status === 0;
}

process.exitCode = ensurePackages() && buildRenderer() ? runTests(process.argv.slice(2)) : 1;
