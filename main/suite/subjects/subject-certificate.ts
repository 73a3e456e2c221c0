import { toRfc3339 } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { pseudonymPattern } from '../../audit/pseudonym.ts';
import { CertificateLines, placeLine } from '../certificate-lines.ts';
import { type KeyPlaceRow, noEnd, type SubjectErasureRow } from './subject-erasure-store.ts';

const title = 'holdfast person erasure certificate v1';
const notCovered =
  'copies that were made outside Holdfast; what people wrote into documents, files and reasons';

type Certified = Omit<SubjectErasureRow, 'subjectId' | 'certificate'> & {
  readonly installationId: Uuid;
  /** In C2SP's form. */
  readonly verifierKey: string;
  readonly places: readonly KeyPlaceRow[];
};

const kinds = ['user', 'bot', 'operator'] as const;

/** The text of a person's certificate, without its signature (docs/formats/erasure-certificate.md). */
export function subjectCertificateText(certified: Certified): string {
  const { installationId, tenantId, kind, pseudonym, erasedAt, operationId, keyDestroyedAt } = certified;
  const { entries, fields, places, verifierKey } = certified;
  return [
    title,
    `installation: ${installationId}`,
    `tenant: ${tenantId ?? 'none'}`,
    `person: ${pseudonym}`,
    `kind: ${kind}`,
    `erased: ${toRfc3339(erasedAt)}`,
    `operation: ${operationId}`,
    `key: ${keyDestroyedAt === null ? 'not destroyed' : `destroyed ${toRfc3339(keyDestroyedAt)}`}`,
    `log: ${entries === null || fields === null ? 'not counted' : `${entries} entries, ${fields} sealed fields`}`,
    ...places.map(placeLine),
    ...places.flatMap(({ targetId, lockedUntil }) =>
      lockedUntil === null
        ? []
        : [
            `locked: ${targetId ?? 'first'} until ${lockedUntil === noEnd ? 'further notice' : toRfc3339(lockedUntil)}, readable with the recovery key`,
          ],
    ),
    `verifier key: ${verifierKey}`,
    `not covered: ${notCovered}`,
    '',
  ].join('\n');
}

/** Reads what `subjectCertificateText` wrote; the signature is not checked here. Errors: INTEGRITY. */
export function parseSubjectCertificate(
  note: string,
): Omit<Certified, 'installationId' | 'verifierKey' | 'keyDestroyedAt'> {
  const lines = new CertificateLines(note, title, 'the erasure of a person');
  const tenant = lines.text('tenant');
  const kind = kinds.find((known) => known === lines.text('kind'));
  const pseudonym = lines.text('person');
  if (kind === undefined || !pseudonymPattern.test(pseudonym)) throw lines.malformed();
  const counted = /^(\d+) entries, (\d+) sealed fields$/.exec(lines.text('log'));
  const locks = new Map(lines.all('locked').map((text) => parseLock(text, lines)));
  return {
    tenantId: tenant === 'none' ? null : lines.uuidOf(tenant),
    pseudonym,
    kind,
    erasedAt: lines.time('erased'),
    operationId: lines.uuid('operation'),
    entries: counted === null ? null : Number(counted[1]),
    fields: counted === null ? null : Number(counted[2]),
    places: lines
      .places()
      .map((place) => ({ ...place, lockedUntil: locks.get(place.targetId ?? 'first') ?? null })),
  };
}

function parseLock(text: string, lines: CertificateLines): [string, number] {
  const found = /^(\S+) until (further notice|\S+), /.exec(text);
  const [, target = '', until = ''] = found ?? [];
  return [target, until === 'further notice' ? noEnd : lines.timeOf(until)];
}
