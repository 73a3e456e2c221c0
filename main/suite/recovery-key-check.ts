import { HoldfastError } from '../../shared/errors.ts';
import type { Operation } from '../operations/operation.ts';
import type { RecoveryKitFacts } from '../reports/recovery-kit.ts';
import { isRecoveryKeyOf, recoveryFingerprint } from '../secrets/recovery-derivation.ts';
import { parseRecoveryKey } from '../secrets/recovery-key.ts';
import { sameMac } from '../secrets/same-mac.ts';
import type { Foundation } from './foundation.ts';
import { writeSetting } from './settings.ts';

export interface TypedGroups {
  /** Groups counted from 1, as they were typed. */
  readonly groups: readonly { readonly group: number; readonly text: string }[];
}

export type MakeKit = (
  of: Pick<RecoveryKitFacts, 'recoveryKey' | 'fingerprint' | 'operator'>,
  signal: AbortSignal,
) => Promise<Uint8Array>;

type KitKey = Pick<RecoveryKitFacts, 'recoveryKey' | 'fingerprint'>;

const groupsOfAKey = 11;
const fewestGroups = 2;

/**
 * Whether somebody has written the recovery key of a new installation down. The key is held in this process's memory
 * until it was typed back; after that, and in every later process, it is nowhere.
 */
export class RecoveryKeyCheck {
  readonly #foundation: Pick<Foundation, 'control' | 'keyring'>;
  readonly #makeKit: MakeKit;
  readonly #prepared: () => KitKey;
  #key: string | undefined;

  constructor(
    foundation: Pick<Foundation, 'control' | 'keyring'>,
    {
      key,
      makeKit,
      prepared,
    }: {
      readonly key: string | undefined;
      readonly makeKit: MakeKit;
      /** The key that may replace the present one. */
      readonly prepared: () => KitKey;
    },
  ) {
    this.#foundation = foundation;
    this.#makeKit = makeKit;
    this.#prepared = prepared;
    this.#key = key;
  }

  /** Errors: CONFLICT (`recovery-key-gone`). */
  async showRecoveryKey(operation: Operation): Promise<{ recoveryKey: string }> {
    operation.describe({ resource: this.#resource() });
    if (this.#key === undefined) throw gone();
    return { recoveryKey: this.#key };
  }

  /** The key is not this one any more. */
  forget(): void {
    this.#key = undefined;
  }

  /** The kit as base64 of a PDF. Errors: CONFLICT (`recovery-key-gone`). */
  async createRecoveryKit(
    { prepared }: { readonly prepared?: true | undefined },
    operation: Operation,
  ): Promise<{ fileName: string; pdf: string }> {
    operation.describe({ resource: this.#resource() });
    const of = prepared === true ? this.#prepared() : this.#present();
    operation.describe({ resource: { kind: 'recovery-key', id: of.fingerprint } });
    const { caller, signal } = operation;
    const operator = caller.kind === 'operator' ? caller.name : '';
    const pdf = await this.#makeKit({ ...of, operator }, signal);
    return { fileName: 'holdfast-recovery-kit.pdf', pdf: Buffer.from(pdf).toString('base64') };
  }

  /** Two groups at least while the key is held, all of them afterwards. Errors: VALIDATION, CONFLICT (`recovery-key-gone`). */
  async confirmRecoveryKey({ groups }: TypedGroups, operation: Operation): Promise<Record<string, never>> {
    const typed = new Map(groups.map(({ group, text }) => [group, text]));
    operation.describe({ resource: this.#resource() });
    if (this.#key === undefined) await this.#requireWhole(typed);
    else requireGroups(this.#key, typed);
    await this.#foundation.control.write((transaction) => {
      writeSetting(transaction, 'recoveryKeyConfirmed', true);
      operation.record(transaction, { resource: this.#resource() });
    });
    this.#key = undefined;
    return {};
  }

  #present(): KitKey {
    if (this.#key === undefined) throw gone();
    return { recoveryKey: this.#key, fingerprint: this.#resource().id };
  }

  async #requireWhole(typed: ReadonlyMap<number, string>): Promise<void> {
    if (typed.size < groupsOfAKey) throw gone();
    const inOrder = [...typed].sort(([left], [right]) => left - right).map(([, text]) => text);
    const key = parseRecoveryKey(inOrder.join('-'));
    if (!(await isRecoveryKeyOf(this.#foundation.keyring.recovery, key))) throw wrong([]);
  }

  #resource() {
    return { kind: 'recovery-key', id: recoveryFingerprint(this.#foundation.keyring.recovery) };
  }
}

/** At least two groups, each as it is in `key`. Errors: VALIDATION (`recovery-key-wrong`). */
export function requireGroups(key: string, typed: ReadonlyMap<number, string>): void {
  const right = key.split('-');
  const wrongOnes = [...typed].filter(([group, text]) => !isSame(right[group - 1] ?? '', text));
  if (typed.size < fewestGroups || wrongOnes.length > 0) throw wrong(wrongOnes.map(([group]) => group));
}

/** As people type it: lower case, spaces around, O for 0, I and L for 1 (Crockford's base 32). */
function isSame(expected: string, typed: string): boolean {
  const plain = typed.trim().toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return sameMac(Buffer.from(expected), Buffer.from(plain));
}

function wrong(groups: readonly number[]): HoldfastError {
  const where = groups.length === 0 ? '' : ` Look at group ${groups.join(' and group ')}.`;
  return new HoldfastError('VALIDATION', `That is not the recovery key of this installation.${where}`, {
    issues: [{ path: 'groups', reason: 'recovery-key-wrong', groups: [...groups] }],
  });
}

function gone(): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    'The recovery key is no longer held and cannot be shown. Confirm it by typing all its groups.',
    { reason: 'recovery-key-gone' },
  );
}
