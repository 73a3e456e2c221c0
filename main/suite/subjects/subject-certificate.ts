import { toRfc3339 } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { type Uuid, uuidPattern } from '../../../shared/ids.ts';
import { pseudonymPattern } from '../../audit/pseudonym.ts';
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
const states = ['erased', 'pending', 'abandoned'] as const;

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
    ...places.map(
      ({ targetId, name, state, time }) =>
        `place: ${targetId ?? 'first'} ${state} ${toRfc3339(time)}${name === '' ? '' : ` ${name}`}`,
    ),
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
  const [first, ...lines] = note.split('\n\n', 1)[0]?.split('\n') ?? [];
  if (first !== title) throw malformed();
  const values = (name: string) =>
    lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
  const value = (name: string) => values(name)[0] ?? '';
  const tenant = value('tenant');
  const kind = kinds.find((known) => known === value('kind'));
  const pseudonym = value('person');
  if (kind === undefined || !pseudonymPattern.test(pseudonym)) throw malformed();
  const counted = /^(\d+) entries, (\d+) sealed fields$/.exec(value('log'));
  const locks = new Map(values('locked').map(parseLock));
  return {
    tenantId: tenant === 'none' ? null : uuidOf(tenant),
    pseudonym,
    kind,
    erasedAt: timeOf(value('erased')),
    operationId: uuidOf(value('operation')),
    entries: counted === null ? null : Number(counted[1]),
    fields: counted === null ? null : Number(counted[2]),
    places: values('place').map((text) => parsePlace(text, locks)),
  };
}

function parsePlace(text: string, locks: ReadonlyMap<string, number>): KeyPlaceRow {
  const [target = '', given, time = '', ...name] = text.split(' ');
  const state = states.find((known) => known === given);
  if (state === undefined) throw malformed();
  return {
    targetId: target === 'first' ? null : uuidOf(target),
    state,
    time: timeOf(time),
    name: name.join(' '),
    lockedUntil: locks.get(target) ?? null,
  };
}

function parseLock(text: string): [string, number] {
  const found = /^(\S+) until (further notice|\S+), /.exec(text);
  const [, target = '', until = ''] = found ?? [];
  return [target, until === 'further notice' ? noEnd : timeOf(until)];
}

function uuidOf(text: string): Uuid {
  if (!uuidPattern.test(text)) throw malformed();
  return text as Uuid;
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw malformed();
  return time;
}

function malformed(): HoldfastError {
  return new HoldfastError('INTEGRITY', 'This is not a certificate of the erasure of a person.', {
    problems: ['erasure-certificate'],
  });
}
