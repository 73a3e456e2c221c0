import { documentIdPattern, uuidPattern } from '../../shared/ids.ts';
import { logOriginPattern } from './log-name.ts';
import { pseudonymPattern } from './pseudonym.ts';

/** Answers the path of the first fault within a value ('' for the value itself), or undefined for none. */
type Check = (value: unknown) => string | undefined;

const when =
  (holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : '';

const matching = (pattern: RegExp) => when((value) => typeof value === 'string' && pattern.test(value));
const oneOf = (...words: string[]) => when((value) => typeof value === 'string' && words.includes(value));
const count = when((value) => Number.isSafeInteger(value) && typeof value === 'number' && value >= 0);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object with all of the required members, any of the optional ones, and no other. */
function shaped(required: Record<string, Check>, optional: Record<string, Check>): Check {
  const requiredMembers = Object.keys(required);
  const members = new Map([...Object.entries(required), ...Object.entries(optional)]);
  return (value) => {
    if (!isObject(value)) return '';
    for (const key of requiredMembers) if (!Object.hasOwn(value, key)) return key;
    for (const key of Object.keys(value)) {
      const check = members.get(key);
      const fault = check === undefined ? '' : check(value[key]);
      if (fault !== undefined) return fault === '' ? key : `${key}.${fault}`;
    }
    return undefined;
  };
}

const uuid = matching(uuidPattern);
/** Base64 of 32 bytes, in its one spelling: the last digit has two bits that are always zero. */
const commitment = matching(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/);

const personalField = shaped(
  {
    s: matching(pseudonymPattern),
    f: matching(/^(?=.{1,100}$)[a-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*$/),
    c: commitment,
  },
  {},
);

// The other committed fields of a record; an opening is bound to event id and field, so names must differ.
const committedFields = ['why', 'dif.b', 'dif.a'];

const personalFields: Check = (value) => {
  if (!Array.isArray(value) || value.length === 0) return '';
  const fields = new Set<unknown>(committedFields);
  for (const [index, entry] of value.entries()) {
    const fault = personalField(entry) ?? (fields.has(entry.f) ? 'f' : undefined);
    if (fault !== undefined) return fault === '' ? `${index}` : `${index}.${fault}`;
    fields.add(entry.f);
  }
  return undefined;
};

const states = shaped({}, { b: commitment, a: commitment });

/** The path (`who.p`, `pd.0.c`) of the first member that a record of version 1 cannot have, or undefined. */
export const recordFault: Check = shaped(
  {
    v: when((value) => value === 1),
    log: matching(logOriginPattern),
    i: count,
    id: uuid,
    t: count,
    boot: uuid,
    mono: count,
    act: matching(/^(?=.{1,100}$)[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$/),
    sev: oneOf('info', 'warning', 'critical'),
    out: oneOf('success', 'failure', 'unknown'),
    ph: oneOf('intent', 'outcome'),
    who: shaped(
      { k: oneOf('operator', 'user', 'bot', 'system') },
      { p: matching(pseudonymPattern), s: matching(documentIdPattern) },
    ),
    app: matching(/^[0-9A-Za-z.+-]{1,60}$/),
    pol: matching(/^[0-9a-f]{64}$/),
  },
  {
    cor: uuid,
    // A document is named by its collection, "/" and its id; the files' collection is "$files".
    res: shaped({ k: matching(/^[a-z][a-z0-9-]{0,62}$/), id: matching(/^[A-Za-z0-9._:@/$-]{1,270}$/) }, {}),
    why: commitment,
    dif: (value) => states(value) ?? (isObject(value) && Object.keys(value).length > 0 ? undefined : ''),
    pd: personalFields,
    x: when(isObject),
  },
);
