import { implement } from '@orpc/server';
import { z } from 'zod';
import { contract } from '../../shared/contract/index.ts';
import type { Core } from './core.ts';
import { type CallContext, guard } from './guard.ts';

/** What implements the contract: each of its operations behind the guard, which hands it the operation that it runs as. */
export function implementer(core: Core) {
  return implement(contract)
    .$context<CallContext>()
    .use(({ context, next, procedure, signal }, input) => {
      const { meta, inputSchema } = procedure['~orpc'];
      return guard(
        core,
        { meta, input, context, signal, takes: (member) => hasMember(inputSchema, member) },
        async (operation) => await next({ context: { operation } }),
      );
    });
}

export type Implementer = ReturnType<typeof implementer>;

function hasMember(schema: unknown, member: string): boolean {
  return schema instanceof z.ZodObject && Object.hasOwn(schema.shape, member);
}
