import { expect } from 'vitest';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import type { JsonValue } from '../../../shared/errors.ts';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';
import { suspended } from './principals.ts';

const collection = 'people';

export async function newDocument(stand: Stand, { id: tenant }: Tenant) {
  const document = { tenant, collection, id: stand.fresh('person') };
  await stand.owner.tenants.putDocument({ ...document, value: { name: 'Grace' } });
  return document;
}

const noTenant = { 'a tenant that never was': { tenant: nobodysId } };
const noDocument = { ...noTenant, 'a document that never was': { id: 'nobody' } };
const badNames = {
  'a collection with capitals': { collection: 'People' },
  'a collection of dots': { collection: '../people' },
  'an id with a space': { id: 'a b' },
  'an id too long': { id: 'a'.repeat(201) },
};

function nested(levels: number): JsonValue {
  let value: JsonValue = 1;
  for (let level = 0; level < levels; level += 1) value = { a: value };
  return value;
}

/** Documents and their revisions. */
export const documentCases = {
  putDocument: {
    given: (stand, { id }) => ({ tenant: id, collection, id: stand.fresh('person'), value: { age: 40 } }),
    invalid: {
      ...badNames,
      'a list': { value: [1] },
      'a text': { value: 'text' },
      'another id within': { value: { id: 'another' } },
      'deep nesting': { value: nested(101) },
      'bottomless nesting': { value: nested(1500) },
      'a revision below zero': { ifRevision: -1 },
    },
    unknown: noTenant,
    errors: {
      'another revision by now': {
        code: 'CONFLICT',
        data: { reason: 'revision', revision: 1, ifRevision: 7 },
        input: async (stand) => ({
          ...(await newDocument(stand, stand.tenants.full)),
          value: {},
          ifRevision: 7,
        }),
      },
      'a suspended tenant': {
        code: 'CONFLICT',
        data: { reason: 'tenant-suspended' },
        input: async (stand) => ({ tenant: await suspended(stand), collection, id: 'a', value: {} }),
      },
    },
    takes: ['id', 'value'],
    answers: (answer, { value }) => expect(answer).toMatchObject({ revision: 1, state: 'live', value }),
  },
  getDocument: {
    given: newDocument,
    invalid: { ...badNames, 'revision zero': { revision: 0 } },
    unknown: { ...noDocument, 'a revision that never was': { revision: 9 } },
  },
  getTenantData: {
    given: (_, { id }) => ({ tenant: id, collection, by: 'time', limit: 2 }),
    invalid: {
      'a collection of dots': { collection: '../people' },
      'a time that is none': { fromTime: 'yesterday' },
      'a cursor of ours': { cursor: 'e30' },
    },
    unknown: noTenant,
  },
  listCollections: { given: (_, { id }) => ({ tenant: id }), unknown: noTenant },
  deleteDocument: {
    given: newDocument,
    takes: ['id'],
    invalid: badNames,
    unknown: noDocument,
    errors: {
      'another revision by now': {
        code: 'CONFLICT',
        data: { reason: 'revision' },
        input: async (stand) => ({ ...(await newDocument(stand, stand.tenants.full)), ifRevision: 7 }),
      },
    },
    answers: (answer) => expect(answer).toMatchObject({ revision: 2, state: 'deleted' }),
  },
  getDocumentHistory: { given: newDocument, invalid: badNames, unknown: noDocument },
} satisfies Partial<Cases<'tenants'>>;
