import { expect, test } from 'vitest';
import { healthOf } from '../../../main/suite/health.ts';
import { HoldfastError } from '../../../shared/errors.ts';

test('what is told of a manager that is down is for people; anything else goes to the log of the process', async () => {
  const reported: unknown[] = [];
  const report = (error: unknown) => reported.push(error);
  const known = new HoldfastError('LOCKED', 'Somebody else has it. Wait.');
  expect(await healthOf(() => Promise.reject(known), report)).toEqual({
    state: 'down',
    problem: 'Somebody else has it. Wait.',
  });
  expect(reported).toEqual([]);
  const raw = new TypeError("SELECT secret FROM operator WHERE name = 'Ada'");
  const told = await healthOf(() => {
    throw raw;
  }, report);
  expect(told).toEqual({ state: 'down', problem: expect.not.stringContaining('SELECT') });
  expect(reported).toEqual([raw]);
  const ready = { state: 'ready', problem: null } as const;
  expect(await healthOf(() => ready, report)).toBe(ready);
});
