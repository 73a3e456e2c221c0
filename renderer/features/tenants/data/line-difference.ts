export interface DifferentLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** More lines than this are compared as one block: the table of the algorithm grows with their product. */
const mostLines = 2_000;

/** Two texts line by line, by their longest common subsequence (Hunt and McIlroy, 1976). */
export function lineDifference(before: string, after: string): readonly DifferentLine[] {
  const [left, right] = [before.split('\n'), after.split('\n')];
  if (left.length > mostLines || right.length > mostLines) {
    return [...left.map(mark('removed')), ...right.map(mark('added'))];
  }
  const common = commonLengths(left, right);
  const lines: DifferentLine[] = [];
  let [at, to] = [0, 0];
  while (at < left.length || to < right.length) {
    const [old, now] = [left[at], right[to]];
    if (old !== undefined && old === now) {
      lines.push({ kind: 'same', text: old });
      at += 1;
      to += 1;
    } else if (
      now === undefined ||
      (old !== undefined && (common[at + 1]?.[to] ?? 0) >= (common[at]?.[to + 1] ?? 0))
    ) {
      lines.push({ kind: 'removed', text: old ?? '' });
      at += 1;
    } else {
      lines.push({ kind: 'added', text: now });
      to += 1;
    }
  }
  return lines;
}

const mark =
  (kind: DifferentLine['kind']) =>
  (text: string): DifferentLine => ({ kind, text });

/** How many lines the rests from each pair of places have in common. */
function commonLengths(left: readonly string[], right: readonly string[]): readonly Uint16Array[] {
  const rows = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let at = left.length - 1; at >= 0; at -= 1) {
    const [row, below] = [rows[at], rows[at + 1]];
    if (row === undefined || below === undefined) continue;
    for (let to = right.length - 1; to >= 0; to -= 1) {
      row[to] =
        left[at] === right[to] ? (below[to + 1] ?? 0) + 1 : Math.max(below[to] ?? 0, row[to + 1] ?? 0);
    }
  }
  return rows;
}
