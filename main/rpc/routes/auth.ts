import type { Core } from '../core.ts';
import type { Implementer } from '../implementer.ts';

export function authRoutes({ auth }: Implementer, core: Core) {
  return {
    signIn: auth.signIn.handler(async ({ input, context }) => {
      const session = await core.auth.signIn(input, context.operation);
      if (context.keepSession === undefined) return session;
      context.keepSession(session.token);
      return { ...session, token: null };
    }),
    signOut: auth.signOut.handler(async ({ input, context }) => {
      const answer = await core.auth.signOut(input, context.operation);
      context.keepSession?.(null);
      return answer;
    }),
    getSession: auth.getSession.handler(({ context }) => core.auth.getSession(context.operation)),
    createOperator: auth.createOperator.handler(({ input, context }) =>
      core.auth.createOperator(input, context.operation),
    ),
    listOperators: auth.listOperators.handler(({ input, context }) =>
      core.auth.listOperators(input, context.operation),
    ),
    disableOperator: auth.disableOperator.handler(({ input, context }) =>
      core.auth.disableOperator(input, context.operation),
    ),
    enableOperator: auth.enableOperator.handler(({ input, context }) =>
      core.auth.enableOperator(input, context.operation),
    ),
    resetPassphrase: auth.resetPassphrase.handler(({ input, context }) =>
      core.auth.resetPassphrase(input, context.operation),
    ),
    changePassphrase: auth.changePassphrase.handler(({ input, context }) =>
      core.auth.changePassphrase(input, context.operation),
    ),
    generateApiKey: auth.generateApiKey.handler(({ input, context }) =>
      core.auth.generateApiKey(input, context.operation),
    ),
    listApiKeys: auth.listApiKeys.handler(({ input, context }) =>
      core.auth.listApiKeys(input, context.operation),
    ),
    verifyApiKey: auth.verifyApiKey.handler(({ input, context }) =>
      core.auth.verifyApiKey(input, context.operation),
    ),
    revokeApiKey: auth.revokeApiKey.handler(({ input, context }) =>
      core.auth.revokeApiKey(input, context.operation),
    ),
  };
}
