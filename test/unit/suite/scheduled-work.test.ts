import { afterEach, beforeEach, expect, test } from 'vitest';
import { ScheduledWork } from '../../../main/suite/scheduled-work.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

let stand: AuditStand;
let reported: unknown[];
let begun: number;
beforeEach(async () => {
  stand = await auditStand();
  reported = [];
  begun = 0;
});
afterEach(() => stand.close());

/** The rotation of the key that signs the log, as the suite has it done. */
const rotation = (isDue = () => stand.audit.isRotationDue, refuse = false) =>
  new ScheduledWork({
    cron: '17 * * * *',
    isDue,
    begin: () => {
      begun += 1;
      return stand.run('audit.key.rotate', { critical: true });
    },
    work: async (run) => {
      if (refuse) throw new Error('the keychain is locked');
      await stand.audit.rotateSigningKey(run);
      await run.succeeded();
    },
    report: (error) => void reported.push(error),
  });
const generation = () => stand.keys.signing.at(-1)?.generation;

test('what is not due is left; what is due is done once, whoever asks meanwhile', async () => {
  const work = rotation();
  await work.doIfDue();
  expect([begun, generation()]).toEqual([0, 1]);
  stand.clock.advance(90 * 86_400_000);
  await Promise.all([work.doIfDue(), work.doIfDue()]);
  expect([begun, generation()]).toEqual([1, 2]);
  expect(reported).toEqual([]);
});

test('what fails is told, and tried again the next time', async () => {
  stand.clock.advance(90 * 86_400_000);
  await rotation(undefined, true).doIfDue();
  await rotation(() => {
    throw new Error('nobody can tell');
  }).doIfDue();
  expect(reported).toEqual([new Error('the keychain is locked'), new Error('nobody can tell')]);
  expect(generation()).toBe(1);
  await rotation().doIfDue();
  expect(generation()).toBe(2);
});
