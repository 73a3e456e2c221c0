type Cell = string | number | boolean | null | undefined;

/** Without characters that could steer the terminal or forge a line. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}

/**
 * JSON that shows as what it is: JSON.stringify escapes only some of the characters that could steer a terminal.
 * The value it holds is the same.
 */
export function plainJson(value: unknown, indent?: number): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const text = JSON.stringify(value, null, indent);
  return text.replace(/[\x7f-\x9f\u2028\u2029]|\p{Cf}/gu, (found) => found.split('').map(escaped).join(''));
}

function cell(value: Cell): string {
  if (value === null || value === undefined || value === '') return '-';
  return plain(String(value));
}

/** Rows under their headings, columns as wide as needed. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return 'None.';
  const cells = [headings, ...rows.map((row) => row.map(cell))];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const lines = cells.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** One fact a line: name, value. */
export function facts(pairs: readonly (readonly [string, Cell])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}`).join('\n');
}

/** A page of a list, with how to get the next one. */
export function pageText(text: string, next: string | null): string {
  return next === null ? text : `${text}\nMore: add --cursor ${next}`;
}

const steps = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes in powers of ten, for people. */
export function size(bytes: number): string {
  let value = bytes;
  let step = 0;
  while (value >= 1000 && step < steps.length - 1) {
    value /= 1000;
    step += 1;
  }
  return `${step === 0 ? value : value.toFixed(1)} ${steps[step]}`;
}

/** A limit that may be unlimited. */
export function limit(value: number | null, show: (value: number) => string = String): string {
  return value === null ? 'unlimited' : show(value);
}

/** Milliseconds for people: to a tenth of a second below a minute, to the second above. */
export function duration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
