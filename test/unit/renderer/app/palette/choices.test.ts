import { expect, test } from 'vitest';
import { fitting } from '../../../../../renderer/app/palette/choices.ts';

const choices = ['Audit log', 'Back up everything', 'Verify the audit log', 'Café Müller', 'Jobs'].map(
  (text) => ({ text }),
);
const texts = (typed: string) => fitting(choices, typed).map(({ text }) => text);

test('nothing typed leaves everything, in its order', () => {
  expect(texts('')).toEqual(choices.map(({ text }) => text));
  expect(texts('  ')).toHaveLength(choices.length);
});

test('every typed word has to begin a word, in any order', () => {
  expect(texts('log ver')).toEqual(['Verify the audit log']);
  expect(texts('log aud')).toEqual(['Audit log', 'Verify the audit log']);
  expect(texts('log jobs')).toEqual([]);
});

test('what merely contains it comes after what begins with it', () => {
  expect(texts('e')).toEqual(['Back up everything', 'Verify the audit log', 'Café Müller']);
  expect(texts('up')).toEqual(['Back up everything']);
});

test('case and accents make no difference', () => {
  expect(texts('CAFE mull')).toEqual(['Café Müller']);
});
