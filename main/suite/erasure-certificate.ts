import { toRfc3339 } from '../../shared/clock.ts';
import type { Erasure } from '../../shared/contract/erasures.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { type Uuid, uuidPattern } from '../../shared/ids.ts';
import type { ErasureFacts, PlaceRow } from '../tenants/erasure/erasure-store.ts';

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

const states = ['erased', 'pending', 'abandoned'] as const;

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
    ...places.map(
      ({ targetId, name, state, time }) =>
        `place: ${targetId ?? 'first'} ${state} ${toRfc3339(time)}${name === '' ? '' : ` ${name}`}`,
    ),
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
  const [first, ...lines] = note.split('\n\n', 1)[0]?.split('\n') ?? [];
  const values = (name: string) =>
    lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
  const id = (name: string) => {
    const [value = ''] = values(name);
    if (!isUuid(value)) throw malformed();
    return value;
  };
  if (first !== title) throw malformed();
  return {
    installationId: id('installation'),
    tenantId: id('tenant'),
    slug: values('slug')[0] ?? '',
    erasedAt: timeOf(values('erased')[0]),
    operationId: id('operation'),
    places: values('place').map(parsePlace),
  };
}

function parsePlace(text: string): PlaceRow {
  const [target = '', given, time, ...name] = text.split(' ');
  const state = states.find((known) => known === given);
  if (state === undefined || !(target === 'first' || isUuid(target))) throw malformed();
  return { targetId: target === 'first' ? null : target, state, time: timeOf(time), name: name.join(' ') };
}

const isUuid = (text: string): text is Uuid => uuidPattern.test(text);

function timeOf(text: string | undefined): number {
  const time = Date.parse(text ?? '');
  if (Number.isNaN(time)) throw malformed();
  return time;
}

function malformed(): HoldfastError {
  return new HoldfastError('INTEGRITY', 'This is not a certificate of an erasure.', {
    problems: ['erasure-certificate'],
  });
}
