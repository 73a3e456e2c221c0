import { HoldfastError } from '../../../shared/errors.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import type { AuditLogger } from '../../audit/audit-logger.ts';
import type { AdvancedAuth } from '../../auth/advanced-auth.ts';
import type { BackupManager } from '../../backups/backup-manager.ts';
import type { Kept } from '../../backups/container/repository-files.ts';
import type { JobStarter } from '../../jobs/job-runner.ts';
import { systemRun } from '../../operations/system-run.ts';
import type { Keyring } from '../../secrets/keyring.ts';
import { halfWrapped, rewrapSubjects } from '../../secrets/rewrap-subjects.ts';
import type { SubjectKeys } from '../../secrets/subject-keys.ts';
import type { TenantManager } from '../../tenants/tenant-manager.ts';
import type { Foundation } from '../foundation.ts';
import { parseSubjectCertificate, subjectCertificateText } from './subject-certificate.ts';
import {
  findSubjectErasure,
  insertSubjectErasure,
  keyPlacesOf,
  noEnd,
  pendingOn,
  requireSubjectErasure,
  returned,
  type SubjectErasureRow,
  setKeyDestroyed,
  setKeyPlace,
  setSubjectCertificate,
  uncertifiedSubjects,
  unfinishedErasures,
} from './subject-erasure-store.ts';

export interface ErasureEndParts extends Pick<Foundation, 'control' | 'keys' | 'clock' | 'installation'> {
  readonly ids: Ids;
  readonly keyring: Keyring;
  readonly subjectKeys: Pick<SubjectKeys, 'destroy'>;
  readonly tenants: TenantManager;
  readonly auth: AdvancedAuth;
  readonly backups: BackupManager;
  readonly audit: AuditLogger;
  readonly jobs: JobStarter;
  readonly report: (error: unknown, correlationId: string) => void;
}

/** What follows the row of an erasure: the key, its copies and the certificate; each step can be done again. */
export class SubjectErasureEnd {
  readonly #parts: ErasureEndParts;

  constructor(parts: ErasureEndParts) {
    this.#parts = parts;
  }

  /**
   * Destroys the key, wraps those of others anew, and replaces every copy that can be reached. The certificate is in the keyring
   * before its copies are: whatever a recovery brings back, the erasure comes with it. Errors: INTEGRITY, those of writing.
   */
  async finish({ subjectId, tenantId }: SubjectErasureRow): Promise<void> {
    const { control, keys, keyring, subjectKeys, audit, clock, backups, report } = this.#parts;
    await subjectKeys.destroy([subjectId]);
    // what a reader keeps of it in the write-ahead log is wrapped under a key that ends here
    await rewrapSubjects(keys, keyring, tenantId ?? 'installation');
    const { entries, fields } = audit.isOpen
      ? await audit.subjects.count(subjectId, tenantId ?? undefined)
      : { entries: null, fields: null };
    const time = clock.now();
    await control.write((transaction) => setKeyDestroyed(transaction, subjectId, { time, entries, fields }));
    await this.#certify(subjectId);
    await backups.keyCopies.replace((error) => report(error, `erasure ${subjectId}`));
    await this.certifyAll();
  }

  /** Reads the copies of the keys on a target where one may hold a key of an erased person. Errors: IO, INTEGRITY. */
  async lookAt(targetId: Uuid | null, kept: Kept | undefined): Promise<void> {
    const { control, backups, keyring, clock } = this.#parts;
    const pending = pendingOn(control, targetId);
    if (pending.length === 0) return;
    const copies = await backups.keyCopies.read(targetId);
    const people = pending.map(({ subjectId, tenantId }) => ({
      subject: subjectId,
      owner: tenantId ?? ('installation' as const),
    }));
    const held = copies === undefined ? new Set<Uuid>() : await keyring.heldInCopies(copies, people);
    const time = clock.now();
    await control.write((transaction) => {
      for (const { subjectId, lockedUntil: before } of pending) {
        if (held.has(subjectId)) continue;
        const lockedUntil = lockOf(kept, before, time);
        if (lockedUntil !== null && lockedUntil === before) continue;
        const state = lockedUntil === null ? 'erased' : 'pending';
        setKeyPlace(transaction, subjectId, { targetId, state, time, lockedUntil });
      }
    });
    await this.certifyAll();
  }

  /**
   * At start, before anybody is let in: ends erasures that were cut off, and takes over what the keyring knows of erasures that
   * a recovered control.db does not. A person whom it brought back is removed again.
   */
  async finishCutOff(): Promise<void> {
    const { control, keys, keyring, report } = this.#parts;
    for (const owner of halfWrapped(keyring)) {
      await rewrapSubjects(keys, keyring, owner).catch((error: unknown) => report(error, `keys of ${owner}`));
    }
    await this.#takeOver();
    for (const id of returned(control)) await this.#removeAgain(id);
    for (const row of unfinishedErasures(control)) {
      await this.finish(row).catch((error: unknown) => report(error, `erasure ${row.subjectId}`));
    }
  }

  /** Signs new certificates for those that no longer say what is. */
  async certifyAll(): Promise<void> {
    for (const subjectId of uncertifiedSubjects(this.#parts.control)) await this.#certify(subjectId);
  }

  async #certify(subjectId: Uuid): Promise<void> {
    const { control, keyring, audit, installation } = this.#parts;
    const row = requireSubjectErasure(control, subjectId);
    const places = keyPlacesOf(control, subjectId);
    const verifierKey = audit.verifierKey();
    const certified = { ...row, installationId: installation.id, verifierKey, places };
    const certificate = audit.signText(subjectCertificateText(certified));
    await keyring.keepSubjectErasure({ subjectId, certificate });
    await control.write((transaction) => setSubjectCertificate(transaction, subjectId, certificate));
  }

  async #takeOver(): Promise<void> {
    const { control, keyring, audit } = this.#parts;
    const missing = keyring.subjectErasures.filter(
      ({ subjectId }) => findSubjectErasure(control, subjectId) === undefined,
    );
    if (missing.length === 0) return;
    await control.write((transaction) => {
      for (const { subjectId, certificate } of missing) {
        const { places, ...facts } = parseSubjectCertificate(certificate);
        if (facts.pseudonym !== audit.subjects.pseudonymOf(subjectId)) {
          throw new HoldfastError(
            'INTEGRITY',
            'The keyring has another person’s certificate of an erasure.',
            {
              problems: ['erasure-certificate'],
            },
          );
        }
        // the copy of keys.db may be older than the keyring: the key is destroyed once more
        insertSubjectErasure(transaction, { ...facts, subjectId, keyDestroyedAt: null, certificate }, places);
      }
    });
  }

  async #removeAgain(subjectId: Uuid): Promise<void> {
    const { control, tenants, auth, audit, ids } = this.#parts;
    const { kind, tenantId } = requireSubjectErasure(control, subjectId);
    const run = systemRun({ id: ids.uuid(), action: 'subject.erase', severity: 'critical' }, audit);
    await control.write((transaction) => {
      tenants.forgetPrincipal(transaction, subjectId);
      auth.forgetSubject(transaction, subjectId);
      run.record(transaction, {
        resource: { kind, id: subjectId, person: true },
        facts: { kind, again: true },
        ...(tenantId === null ? {} : { tenantId }),
      });
    });
  }
}

/** Until when older copies are kept that hold the key; null: there are none any more. */
function lockOf(kept: Kept | undefined, before: number | null, now: number): number | null {
  if (kept === undefined) return null;
  // what was kept when it was replaced first is what holds the key; later ones do not
  const until = before ?? kept.until ?? noEnd;
  return until !== noEnd && until <= now ? null : until;
}
