import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allows, roles } from '../../shared/roles.ts';
import { badInputs, oddTexts, textMembers } from './bad-input.ts';
import type { OperationCase } from './case.ts';
import { cases } from './cases.ts';
import { entriesOf, ofRefusal, ofSuccess, seen } from './entries.ts';
import { type ContractOperation, operations } from './operations.ts';
import { Stand, type Who } from './stand.ts';
import type { Transport } from './transports.ts';

const tenMegabytes = 'a'.repeat(10 * 2 ** 20);

/** What no transport has a part in is tried over the first of them, and over all with HOLDFAST_CONTRACT=all. */
const everywhere = process.env.HOLDFAST_CONTRACT === 'all';

/**
 * What every transport has to keep of the contract: one installation, every operation, one after the other. `guard`: with
 * the rules that the one guard behind all transports keeps.
 */
export function contractSuite(transport: Transport, { guard }: { readonly guard: boolean }): void {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.open(transport);
  });
  beforeEach(() => stand.keepProofs());
  afterAll(() => stand?.close());

  test('10 MB of text are refused, with a session and without', async () => {
    const signIn = await stand.call('nobody', 'auth.signIn', {
      passphrase: tenMegabytes,
    });
    const get = await stand.call('owner', 'tenants.getTenant', { tenant: tenMegabytes });
    expect([signIn.error?.code, get.error?.code]).toEqual(['VALIDATION', 'VALIDATION']);
  });

  test('input that is wrong in many places is answered in few words', async () => {
    const scopes = Array.from({ length: 100_000 }, () => 7);
    const input = { tenant: stand.tenants.full.id, kind: 'user', name: 'Grace', scopes };
    const { error } = await stand.call('owner', 'tenants.createPrincipal', input);
    expect(error?.code).toBe('VALIDATION');
    expect(JSON.stringify(error?.data).length).toBeLessThan(10_000);
  });

  const told = new Set<string>();
  for (const operation of operations) {
    const row = cases.get(operation.name);
    if (row === undefined) continue;
    const rules = { guard: guard || everywhere, told };
    describe(operation.name, () => operationSuite(() => stand, operation, row, rules));
  }
}

interface Rules {
  readonly guard: boolean;
  /** The codes of errors that were tried already: a transport carries each in one way. */
  readonly told: Set<string>;
}

/** Who calls what ends sessions of the caller, so that the others go on. */
const alone: ReadonlyMap<string, Who> = new Map([
  ['auth.signOut', 'leaving'],
  ['auth.changePassphrase', 'auditor'],
]);

function operationSuite(
  open: () => Stand,
  operation: ContractOperation,
  row: OperationCase,
  { guard, told: toldCodes }: Rules,
): void {
  const { name, meta } = operation;
  const { permission } = meta;

  /** An input for calls that will be refused: one serves for all of them, since they change nothing. */
  const input = async (): Promise<object> => {
    unused ??= await (row.still === undefined ? row.given(open(), open().tenants.full) : row.still(open()));
    return unused;
  };
  let unused: object | undefined;

  /** A call that is refused: with this code, as it was before, told as the contract says. */
  async function refused(what: string, who: Who, given: unknown, code: string, entries: unknown[]) {
    const { evidence } = open();
    evidence.newEntries();
    const before = evidence.state();
    const { error, answer } = await open().call(who, name, given);
    expect({ what, code: error?.code, answer }).toEqual({ what, code, answer: undefined });
    expect({ what, changed: evidence.state() !== before }).toEqual({ what, changed: false });
    expect({ what, entries: entriesOf(evidence.newEntries()) }).toEqual({ what, entries });
    return error;
  }

  if (permission !== 'open') {
    test('nobody without a session', async () => {
      const given = await input();
      await refused('no session', 'nobody', given, 'UNAUTHENTICATED', []);
      await refused('an ended session', 'ended', given, 'UNAUTHENTICATED', []);
    });

    if (guard)
      test('each role as the table of roles says', async () => {
        const given = await input();
        for (const role of roles) {
          if (allows(role, permission)) {
            // the input is looked at after the permission
            await refused(role, role, 'no input', 'VALIDATION', ofRefusal(meta, 'VALIDATION'));
          } else {
            const error = await refused(role, role, given, 'FORBIDDEN', ofRefusal(meta, 'FORBIDDEN'));
            expect(error?.data).toEqual({ permission });
          }
        }
      });
  }

  if (meta.stepUp) {
    test('not with an old proof of the passphrase', async () => {
      const code = 'STEP_UP_REQUIRED';
      await refused('an old proof', 'stale', await input(), code, ofRefusal(meta, code));
    });
  }

  test('no bad input', async () => {
    const given = await input();
    const bad = [
      ...badInputs(operation, given),
      ...Object.entries(row.invalid ?? {}).map(([what, change]) => ({
        what,
        input: { ...given, ...change },
      })),
    ];
    for (const { what, input: wrong } of guard ? bad : bad.slice(-1)) {
      const error = await refused(what, 'owner', wrong, 'VALIDATION', ofRefusal(meta, 'VALIDATION'));
      expect({ what, data: error?.data }).toEqual({ what, data: { issues: expect.any(Array) } });
      expect({ what, issues: error?.data.issues }).not.toEqual({ what, issues: [] });
    }
  });

  test('no harm from odd text', async () => {
    const reads = permission.endsWith(':read');
    const members = textMembers(operation).filter((member) => row.spares?.includes(member) !== true);
    for (const member of guard ? members : members.slice(0, 1)) {
      // what a transport may change is odd characters, once
      for (const [odd, value] of Object.entries(oddTexts).slice(guard ? 0 : 1, guard ? undefined : 3)) {
        const given = { ...(await input()), [member]: value };
        const before = open().evidence.state();
        const { error } = await open().call('owner', name, given);
        const taken = error === undefined && (reads || row.takes?.includes(member));
        const unchanged = open().evidence.state() === before;
        if (!unchanged) unused = undefined;
        expect({ member, odd, code: error?.code, fine: taken || (error !== undefined && unchanged) }).toEqual(
          {
            member,
            odd,
            code: taken ? undefined : expect.stringMatching(/^(VALIDATION|NOT_FOUND|CONFLICT)$/),
            fine: true,
          },
        );
      }
    }
  });

  if (row.unknown !== undefined && guard) {
    test('nothing that is not there', async () => {
      const given = await input();
      for (const [what, change] of Object.entries(row.unknown ?? {})) {
        const { evidence } = open();
        evidence.newEntries();
        const { error } = await open().call('owner', name, { ...given, ...change });
        expect({ what, code: error?.code, data: error?.data }).toEqual({
          what,
          code: 'NOT_FOUND',
          data: { kind: expect.any(String), id: expect.any(String) },
        });
        expect({ what, entries: entriesOf(evidence.newEntries()) }).toEqual({
          what,
          entries: ofRefusal(meta, 'NOT_FOUND'),
        });
      }
    });
  }

  for (const [what, { code, data = {}, ...wrong }] of Object.entries(row.errors ?? {})) {
    if (!guard && toldCodes.has(code)) continue;
    toldCodes.add(code);
    test(`${code}: ${what}`, async () => {
      const given = await wrong.input(open());
      const { evidence } = open();
      evidence.newEntries();
      const { error } = await open().call('owner', name, given);
      expect({ code: error?.code, data: error?.data }).toEqual({ code, data: expect.objectContaining(data) });
      const told = evidence.newEntries();
      expect(told.filter(({ out, act }) => out === 'success' && act === meta.action)).toEqual([]);
      if (permission !== 'open')
        expect(told.map(seen)).toEqual(
          expect.arrayContaining(
            ofRefusal(meta, code).map((entry) => expect.objectContaining({ act: entry.act, out: entry.out })),
          ),
        );
    });
  }

  test('a success, told as the contract says', async () => {
    const stand = open();
    const who = permission === 'open' ? 'nobody' : (alone.get(name) ?? 'owner');
    const given = await row.given(stand, stand.tenants.full);
    stand.evidence.newEntries();
    const { answer, error } = await stand.call(who, name, given);
    if (row.refused !== undefined) {
      expect(error).toMatchObject(row.refused);
      return;
    }
    expect(error).toBeUndefined();
    const told = stand.evidence.newEntries();
    expect(entriesOf(told, row.leaves)).toEqual(ofSuccess(meta, row.intends));
    const own = told.filter(({ act }) => act === meta.action);
    expect(new Set(own.map(({ cor }) => cor)).size).toBe(own.length === 0 ? 0 : 1);
    await row.answers?.(answer, given, stand);
  });

  if (permission === 'data:read' && meta.job) {
    test('what leaves, told in a basic log too', async () => {
      const stand = open();
      const given = await row.given(stand, stand.tenants.basic);
      stand.evidence.newEntries();
      const { error } = await stand.call('owner', name, given);
      expect(error).toBeUndefined();
      expect(entriesOf(stand.evidence.newEntries())).toEqual(ofSuccess(meta));
    });
  }

  if (meta.audited === 'read' && 'tenant' in operation.members && guard) {
    test('a read that a basic log does not keep', async () => {
      const stand = open();
      const given = await row.given(stand, stand.tenants.basic);
      stand.evidence.newEntries();
      const { error } = await stand.call('owner', name, given);
      expect(error).toBeUndefined();
      expect(entriesOf(stand.evidence.newEntries())).toEqual([]);
    });
  }
}
