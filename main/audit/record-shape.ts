import { documentIdPattern, uuidPattern } from '../../shared/ids.ts';
import { decodeBase64 } from './base64.ts';
import { logOriginPattern } from './log-name.ts';
import { hashLength } from './merkle.ts';
import { pseudonymPattern } from './pseudonym.ts';

/** Answers the path of the first fault in a value, or undefined when there is none. */
type Check = (value: unknown, path: string) => string | undefined;

interface Shape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional: Readonly<Record<string, Check>>;
}

const when =
  (holds: (value: unknown) => boolean): Check =>
  (value, path) =>
    holds(value) ? undefined : path;

const matching = (pattern: RegExp) => when((value) => typeof value === 'string' && pattern.test(value));
const oneOf = (...words: string[]) => when((value) => typeof value === 'string' && words.includes(value));
const count = when((value) => Number.isSafeInteger(value) && typeof value === 'number' && value >= 0);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shaped =
  ({ required, optional }: Shape): Check =>
  (value, path) => {
    if (!isObject(value)) return path;
    for (const [key, check] of Object.entries(required)) {
      if (!Object.hasOwn(value, key)) return join(path, key);
      const fault = check(value[key], join(path, key));
      if (fault !== undefined) return fault;
    }
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(required, key)) continue;
      const check = Object.hasOwn(optional, key) ? optional[key] : undefined;
      const fault = check === undefined ? join(path, key) : check(value[key], join(path, key));
      if (fault !== undefined) return fault;
    }
    return undefined;
  };

const uuid = matching(uuidPattern);
const commitment = when((value) => typeof value === 'string' && decodeBase64(value)?.length === hashLength);
const word = /^[a-z][a-z0-9-]{0,62}$/;

const personalField = shaped({
  required: {
    s: matching(pseudonymPattern),
    f: matching(/^[a-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*$/),
    c: commitment,
  },
  optional: {},
});

// The other committed fields of a record; an opening is bound to event id and field, so names must differ.
const committedFields = ['why', 'dif.b', 'dif.a'];

const personalFields: Check = (value, path) => {
  if (!Array.isArray(value) || value.length === 0) return path;
  const fields = new Set<unknown>(committedFields);
  for (const [index, entry] of value.entries()) {
    const at = `${path}[${index}]`;
    const fault = personalField(entry, at);
    if (fault !== undefined) return fault;
    if (fields.has(entry.f)) return `${at}.f`;
    fields.add(entry.f);
  }
  return undefined;
};

const states = shaped({ required: {}, optional: { b: commitment, a: commitment } });

/** The path of the first member that a record of version 1 cannot have, or undefined. */
export function recordFault(value: unknown): string | undefined {
  return record(value, '');
}

const record = shaped({
  required: {
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
    who: shaped({
      required: { k: oneOf('operator', 'user', 'bot', 'system') },
      optional: { p: matching(pseudonymPattern), s: matching(documentIdPattern) },
    }),
    app: matching(/^[0-9A-Za-z.+-]{1,60}$/),
    pol: matching(/^[0-9a-f]{64}$/),
  },
  optional: {
    cor: uuid,
    // A document is named by its collection, "/" and its id.
    res: shaped({
      required: { k: matching(word), id: matching(/^[A-Za-z0-9._:@/$-]{1,270}$/) },
      optional: {},
    }),
    why: commitment,
    dif: (value, path) =>
      states(value, path) ?? (isObject(value) && Object.keys(value).length > 0 ? undefined : path),
    pd: personalFields,
    x: when(isObject),
  },
});

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
