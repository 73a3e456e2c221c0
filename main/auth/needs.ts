import type { Uuid } from '../../shared/ids.ts';
import type { Tier } from '../../shared/tiers.ts';

/** Seals personal fields under their subject's key. */
export interface SubjectSealer {
  /** Makes the subject's key, durably, before anything names the subject. */
  create(subject: Uuid, owner: 'installation'): Promise<void>;
  seal(subject: Uuid, field: string, value: string): Uint8Array;
  /** Null when the subject has been erased. */
  open(subject: Uuid, field: string, sealed: Uint8Array): string | null;
}

/** What a key's verification asks about the principal it was made for. */
export interface PrincipalFacts {
  readonly tenantId: Uuid;
  readonly state: 'active' | 'disabled';
  readonly scopes: readonly string[];
  readonly tenantState: 'active' | 'suspended';
  readonly tier: Tier;
}

export interface PrincipalDirectory {
  find(id: Uuid): PrincipalFacts | undefined;
}

/** Told of failures that nobody waits for, with the operation they belong to, if any. */
export type ErrorLog = (error: unknown, operationId: Uuid | null) => void;

/** Where the installation is sealed under passphrases: whose passphrase opens it. */
export interface Unlocking {
  /** `passphrase` opens it too, beside what this operator opened it with before; `at`: since then, in epoch milliseconds, now by default. */
  allow(operatorId: Uuid, passphrase: string, at?: number): Promise<void>;
  /** No passphrase of this operator opens it any more, or only not the one since `at`. Does nothing for someone who could not. */
  revoke(operatorId: Uuid, at?: number): Promise<void>;
  /** Of this operator's passphrases the one since `at` alone opens it; where there is none, the oldest. */
  settle(operatorId: Uuid, at: number | null): Promise<void>;
  /** Whose passphrase opens it after a start; null where an unlock file does, so that nobody's has to. Errors: INTEGRITY, NEWER_FORMAT, IO. */
  openers(): Promise<readonly string[] | null>;
  /** Of whom there are passphrases that open it. */
  holders(): Promise<ReadonlySet<string>>;
}
