import { HoldfastError } from '../../../../shared/errors.ts';
import { wordsOf } from './words.ts';

/** Words that stand one after the other in one text of an entry. */
export interface TextTerm {
  readonly words: readonly string[];
  /** Of the last word only its beginning. */
  readonly prefix: boolean;
  /** Entries with it are left out. */
  readonly without: boolean;
}

const mostTerms = 12;
const shortestPrefix = 2;
const term = /(-?)(?:"([^"]*)(?:"|$)|([^\s"]+))(\*?)/gu;

/**
 * What somebody typed: words that all have to be there, "words in a row", a beginning*, and -without. Punctuation within a
 * word makes a row of it, as in auth.key.revoke. Throws VALIDATION for nothing that could be found.
 */
export function parseText(text: string): TextTerm[] {
  const terms = [...text.matchAll(term)].flatMap((match): TextTerm[] => {
    const [, minus, quoted, bare = '', star] = match;
    const words = wordsOf(quoted ?? bare);
    const prefix = star === '*' || (quoted === undefined && bare.endsWith('*'));
    return words.length === 0 ? [] : [{ words, prefix, without: minus === '-' }];
  });
  if (terms.length > mostTerms) throw refused('too-many-words', `Search for at most ${mostTerms} words.`);
  if (!terms.some(({ without }) => !without)) {
    throw refused('no-word', 'Give at least one word that has to be there; letters or digits.');
  }
  const short = terms.find(({ prefix, words }) => prefix && words.join('').length < shortestPrefix);
  if (short !== undefined) {
    throw refused('short-prefix', `Give at least ${shortestPrefix} letters before a *.`);
  }
  return terms;
}

/** Whether one of the texts has the words of the term, in a row. `texts`: the words of each. */
export function hasTerm(texts: readonly (readonly string[])[], { words, prefix }: TextTerm): boolean {
  const last = words.length - 1;
  const fits = (text: readonly string[], start: number) =>
    words.every((word, at) => {
      const there = text[start + at];
      return prefix && at === last ? there?.startsWith(word) : there === word;
    });
  return texts.some((text) => text.some((_, start) => fits(text, start)));
}

export function refused(reason: string, message: string): HoldfastError {
  return new HoldfastError('VALIDATION', message, { issues: [{ path: 'text', reason }] });
}
