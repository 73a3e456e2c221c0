import { statSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Checkpointer, createCheckpointer } from '../../../main/storage/checkpointer.ts';
import type { OpenStore } from '../../../main/storage/open-store.ts';
import { makePlace, type Place } from '../../doubles/store-place.ts';

let place: Place;
let store: OpenStore;
let checkpointer: Checkpointer;

beforeEach(() => {
  place = makePlace();
  checkpointer = createCheckpointer();
});

afterEach(async () => {
  await store.close();
  await checkpointer.close();
  place.remove();
});

async function fill(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await store.write((transaction) =>
      transaction.sql(`INSERT INTO notes (text) VALUES (hex(randomblob(20000)))`).run(),
    );
  }
}

const walBytes = () => statSync(`${place.file}-wal`, { throwIfNoEntry: false })?.size ?? 0;

test('the log does not grow without end', async () => {
  store = await place.open({ checkpointer, checkpointBytes: 400_000 });
  await store.checkpoint();
  // a writer who waits for the copying thread, however busy the machine is
  for (let written = 10; written <= 200; written += 10) {
    await fill(10);
    await vi.waitFor(() => expect(written * 40_000 - statSync(place.file).size).toBeLessThan(2_000_000), {
      timeout: 20_000,
    });
  }
  expect(walBytes()).toBeLessThan(4_000_000);
  expect(statSync(place.file).size).toBeGreaterThan(4_000_000);
});

test('a checkpoint asked for and those that start by themselves do not wait for each other', async () => {
  store = await place.open({ checkpointer, checkpointBytes: 20_000 });
  await store.checkpoint();
  for (let round = 0; round < 10; round += 1) await Promise.all([fill(9), store.checkpoint(), fill(9)]);
  expect((await store.checkpoint()).complete).toBe(true);
});

test('the log is left alone while it may not be copied', async () => {
  let asked = 0;
  const mayCheckpoint = () => {
    asked += 1;
    return false;
  };
  store = await place.open({ checkpointer, checkpointBytes: 400_000, mayCheckpoint });
  await fill(50);
  expect(walBytes()).toBeGreaterThan(2_000_000);
  expect(asked).toBeGreaterThan(0);
});

test('a checkpoint asked for empties the log, and a failure is told', async () => {
  const failures: unknown[] = [];
  store = await place.open({
    checkpointer,
    checkpointBytes: 1,
    onCheckpointFailure: (error) => failures.push(error),
  });
  await fill(3);
  expect(await store.checkpoint()).toEqual({ complete: true });
  expect(walBytes()).toBe(0);
  await checkpointer.close();
  await fill(20);
  expect(failures.length).toBeGreaterThan(0);
  expect(failures[0]).toMatchObject({ code: 'UNAVAILABLE' });
});
