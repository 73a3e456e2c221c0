import { oc } from '@orpc/contract';
import { z } from 'zod';
import { type ErrorCode, errorCodes } from '../errors.ts';
import type { Permission } from '../roles.ts';
import type { Severity } from '../severities.ts';

/** What is said of each operation beside its input and output; main/rpc acts on it, so no host can skip it. */
export interface OperationMeta {
  /** `open`: before anyone has signed in. */
  readonly permission: Permission | 'open';
  /** The audit action; absent where the operation leaves no entry. */
  readonly action?: string;
  readonly severity?: Severity;
  /** A durable intent comes before the change; without a working log the operation is refused. */
  readonly critical?: boolean;
  /** A read whose success is itself an entry, written after it. */
  readonly audited?: 'read';
  /** Asks for a fresh proof of the operator's passphrase. */
  readonly stepUp?: boolean;
  /** Helps against a full disk: may use the reserve that is kept for it, and is never refused for its loss. */
  readonly cure?: boolean;
  /** Limits harm or saves what there is: goes on while the audit log does not fit its anchor, when other changes wait. */
  readonly limitsHarm?: boolean;
  /** Answers with a job's id at once; the result is the job's. */
  readonly job?: boolean;
}

const data = z.record(z.string(), z.json());

const errorMap = Object.fromEntries(errorCodes.map((code) => [code, { data }])) as {
  [Code in ErrorCode]: { data: typeof data };
};

const base = oc.$meta<OperationMeta>({ permission: 'open' }).errors(errorMap);

/** One operation of the contract. */
export function operation(meta: OperationMeta) {
  return base.meta(meta);
}
