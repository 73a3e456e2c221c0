import type { HoldfastError } from '../../shared/errors.ts';

const forbidden: Readonly<Record<string, RegExp>> = {
  'a stack': /\n\s*at |\.[cm]?[jt]s:\d+|node:internal|node_modules/,
  SQL: /\b(SELECT|DELETE)\b.*\bFROM\b|\bINSERT\b.*\bINTO\b|\bUPDATE\b.*\bSET\b|SQLITE_|sqlite3?\b/i,
  'a class of ours': /\[object |TypeError|RangeError/,
};

/** What an error tells that must not leave the process, if it does; `folder` holds the installation. */
export function findLeak({ code, message, data }: HoldfastError, folder: string): string | undefined {
  const told = `${message}\n${JSON.stringify(data)}`;
  if (code === 'INTERNAL') return 'an error that nobody foresaw';
  if (told.includes(`${folder}/data`)) return 'the path of the data folder';
  if (told.length > 100_000) return `${told.length} characters`;
  return Object.entries(forbidden).find(([, pattern]) => pattern.test(told))?.[0];
}
