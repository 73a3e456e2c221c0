import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toRfc3339 } from '../../shared/clock.ts';
import type { Erasure, ErasureProof } from '../../shared/contract/erasures.ts';
import type { JobStarted } from '../../shared/contract/values.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { AuditLogger } from '../audit/audit-logger.ts';
import type { AdvancedAuth } from '../auth/advanced-auth.ts';
import type { BackupManager } from '../backups/backup-manager.ts';
import type { JobContext, JobStarter } from '../jobs/job-runner.ts';
import type { Page } from '../operations/cursor.ts';
import type { Operation } from '../operations/operation.ts';
import { forgetSchedules } from '../schedule/setting-store.ts';
import type { Keyring } from '../secrets/keyring.ts';
import type { Transaction } from '../storage/store.ts';
import {
  abandonPlaces,
  dropCertificate,
  insertErasure,
  isErased,
  type PlaceRow,
  pageOfErasures,
  placesOf,
  requireErasure,
  setCertificate,
  setPlace,
  setProof,
  toErasure,
  uncertified,
} from '../tenants/erasure/erasure-store.ts';
import type { TenantManager } from '../tenants/tenant-manager.ts';
import { certificateText, parseCertificate } from './erasure-certificate.ts';
import type { Foundation } from './foundation.ts';
import { planErasure } from './plan-erasure.ts';
import { removeRest } from './remove-rest.ts';

export interface ErasureParts
  extends Pick<Foundation, 'control' | 'keys' | 'clock' | 'layout' | 'installation'> {
  readonly keyring: Keyring;
  readonly tenants: TenantManager;
  readonly auth: AdvancedAuth;
  readonly backups: BackupManager;
  readonly audit: AuditLogger;
  readonly jobs: JobStarter;
  readonly report: (error: unknown, correlationId: string) => void;
}

/** Tenants that are destroyed with their keys and their backups, wherever those lie. */
export class Erasures {
  readonly #parts: ErasureParts;

  constructor(parts: ErasureParts) {
    this.#parts = parts;
  }

  /** Errors: NOT_FOUND. */
  async planErasure({ tenant }: { readonly tenant: string }): ReturnType<typeof planErasure> {
    return await planErasure(this.#parts, tenant);
  }

  /**
   * The job's result: `Erasure`. Errors: NOT_FOUND, VALIDATION (`confirm` is not its slug), CONFLICT (`held`), LOCKED (another
   * job is at work on it), UNAVAILABLE (the first target is away).
   */
  async eraseTenant(
    { tenant, confirm }: { readonly tenant: string; readonly confirm: string },
    operation: Operation,
  ): Promise<JobStarted> {
    const { tenants, backups, jobs } = this.#parts;
    const { id, slug } = await tenants.getTenant({ tenant });
    operation.describe({ tenantId: id, resource: { kind: 'tenant', id } });
    if (confirm !== slug) {
      throw new HoldfastError('VALIDATION', `To erase this tenant, type its slug: ${slug}`, {
        issues: [{ path: 'confirm', reason: 'not-the-slug' }],
      });
    }
    backups.retention.requireUnheld(id);
    await backups.requirePlace(id);
    return await jobs.start<Erasure>({
      kind: 'tenant.erase',
      tenantId: id,
      resource: `tenant:${id}`,
      alone: id,
      operation,
      run: (context) => this.#erase(id, context),
    });
  }

  /** Newest first. Errors: VALIDATION (cursor). */
  async listErasures(input: {
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<Erasure>> {
    return pageOfErasures(this.#parts.control, input);
  }

  /** The job's result: `Erasure`. Errors: NOT_FOUND. */
  async proveErasure({ tenantId }: { readonly tenantId: Uuid }, operation: Operation): Promise<JobStarted> {
    const { control, jobs } = this.#parts;
    requireErasure(control, tenantId);
    return await jobs.start<Erasure>({
      kind: 'tenant.erase.prove',
      tenantId: null,
      resource: `erasure:${tenantId}`,
      operation,
      run: async (context) => {
        context.progress.phase('Looking for what is left', null, 'entries');
        const { ok, attempts } = await this.#prove(tenantId);
        context.operation.describe({
          resource: { kind: 'tenant', id: tenantId },
          facts: { ok, attempts: attempts.length, failed: attempts.filter((each) => !each.ok).length },
        });
        return await this.#certify(tenantId);
      },
    });
  }

  /** Told in the transaction that forgets the last trace of a deleted tenant on a further target. */
  copyErased(transaction: Transaction, tenantId: Uuid, targetId: Uuid): void {
    if (!isErased(transaction, tenantId)) return;
    setPlace(transaction, tenantId, targetId, { state: 'erased', time: this.#parts.clock.now() });
    dropCertificate(transaction, tenantId);
  }

  /** Told in the transaction that learns of an object lock on what was removed there; the certificate is to tell it. */
  copyKept(transaction: Transaction, tenantId: Uuid, targetId: Uuid, until: number | null): void {
    if (!isErased(transaction, tenantId)) return;
    const { places } = toErasure(transaction, requireErasure(transaction, tenantId));
    const told = places.find((place) => place.targetId === targetId)?.locked;
    // while it is readable, every synchronisation may have ended that
    const isTold =
      told != null && !told.readable && told.until === (until === null ? null : toRfc3339(until));
    if (!isTold) dropCertificate(transaction, tenantId);
  }

  /** Told in the transaction that removes a further target. */
  targetRemoved(transaction: Transaction, targetId: Uuid): void {
    abandonPlaces(transaction, targetId, this.#parts.clock.now());
  }

  /** After a synchronisation: new certificates for tenants of which less is left now. */
  async certifyAgain(): Promise<void> {
    for (const tenantId of uncertified(this.#parts.control)) {
      if (this.#parts.tenants.endings.exists(tenantId)) continue;
      await this.#prove(tenantId);
      await this.#certify(tenantId);
    }
  }

  /**
   * At start, before tenants are worked with: ends deletions that were cut off, and takes over what the keyring knows of
   * erasures that a recovered control.db does not. What fails is reported.
   */
  async finishCutOff(): Promise<void> {
    const { tenants, report } = this.#parts;
    await this.#takeOver();
    const cutOff = await tenants.endings.cutOff();
    for (const id of cutOff) {
      // its disk may be away, which must not keep the installation from starting
      await this.#finish(id).catch((error: unknown) => report(error, `tenant ${id}`));
    }
    if (cutOff.length > 0) await this.certifyAgain().catch((error: unknown) => report(error, 'erasures'));
  }

  async #erase(id: Uuid, { operation, progress }: JobContext): Promise<Erasure> {
    const { tenants, auth, backups, clock, report } = this.#parts;
    progress.phase('Erasing the tenant', null, 'entries');
    const places = (await backups.placesOf(id)).map(({ targetId, name }) => ({
      targetId,
      name,
      state: 'pending' as const,
      time: clock.now(),
    }));
    const forget = (transaction: Transaction, { slug }: { readonly slug: string }) => {
      const facts = { tenantId: id, slug, operationId: operation.id, erasedAt: clock.now() };
      insertErasure(transaction, facts, places);
      auth.forgetTenant(transaction, id);
      backups.forgetTenant(transaction, id);
      forgetSchedules(transaction, id);
    };
    await tenants.endings.end(id, { forget, facts: { erased: true, places: places.length } }, operation);
    progress.phase('Destroying keys and backups', null, 'entries');
    await this.#finish(id);
    progress.phase('Emptying further targets', null, 'entries');
    await backups.copies.eraseCopies(id, (error) => report(error, operation.id));
    progress.phase('Looking for what is left', null, 'entries');
    await this.#prove(id);
    return await this.#certify(id);
  }

  /** Removes what is left of an ended tenant on this machine and the first target. Errors: as `removeRest`. */
  async #finish(id: Uuid): Promise<void> {
    const { tenants, control, clock } = this.#parts;
    await removeRest(tenants.endings, id);
    await control.write((transaction) =>
      setPlace(transaction, id, null, { state: 'erased', time: clock.now() }),
    );
  }

  /** Tries to find anything that would make the tenant readable, and keeps what came of it. */
  async #prove(tenantId: Uuid): Promise<ErasureProof> {
    const { control, keyring, keys, clock, layout, backups } = this.#parts;
    const here = (what: ErasureProof['attempts'][number]['what'], finding: string | null) => ({
      place: null,
      what,
      ok: finding === null,
      finding,
      kept: null,
    });
    const subjects = keys
      .sql<{ n: number }>('SELECT count(*) AS n FROM subject_keys WHERE owner = ?')
      .get(tenantId)?.n;
    const folders = [layout.tenant(tenantId), join(layout.pageLog, tenantId)].filter((path) =>
      existsSync(path),
    );
    const attempts = [
      here('keys', keyring.hasTenant(tenantId) ? 'its keys are in the keyring' : null),
      here('subject-keys', subjects === 0 ? null : `${subjects} keys of its people are left`),
      here('data', folders.length === 0 ? null : `${folders.length} folders of its data are left`),
      ...(await backups.findTraces(tenantId, {
        keyringHolds: (bytes) => keyring.copyHolds(bytes, tenantId),
        subjectKeysHold: (bytes) => keyring.subjectCopyHolds(bytes, tenantId),
      })),
    ];
    const proof = { time: toRfc3339(clock.now()), ok: attempts.every(({ ok }) => ok), attempts };
    await control.write((transaction) => setProof(transaction, tenantId, proof));
    return proof;
  }

  async #certify(tenantId: Uuid): Promise<Erasure> {
    const { control, keyring, audit, installation, backups, report } = this.#parts;
    const row = requireErasure(control, tenantId);
    const { proof, places } = toErasure(control, row);
    const certificate = audit.signText(
      certificateText({
        ...row,
        installationId: installation.id,
        places: placesOf(control, tenantId),
        locks: places.flatMap(({ targetId, locked }) => (locked === null ? [] : [{ targetId, ...locked }])),
        proof: proof === null ? null : { time: Date.parse(proof.time), ok: proof.ok },
      }),
    );
    await keyring.keepErasure({ tenantId, certificate });
    await control.write((transaction) => setCertificate(transaction, tenantId, certificate));
    // the copies on targets are replaced after the next backup too
    await backups.publishRecovery().catch((error: unknown) => report(error, `erasure ${tenantId}`));
    return toErasure(control, requireErasure(control, tenantId));
  }

  async #takeOver(): Promise<void> {
    const { control, keyring } = this.#parts;
    const missing = keyring.erasures.filter(({ tenantId }) => !isErased(control, tenantId));
    if (missing.length === 0) return;
    await control.write((transaction) => {
      for (const { tenantId, certificate } of missing) {
        const { places, ...facts } = parseCertificate(certificate);
        insertErasure(transaction, facts, places satisfies readonly PlaceRow[]);
        setCertificate(transaction, tenantId, certificate);
      }
    });
  }
}
