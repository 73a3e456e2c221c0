import { toRfc3339 } from '../../shared/clock.ts';
import type { Erasure } from '../../shared/contract/erasures.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { ErasureFacts, PlaceRow } from '../tenants/erasure/erasure-store.ts';
import { CertificateLines, placeLine } from './certificate-lines.ts';

const title = 'holdfast erasure certificate v1';
const notCovered = 'copies that were made outside Holdfast';

export interface Certified extends ErasureFacts {
  readonly installationId: Uuid;
  readonly places: readonly PlaceRow[];
  /** Of places that are pending since an object lock keeps what was removed there. */
  readonly locks: readonly (NonNullable<Erasure['places'][number]['locked']> & {
    readonly targetId: Uuid | null;
  })[];
  /** Of the newest attempt to read the tenant; epoch milliseconds. */
  readonly proof: { readonly time: number; readonly ok: boolean } | null;
}

/** The text of a certificate, without its signature (docs/formats/erasure-certificate.md). */
export function certificateText(certified: Certified): string {
  const { installationId, tenantId, slug, erasedAt, operationId, places, locks, proof } = certified;
  return [
    title,
    `installation: ${installationId}`,
    `tenant: ${tenantId}`,
    `slug: ${slug}`,
    `erased: ${toRfc3339(erasedAt)}`,
    `operation: ${operationId}`,
    ...places.map(placeLine),
    ...locks.map(
      ({ targetId, until, readable }) =>
        `locked: ${targetId ?? 'first'} until ${until ?? 'further notice'}, ${readable ? 'readable with the recovery key' : 'readable by nobody: keys destroyed'}`,
    ),
    proof === null
      ? 'proof: none'
      : `proof: ${toRfc3339(proof.time)} ${proof.ok ? 'nothing could be read' : 'not everything could be ruled out'}`,
    `not covered: ${notCovered}`,
    '',
  ].join('\n');
}

/** Reads what `certificateText` wrote; the signature is not checked here. Errors: INTEGRITY. */
export function parseCertificate(note: string): Omit<Certified, 'proof' | 'locks'> {
  const lines = new CertificateLines(note, title, 'an erasure');
  return {
    installationId: lines.uuid('installation'),
    tenantId: lines.uuid('tenant'),
    slug: lines.text('slug'),
    erasedAt: lines.time('erased'),
    operationId: lines.uuid('operation'),
    places: lines.places(),
  };
}
