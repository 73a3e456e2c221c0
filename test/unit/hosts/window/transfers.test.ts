import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Transfers } from '../../../../main/hosts/window/transfers.ts';
import { WindowSession } from '../../../../main/hosts/window/window-session.ts';
import { ErrorList } from '../../../doubles/error-list.ts';
import { temporaryFolder } from '../../../doubles/temporary-folder.ts';
import { WindowRouter } from '../../../doubles/window-router.ts';

const newWindow = () => new WindowSession(new WindowRouter().router, new ErrorList());

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

let place: string;
let transfers: Transfers;
let window: WindowSession;
beforeEach(() => {
  place = temporaryFolder();
  transfers = new Transfers(place);
  window = newWindow();
});
afterEach(() => transfers.close());

const left = () => readdirSync(place, { recursive: true, encoding: 'utf8' });

test('what is sent lies whole in a private place, under no name that was sent', async () => {
  const { file, name } = await transfers.receive(window, '../../people.jsonl', pieces('{"a":1}\n', '{}\n'));
  expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n{}\n');
  expect(name).toBe('people.jsonl');
  expect(file.startsWith(`${place}/`)).toBe(true);
  expect(file).not.toContain('people');
  const folders = [dirname(file), dirname(dirname(file))];
  expect([file, ...folders].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o700, 0o700]);
});

test('a body that breaks off leaves nothing, and is not taken for a shorter one', async () => {
  async function* broken() {
    yield Buffer.from('half');
    throw new Error('the connection is gone');
  }
  const before = left();
  await expect(transfers.receive(window, 'x', broken())).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(left()).toEqual(before);
});

test('what an operation writes is found once it is whole, by its own window only', async () => {
  const { id, file } = await transfers.reserve(window, 'export.jsonl');
  const missing = expect.objectContaining({ code: 'NOT_FOUND', data: { kind: 'transfer', id } });
  await expect(transfers.open(window, id)).rejects.toEqual(missing);
  writeFileSync(file, 'exported');
  await expect(transfers.open(newWindow(), id)).rejects.toEqual(missing);
  const opened = await transfers.open(window, id);
  expect([opened.name, opened.size, await opened.file.readFile('utf8')]).toEqual([
    'export.jsonl',
    8,
    'exported',
  ]);
  await opened.file.close();
  await transfers.discard(newWindow(), id);
  expect(existsSync(file)).toBe(true);
  await transfers.discard(window, id);
  await expect(transfers.open(window, id)).rejects.toEqual(missing);
});

test('discarding takes away what an operation was still writing beside it', async () => {
  const { id, file } = await transfers.reserve(window, 'export.jsonl');
  writeFileSync(join(dirname(file), '.holdfast-12.partial'), 'half');
  await transfers.discard(window, id);
  expect(existsSync(dirname(file))).toBe(false);
});

test('one window has 32 of them at most, another its own', async () => {
  const held = await Promise.all(Array.from({ length: 32 }, () => transfers.reserve(window, 'x')));
  await expect(transfers.reserve(window, 'x')).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'too-many-transfers' },
  });
  await transfers.reserve(newWindow(), 'x');
  await transfers.discard(window, held[0]?.id ?? '');
  await transfers.reserve(window, 'x');
});

describe('everything goes', () => {
  test('with its window, also what is still being sent', async () => {
    const kept = await transfers.receive(window, 'kept', pieces('kept'));
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    async function* slow() {
      yield Buffer.from('first');
      begun.resolve();
      await go.promise;
      yield Buffer.from('second');
    }
    const sending = transfers.receive(window, 'slow', slow());
    sending.catch(() => {});
    await begun.promise;
    await window.end();
    go.resolve();
    await expect(sending).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect.poll(left, { timeout: 20_000 }).toHaveLength(1);
    expect(existsSync(kept.file)).toBe(false);
    await expect(transfers.reserve(window, 'x')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('with its host', async () => {
    await transfers.receive(window, 'x', pieces('x'));
    transfers.close();
    expect(left()).toEqual([]);
  });

  test('after a day', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { id } = await transfers.receive(window, 'x', pieces('x'));
    vi.advanceTimersByTime(24 * 3_600_000 - 1);
    await (await transfers.open(window, id)).file.close();
    vi.advanceTimersByTime(1);
    vi.useRealTimers();
    await expect.poll(left, { timeout: 20_000 }).toHaveLength(1);
  });

  test('when the process was killed: at the next start, and nobody else’s', () => {
    const { pid } = process;
    const ended = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
    const folders = [
      `holdfast-transfers-${ended}-dead`,
      `holdfast-transfers-${pid}-live`,
      `other-${ended}-dead`,
    ];
    for (const name of folders) {
      mkdirSync(join(place, name));
      writeFileSync(join(place, name, 'content'), 'x');
    }
    const later = new Transfers(place);
    expect(folders.map((name) => existsSync(join(place, name)))).toEqual([false, true, true]);
    later.close();
  });
});

describe('a small disk', () => {
  beforeEach(() => {
    const disk = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]);
    onTestFinished(() => {
      execFileSync('umount', [disk]);
    });
    transfers.close();
    place = disk;
    transfers = new Transfers(disk);
  });
  afterEach(() => transfers.close());

  test('keeps a tenth of itself free, whatever is sent', async () => {
    const mebibyte = 'x'.repeat(2 ** 20);
    const before = left();
    const full = { code: 'STORAGE_FULL', data: { where: 'transfers' } };
    const kept = await transfers.receive(window, 'fits', pieces(...Array<string>(30).fill(mebibyte)));
    await expect(
      transfers.receive(window, 'does not', pieces(...Array<string>(40).fill(mebibyte))),
    ).rejects.toMatchObject(full);
    expect(statSync(kept.file).size).toBe(30 * 2 ** 20);
    await transfers.discard(window, kept.id);
    expect(left()).toEqual(before);
    writeFileSync(join(place, 'others'), Buffer.alloc(60 * 2 ** 20));
    await expect(transfers.reserve(window, 'x')).rejects.toMatchObject(full);
    rmSync(join(place, 'others'));
    await transfers.reserve(window, 'x');
  });

  test('that is full to the last byte refuses like one that is nearly full', async () => {
    const file = join(place, 'others');
    async function* filling() {
      yield Buffer.from('x');
      writeFileSync(file, Buffer.alloc(2 ** 16));
      execFileSync('sh', ['-c', `cat /dev/zero >> ${file} 2>/dev/null || true`]);
      yield Buffer.alloc(2 ** 20);
    }
    await expect(transfers.receive(window, 'x', filling())).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  });
});
