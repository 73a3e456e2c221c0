import { z } from 'zod';
import type { ContractOperation } from './operations.ts';

export interface BadInput {
  readonly what: string;
  readonly input: unknown;
}

const wrongTypes: readonly unknown[] = [7.5, true, 'text', null, ['a'], { unexpected: true }];
const long = 'a'.repeat(20_000);

/** Odd texts that are refused, or, where people's own words may go, taken as they are. */
export const oddTexts = {
  'dots and a slash': '../',
  'a NUL': 'a\0b',
  'half a character': '\ud800',
  __proto__: '__proto__',
} as const;

/** What no operation takes, worked out from the schema of its members: VALIDATION. */
export function badInputs({ members }: ContractOperation, good: object): BadInput[] {
  const changed = (what: string, name: string, value: unknown): BadInput => ({
    what: `${name}: ${what}`,
    input: { ...good, [name]: value },
  });
  const needed = Object.entries(members).filter(([, schema]) => !schema.safeParse(undefined).success);
  const wrong = Object.entries(members).flatMap(([name, schema]) =>
    wrongTypes
      .filter((value) => !schema.safeParse(value).success)
      .slice(0, 2)
      .map((value) => changed(JSON.stringify(value), name, value)),
  );
  const missing = needed.map(([name]) => ({
    what: `${name}: missing`,
    input: Object.fromEntries(Object.entries(good).filter(([other]) => other !== name)),
  }));
  const texts = textMembers({ members });
  const tooLong = texts.map((name) => changed('20,000 characters', name, long));
  const inherited =
    needed.length === 0
      ? []
      : [{ what: 'all of it in __proto__', input: JSON.parse(`{"__proto__":${JSON.stringify(good)}}`) }];
  const whole = ['text', 7, ['a']].map((input) => ({ what: JSON.stringify(input), input }));
  return [...whole, ...wrong, ...missing, ...tooLong, ...inherited];
}

/** The members that are text of some form: nothing else is ever refused as `the wrong text`. */
export function textMembers({ members }: Pick<ContractOperation, 'members'>): string[] {
  return Object.entries(members)
    .filter(([, schema]) => {
      const form = JSON.stringify(jsonSchemaOf(schema));
      return form.startsWith('{"type":"string"') && !form.includes('"enum"');
    })
    .map(([name]) => name);
}

function jsonSchemaOf(schema: z.ZodType): unknown {
  const { $schema: _, ...form } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return form;
}
