import type { InferSchemaOutput } from '@orpc/contract';
import type { breachOperations } from '../../../shared/contract/audit/breaches.ts';

type Contract = typeof breachOperations;

/** What an operation of the contract is called with once it has been parsed. */
export type Input<Name extends keyof Contract> = InferSchemaOutput<
  NonNullable<Contract[Name]['~orpc']['inputSchema']>
>;

/** What it answers. */
export type Output<Name extends keyof Contract> = InferSchemaOutput<
  NonNullable<Contract[Name]['~orpc']['outputSchema']>
>;
