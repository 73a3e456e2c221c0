import { join } from 'node:path';
import type { RecoveryKeyReplaced } from '../../shared/contract/suite.ts';
import type { JobStarted } from '../../shared/contract/values.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { BackupManager } from '../backups/backup-manager.ts';
import { isUnfinished, markTargets, noteFormerKey, noteRemoved } from '../backups/recovery/former-keys.ts';
import type { RepositoryId } from '../backups/targets/target.ts';
import type { JobContext, JobStarter, Progress } from '../jobs/job-runner.ts';
import type { Operation } from '../operations/operation.ts';
import {
  deriveRecovery,
  type RecoveryDerivation,
  recoveryFingerprint,
} from '../secrets/recovery-derivation.ts';
import { generateRecoveryKey, type RecoveryKey } from '../secrets/recovery-key.ts';
import { replaceFile } from '../secrets/secret-file.ts';
import type { Foundation } from './foundation.ts';
import { requireGroups, type TypedGroups } from './recovery-key-check.ts';
import { writeSetting } from './settings.ts';

type Parts = Pick<Foundation, 'control' | 'keyring' | 'layout'> & {
  readonly backups: Pick<BackupManager, 'recoveryKeys' | 'publishRecovery'>;
  readonly jobs: JobStarter;
  /** The key before is held no longer, wherever it was. */
  readonly replaced: () => void;
};

interface Prepared {
  readonly key: RecoveryKey;
  readonly derivation: RecoveryDerivation;
}

/**
 * Another recovery key in the place of the present one. The new one is held in memory until it was typed back; only then
 * anything changes, and in such an order that at each moment one of the two opens everything: the new key file beside
 * the old one in every repository, the keyring, recovery.json, and then away with the old key files.
 */
export class RecoveryKeyReplacement {
  readonly #parts: Parts;
  #prepared: Prepared | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether repositories of the first target may still be opened by a key that was replaced. */
  get isUnfinished(): boolean {
    return isUnfinished(this.#parts.control);
  }

  /** Makes a key, which is in this answer only; one that was prepared before and not put in force is forgotten. */
  async prepareRecoveryKey(operation: Operation): Promise<{ recoveryKey: string; fingerprint: string }> {
    const key = generateRecoveryKey();
    const derivation = await deriveRecovery(key);
    const fingerprint = recoveryFingerprint(derivation);
    operation.describe({ resource: { kind: 'recovery-key', id: fingerprint } });
    this.#prepared = { key, derivation };
    return { recoveryKey: key, fingerprint };
  }

  /** The prepared key, for its kit. Errors: CONFLICT (`recovery-key-not-prepared`). */
  get prepared(): { readonly recoveryKey: string; readonly fingerprint: string } {
    if (this.#prepared === undefined) throw notPrepared();
    const { key, derivation } = this.#prepared;
    return { recoveryKey: key, fingerprint: recoveryFingerprint(derivation) };
  }

  /**
   * Puts the prepared key in force, once two of its groups at least were typed back. The job's result:
   * `recoveryKeyReplaced`. Errors: CONFLICT (`recovery-key-not-prepared`), VALIDATION (`recovery-key-wrong`), LOCKED.
   */
  async replaceRecoveryKey({ groups }: TypedGroups, operation: Operation): Promise<JobStarted> {
    const prepared = this.#prepared;
    if (prepared === undefined) throw notPrepared();
    requireGroups(prepared.key, new Map(groups.map(({ group, text }) => [group, text])));
    operation.describe({ resource: { kind: 'recovery-key', id: recoveryFingerprint(prepared.derivation) } });
    return await this.#parts.jobs.start<RecoveryKeyReplaced>({
      kind: operation.action,
      tenantId: null,
      resource: 'recovery-key',
      operation,
      run: (context) => this.#replace(prepared, context),
    });
  }

  /** Brings a replacement to its end that a kill or an error cut off: with the key that is in force by now. */
  async finishCutOff(): Promise<void> {
    if (this.isUnfinished) await this.#finish();
  }

  async #replace(prepared: Prepared, { operation, progress }: JobContext): Promise<RecoveryKeyReplaced> {
    const { control, keyring, backups, replaced } = this.#parts;
    const { derivation } = prepared;
    // never three keys at once
    await this.finishCutOff();
    const former = keyring.recoveryFingerprint;
    // whichever of the two is not in force in the end has to go
    await control.write((transaction) => {
      noteFormerKey(transaction, keyring.recovery.salt);
      noteFormerKey(transaction, derivation.salt);
    });
    let repositories: number;
    try {
      const round = { owners: this.#owners(), progress, signal: operation.signal };
      repositories = await backups.recoveryKeys.add(derivation, round);
      await keyring.replaceRecovery(derivation);
    } catch (error) {
      // with the old key still in force; what cannot be taken back now is at the next start
      await this.#finish(progress).catch(() => undefined);
      throw error;
    }
    if (this.#prepared === prepared) this.#prepared = undefined;
    replaced();
    const fingerprint = keyring.recoveryFingerprint;
    await control.write((transaction) => {
      markTargets(transaction);
      writeSetting(transaction, 'recoveryKeyConfirmed', true);
      operation.record(transaction, {
        resource: { kind: 'recovery-key', id: fingerprint },
        facts: { former, repositories },
      });
    });
    await this.#finish(progress);
    return { fingerprint, repositories };
  }

  async #finish(progress?: Progress): Promise<void> {
    const { control, keyring, layout, backups } = this.#parts;
    const { recovery } = keyring;
    // repositories that were made meanwhile
    await backups.recoveryKeys.add(recovery, { owners: this.#owners() });
    await replaceFile(join(layout.folder, 'recovery.json'), keyring.exportRecovery());
    await backups.publishRecovery();
    await backups.recoveryKeys.removeFormer({ owners: this.#owners(), progress });
    await control.write((transaction) => noteRemoved(transaction, recovery.salt));
  }

  #owners(): RepositoryId[] {
    return ['installation', ...this.#parts.keyring.tenantIds];
  }
}

function notPrepared(): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    'No new recovery key was prepared, or Holdfast was started anew since. Begin again.',
    { reason: 'recovery-key-not-prepared' },
  );
}
