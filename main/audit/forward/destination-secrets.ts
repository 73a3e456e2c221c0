import { createHash, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { HoldfastError } from '../../../shared/errors.ts';
import type { ForwardSecrets } from '../../../shared/forward-secrets.ts';
import { type ForwardPlace, readForwardAddress } from '../../../shared/forwarding.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { DeliveryFailure } from './delivery-failure.ts';
import type { DestinationRow, SecretName } from './destination-rows.ts';

/** Where secrets of destinations are kept: the keyring. */
export interface SecretKeeper {
  get(id: Uuid): { readonly boundTo: string; readonly secrets: ForwardSecrets } | null;
  put(id: Uuid, kept: { readonly boundTo: string; readonly secrets: ForwardSecrets } | null): Promise<void>;
}

type Bound = Pick<DestinationRow, 'address' | 'ca' | 'fingerprints'>;

/** Names the address and what it is recognised by: whoever edits them in control.db does not get the secrets sent there. */
export function boundTo({ address, ca, fingerprints }: Bound): string {
  return createHash('sha256')
    .update(JSON.stringify([address, ca, fingerprints]))
    .digest('base64');
}

export function secretNames({ bearerToken, signingSecret, client }: ForwardSecrets): SecretName[] {
  const given = { bearerToken, signingSecret, client };
  return (['bearerToken', 'signingSecret', 'client'] as const).filter((name) => given[name] !== undefined);
}

/** What a destination needs, or DeliveryFailure: nothing is sent without it. */
export function secretsFor(keeper: SecretKeeper, row: DestinationRow): ForwardSecrets {
  if (row.secrets.length === 0) return {};
  const kept = keeper.get(row.id);
  if (kept === null) throw new DeliveryFailure('secret-missing');
  if (kept.boundTo !== boundTo(row)) throw new DeliveryFailure('secret-missing', 'another address');
  return kept.secrets;
}

/** Errors: VALIDATION for what the kind of destination has no use for, or that is no key or certificate. */
export function requireUsable(
  { address, ca, fingerprints }: Bound,
  { bearerToken, signingSecret, client }: ForwardSecrets,
): void {
  const place = requirePlace(address);
  if (place.kind !== 'webhook' && (bearerToken ?? signingSecret) !== undefined) {
    throw unusable('secrets', 'forward-webhook-only', 'A token and a signing secret are for webhooks only.');
  }
  const secure = place.kind === 'syslog-tls' || (place.kind === 'webhook' && place.url.startsWith('https:'));
  if (!secure && (client !== undefined || ca !== null || fingerprints.length > 0)) {
    const message = 'Without TLS there are no certificates. Choose tls:// or https://, or leave them out.';
    throw unusable('ca', 'forward-tls-only', message);
  }
  if (ca !== null) {
    try {
      new X509Certificate(ca);
    } catch (cause) {
      throw unusable('ca', 'certificate', 'This is no certificate of an authority in PEM.', cause);
    }
  }
  if (client !== undefined) {
    try {
      createSecureContext({ key: client.key, cert: client.certificate });
    } catch (cause) {
      const message = 'Key and certificate do not belong together, or the key is under a passphrase.';
      throw unusable('secrets.client', 'client-certificate', message, cause);
    }
  }
}

/** Errors: VALIDATION. */
export function requirePlace(address: string): ForwardPlace {
  const place = readForwardAddress(address);
  if (place !== undefined) return place;
  throw unusable('address', 'forward-address', 'Write tcp://host:port, tls://host:port or https://....');
}

function unusable(path: string, reason: string, message: string, cause?: unknown): HoldfastError {
  return new HoldfastError('VALIDATION', message, { issues: [{ path, reason }] }, { cause });
}
