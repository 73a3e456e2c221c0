import type { AuditExportPlan } from '../../../shared/contract/audit.ts';
import type { Disclosure } from '../../../shared/disclosures.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { JobStarter } from '../../jobs/job-runner.ts';
import type { Operation } from '../../operations/operation.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Appender } from '../appender.ts';
import type { EventMaker } from '../event-maker.ts';
import { logOrigin } from '../log-name.ts';
import { epochOf } from '../period.ts';
import type { ReadingGate } from '../retention/reading-gate.ts';
import type { EventIndex } from '../search/event-index.ts';
import type { SigningKeys } from '../signing-keys.ts';
import type { SubjectDirectory } from '../subject-directory.ts';
import { exportLog } from './export-log.ts';
import { headOf } from './export-range.ts';
import { planExport } from './plan-export.ts';

export interface ExportsParts {
  readonly installationId: Uuid;
  readonly epoch: number;
  readonly installationKey: Uint8Array;
  readonly appVersion: string;
  readonly search: OpenStore;
  readonly jobs: JobStarter;
  readonly maker: EventMaker;
  readonly keys: SigningKeys;
  readonly people: SubjectDirectory;
  /** Nothing that is exported goes meanwhile. */
  readonly gate: ReadingGate;
  /** Throws UNAVAILABLE while the log cannot be opened. */
  opened(): { readonly store: OpenStore; readonly appender: Appender; readonly index: EventIndex };
  /** Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
  /** The real path of a file to be made, outside the installation. Throws VALIDATION, NOT_FOUND, IO. */
  newFile(path: string): Promise<string>;
}

interface ExportedPart {
  readonly tenant?: string | undefined;
  readonly epoch?: number | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

interface ExportInput extends ExportedPart {
  readonly disclose: readonly Disclosure[];
  readonly file: string;
}

/** Bundles of a log that others can check. */
export class LogExports {
  readonly #parts: ExportsParts;

  constructor(parts: ExportsParts) {
    this.#parts = parts;
  }

  /** What an export would hold. Errors: NOT_FOUND (tenant, no such entries), UNAVAILABLE. */
  async planAuditExport(input: ExportedPart): Promise<AuditExportPlan> {
    const { store, appender, index } = this.#parts.opened();
    const { origin, period } = this.#partOf(input);
    await appender.settle();
    await index.catchUp(appender.heads());
    return await planExport({ store, search: this.#parts.search }, headOf(appender, origin), period);
  }

  /**
   * Starts the job that writes a log as a bundle that others can check. Its result is an `auditExport`. Errors: NOT_FOUND
   * (tenant, folder), VALIDATION (file), UNAVAILABLE.
   */
  async exportAuditLog(input: ExportInput, operation: Operation): Promise<{ jobId: Uuid }> {
    const tenantId = input.tenant === undefined ? null : this.#parts.tenantId(input.tenant);
    operation.describe({
      resource: { kind: 'log', id: tenantId ?? 'installation' },
      ...(tenantId === null ? {} : { tenantId }),
    });
    const file = await this.#parts.newFile(input.file);
    return await this.#parts.jobs.start({
      kind: 'audit.export',
      tenantId,
      resource: `audit-export:${operation.id}`,
      operation,
      run: ({ operation: { signal }, progress }) =>
        this.#parts.gate.read(async () => {
          const { store, appender, index } = this.#parts.opened();
          await appender.commitTenants();
          await index.catchUp(appender.heads());
          const { installationId, epoch, installationKey, appVersion, search, maker, keys, people } =
            this.#parts;
          const { disclose } = input;
          const result = await exportLog(
            { store, search, appender, maker, keys, appVersion },
            {
              ...this.#partOf(input),
              installation: logOrigin(installationId, 'installation', epoch),
              openings:
                disclose.length > 0
                  ? { installationKey, subjectKeys: await people.allKeys(), disclose }
                  : undefined,
              file,
            },
            { signal, progress },
          );
          const { entries, from, to, openings, manifest } = result;
          operation.describe({
            facts: { entries, from, to, openings, disclosed: disclose.join(' '), manifest },
          });
          return result;
        }),
    });
  }

  /** Which log, and what of it. Errors: NOT_FOUND (tenant). */
  #partOf({ tenant, epoch: ofLog = this.#parts.epoch, from, to }: ExportedPart) {
    const owner = tenant === undefined ? 'installation' : this.#parts.tenantId(tenant);
    return {
      origin: logOrigin(this.#parts.installationId, owner, ofLog),
      period: { from: epochOf(from) ?? null, to: epochOf(to) ?? null },
    };
  }
}
