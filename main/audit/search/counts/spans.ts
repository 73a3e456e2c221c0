export const hourMs = 3_600_000;
/** What `event_counts` counts by, in hours; each a multiple of the one before. */
export const spans = [1, 24, 28 * 24] as const;

/** From one span of so many hours to another, numbered since 1970; the last excluded. */
export interface Stretch {
  readonly span: number;
  readonly from: number;
  readonly to: number;
}

/** The fewest spans of the given lengths, 1 among them and in rising order, that make up these hours, the last excluded. */
export function stretchesOf(from: number, to: number, usable: readonly number[] = spans): Stretch[] {
  const span = usable.at(-1);
  if (span === undefined || from >= to) return [];
  const [first, end] = [Math.ceil(from / span), Math.floor(to / span)];
  const shorter = usable.slice(0, -1);
  if (first >= end) return stretchesOf(from, to, shorter);
  return [
    ...stretchesOf(from, first * span, shorter),
    { span, from: first, to: end },
    ...stretchesOf(end * span, to, shorter),
  ];
}

/** So many spans are read at once. */
const atOnce = 300;

/** Stretches in parts that are short enough to be read at once. */
export function* partsOf(stretches: readonly Stretch[]): Generator<Stretch, void> {
  for (const { span, from, to } of stretches) {
    for (let start = from; start < to; start += atOnce) {
      yield { span, from: start, to: Math.min(to, start + atOnce) };
    }
  }
}
