import { z } from 'zod';

const pem = (label: string) =>
  z
    .string()
    .max(50_000)
    .refine((text) => new RegExp(`-----BEGIN ${label}-----`).test(text), 'PEM');

/** Write-only: what signs in to a destination of the log goes into the keyring and is never answered. */
export const forwardSecrets = z.strictObject({
  bearerToken: z
    .string()
    .regex(/^[\x21-\x7e]{1,4000}$/, 'visible ASCII')
    .optional(),
  /** Of Standard Webhooks. */
  signingSecret: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'whsec_ and base64 of 24 to 64 bytes')
    .optional(),
  client: z.strictObject({ key: pem('(?:[A-Z]+ )?PRIVATE KEY'), certificate: pem('CERTIFICATE') }).optional(),
});
export type ForwardSecrets = z.output<typeof forwardSecrets>;

/** PEM of accepted authorities. */
export const authorityPem = pem('CERTIFICATE');
