import type { InferContractRouterInputs } from '@orpc/contract';
import type { contract } from '../../shared/contract/index.ts';
import type { Tenant } from '../../shared/contract/tenants.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Stand } from './stand.ts';

type Contract = typeof contract;
type Inputs = InferContractRouterInputs<Contract>;

/** What the suite has to know of an operation beyond what the contract says. */
export interface OperationCase<Input = object> {
  /** Makes what the call needs and answers an input that succeeds, about `tenant` where it is about one. */
  given(stand: Stand, tenant: Tenant): Promise<Input> | Input;
  /** In its place for calls that are refused, where `given` leaves work running that changes the state. */
  still?(stand: Stand): Promise<Input> | Input;
  /** Changes of that input, each wrong in its own way: VALIDATION. */
  readonly invalid?: Readonly<Record<string, { readonly [member: string]: unknown }>>;
  /** Changes of that input that name something that is not there: NOT_FOUND with `data.kind`. */
  readonly unknown?: Readonly<Record<string, { readonly [member: string]: unknown }>>;
  /** Typed errors of this operation, by what leads to them. */
  readonly errors?: Readonly<
    Record<
      string,
      {
        readonly code: ErrorCode;
        readonly data?: { readonly [member: string]: unknown };
        input(stand: Stand): Promise<Input> | Input;
      }
    >
  >;
  /** How even the right input ends on a stand, where that is the rule. */
  readonly refused?: { readonly code: ErrorCode; readonly data: { readonly [member: string]: unknown } };
  /** Members that may hold odd text, because it is people's data. */
  readonly takes?: readonly string[];
  /** Members that are left alone when odd text is tried. */
  readonly spares?: readonly string[];
  /** Actions of further entries that a success leaves. */
  readonly leaves?: readonly string[];
  /** Has an intent although it is not critical. */
  readonly intends?: true;
  /** Looks at what a success answered. */
  answers?(answer: unknown, input: Input, stand: Stand): Promise<void> | void;
}

export type Cases<Group extends keyof Contract> = {
  readonly [Name in keyof Contract[Group]]: Name extends keyof Inputs[Group]
    ? OperationCase<Inputs[Group][Name]>
    : never;
};

export const nobodysId = '01900000-0000-7000-8000-00000000dead';
