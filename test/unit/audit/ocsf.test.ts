// Every kind of entry, as an event of OCSF, against the schema of OCSF 1.6.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { ocsfEvent } from '../../../main/audit/bundle/ocsf.ts';
import type { AuditRecord } from '../../../main/audit/record.ts';
import { audit } from '../../../renderer/i18n/en/audit.ts';

const { $defs, classes } = JSON.parse(
  readFileSync(new URL('../../fixtures/ocsf-1.6/classes.json', import.meta.url), 'utf8'),
);
const ajv = new Ajv2020({ strict: false, allErrors: true });
const validators = new Map(
  Object.entries<object>(classes).map(([uid, schema]) => [Number(uid), ajv.compile({ ...schema, $defs })]),
);

const id = '01920000-0000-7000-8000-000000000001';
const base = {
  v: 1,
  log: `${id}/installation/e1`,
  i: 7,
  id,
  t: 1_790_000_000_000,
  boot: id,
  mono: 1,
  app: '1.0.0',
  pol: '',
  ph: 'outcome',
} as const;
const variants = [
  { sev: 'info', out: 'success', who: { k: 'system' } },
  {
    sev: 'warning',
    out: 'failure',
    who: { k: 'operator', p: 'p:1', s: id },
    res: { k: 'operator', id: 'p:2' },
  },
  {
    sev: 'critical',
    out: 'unknown',
    who: { k: 'bot', p: 'p:3' },
    res: { k: 'tenant', id },
    x: { rows: 3 },
    cor: id,
  },
] as const;

function problemsOf(act: string): unknown[] {
  return variants.flatMap((variant): unknown[] => {
    const event = ocsfEvent({ ...base, ...variant, act } as unknown as AuditRecord) as Record<
      string,
      unknown
    >;
    const validate = validators.get(Number(event.class_uid));
    if (validate === undefined) return [`no class ${event.class_uid}`];
    return validate(event)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message, params }) => [instancePath, message, params]);
  });
}

describe('an event of OCSF 1.6', () => {
  it.each(Object.keys(audit.actions))('%s fits its class', (action) => {
    expect(problemsOf(action)).toEqual([]);
  });

  it('fits where its action is a service’s own', () => {
    expect(problemsOf('invoice.send')).toEqual([]);
  });
});
