import { implement } from '@orpc/server';
import { toHoldfastError, toTransportError } from '../../main/rpc/errors.ts';
import type { CallContext } from '../../main/rpc/guard.ts';
import type { HoldfastRouter } from '../../main/rpc/router.ts';
import { contract } from '../../shared/contract/index.ts';

export interface ReceivedCall {
  readonly input: unknown;
  readonly sessionToken: string | undefined;
  /** Of a window: its host is told the token by it. */
  readonly keepSession: CallContext['keepSession'];
  readonly signal: AbortSignal | undefined;
}

export type Answers = { readonly [operation: string]: (call: ReceivedCall) => unknown };

/**
 * A router of the real contract, inputs and outputs checked by it, whose answers a test hands in. A call
 * that the test did not foresee is an error, as is an answer to an operation that does not exist.
 */
export function contractRouter(answers: Answers): HoldfastRouter {
  const known = Object.entries(contract).flatMap(([group, operations]) =>
    Object.keys(operations).map((name) => `${group}.${name}`),
  );
  for (const operation of Object.keys(answers)) {
    if (!known.includes(operation)) throw new Error(`the contract has no ${operation}`);
  }
  const os = implement(contract)
    .$context<CallContext>()
    .use(async ({ next }) => {
      try {
        return await next();
      } catch (error) {
        throw toTransportError(toHoldfastError(error, 'test', { report() {} }));
      }
    });
  const groups = Object.entries(contract).map(([group, operations]) => [
    group,
    Object.fromEntries(
      Object.keys(operations).map((name) => [
        name,
        handled(Reflect.get(Reflect.get(os, group), name), answers[`${group}.${name}`], name),
      ]),
    ),
  ]);
  return Object.fromEntries(groups);
}

interface Implementer {
  handler(handle: (call: { input: unknown; context: CallContext; signal?: AbortSignal }) => unknown): unknown;
}

function handled(operation: Implementer, answer: Answers[string] | undefined, name: string) {
  return operation.handler(({ input, context, signal }) => {
    if (!answer) throw new Error(`the test did not foresee ${name}`);
    return answer({ input, sessionToken: context.sessionToken, keepSession: context.keepSession, signal });
  });
}
