import { z } from 'zod';
import { authorityPem, forwardSecrets } from '../../forward-secrets.ts';
import {
  defaultMessageBytes,
  forwardContents,
  forwardFormats,
  forwardKinds,
  forwardProblems,
  isPlainHttp,
  letterReasons,
  mostDeadLetters,
  readForwardAddress,
} from '../../forwarding.ts';
import { severities } from '../../severities.ts';
import { operation } from '../operation.ts';
import { count, displayName, reason, tenantReference, timestamp, uuid } from '../values.ts';
import { ownersChange } from './owners-change.ts';

const destination = z.object({
  id: uuid,
  name: z.string(),
  kind: z.enum(forwardKinds),
  /** `tcp://host:port`, `tls://host:port` or the URL of a webhook. */
  address: z.string(),
  format: z.enum(forwardFormats),
  what: z.enum(forwardContents),
  minimumSeverity: z.enum(severities),
  /** Whose log alone; null: every log. */
  tenantId: uuid.nullable(),
  /** Whether an own authority decides; pinned certificates, which decide alone. */
  tls: z.object({ ca: z.boolean(), fingerprints: z.array(z.string()) }),
  maximumBytes: count,
  /** What they are is never answered. */
  secrets: z.array(z.enum(['bearerToken', 'signingSecret', 'client'])),
  /** `waiting`: nothing is sent while no process stays (`holdfast serve`, the console). */
  state: z.enum(['paused', 'waiting', 'current', 'behind', 'failing']),
  problem: z
    .object({
      reason: z.enum(forwardProblems),
      /** A code of the system's, a status: a few characters. */
      detail: z.string(),
      since: timestamp,
      nextTry: timestamp,
    })
    .nullable(),
  /** What was not sent yet, of whatever severity, and when the oldest of it was written. */
  lag: z.object({ entries: count, since: timestamp.nullable() }),
  sent: z.object({ entries: count, time: timestamp.nullable() }),
  deadLetters: count,
  addedAt: timestamp,
});
export type ForwardDestination = z.infer<typeof destination>;

const deadLetter = z.object({
  logId: z.string(),
  index: count,
  reason: z.enum(letterReasons),
  detail: z.string(),
  tries: count,
  time: timestamp,
  /** Is tried once more as soon as something can be sent. */
  due: z.boolean(),
});
export type DeadLetter = z.infer<typeof deadLetter>;

const address = z
  .string()
  .max(500)
  .refine(
    (text) => readForwardAddress(text) !== undefined,
    'tcp://host:port, tls://host:port, or https://... without user, query and fragment',
  );

/** Form of RFC 5425 section 4.2.2. */
const fingerprint = z
  .string()
  .trim()
  .transform((text) => text.replace(/^sha-?256[:=]?\s*/i, 'sha-256:').toUpperCase())
  .transform((text) => text.replace('SHA-256', 'sha-256'))
  .refine((text) => /^sha-256(?::[0-9A-F]{2}){32}$/.test(text), 'sha-256: and 32 bytes as AB:CD:...');

const chosen = {
  name: displayName,
  format: z.enum(forwardFormats),
  /** Alerts alone go to a webhook in a form of their own, and to syslog as the entries that tell of them. */
  what: z.enum(forwardContents),
  minimumSeverity: z.enum(severities),
  /** PEM of the authorities that are accepted; null: those that come with the program. */
  ca: authorityPem.nullable(),
  /** A certificate that has one of them is accepted, whatever it says; no other is. */
  fingerprints: z.array(fingerprint).max(10),
  /** A longer syslog message is set aside. */
  maximumBytes: z.int().min(480).max(1_000_000),
  secrets: forwardSecrets,
};

const named = z.object({ destinationId: uuid });

/** Forwarding of the log to others that keep, search and watch it. */
export const forwardingOperations = {
  listDestinations: operation({ permission: 'audit:read' })
    .input(z.object({}))
    .output(z.object({ items: z.array(destination) })),
  /** Entries go there from now on, or from the beginning of each log. Name and address are in the log in clear. */
  addDestination: operation({ ...ownersChange, action: 'audit.forward.add' })
    .input(
      z
        .object({
          ...chosen,
          address,
          format: chosen.format.default('ocsf'),
          what: chosen.what.default('entries'),
          minimumSeverity: chosen.minimumSeverity.default('info'),
          ca: chosen.ca.default(null),
          fingerprints: chosen.fingerprints.default([]),
          maximumBytes: chosen.maximumBytes.default(defaultMessageBytes),
          secrets: chosen.secrets.default({}),
          tenant: tenantReference.optional(),
          from: z.enum(['now', 'beginning']).default('now'),
          /** Lets entries cross a network in clear. */
          plainHttp: z.boolean().default(false),
        })
        .superRefine(({ address, plainHttp }, context) => {
          const place = readForwardAddress(address);
          if (plainHttp || place === undefined || !isPlainHttp(place)) return;
          context.addIssue({ code: 'custom', path: ['address'], message: 'https, or plainHttp' });
        }),
    )
    .output(destination),
  /** What is left out stays as it is; `secrets` takes the place of all there were. */
  updateDestination: operation({ ...ownersChange, action: 'audit.forward.update' })
    .input(
      z.object({
        destinationId: uuid,
        name: chosen.name.optional(),
        ca: chosen.ca.optional(),
        fingerprints: chosen.fingerprints.optional(),
        maximumBytes: chosen.maximumBytes.optional(),
        secrets: chosen.secrets.optional(),
      }),
    )
    .output(destination),
  /** Sends one message that is no entry. */
  testDestination: operation({ permission: 'audit:write', action: 'audit.forward.test' })
    .input(named)
    .output(z.object({ destinationId: uuid, durationMs: count })),
  pauseDestination: operation({ ...ownersChange, action: 'audit.forward.pause' })
    .input(named.extend({ reason }))
    .output(destination),
  /** Goes on where it stopped. */
  resumeDestination: operation({ ...ownersChange, action: 'audit.forward.resume', limitsHarm: true })
    .input(named)
    .output(destination),
  /** Forgets how far it got, and its secrets. */
  removeDestination: operation({ ...ownersChange, action: 'audit.forward.remove' })
    .input(named.extend({ reason }))
    .output(named),
  /** The oldest first. */
  listDeadLetters: operation({ permission: 'audit:read', action: 'audit.read', audited: 'read' })
    .input(named)
    .output(z.object({ items: z.array(deadLetter).max(mostDeadLetters) })),
  /** Every dead letter of the destination is tried once more. */
  retryDeadLetters: operation({ permission: 'audit:write', action: 'audit.forward.retry' })
    .input(named)
    .output(z.object({ entries: count })),
  /** They are never sent there; the log keeps them. */
  dropDeadLetters: operation({ ...ownersChange, action: 'audit.forward.drop' })
    .input(named.extend({ reason }))
    .output(z.object({ entries: count })),
};
