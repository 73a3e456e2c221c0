import { afterEach, expect, test, vi } from 'vitest';
import { processLog } from '../../../main/suite/log.ts';
import { HoldfastError } from '../../../shared/errors.ts';

afterEach(() => vi.restoreAllMocks());

function told(error: unknown): Record<string, unknown> {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  processLog.report(error, 'backups');
  return JSON.parse(lines.join(''));
}

test('an error of ours is one line of its words', () => {
  const line = told(new HoldfastError('UNAVAILABLE', 'The disk is away. Connect it.'));
  expect(line).toEqual({
    time: expect.any(String),
    level: 'error',
    correlationId: 'backups',
    name: 'HoldfastError',
    message: 'The disk is away. Connect it.',
  });
});

test('what nobody expected has its stack', () => {
  expect(told(new TypeError('undefined is not iterable')).stack).toContain('log.test.ts');
  expect(told(new HoldfastError('INTERNAL', 'The work failed.')).stack).toContain('log.test.ts');
  expect(told('a text')).toMatchObject({ name: 'Error', message: 'a text' });
});
