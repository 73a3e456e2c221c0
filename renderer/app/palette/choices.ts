/** Something that the palette goes to or does. */
export interface PaletteChoice {
  readonly key: string;
  readonly group: 'sections' | 'tenants' | 'actions';
  readonly text: string;
  readonly run: () => unknown;
}

/** Those in which every typed word begins a word, or in which the whole is contained; the former first. */
export function fitting<Choice extends Pick<PaletteChoice, 'text'>>(
  choices: readonly Choice[],
  typed: string,
): Choice[] {
  const whole = fold(typed);
  const words = whole.split(' ').filter((word) => word !== '');
  const begins: Choice[] = [];
  const contains: Choice[] = [];
  for (const choice of choices) {
    const text = fold(choice.text);
    const own = text.split(' ');
    if (words.every((word) => own.some((other) => other.startsWith(word)))) begins.push(choice);
    else if (text.includes(whole)) contains.push(choice);
  }
  return [...begins, ...contains];
}

/** Case and accents make no difference. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
