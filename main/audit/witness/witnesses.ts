import type {
  CosignedForOther,
  TakenCosignature,
  Witness,
  Witnesses as WitnessesKnown,
  WitnessRequestFile,
} from '../../../shared/contract/audit/witnesses.ts';
import type { Operation } from '../../operations/operation.ts';
import type { LogHead } from '../log-store.ts';
import { Cosigner, type CosignerParts } from './cosigner.ts';
import { OwnWitnesses, type OwnWitnessesParts } from './own-witnesses.ts';
import type { WitnessLog } from './witness-log.ts';

interface WitnessesParts extends CosignerParts, OwnWitnessesParts {
  /** Throws UNAVAILABLE. */
  opened(): WitnessLog;
  /** Of the installation's log. */
  head(): LogHead | undefined;
}

/** Both sides of witnessing, over the open log. Each errs with UNAVAILABLE while the log cannot be opened. */
export class Witnesses {
  readonly own: OwnWitnesses;
  readonly #parts: WitnessesParts;
  readonly #cosigner: Cosigner;

  constructor(parts: WitnessesParts) {
    this.#parts = parts;
    this.own = new OwnWitnesses(parts);
    this.#cosigner = new Cosigner(parts);
  }

  /** Errors: INTEGRITY (what was cosigned here is not readable). */
  async list(): Promise<WitnessesKnown> {
    const log = this.#parts.opened();
    return {
      ownKey: await this.#cosigner.key(),
      witnesses: this.own.list(log.store),
      witnessed: await this.#cosigner.logs(log),
    };
  }

  /** Errors: those of `OwnWitnesses.add`. */
  async add(input: Parameters<OwnWitnesses['add']>[1], operation: Operation): Promise<Witness> {
    return await this.own.add(this.#parts.opened(), input, operation);
  }

  /** Errors: NOT_FOUND. */
  async remove(
    { witness }: { readonly witness: string },
    operation: Operation,
  ): Promise<Record<string, never>> {
    await this.own.remove(this.#parts.opened(), witness, operation);
    return {};
  }

  /** The newest checkpoint, with every tenant's head in the log. Errors: those of `OwnWitnesses.request`. */
  async request(
    input: Parameters<OwnWitnesses['request']>[2],
    operation: Operation,
  ): Promise<WitnessRequestFile> {
    const log = this.#parts.opened();
    await log.appender.commitTenants();
    const made = this.own.request(log, this.#parts.head(), input);
    const { logId, size, old } = made;
    operation.describe({ resource: { kind: 'log', id: logId }, facts: { size, old } });
    return made;
  }

  /** Errors: those of `Cosigner.cosign`. */
  async cosign(input: Parameters<Cosigner['cosign']>[1], operation: Operation): Promise<CosignedForOther> {
    return await this.#cosigner.cosign(this.#parts.opened(), input, operation);
  }

  /** Errors: those of `OwnWitnesses.take`. */
  async take({ note }: { readonly note: string }, operation: Operation): Promise<TakenCosignature> {
    const log = this.#parts.opened();
    await log.appender.settle();
    return await this.own.take(log, this.#parts.head(), note, operation);
  }
}
