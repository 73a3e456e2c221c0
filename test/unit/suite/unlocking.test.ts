import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AdvancedAuth } from '../../../main/auth/advanced-auth.ts';
import type { Unlocking } from '../../../main/auth/needs.ts';
import { PassphraseSeal } from '../../../main/secrets/passphrase-seal.ts';
import { unlocking } from '../../../main/suite/unlocking.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuthStand, authStand, passphrase } from '../../doubles/auth.ts';
import { temporaryFolder } from '../../doubles/temporary-folder.ts';

const next = 'another four words here';
const masterKey = randomBytes(32);
const cheap = { N: 1 << 10, r: 8, p: 1 };
let folder: string;
let stand: AuthStand;
let real: Unlocking;
let ada: Uuid;
let bob: Uuid;

/** Over unlock.json of a folder, with the slots made at little cost. */
function unlockingOf(place: string): Unlocking {
  const keyring = {
    sealInto: async (_seal: PassphraseSeal, ...slot: [Parameters<PassphraseSeal['add']>[0], string]) => {
      await (await fileOf(place)).add(...slot, masterKey);
    },
  };
  const installation = { secrets: 'passphrase' };
  return unlocking({ layout: { folder: place }, installation, keyring, clock: stand.clock } as never);
}

async function fileOf(place: string): Promise<PassphraseSeal> {
  const found = await PassphraseSeal.read(place, cheap);
  if (found === null) throw new Error('unlock.json is missing');
  return found;
}

beforeEach(async () => {
  stand = await authStand();
  folder = temporaryFolder();
  ada = stand.ids.uuid();
  const slot = { id: ada, kind: 'operator' as const, createdAt: 1 };
  await PassphraseSeal.create(folder, stand.ids.uuid(), cheap).add(slot, passphrase, masterKey);
  real = unlockingOf(folder);
  const auth = new AdvancedAuth({ ...stand.options, unlocking: real });
  await auth.setUpOwner('Ada', passphrase, stand.operation('operator.create'), ada);
  const wanted = { name: 'Bob', role: 'auditor', passphrase } as const;
  bob = (await auth.createOperator(wanted, stand.operation('operator.create'))).id;
});
afterEach(() => stand.close());

type Point = `${'before' | 'after'} ${'allow' | 'revoke' | 'settle'}`;

/** Ends at a point, as a kill does: nothing comes after it, neither the rest of the work nor what would tidy up. */
async function killed(at: Point, work: (auth: AdvancedAuth) => Promise<unknown>): Promise<void> {
  const never = new Promise<never>(() => undefined);
  let reached: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const step = <Args extends unknown[]>(name: string, call: (...args: Args) => Promise<void>) => {
    return async (...args: Args) => {
      if (at === `before ${name}`) {
        reached();
        await never;
      }
      await call(...args);
      if (at !== `after ${name}`) return;
      reached();
      await never;
    };
  };
  const stops: Unlocking = {
    allow: step('allow', real.allow),
    revoke: step('revoke', real.revoke),
    settle: step('settle', real.settle),
    openers: real.openers,
    holders: real.holders,
  };
  const auth = new AdvancedAuth({ ...stand.options, unlocking: stops });
  void work(auth);
  await end;
}

/** What somebody can do who knows a passphrase: open the installation, and sign in. */
async function can(auth: AdvancedAuth, name: string, id: Uuid, words: string) {
  const opens = (await fileOf(folder)).open(words, id).then(
    () => true,
    () => false,
  );
  const signsIn = auth.signIn({ name, passphrase: words }, stand.operation('auth.sign-in')).then(
    () => true,
    () => false,
  );
  return [await opens, await signsIn];
}

/** The next start. */
async function restarted(): Promise<AdvancedAuth> {
  const auth = new AdvancedAuth({ ...stand.options, unlocking: real });
  await auth.start();
  return auth;
}

const nothing = [false, false];
const everything = [true, true];

test.each(['before allow', 'after allow', 'before settle', 'after settle'] as const)(
  'a change of the own passphrase that is killed %s locks nobody out: one of the two does everything, the other nothing',
  async (point) => {
    const operation = stand.operation('operator.passphrase.reset');
    await killed(point, (auth) => auth.resetPassphrase({ operatorId: ada, passphrase: next }, operation));
    const isNew = point.endsWith('settle');
    // as it lies there, before anybody has put it in order
    const asLeft = new AdvancedAuth({ ...stand.options, unlocking: real });
    expect(await can(asLeft, 'ada', ada, isNew ? next : passphrase)).toEqual(everything);
    const auth = await restarted();
    expect(await can(auth, 'ada', ada, isNew ? next : passphrase)).toEqual(everything);
    stand.clock.advance(3_600_000);
    expect(await can(auth, 'ada', ada, isNew ? passphrase : next)).toEqual(nothing);
    await auth.stop();
  },
);

test('who was being disabled, or enabled, when it was killed can do everything after the next start, or nothing', async () => {
  const call = { operatorId: bob, passphrase: next };
  await killed('before revoke', (auth) =>
    auth.disableOperator({ operatorId: bob }, stand.operation('operator.disable')),
  );
  expect(await can(await restarted(), 'bob', bob, passphrase)).toEqual(nothing);
  await killed('after allow', (auth) => auth.enableOperator(call, stand.operation('operator.enable')));
  expect(await can(await restarted(), 'bob', bob, next)).toEqual(nothing);
  await killed('before settle', (auth) => auth.enableOperator(call, stand.operation('operator.enable')));
  stand.clock.advance(3_600_000);
  expect(await can(await restarted(), 'bob', bob, next)).toEqual(everything);
});

test('what a row says that was changed from outside ends nobody’s passphrase', async () => {
  await stand.store.write((transaction) => {
    transaction.sql(`UPDATE operator SET state = 'disabled' WHERE id = ?`).run(ada);
  });
  await restarted();
  expect((await fileOf(folder)).slots.map(({ id }) => id)).toEqual([ada, bob]);
});

test('where an unlock file opens the installation nobody needs a passphrase, whoever is asked', async () => {
  const auth = await restarted();
  await real.revoke(bob);
  const opens = async () => (await auth.listOperators({ limit: 10 })).items.map((operator) => operator.opens);
  expect(await opens()).toEqual([true, false]);
  expect(await auth.needPassphrase()).toEqual([bob]);
  const slot = { id: 'cellar', kind: 'unlock-file' as const, createdAt: 2 };
  await (await fileOf(folder)).add(slot, 'what the file says', masterKey);
  expect(await real.openers()).toBeNull();
  expect(await opens()).toEqual([null, null]);
  expect(await auth.needPassphrase()).toEqual([]);
});

test('changes of the file that are asked for at once are all kept', async () => {
  const ids = Array.from({ length: 4 }, () => stand.ids.uuid());
  await Promise.all([...ids.map((id) => real.allow(id, next, 2)), real.revoke(bob)]);
  expect((await fileOf(folder)).slots.map(({ id }) => id).sort()).toEqual([ada, ...ids].sort());
});
