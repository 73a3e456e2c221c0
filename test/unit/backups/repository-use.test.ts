import { expect, test } from 'vitest';
import { RepositoryUse } from '../../../main/backups/repository-use.ts';

const id = 'installation';

/** Work that ends when it is told to, or when its signal is aborted. */
function heldOpen() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const work = (signal?: AbortSignal) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
    return promise;
  };
  return { work, end: () => resolve('done') };
}

test('many read at a time, and nothing is removed under them', async () => {
  const use = new RepositoryUse();
  const [one, other] = [heldOpen(), heldOpen()];
  const reading = [use.reading(id, one.work), use.reading(id, other.work)];
  one.end();
  await reading[0];
  await expect(use.removing(id, async () => 'removed')).rejects.toMatchObject({ code: 'LOCKED' });
  other.end();
  await reading[1];
  expect(await use.removing(id, async () => 'removed')).toBe('removed');
});

test('a reader stops a removal, and reads once that has ended', async () => {
  const use = new RepositoryUse();
  const steps: string[] = [];
  const removal = heldOpen();
  const removing = use.removing(id, async (signal) => {
    try {
      return await removal.work(signal);
    } finally {
      await Promise.resolve();
      steps.push('the removal has ended');
    }
  });
  const reading = use.reading(id, async () => {
    steps.push('read');
    return 'read';
  });
  await expect(removing).rejects.toMatchObject({ code: 'LOCKED' });
  expect(await reading).toBe('read');
  expect(steps).toEqual(['the removal has ended', 'read']);
  expect(await use.removing(id, async () => 'removed')).toBe('removed');
});

test('one removes at a time, and a failure is over when it is told', async () => {
  const use = new RepositoryUse();
  const removal = heldOpen();
  const removing = use.removing(id, removal.work);
  await expect(use.removing(id, async () => 'removed')).rejects.toMatchObject({ code: 'LOCKED' });
  removal.end();
  await removing;
  await expect(use.removing(id, () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
  await expect(use.reading(id, () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
  expect(await use.removing(id, async () => 'removed')).toBe('removed');
});

test('repositories know nothing of each other', async () => {
  const use = new RepositoryUse();
  const held = heldOpen();
  const reading = use.reading(id, held.work);
  const other = '01900000-0000-7000-8000-00000000dead' as Parameters<RepositoryUse['removing']>[0];
  expect(await use.removing(other, async () => 'removed')).toBe('removed');
  held.end();
  await reading;
});
