import { z } from 'zod';
import { roles } from '../roles.ts';
import { operation } from './operation.ts';
import { displayName, page, paging, tenantReference, timestamp, uuid } from './values.ts';

export const operatorStates = ['active', 'disabled'] as const;

/** At least 12 characters; length is what counts (NIST SP 800-63B section 5.1.1.2). */
export const passphrase = z
  .string()
  .max(8000)
  .transform((text) => text.normalize('NFC'))
  .refine((text) => [...text].length >= 12, 'at least 12 characters')
  .refine((text) => [...text].length <= 1000, 'at most 1000 characters');

export const operator = z.object({
  id: uuid,
  name: z.string(),
  role: z.enum(roles),
  state: z.enum(operatorStates),
  createdAt: timestamp,
});
export type Operator = z.infer<typeof operator>;

const listedOperator = operator.extend({
  /** Whether their passphrase opens the installation after a start; null where it opens without one. */
  opens: z.boolean().nullable(),
});
export type ListedOperator = z.infer<typeof listedOperator>;

export const session = z.object({
  /** Goes with every later call; shown to nobody. Null to a window, whose host keeps it. */
  token: z.string().nullable(),
  operatorId: uuid,
  name: z.string(),
  role: z.enum(roles),
  expiresAt: timestamp,
});
type Session = z.infer<typeof session>;
/** As the core hands it out, before a window's host keeps the token. */
export type IssuedSession = Session & { readonly token: string };

/** What somebody who has signed in may know of their own session. */
const currentSession = session.omit({ token: true }).extend({
  /** Until then the proof of the passphrase counts as fresh; may lie in the past. */
  freshUntil: timestamp,
});
export type CurrentSession = z.infer<typeof currentSession>;

export const apiKey = z.object({
  id: uuid,
  /** The public, look-up part of the key. */
  lookup: z.string(),
  tenantId: uuid,
  principalId: uuid,
  scopes: z.array(z.string()),
  createdAt: timestamp,
  expiresAt: timestamp,
  revokedAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;

export const verification = z.object({
  valid: z.boolean(),
  /** Why not: the same word for every kind of wrong key. */
  reason: z.enum(['not-valid', 'expired', 'revoked', 'inactive']).nullable(),
  principalId: uuid.nullable(),
  tenantId: uuid.nullable(),
  scopes: z.array(z.string()),
});
export type Verification = z.infer<typeof verification>;

export const auth = {
  signIn: operation({ permission: 'open', action: 'auth.sign-in', cure: true })
    .input(z.object({ name: displayName.optional(), passphrase: z.string().max(1000) }))
    .output(session),
  signOut: operation({ permission: 'suite:read', action: 'auth.sign-out', cure: true, limitsHarm: true })
    .input(z.object({}))
    .output(z.object({})),
  /** Who the caller is, so that a window that was loaded again knows. */
  getSession: operation({ permission: 'suite:read' }).input(z.object({})).output(currentSession),

  createOperator: operation({
    permission: 'operators:write',
    action: 'operator.create',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(z.object({ name: displayName, role: z.enum(roles), passphrase }))
    .output(operator),
  listOperators: operation({ permission: 'operators:read' })
    .input(z.object({ ...paging }))
    .output(page(listedOperator)),
  disableOperator: operation({
    permission: 'operators:write',
    action: 'operator.disable',
    severity: 'critical',
    critical: true,
    stepUp: true,
    limitsHarm: true,
  })
    .input(z.object({ operatorId: uuid }))
    .output(operator),
  /** Lets one who was disabled in again, under a new passphrase. */
  enableOperator: operation({
    permission: 'operators:write',
    action: 'operator.enable',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(z.object({ operatorId: uuid, passphrase }))
    .output(operator),
  /** Of an operator who forgot it, or whose passphrase others may know. Ends their sessions. */
  resetPassphrase: operation({
    permission: 'operators:write',
    action: 'operator.passphrase.reset',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(z.object({ operatorId: uuid, passphrase }))
    .output(operator),
  /** The caller's own. Ends their other sessions. */
  changePassphrase: operation({
    permission: 'suite:read',
    action: 'operator.passphrase.change',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(z.object({ passphrase }))
    .output(operator),

  /** The key itself is in this answer and nowhere else. */
  generateApiKey: operation({
    permission: 'keys:write',
    action: 'auth.key.create',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(
      z.object({
        principalId: uuid,
        scopes: z.array(z.string().max(100)).max(100).optional(),
        expiresInMs: z
          .number()
          .int()
          .min(60_000)
          .max(366 * 86_400_000)
          .default(90 * 86_400_000),
      }),
    )
    .output(apiKey.extend({ key: z.string() })),
  listApiKeys: operation({ permission: 'keys:read' })
    .input(z.object({ ...paging, tenant: tenantReference.optional(), principalId: uuid.optional() }))
    .output(page(apiKey)),
  verifyApiKey: operation({ permission: 'keys:read' })
    .input(z.object({ key: z.string().max(200) }))
    .output(verification),
  revokeApiKey: operation({
    permission: 'keys:write',
    action: 'auth.key.revoke',
    severity: 'critical',
    critical: true,
    stepUp: true,
    limitsHarm: true,
  })
    .input(z.object({ keyId: uuid }))
    .output(apiKey),
};
