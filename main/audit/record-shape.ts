import { documentIdPattern, uuidPattern } from '../../shared/ids.ts';
import { actorKinds, outcomes, severities } from '../../shared/severities.ts';
import { logOriginPattern } from './log-name.ts';
import { pseudonymPattern } from './pseudonym.ts';

const phases = ['intent', 'outcome'];

/** Answers the path of the first fault within a value ('' for the value itself), or undefined for none. */
type Check = (value: unknown) => string | undefined;

const when =
  (holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : '';

/** Many records in a row have the same log, program and policy: what matched last is not matched anew. */
function matching(pattern: RegExp): Check {
  let last: string | undefined;
  return when((value) => {
    if (typeof value !== 'string' || (value !== last && !pattern.test(value))) return false;
    last = value;
    return true;
  });
}
const oneOf = (words: readonly string[]) =>
  when((value) => typeof value === 'string' && words.includes(value));
/** Up to `length` characters in any script. JSON.stringify writes them as RFC 8785 does when well formed. */
const text = (length: number) =>
  when(
    (value) => typeof value === 'string' && value !== '' && value.length <= length && value.isWellFormed(),
  );
const count = when((value) => Number.isSafeInteger(value) && typeof value === 'number' && value >= 0);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object with all of the required members, any of the optional ones, and no other. */
function shaped(required: Record<string, Check>, optional: Record<string, Check>): Check {
  const requiredMembers = Object.keys(required);
  const needed = new Set(requiredMembers);
  const members = new Map([...Object.entries(required), ...Object.entries(optional)]);
  return (value) => {
    if (!isObject(value)) return '';
    let fault: string | undefined;
    let missing = needed.size;
    for (const key of Object.keys(value)) {
      const check = members.get(key);
      const found = check === undefined ? '' : check(value[key]);
      if (found !== undefined) fault ??= found === '' ? key : `${key}.${found}`;
      if (needed.has(key)) missing -= 1;
    }
    return missing === 0 ? fault : requiredMembers.find((key) => !Object.hasOwn(value, key));
  };
}

/** Each of its own, since it remembers what it saw last. */
const uuid = () => matching(uuidPattern);
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

const place: Record<string, Check> = {
  v: when((value) => value === 1),
  log: matching(logOriginPattern),
  i: count,
};

const required: Record<string, Check> = {
  id: uuid(),
  t: count,
  boot: uuid(),
  mono: count,
  act: matching(/^(?=.{1,100}$)[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)*$/),
  sev: oneOf(severities),
  out: oneOf(outcomes),
  ph: oneOf(phases),
  who: shaped({ k: oneOf(actorKinds) }, { p: matching(pseudonymPattern), s: matching(documentIdPattern) }),
  app: matching(/^[0-9A-Za-z.+-]{1,60}$/),
  pol: matching(/^[0-9a-f]{64}$/),
};

const optional: Record<string, Check> = {
  cor: uuid(),
  // A document is named by its collection, "/" and its id; a service names its resources as it likes.
  res: shaped({ k: text(60), id: text(300) }, {}),
  why: commitment,
  dif: (value) => states(value) ?? (isObject(value) && Object.keys(value).length > 0 ? undefined : ''),
  pd: personalFields,
  x: when(isObject),
};

/** The path (`who.p`, `pd.0.c`) of the first member that a record of version 1 cannot have, or undefined. */
export const recordFault: Check = shaped({ ...place, ...required }, optional);

/** The same for a record that has no place in a log yet: without `v`, `log` and `i`. */
export const draftFault: Check = shaped(required, optional);
